#include "promise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../fixture.h"

#define HEAD "[hookswitch]\nunsigned = accept\nstore = sqlite:/tmp/x.db\n"
#define LINE HEAD "[line a]\nnumbers = +15559870001\nvoice = m\n"
#define MENU "[menu m]\nprompt = Hi\n1 = hangup\n"

/* The warnings are those of unsigned = accept, and of the public_url that is not there. */
static void only_the_trial_is_noted(struct fixture *fixture)
{
    assert_contains(fixture_complaints(fixture), "unsigned = accept");
    assert_int_equal(fixture->service->config->complaints.errors, 0);
    assert_contains(fixture_complaints(fixture), "[hookswitch] no public_url");
    assert_int_equal(fixture->service->config->complaints.warnings, 2);
}

static void sound(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_begin(&fixture, LINE MENU);
    assert_int_equal(fixture.service->config->complaints.errors, 0);
    assert_non_null(service_line(fixture.service, STR("A")));
    assert_ptr_equal(service_line(fixture.service, STR("a")),
                     service_line_of_number(fixture.service, STR("+15559870001")));
    assert_null(service_line_of_number(fixture.service, STR("+15559870002")));
    assert_null(service_line(fixture.service, STR("b")));
    fixture_end(&fixture);
}

static void traps(void **state)
{
    char long_line[2000];
    (void)state;
    fixture_expect_error(LINE "[menu m]\nprompt = press # now\n1 = hangup\n",
                         ":8: [menu m] prompt: the value would be cut at '#'");
    fixture_expect_error(LINE "[menu m]\nprompt = a;b\n1 = hangup\n", "[menu m] prompt: the value would be cut at ';'");
    fixture_expect_error(LINE "[menu m]\nprompt = \"a\" b\n1 = hangup\n",
                         "text follows the closing quotation mark");
    fixture_expect_error(LINE "[menu m]\nprompt = \"a\n1 = hangup\n", "the quotation mark is never closed");
    fixture_expect_error(LINE MENU "1 = reject\n", ":10: [menu m] 1: this key is already in line 9");
    fixture_expect_error(LINE MENU MENU, ":10: [menu m] this section is already in line 7");
    fixture_expect_error("\xEF\xBB\xBF" LINE MENU, "byte-order mark");
    fixture_expect_error(LINE MENU "nonsense\n", ":10: [menu m] neither a section, nor key = value");
    fixture_expect_error("a = b\n" LINE MENU, ":1: a: this key comes before the first section");
    fixture_expect_error(LINE "[menu m] ; main\nprompt = x\n",
                         ":7: [menu m] the header is not alone on its line; put the rest on the next one");
    memset(long_line, 'x', sizeof long_line);
    memcpy(long_line, HEAD "[line a]\nlabel = ", sizeof(HEAD "[line a]\nlabel = ") - 1);
    long_line[sizeof long_line - 1] = '\0';
    fixture_expect_error(long_line, ":5: [line a] a line of more than 1022 bytes");
}

static void comments(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_begin(&fixture,
                  "; one\n# two\n" LINE
                  "[menu M]\n  PROMPT = \"a; b # c\" ; three\n1 = hangup   ; four\nprompt.2 = and \\\n  so on\n");
    only_the_trial_is_noted(&fixture);
    fixture_end(&fixture);
}

