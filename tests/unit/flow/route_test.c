#include "played.h"

#include "flow/numbers.h"

#define ROUTE                                                                                                          \
    HEAD "voice = r\n[hours always]\nmon-sun = 00:00-24:00\n[hours never]\n"                                           \
         "[route r]\n+15551230001 = exact\n+1555* = front\n+1* = america\ncountry.mx = mexico\narea.212 = new-york\n"  \
         "anonymous = nobody\nheader.x-vip.gold = gold\nheader.x-any = any\nclosed.always = hangup\nopen.never = "       \
         "hangup\notherwise = rest\n"                                                                                  \
         "[announce exact]\nprompt = E.\n[announce front]\nprompt = F.\n[announce america]\nprompt = A.\n"             \
         "[announce mexico]\nprompt = M.\n[announce new-york]\nprompt = NY.\n[announce nobody]\nprompt = N.\n"         \
         "[announce gold]\nprompt = G.\n[announce any]\nprompt = Any.\n[announce rest]\nprompt = R.\n"
#define CALL(from) "CallSid=c1&CallStatus=ringing&To=%2B15559870002&From=" from

static void by_caller(void **state)
{
    static const struct {
        const char *form, *answer;
    } cases[] = { { CALL("%2B15551230001"), ">E.<" },
                  { CALL("%2B15551230002"), ">F.<" },
                  { CALL("%2B12125550100"), ">A.<" },
                  { CALL("%2B525512345678"), ">M.<" },
                  { CALL("%2B442071234567"), ">R.<" },
                  { CALL("%2B442071234567&FromCountry=MX"), ">M.<" },
                  { CALL("anonymous"), ">N.<" },
                  { CALL("sip:a@b"), ">R.<" },
                  { CALL("sip:a@b&SipHeader_X-VIP=Gold"), ">G.<" },
                  { CALL("sip:a@b&SipHeader_X-VIP=tin&SipHeader_X-Any=1"), ">Any.<" } };
    (void)state;
    begin(ROUTE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_contains(post("voice.fcgi", cases[i].form), cases[i].answer);
    fixture_end(&fixture);
    begin(HEAD "voice = r\n[route r]\narea.212 = ny\notherwise = hangup\n[announce ny]\nprompt = NY.\n");
    assert_contains(post("voice.fcgi", CALL("%2B12125550100")), ">NY.<");
    assert_lacks(post("voice.fcgi", CALL("%2B13125550100")), ">NY.<");
    fixture_end(&fixture);
}

static void by_list(void **state)
{
    char path[] = "/tmp/hookswitch-unit-list-XXXXXX", config[600];
    FILE *file = fdopen(mkstemp(path), "w");
    (void)state;
    assert_non_null(file);
    fputs("# ours\n+1 (555) 123-0001 ; Ada\n\n+4420*\n", file);
    for (int i = 0; i < 100000; i++)
        fprintf(file, "+1700%07d\n", i * 3);
    fclose(file);
    snprintf(config, sizeof config,
             HEAD "voice = r\n[route r]\nlist.mine = %s\nlisted.mine = in\notherwise = out\n"
                  "[announce in]\nprompt = In.\n[announce out]\nprompt = Out.\n",
             path);
    begin(config);
    assert_contains(post("voice.fcgi", CALL("%2B15551230001")), ">In.<");
    assert_contains(post("voice.fcgi", CALL("%2B442071234567")), ">In.<");
    assert_contains(post("voice.fcgi", CALL("%2B17000299997")), ">In.<");
    assert_contains(post("voice.fcgi", CALL("%2B17000299998")), ">Out.<");
    assert_contains(post("voice.fcgi", CALL("%2B1700029999")), ">Out.<");
    assert_contains(post("voice.fcgi", CALL("%2B17000000003")), ">In.<");
    assert_contains(post("voice.fcgi", CALL("anonymous")), ">Out.<");
    fixture_end(&fixture);
    unlink(path);
}

static void by_time(void **state)
{
    (void)state;
    begin(HEAD "voice = r\n[route r]\ntime.sat-sun = weekend\ntime.2200-0600 = night\ntime.mon-fri.0900-1200 = "
               "morning\notherwise = rest\n"
               "[announce weekend]\nprompt = W.\n[announce night]\nprompt = N.\n[announce morning]\nprompt = "
               "M.\n[announce rest]\nprompt = R.\n");
    static const struct {
        int64_t epoch_s;
        const char *answer;
    } cases[] = { { 1767625445 /* Mon 10:04 EST */, ">M.<" },
                  { 1767625445 + 3 * 3600, ">R.<" },
                  { 1767625445 + 13 * 3600, ">N.<" },
                  { 1767625445 + 17 * 3600, ">N.<" },
                  { 1767625445 - 86400, ">W.<" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture.now_us = cases[i].epoch_s * 1000000;
        assert_contains(post("voice.fcgi", RING), cases[i].answer);
    }
    fixture_end(&fixture);
}

static void by_acquaintance(void **state)
{
    (void)state;
    begin_with_store(HEAD "voice = r\n[route r]\nknown = old\notherwise = new\n[announce old]\nprompt = "
                          "Again.\n[announce new]\nprompt = First.\n");
    assert_contains(post("voice.fcgi", RING), ">First.<");
    assert_contains(post("voice.fcgi", RING), ">First.<"); /* the platform asks twice in the same call */
    assert_contains(post("voice.fcgi", "CallSid=c2&CallStatus=ringing&From=%2B15551230001&To=%2B15559870002"),
                    ">Again.<");
    assert_contains(post("voice.fcgi", "CallSid=c3&CallStatus=ringing&From=%2B15551230009&To=%2B15559870002"),
                    ">First.<");
    fixture_end(&fixture);
}

static void by_share(void **state)
{
    int trial = 0;
    char form[200];
    (void)state;
    begin(HEAD "voice = r\n[route r]\n30% = trial\notherwise = usual\n[announce trial]\nprompt = T.\n[announce "
               "usual]\nprompt = U.\n");
    for (int i = 0; i < 1000; i++) {
        snprintf(form, sizeof form, "CallSid=call-%d&CallStatus=ringing&From=%%2B15551230001&To=%%2B15559870002", i);
        struct str answer = post("voice.fcgi", form);
        trial += str_find(answer, STR(">T.<")) < answer.length;
        assert_text(post("voice.fcgi", form), answer.at); /* a call has one lot */
    }
    assert_in_range(trial, 240, 360);
    fixture_end(&fixture);
}

static void mistakes(void **state)
{
    static const struct {
        const char *key, *sentence;
    } cases[] = { { "country.xx = hangup", "country.xx: not a country" },
                  { "area.21 = hangup", "not an area code" },
                  { "time.25 = hangup", "not a time" },
                  { "+1555x = hangup", "not a caller's number" },
                  { "listed.a = hangup", "expected list.a = FILE too" },
                  { "list.a = /none", "No such file" },
                  { "60% = hangup\n60%.2 = hangup", "the shares add up to 120%" },
                  { "open.r = hangup", "'r' is not the name of any [hours] section" },
                  { "open.nothing = hangup", "no node is called 'nothing'" },
                  { "known.a = hangup", "unknown key in a " } };
    char config[600];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(config, sizeof config, HEAD "voice = r\n[route r]\n%s\notherwise = hangup\n", cases[i].key);
        fixture_expect_error(config, cases[i].sentence);
    }
    struct numbers numbers;
    struct error why;
    struct arena *arena = arena_new();
    assert_int_equal(numbers_parse(arena, str_of("+15551230001\nAda\n"), &numbers, &why), -1);
    assert_text(str_of(why.sentence), "line 2: 'Ada' is not a number; expected for example +15551230001 or +1555*");
    arena_free(arena);
}

static const struct CMUnitTest promises[] = {
    PROMISE("a route leads by caller, exact or by front, country, area code, SIP header, and anonymous callers",
            by_caller),
    PROMISE("a route finds a caller in a list of 100,000 numbers and fronts", by_list),
    PROMISE("a route leads by day and time, also across midnight", by_time),
    PROMISE("a route tells who has called before from who is new, all through a call", by_acquaintance),
    PROMISE("a route draws shares, the same for all of a call", by_share),
    PROMISE("a route's rules that can never be are refused with their place", mistakes),
};

KEEP_PROMISES(promises)
