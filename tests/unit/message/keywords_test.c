#include "texted.h"

static void whole_message(void **state)
{
    (void)state;
    texted_begin(HEAD "[texts t]\nwhole_message = yes\nyes = Fine.\nno = Pity.\nopen = Nine.\nopen.whole_message = "
                      "no\notherwise = Hm?\n");
    assert_contains(text(ANN, " YES! \xF0\x9F\x91\x8D"), ">Fine.<");
    assert_contains(text(ANN, "yes please"), ">Hm?<");
    assert_contains(text(ANN, "there is no answer"), ">Hm?<");
    assert_contains(text(ANN, "are you open"), ">Nine.<");
    texted_end();
}

static void near_misses(void **state)
{
    (void)state;
    texted_begin(HEAD "[texts t]\ntolerate_typos = yes\nhours = Nine.\nhorse = Neigh.\nappointment = When?\nno = "
                      "Pity.\notherwise = Hm?\n");
    assert_contains(text(ANN, "huors"), ">Nine.<");
    assert_contains(text(ANN, "an apointmnet please"), ">When?<");
    assert_contains(text(ANN, "hors"), ">Hm?<"); /* hours or horse? */
    assert_contains(text(ANN, "on"), ">Hm?<");   /* too short to guess */
    texted_end();
    texted_begin(HEAD "[texts t]\nhours = Nine.\notherwise = Hm?\n");
    assert_contains(text(ANN, "huors"), ">Hm?<"); /* it was not asked for */
    texted_end();
}

static void patterns(void **state)
{
    (void)state;
    texted_begin(HEAD "[texts t]\norder = Which order?\nsent = Order {{Number}} is on its way.\nsent.pattern = order "
                      "+(?<Number>\\d{4,8})\n"
                      "number = Is {{1}} an order?\nnumber.pattern = \\b(\\d{4,8})\\b\nhang = Never.\nhang.pattern = "
                      "^(a+)+$\notherwise = Hm?\n");
    assert_contains(text(ANN, "my order?"), ">Which order?<");
    assert_contains(text(ANN, "my order 12345?"), ">Order 12345 is on its way.<");
    assert_contains(text(ANN, "12345 please"), ">Is 12345 an order?<");
    assert_contains(text(ANN, "number"), ">Hm?<"); /* the name of a pattern is no keyword */
    assert_contains(text(ANN, "12 please"), ">Hm?<");
    char long_text[1500];
    memset(long_text, 'a', sizeof long_text - 2);
    strcpy(long_text + sizeof long_text - 2, "!");
    assert_contains(text(ANN, long_text), ">Hm?<");
    assert_contains(text(ANN, "aaaa"), ">Never.<");
    texted_end();
    fixture_expect_error(HEAD "[texts t]\na = x\na.pattern = (\n",
                         "[texts t] a.pattern: not a pattern: missing closing parenthesis");
}

static void first_and_daily(void **state)
{
    (void)state;
    texted_begin_with_store(
        STORED "[texts t]\nreplies_per_hour = 1000\nwelcome = Welcome to Acme!\nhours = Nine.\nnews = Sale.\nnews.only "
               "= daily\n"
               "gift = A voucher.\ngift.only = first\notherwise = We will get back to you.\notherwise.only = daily\n");
    struct str greeted = text(ANN, "Hello");
    assert_contains(greeted, ">Welcome to Acme!<");
    assert_false(str_find(greeted, STR("get back")) < greeted.length);
    assert_contains(text(ANN, "Hello?"), ">We will get back to you.<");
    assert_contains(text(ANN, "Hello??"), "<Response/>");
    assert_contains(text(ANN, "news"), ">Sale.<");
    assert_contains(text(ANN, "news"), "<Response/>");
    assert_contains(text(ANN, "gift"), "<Response/>");
    struct str both = text(BOB, "gift");
    assert_contains(both, ">Welcome to Acme!<");
    assert_contains(both, ">A voucher.<");
    assert_contains(text(BOB, "hours"), ">Nine.<");
    assert_contains(text(BOB, "hours"), ">Nine.<");
    fixture.now_us += 13 * 60 * MINUTE_US; /* after midnight */
    assert_contains(text(ANN, "news"), ">Sale.<");
    texted_end();
}

static void by_time_and_sender(void **state)
{
    (void)state;
    texted_begin_with_store(
        TOP "store = sqlite:/nowhere/events.db\n[line desk]\nnumbers = +15559870002\nsms = who\n[route who]\n+1900* = "
            "reject\n" BOB " = friends\nopen.office = day\notherwise = night\n[hours office]\nmon-fri = 09:00-17:00\n"
            "[texts day]\notherwise = Day.\n[texts night]\notherwise = Night.\n[texts friends]\notherwise = Hi!\n");
    assert_contains(text(ANN, "x"), ">Day.<");
    assert_contains(text("+19005550100", "x"), "<Response/>");
    assert_contains(text(BOB, "x"), ">Hi!<");
    fixture.now_us += 12 * 60 * MINUTE_US;
    assert_contains(text(ANN, "x"), ">Night.<");
    texted_end();
}

static void leads_on(void **state)
{
    (void)state;
    texted_begin(HEAD "[texts t]\nsales = One moment.\nsales.next = sales-texts\nsupport.next = help\notherwise = Hm?\n"
                      "[texts sales-texts]\nprice = Ten.\notherwise = Ask for a price.\n[texts help]\nreply_from = "
                      "+15559870003\notherwise = Help!\n");
    struct str both = text(ANN, "sales");
    assert_contains(both, ">One moment.<");
    assert_contains(both, ">Ask for a price.<");
    assert_contains(text(ANN, "sales price"), ">Ten.<");
    assert_contains(text(ANN, "support"), "<Message from=\"+15559870003\"");
    assert_contains(text(ANN, "support"), ">Help!<");
    texted_end();
    fixture_expect_error(HEAD "[texts t]\na.next = u\n[texts u]\nb.next = t\n", "a loop without input");
    fixture_expect_error(HEAD "[texts t]\na.next = m\n[menu m]\nprompt = x\n", "[menu m] is not a [texts ...] section");
}

static const struct CMUnitTest promises[] = {
    PROMISE("a keyword may have to be all of the message, for a section or by itself", whole_message),
    PROMISE("near misses are understood if asked, unless two are meant as well", near_misses),
    PROMISE("patterns catch what keywords do not, and what they caught stands in the reply", patterns),
    PROMISE("replies are given to a sender's first message alone, or once a day", first_and_daily),
    PROMISE("messages are answered by the hours and the sender", by_time_and_sender),
    PROMISE("a keyword leads on to further sections", leads_on),
};

KEEP_PROMISES(promises)