static void places(void **state)
{
    (void)state;
    fixture_expect_error(LINE "[menu m]\nprompt = Hi\n1 = slaes\n[dial sales]\nto = +15551110001\n",
                         ":9: [menu m] 1: no node is called 'slaes'; did you mean 'sales'?");
    fixture_expect_error(LINE MENU "promt = x\n",
                         "[menu m] promt: unknown key in a [menu] section; did you mean 'prompt'?");
    fixture_expect_error(LINE "[mnu m]\n", "no kind of section is called 'mnu'; did you mean 'menu'?");
    fixture_expect_error(LINE MENU "tries = eleven\n", "tries: 'eleven' is not a whole number");
    fixture_expect_error(LINE MENU "tries = 99\n", "tries: 99 is out of range; expected 1 to 10");
    fixture_expect_error(LINE MENU "timeout = 2w\n", "timeout: '2w' is not a duration");
    fixture_expect_error(HEAD "timezone = Mars/Olympus\n", "timezone: 'Mars/Olympus' is not a time zone");
    fixture_expect_error(HEAD "language = english please\n", "is not a language");
    fixture_expect_error(HEAD "[line a]\nnumbers = 5551234\n",
                         "numbers: '5551234' lacks '+' and the country code; expected for example +442079460100");
    fixture_expect_error(HEAD "store = mysql:/x\n", "this key is already");
    fixture_expect_error("[hookswitch]\nstore = mysql:/x\n", "no such kind of store");
    fixture_expect_error("[line a]\n", "there is no [hookswitch] section");
    fixture_expect_error(LINE "[menu]\nprompt = x\n", "this section needs a name: [menu NAME]");
    fixture_expect_error(LINE "[menu m]\n1 = hangup\n", "the key 'prompt' is missing");
    fixture_expect_error(LINE MENU "[line b]\nnumbers = +15559870001\n",
                         "numbers: +15559870001 belongs to [line a] too, in /tmp/hookswitch-unit-");
    fixture_expect_error(LINE MENU "[line b]\nnumbers = +15559870002\nvoice = m\nfax = f\n[fax f]\n",
                         "voice and fax: a number takes one of them");
    fixture_expect_error(LINE MENU "[line b]\nnumbers = +15559870002\nsms = m\n",
                         "[menu m] is not a [texts ...] section");
    fixture_expect_error(LINE MENU "[dial m]\nto = +15551110001\n", "the name is already taken by [menu m]");
    fixture_expect_error(HEAD "timezone = UTC+5\n", "five hours behind UTC are Etc/GMT+5");
    fixture_expect_error(HEAD "timezone = EST\n", "'EST' has no daylight saving time; write America/New_York");
    fixture_expect_error(
        HEAD "public_url = https://h.example.com/hooks/voice.fcgi\n",
        "public_url: ends in a program; expected the address of its folder: https://h.example.com/hooks");
}

