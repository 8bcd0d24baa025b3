/* single ADDRESS SECONDS: stores events, one per commit, without a web server, and prints the events per second. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "store/store.h"

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* An event of the size of a completed call's callback. */
static struct event event_of(struct arena *arena, unsigned long number)
{
    static const char body[] =
        "AccountSid=b08dacad-5d5c-4d5d-9b6a-3c1f0e2d4b5a&ApiVersion=2010-04-01&Direction=inbound"
        "&CallStatus=completed&CallerName=ADA+LOVELACE&FromCity=AUSTIN&FromState=TX&FromZip=78701"
        "&FromCountry=US&ToCity=RENO&ToState=NV&ToZip=89501&ToCountry=US&SequenceNumber=3"
        "&Timestamp=Mon%2C+05+Jan+2026+15%3A04%3A03+%2B0000&CallbackSource=call-progress-events"
        "&AudioInMos=4.5&CallDuration=61&HangupBy=%2B15551230001&HangupDirection=inbound";
    struct str sid = arena_format(arena, "%08lx-9c1b-4a4e-8e0f-%012lx", number * 2654435761UL % (1UL << 32), number);
    return (struct event){ .kind = STR("call"),
                           .name = STR("call.completed"),
                           .sid = sid,
                           .dedup_key = STR("call.completed#3"),
                           .cause = STR("call.completed"),
                           .state = STR("completed"),
                           .rank = 4,
                           .sequence = 3,
                           .has_current = true,
                           .line = STR("front-desk"),
                           .from = STR("+15551230001"),
                           .to = STR("+15559870002"),
                           .parameters = { body, sizeof body - 1 },
                           .received_us = (int64_t)time(NULL) * 1000000 };
}

int main(int argc, char **argv)
{
    struct error why;
    struct log log = { LOG_TARGET_STDERR, "single" };
    struct arena *arena = arena_new();
    unsigned long kept = 0;
    if (argc != 3)
        return 64;
    struct store *store = store_open(argv[1], STORE_DIRECT, &log, &why);
    double began = now_s(), until = began + strtod(argv[2], NULL);
    while (store != NULL && now_s() < until) {
        struct event event = event_of(arena, kept);
        if (store_add(store, &event, &why) != STORE_ADDED) {
            fprintf(stderr, "single: %s\n", why.sentence);
            return 1;
        }
        kept++;
        arena_reset(arena);
    }
    printf("%.0f\n", (double)kept / (now_s() - began));
    store_close(store);
    arena_free(arena);
    return store == NULL;
}
