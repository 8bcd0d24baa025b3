#include "played.h"

#define SHOP                                                                                                            \
    HEAD "voice = choose\nlanguages = es, fr-CA\n"                                                                      \
         "[language es]\nvoice = Polly.Lupe\nlanguage = es-US\ncountries = MX, ES\n"                                    \
         "[language fr-ca]\nlanguage = fr-CA\ncountries = CA\n"                                                         \
         "[menu choose]\nprompt = For English, press 1.\nprompt.es = Para español, oprima 2.\nprompt.es.2 = pause 1\n" \
         "prompt.fr = Pour le français, tapez 3.\n1 = hello\n2 = hello\n2.language = es\n3 = hello\n3.language = "     \
         "fr-CA\n"                                                                                                      \
         "4 = hello\n4.language = de\n5 = asks\n5.language = es\n"                                                      \
         "[announce hello]\nprompt = Hello.\nprompt.es = Hola.\nprompt.fr-ca = Bonjour.\n"                              \
         "[menu asks]\nprompt = Again?\nprompt.es = ¿Otra vez?\n1 = hello\n"

static void chosen_by_menu(void **state)
{
    (void)state;
    begin(SHOP);
    assert_contains(post("voice.fcgi", RING), ">For English, press 1.<");
    assert_contains(post("voice.fcgi/desk/choose/chosen", TALK "&Digits=1"),
                    "<Say voice=\"woman\" language=\"en-US\">Hello.</Say>");
    assert_contains(post("voice.fcgi/desk/choose/chosen", TALK "&Digits=2"), "<Say voice=\"Polly.Lupe\">Hola.</Say>");
    assert_contains(post("voice.fcgi/desk/choose/chosen", TALK "&Digits=3"),
                    "<Say voice=\"woman\" language=\"fr-CA\">Bonjour.</Say>");
    assert_contains(post("voice.fcgi/desk/choose/chosen", TALK "&Digits=4"),
                    "<Say voice=\"woman\" language=\"de\">Hello.</Say>");
    fixture_end(&fixture);
}

static void kept_for_the_call(void **state)
{
    (void)state;
    begin(SHOP);
    struct str answer = post("voice.fcgi/desk/choose/chosen", TALK "&Digits=5");
    assert_contains(answer, "asks/chosen?try=1&amp;k.lang=es\"");
    assert_contains(answer, "language=\"es-US\"");
    assert_contains(answer, "Otra vez");
    answer = post("voice.fcgi/desk/asks/chosen?try=1&k.lang=es", TALK "&Digits=1");
    assert_contains(answer, ">Hola.<");
    fixture_end(&fixture);
}

static void chosen_by_country(void **state)
{
    (void)state;
    begin(SHOP);
    struct str answer = post("voice.fcgi", "CallSid=c1&CallStatus=ringing&From=%2B525512345678&To=%2B15559870002");
    assert_contains(answer, "Para espa");
    assert_contains(answer, "<Pause length=\"1\"/>");
    assert_contains(answer, "k.lang=es\"");
    answer = post("voice.fcgi", RING "&FromCountry=CA");
    assert_contains(answer, "Pour le fran"); /* French is near enough to that of Canada */
    assert_contains(post("voice.fcgi", RING "&FromCountry=US"), "For English");
    fixture_end(&fixture);
}

static void begins_in_the_lines(void **state)
{
    (void)state;
    begin(HEAD "language = es\nvoice = hello\n[announce hello]\nprompt = Hello.\nprompt.es-MX = Hola.\n");
    assert_contains(post("voice.fcgi", RING), "<Say voice=\"woman\" language=\"es\">Hola.</Say>");
    fixture_end(&fixture);
}

static void mistakes(void **state)
{
    (void)state;
    fixture_expect_error(HEAD "voice = a\n[announce a]\nprompt.es = Hola.\n",
                         "'prompt' is given for single languages only");
    fixture_expect_error(HEAD "[language x]\nvoice = man\n", "'x' is not a language");
    fixture_expect_error(HEAD "[language es]\ncountries = Mexico\n", "'Mexico' is not a country");
    fixture_expect_error(HEAD "voice = m\n[menu m]\nprompt = x\n1 = hangup\n1.language = Spanish!\n",
                         "'Spanish!' is not a language");
}

static void unanswered(void **state)
{
    (void)state;
    begin(
        "[hookswitch]\npublic_url = https://pbx.example.com/hooks\nunsigned = accept\nunanswered = Nobody is "
        "here.\nunanswered.es = No hay nadie.\n"
        "[language es]\ncountries = MX\n[line desk]\nnumbers = +15559870002\nvoice = d\n[dial d]\nto = +15551110001\n");
    assert_contains(post("voice.fcgi/desk/d/ended", TALK "&DialCallStatus=busy"), ">Nobody is here.<");
    assert_contains(post("voice.fcgi/desk/d/ended?k.lang=es", TALK "&DialCallStatus=busy"), ">No hay nadie.<");
    fixture_end(&fixture);
}

static const struct CMUnitTest promises[] = {
    PROMISE("who reaches nobody hears so in the words and the language that the settings give", unanswered),
    PROMISE("a choice of a menu chooses the language, its voice and its prompts", chosen_by_menu),
    PROMISE("the language is kept for the rest of the call in the addresses", kept_for_the_call),
    PROMISE("a caller's country chooses the language, by what the platform says or by the number", chosen_by_country),
    PROMISE("a line begins in a language of its own", begins_in_the_lines),
    PROMISE("a language that is none, and a prompt without its plain text, are refused", mistakes),
};

KEEP_PROMISES(promises)