/* What is wrong in one place is said there, once, however much follows from it. */
static void one_fault(void **state)
{
    static const char *const cases[][2] = {
        { "LONG", ":8: [menu m] a line of more than 1022 bytes, continuations included; continue a prompt in key.2, key.3, a list of telephones in another [dial], by no-answer" },
        { "[menu m\nprompt = Press 1\n1 = sales\ntries = 3\n2 = hangup\notherwise = hangup\n[announce sales]\nprompt = "
          "x\nnext = hangup\n",
          ":7: [menu m] the header is never closed; expected ']' at its end" },
        { "[mnu m]\nprompt = Press 1\n1 = sales\n[announce sales]\nprompt = x\nnext = hangup\n",
          ":7: [mnu m] no kind of section is called 'mnu'; did you mean 'menu'?" },
        { "[menu m]\nprompt = Press 1\n1 = slaes\notherwise = hangup\n[announce sales]\nprompt = x\nnext = "
          "last\n[announce last]\nprompt = x\nnext = hangup\n",
          ":9: [menu m] 1: no node is called 'slaes'; did you mean 'sales'?" },
        { "[menu m]\nprompt = \"Press 1\n1 = hangup\notherwise = hangup\n",
          ":8: [menu m] prompt: the quotation mark is never closed" },
        { "[menu m]\nprompt Press 1\n1 = hangup\notherwise = hangup\n",
          ":8: [menu m] neither a section, nor key = value" },
        { "[menu m]\npromt = Press 1\n1 = hangup\notherwise = hangup\n",
          ":8: [menu m] promt: unknown key in a [menu] section; did you mean 'prompt'?" },
        { "[announce m]\nprompt = x\nnext = hangup\n[line b]\nnumbers = +15559870002\nvoic = m\n",
          ":12: [line b] voic: unknown key in a [line] section; did you mean 'voice'?" },
        { "[menu]\nprompt = Press 1\n1 = hangup\notherwise = hangup\n",
          ":7: [menu] this section needs a name: [menu NAME]" },
        { "[announce m t]\nprompt = x\nnext = hangup\n",
          ":7: [announce m t] a name is made of letters, digits, '-', '_' and '.': write [announce such-a-name]" },
        { "[m]\nprompt = x\n", ":7: [m] no kind of section is called 'm'" },
        { "[announce m]\nprompt\xC2\xA0= x\nnext = hangup\n",
          ":8: [announce m] prompt: an invisible character (U+00A0) is in front of '='; delete it and type a space" },
        { "[dial m]\nto\xE2\x80\x8B = +15551110001\nno-answer = hangup\n",
          ":8: [dial m] to: an invisible character (U+200B) is in front of '='; delete it" },
        { "[announce m]\nprompt = x\nnext = d\n[dial d]\nto = +15551110001\nno-answer = hangup\n[line b]\nnumbers = "
          "2065550100\nvoice = d\n",
          ":14: [line b] numbers: '2065550100' lacks the country code: did you mean +12065550100?" },
        { "[menu m]\nprompt = Press\xE9\n1 = hangup\notherwise = hangup\n",
          ":8: [menu m] this line is not UTF-8; save the file as UTF-8" },
        { "[menu m]\nprompt = Press 1\n1 = hangup\notherwise = hangup\n[menu m]\nprompt = x\n1 = slaes\n",
          ":11: [menu m] this section is already in line 7; put its keys there" },
        { "[hours m]\nmonday-friday = 9:00-17:00\nopen = hangup\nclosed = hangup\n",
          ":8: [hours m] monday-friday: write these days as mon-fri" },
        { "[hours m]\nmon-fri = 9am - 5.30pm\nopen = hangup\nclosed = hangup\n",
          ":8: [hours m] mon-fri: '9am - 5.30pm' is not a span; write 09:00-17:30" },
        { "[agent m]\nqueue = q\npin_file = /nonexistent/pin\n[queue q]\nprompt = x\nmusic = https://h/m\n[line "
          "z]\nnumbers = +15559870009\nvoice = q\n",
          ":9: [agent m] pin_file: /nonexistent/pin does not exist: write the secret into it" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture fixture;
        char text[4000], full[4200];
        snprintf(text, sizeof text, "%s", cases[i][0]);
        if (strcmp(text, "LONG") == 0)
            snprintf(text, sizeof text, "[menu m]\nprompt = %01500d \\\nand \\\nmore\n1 = hangup\notherwise = hangup\n",
                     1);
        snprintf(full, sizeof full, LINE "%s", text);
        fixture_begin(&fixture, full);
        const struct complaints *all = &fixture.service->config->complaints;
        assert_contains(fixture_complaints(&fixture), cases[i][1]);
        if (all->errors != 1 || all->warnings != 2 || all->hints != 0)
            fail_msg("more than one: %s", fixture_complaints(&fixture).at);
        fixture_end(&fixture);
    }
}

static void remedies(void **state)
{
    (void)state;
    fixture_expect_error(LINE "[menu m]\nprompt = x\n1 = (206) 555-0100\n",
                         "1: '(206) 555-0100' lacks the country code: did you mean +12065550100?");
    fixture_expect_error(LINE "[menu m]\nprompt = x\n1 = 12065550100\n", "did you mean +12065550100?");
    fixture_expect_error(
        LINE "[dial m]\nto = 00442079460100\n",
        "to: '00442079460100' begins as it is dialled, not with its country code: did you mean +442079460100?");
    fixture_expect_error(LINE "[dial m]\nto = 020 7946 0100\n",
                         "lacks '+' and the country code; expected for example +442079460100");
    fixture_expect_error(LINE MENU "[line b]\nnumbers = +15559870002 +15559870003\n",
                         "has more digits than a number; separate numbers by commas");
    fixture_expect_error(LINE MENU "[on call.missed]\nmail = a@example.com b@example.com\n",
                         "mail: 'a@example.com b@example.com' is not an address: separate addresses by commas");
    fixture_expect_error(LINE MENU "prompt.3.es = Hola\n", "prompt.3.es: the language comes first: prompt.es.3");
    fixture_expect_error(LINE MENU "[line front]\nnumbers = +15559870001\nvoice = m\n",
                         ":11: [line front] numbers: +15559870001 belongs to [line a] too, in /tmp/hookswitch-unit-");
    fixture_expect_error(HEAD "lines = /nonexistent/lines\n",
                         "lines: /nonexistent/lines does not exist: mkdir /nonexistent/lines");

    fixture_expect_error(LINE "[hours m]\nmon, wed = 9:00-17:00\nopen = hangup\nclosed = hangup\n", "write these days as mon and wed");
    fixture_expect_error(
        LINE "[menu]\nprompt = x\n1 = sals\n[menu n]\nprompt = x\n1 = sals\n[dial sales]\nto = +15551110001\n",
        "[menu n] 1: no node is called 'sals'; did you mean 'sales'?");
}

static void renamed(void **state)
{
    (void)state;
    static const struct { const char *config, *sentence; } cases[] = {
        { LINE "[hours m]\nmon = 09:00-17:00\nopen = hangup\nshut = hangup\n", "[hours m] shut: 'shut' is now 'closed'" },
        { LINE "[hours m]\nmon = 09:00-17:00\nclosed = 12-25\nopen = hangup\n", "'closed' is now 'closed_on'" },
        { LINE "[hours m]\nmon = 09:00-17:00\nclosed = 2026-12-24..2026-12-31\nopen = hangup\n", "'closed' is now 'closed_on'" },
        { LINE "too_many = busy\n[announce m]\nprompt = Hi.\n", "'too_many' is now 'rate_limited'" },
        { LINE "[mailbox m]\ntrouble.2 = Sorry.\n", "'trouble.2' is now 'error.2'" },
        { "[hookswitch]\nunsigned = accept\nunknown = busy\n", "'unknown' is now 'unknown_number'" },
        { LINE "[texts t]\nnear_misses = yes\n", "'near_misses' is now 'tolerate_typos'" },
        { LINE "[form f]\n1 = Name?\nleave = stop\n", "'leave' is now 'cancel_words'" },
        { LINE "[work]\nstall = 20\n", "'stall' is now 'stall_timeout'" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        fixture_expect_error(cases[i].config, cases[i].sentence);
    struct fixture fixture;
    fixture_begin(&fixture, LINE "[hours m]\nmon = 09:00-17:00\nopen = hangup\nshut = hangup\n");
    assert_int_equal(fixture.service->config->complaints.errors, 1); /* and not: 'closed' is missing */
    fixture_end(&fixture);
    fixture_begin(&fixture, LINE "[hours m]\nmon = 09:00-17:00\nopen = hangup\nclosed = 24h-line\n[announce 24h-line]\nprompt = Hi.\n");
    assert_int_equal(fixture.service->config->complaints.errors, 0); /* two digits do not make a date */
    fixture_end(&fixture);
}

static void all_at_once(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_begin(&fixture,
                  LINE "[menu m]\nprompt = Hi\n1 = nowhere\n2 = neither\ntries = x\n[dial d]\nto = 12\nring = soon\n");
    struct str all = fixture_complaints(&fixture);
    assert_int_equal(fixture.service->config->complaints.errors, 5);
    assert_contains(all, "nowhere");
    assert_contains(all, "neither");
    assert_contains(all, "'x'");
    assert_contains(all, "'12'");
    assert_contains(all, "'soon'");
    fixture_end(&fixture);
}

static void loops(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_expect_error(LINE "[announce m]\nprompt = x\nnext = n\n[announce n]\nprompt = y\nnext = m\n",
                         "a loop without input");
    fixture_expect_error(LINE MENU "otherwise = m\n", "a loop without input");
    fixture_expect_error(LINE MENU "otherwise = repeat\n", "a loop without input");
    fixture_expect_error(LINE "[dial m]\nto = +15551110001\nno-answer = m\n", "a loop without input");
    /* Through a key the caller may go round as often as he likes. */
    fixture_begin(&fixture, LINE MENU "2 = d\nstar = repeat\n[dial d]\nto = +15551110001\nno-answer = m\n");
    assert_int_equal(fixture.service->config->complaints.errors, 0);
    fixture_end(&fixture);
}

static void unreached(void **state)
{
    struct fixture fixture;
    (void)state;
    fixture_begin(&fixture, LINE MENU "[announce lonely]\nprompt = x\n");
    assert_int_equal(fixture.service->config->complaints.errors, 0);
    assert_contains(fixture_complaints(&fixture), "warning: [announce lonely] nothing leads here");
    fixture_end(&fixture);
}

static void readable_key(void **state)
{
    struct fixture fixture;
    char key[] = "/tmp/hookswitch-key-XXXXXX";
    char config[200];
    (void)state;
    int file = mkstemp(key);
    assert_int_equal(write(file, "PSK\n", 4), 4);
    fchmod(file, 0644);
    snprintf(config, sizeof config,
             "[hookswitch]\nstore = sqlite:/tmp/x.db\npublic_url = https://h/x\nsigning_key_file = %s\n", key);
    fixture_begin(&fixture, config);
    assert_contains(fixture_complaints(&fixture),
                    "signing_key_file: others on this host can read it (0644): chmod 640 /tmp/hookswitch-key-");
    fixture_end(&fixture);
    fchmod(file, 0640);
    fixture_begin(&fixture, config);
    assert_text(fixture_complaints(&fixture), "");
    fixture_end(&fixture);
    /* What no key is, and what is none yet. */
    static const struct {
        const char *content, *sentence;
    } cases[] = { { "PSK_one\nPSK_two\n", "holds more than one line; expected the secret, and nothing else" },
                  { "\"PSK_one\"\n",
                    "has quotation marks around the secret, which would be taken for a part of it: remove them" },
                  { "\n", "is empty" },
                  { "\xEF\xBB\xBFPSK_one\n", "starts with a byte-order mark" },
                  { "P\1S\n", "is not plain text" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(ftruncate(file, 0), 0);
        assert_true(pwrite(file, cases[i].content, strlen(cases[i].content), 0) > 0);
        fixture_expect_error(config, cases[i].sentence);
    }
    close(file);
    unlink(key);
    fixture_begin(&fixture, config);
    assert_int_equal(fixture.service->config->complaints.errors, 0);
    assert_contains(fixture_complaints(&fixture),
                    "does not exist: write the secret into it, and nothing else, and chmod 640");
    assert_contains(fixture_complaints(&fixture), "until then requests are answered 401");
    fixture_end(&fixture);
}

/* A folder of line files: each sees its own nodes and those of the main file. */
static void scopes(void **state)
{
    struct fixture fixture;
    char folder[] = "/tmp/hookswitch-lines-XXXXXX", path[200], config[300];
    (void)state;
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/shop-%d.ini", folder, i);
        FILE *file = fopen(path, "w");
        fprintf(file,
                "[line shop-%d]\nnumbers = +1555987000%d\nvoice = hello\n[announce hello]\nprompt = Shop %d\nnext = "
                "shared\n",
                i, i, i);
        fclose(file);
    }
    snprintf(config, sizeof config, HEAD "lines = %s\n[announce shared]\nprompt = bye\n", folder);
    fixture_begin(&fixture, config);
    only_the_trial_is_noted(&fixture);
    const struct line *one = service_line(fixture.service, STR("shop-0")),
                      *two = service_line_of_number(fixture.service, STR("+15559870001"));
    assert_ptr_not_equal(one->voice->section, two->voice->section);
    fixture_end(&fixture);

    /* As plain CGI, the one file that is needed is the one that is read. */
    snprintf(path, sizeof path, "%s/shop-1.ini", folder);
    FILE *file = fopen(path, "w");
    fputs("[line broken", file);
    fclose(file);
    char main_path[] = "/tmp/hookswitch-main-XXXXXX";
    int main_file = mkstemp(main_path);
    assert_true(write(main_file, config, strlen(config)) > 0);
    close(main_file);
    struct service *service = service_read(main_path, all_kinds, false);
    service_read_line(service, STR("Shop-0"));
    service_read_line(service, STR("../shop-1"));
    service_read_line(service, STR("absent"));
    assert_true(service_link(service));
    assert_non_null(service_line(service, STR("shop-0")));
    service_free(service);
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/shop-%d.ini", folder, i);
        unlink(path);
    }
    unlink(main_path);
    rmdir(folder);
}

static void many_lines(void **state)
{
    struct fixture fixture;
    struct arena *arena = arena_new();
    struct buffer config = buffer_in(arena);
    struct timespec began, ended;
    (void)state;
    buffer_add(&config, STR(HEAD "[announce m]\nprompt = Hi\n"));
    for (int i = 0; i < 10000; i++)
        buffer_format(&config, "[line n%d]\nnumbers = +1555%07d\nvoice = m\n", i, i);
    clock_gettime(CLOCK_MONOTONIC, &began);
    fixture_begin(&fixture, buffer_text(&config).at);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    assert_int_equal(fixture.service->config->complaints.errors, 0);
    assert_text(service_line_of_number(fixture.service, STR("+15550009999"))->name, "n9999");
    print_message("# 10,000 lines read in %.3f s\n",
                  (double)(ended.tv_sec - began.tv_sec) + (double)(ended.tv_nsec - began.tv_nsec) / 1e9);
    fixture_end(&fixture);
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("reads a sound configuration and finds lines by name and by number", sound),
    PROMISE("reports what iniparser would cut, fold, double or override, with its line", traps),
    PROMISE("takes comments, quotation marks and continued lines as they are meant", comments),
    PROMISE("says of every error where it stands, what was found, what was expected, and what is near", places),
    PROMISE("says what follows from one fault no second time", one_fault),
    PROMISE("says what was meant, and what to write", remedies),
    PROMISE("names the new name of a key that had another one", renamed),
    PROMISE("reports all errors in one run", all_at_once),
    PROMISE("refuses a call that would go round without the caller doing anything", loops),
    PROMISE("warns of a node that nothing leads to", unreached),
    PROMISE("warns of a key file that others can read or that is not there, and refuses one that holds no key",
            readable_key),
    PROMISE("keeps the nodes of line files apart, and reads only the file that a CGI request needs", scopes),
    PROMISE("reads 10,000 lines and finds each", many_lines),
};

KEEP_PROMISES(promises)
