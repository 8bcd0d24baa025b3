#!/usr/bin/python3
"""Callbacks in any order, doubled, from three senders at once, while handlers and workers are killed at random.

HOOKSWITCH_STORM=N sets how many callbacks are sent (`make storm`: 200,000)."""

import collections
import os
import re
import random
import subprocess
import time

from harness import *

CALLBACKS = int(os.environ.get("HOOKSWITCH_STORM") or "12000")
KILLS = 20
STEPS = ("initiated", "ringing", "in-progress", "completed")
RANKS = {"initiated": 1, "ringing": 2, "in-progress": 3, "completed": 4}

# Each job writes down when it begins and when it is done, in one piece each.
PROGRAM = """#!/bin/sh
echo "begin $HOOKSWITCH_JOB $HOOKSWITCH_ATTEMPT" >> %(notes)s
echo "end $HOOKSWITCH_JOB $HOOKSWITCH_ATTEMPT" >> %(notes)s
"""


def make_bodies(rng):
    """About as many callbacks as wanted: four to a call, one in four of them twice, in random order."""
    bodies, calls = [], CALLBACKS // 5
    for call in range(calls):
        sid = "%08x-9c1b-4a4e-8e0f-%012x" % (call * 2654435761 % 2**32, call)
        number = "+1555%07d" % call
        for step in STEPS:
            bodies.append(encode(pairs_of("status-call-" + step, CallSid=sid, From=number)))
    bodies += rng.sample(bodies, len(bodies) // 4)
    rng.shuffle(bodies)
    return bodies, calls


class Watch:
    """Looks again and again at where calls stand, and remembers whether one moved back."""

    def __init__(self, house, sids):
        self.house, self.sids, self.last, self.back = house, sids, {}, []

    def look(self):
        for row in self.house.events("--current", "--last", "400"):
            rank = RANKS[row["state"]]
            if rank < self.last.get(row["sid"], 0):
                self.back.append((row["sid"], self.last[row["sid"]], rank))
            self.last[row["sid"]] = rank


def storm(address_of):
    rng = random.Random(7)
    bodies, calls = make_bodies(rng)
    with House() as house:
        notes = house.path("tmp/notes")
        house.write("note", PROGRAM % {"notes": notes}, 0o755)
        house.give(house.path("tmp"), 0o777)
        # the first thousand calls, or the first tenth of them, have a job each when they have ended
        house.write_config("[on call.completed]\nrun = %s\nnumber = %s\n" %
                           (house.path("note"), ", ".join("+1555%04d*" % n for n in range(max(1, calls // 10000)))),
                           **{"sqlite:{store}": address_of(house)})
        handlers = {"a": None, "b": None}
        workers = [None, None]

        def start_handler(name):
            path = house.path("sockets/%s.sock" % name)
            child = house.run([house.path("programs/status.fcgi"), "--listen", "unix:" + path], name, stdin=subprocess.DEVNULL)
            wait_for(name, lambda: house.answers(path))
            os.chmod(path, 0o777)
            handlers[name] = child

        def start_worker(number):
            workers[number] = house.run([house.hookswitch(), "work", "--lease", "3"], "worker%d" % number)

        def kill(child):
            child.kill()
            child.wait()
            house.children.remove(child)

        for name in handlers:
            start_handler(name)
        for number in range(len(workers)):
            start_worker(number)
        port = house.nginx("upstream both { server unix:%s max_fails=0; server unix:%s max_fails=0; }\n"
                           "server { LISTEN location ~ ^/hooks { include fastcgi_params; fastcgi_pass both; fastcgi_next_upstream off;"
                           "fastcgi_split_path_info ^(/hooks/status.fcgi)(.*)$; fastcgi_param PATH_INFO $fastcgi_path_info; "
                           "fastcgi_param SCRIPT_NAME $fastcgi_script_name; } }" % (house.path("sockets/a.sock"), house.path("sockets/b.sock")))
        thirds = [bodies[n::3] for n in range(3)]
        for number, third in enumerate(thirds):
            house.prepare("status.fcgi", third, "sender%d" % number)
        senders = [house.send(port, "status.fcgi", None, 6, 600, "sender%d" % number) for number in range(3)]
        watch = Watch(house, None)
        sent = lambda: sum(os.path.exists(path) and len(open(path).read().splitlines()) for _, path in senders)
        killed_workers = 0
        for number in range(KILLS):
            # spread over the whole of it
            wait_for("the senders", lambda: sent() >= len(bodies) * number // (KILLS + 2) or
                     all(sender.poll() is not None for sender, _ in senders), 300)
            time.sleep(rng.uniform(0, 0.1))
            if number % 2 == 0:
                name = rng.choice("ab")
                kill(handlers[name])
                start_handler(name)
            else:
                victim = rng.randrange(len(workers))
                kill(workers[victim])
                start_worker(victim)
                killed_workers += 1
            watch.look()
        said = [sender.communicate()[0] for sender, _ in senders]
        acknowledged = collections.Counter()
        for (_, path), third in zip(senders, thirds):
            with open(path) as file:
                for line in file:
                    pairs = dict(decode(third[int(line)]))
                    acknowledged[(pairs[b"CallSid"].decode(), "call." + pairs[b"CallStatus"].decode())] += 1
        expect(sum(acknowledged.values()) > 0.9 * len(bodies), said)

        # every event that got a 200 is there, and once
        kept = collections.Counter((event["sid"], event["event"]) for event in house.events("--last", "0"))
        expect_equal(set(acknowledged) - set(kept), set())
        expect_equal([key for key, times in kept.items() if times > 1], [])
        # no current row moved back, and each is where its events put it
        expect_equal(watch.back, [])
        expect_equal(house.command("store", "check").returncode, 0)
        furthest = {}
        for sid, name in kept:
            furthest[sid] = max(furthest.get(sid, 0), RANKS[name[5:]])
        current = {row["sid"]: RANKS[row["state"]] for row in house.events("--current", "--last", "0")}
        expect_equal(current, furthest)

        # each job was done; again only where a worker was killed between doing it and saying so
        wait_for("the jobs", lambda: not house.jobs("--state", "waiting"), 120)
        jobs = house.jobs()
        expect(len(jobs) > 900, len(jobs), calls)
        expect_equal({job["state"] for job in jobs}, {"done"})
        expect_equal(len({job["sid"] for job in jobs}), len(jobs))
        begun, ended, overlaps = collections.Counter(), collections.Counter(), 0
        inside = {}
        with open(notes) as file:
            # a program that is killed with its worker may leave part of a line
            for word, job, attempt in re.findall(r"(begin|end) ([0-9a-f]{32}) (\d+)\n", file.read()):
                if word == "begin":
                    begun[job] += 1
                    inside[job] = attempt
                else:
                    ended[job] += 1
                    overlaps += inside.get(job) != attempt
        attempts = {job["id"]: job["attempts"] for job in jobs}
        expect_equal({job for job in attempts if ended[job] == 0}, set())
        expect_equal([job for job in attempts if begun[job] > attempts[job]], [])
        expect_equal(overlaps, 0, "two workers had a job at the same time")
        again = sum(times - 1 for times in ended.values())
        expect(again <= killed_workers * 4, again)
        if os.environ.get("HOOKSWITCH_TIMES"):
            print("# %d callbacks (%s); %d events kept; %d jobs done, %d of them again after a worker was killed; %d kills" %
                  (len(bodies), "; ".join(line.strip() for line in said), len(kept), len(jobs), again, KILLS))


@promise("a storm of callbacks on SQLite, with handlers and workers killed twenty times: every acknowledged event is stored once, each job runs once")
def on_sqlite():
    storm(lambda house: "sqlite:" + house.store)


@promise("the same storm on PostgreSQL")
def on_postgresql():
    storm(lambda house: house.postgresql())


keep_promises()
