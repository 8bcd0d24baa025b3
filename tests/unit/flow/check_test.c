#include "played.h"

static void complains(const char *rest, const char *sentence)
{
    char config[1000];
    snprintf(config, sizeof config, "%s%s", HEAD, rest);
    begin(config);
    assert_contains(fixture_complaints(&fixture), sentence);
    fixture_end(&fixture);
}

static void hints(void **state)
{
    (void)state;
    complains("voice = m\n[menu m]\nprompt = Press 1 or two.\n1 = hangup\n2 = hangup\n3 = hangup\nstar = repeat\n",
              "hint: [menu m] 3: the prompt does not mention this key");
    complains("voice = m\n[menu m]\nprompt = Press 1 or two.\n1 = hangup\n2 = hangup\nstar = repeat\n",
              "hint: [menu m] star: the prompt");
    complains("voice = a\n[announce a]\nprompt = x\n",
              "hint: [announce a] a dead end: without 'next' the call just ends");
    begin(HEAD "voice = m\n[menu m]\nprompt = Press 1, two, star or pound.\n1 = hangup\n2 = hangup\nstar = "
               "repeat\npound = hangup\n2xx = hangup\notherwise = hangup\n");
    assert_lacks(fixture_complaints(&fixture), "hint");
    fixture_end(&fixture);
    begin(HEAD "voice = m\n[menu m]\nprompt = https://h/a.mp3\n1 = hangup\notherwise = hangup\n");
    assert_lacks(fixture_complaints(&fixture), "hint");
    fixture_end(&fixture);
}

static void warns(void **state)
{
    (void)state;
    complains("voice = a\nlanguages = es, de\n[language es]\ncountries = MX\n[announce a]\nprompt = x\n",
              "warning: [line desk] languages: there is no section [language de]");
    fixture_expect_error(HEAD "voice = a\nlanguages = german\n[announce a]\nprompt = x\n",
                         "[line desk] languages: 'german' is not a language; expected the name of a [language] section");
    complains("voice = m\n[menu m]\nprompt = 1\n1 = hangup\nvoice = Polly.Joanna-Neural\nlanguage = es-MX\n",
              "warning: [menu m] voice: Polly.Joanna-Neural speaks en-US, not es-MX");
    complains("voice = m\n[menu m]\nprompt = 1\n1 = hangup\nvoice = gcloud.de-DE-Wavenet-A\nlanguage = fr\n",
              "speaks de-DE, not fr");
    complains("voice = m\n[menu m]\nprompt = 1\n1 = hangup\nvoice = Joanna\n", "'Joanna' is not known");
    complains("[language es]\nvoice = Polly.Amy\n", "speaks en-GB, not es");
    complains("voice = a\n[announce a]\nprompt = http://h/a.mp3\n", "warning: [announce a] prompt: sound over http");
    complains("voice = d\n[line bare]\nvoice = d\n[dial d]\nto = +15551110001\n", "line 'bare' has no number to show");
    begin(HEAD "voice = m\n[menu m]\nprompt = 1\n1 = hangup\nvoice = Polly.Zhiyu\nlanguage = zh-CN\n[menu n]\nprompt = "
               "1\n1 = hangup\nvoice = Polly.Aditi\nlanguage = hi-IN\n");
    assert_lacks(fixture_complaints(&fixture), "speaks");
    fixture_end(&fixture);
}

static void limits_calls(void **state)
{
    (void)state;
    begin_with_store(HEAD "calls_per_hour = 2\nrate_limited = busy\nvoice = a\n[announce a]\nprompt = Hi.\n");
    for (int i = 0; i < 2; i++)
        assert_contains(post("voice.fcgi", RING), ">Hi.<");
    assert_contains(post("voice.fcgi", RING), "<Reject reason=\"busy\"/>");
    assert_contains(post("voice.fcgi", "CallSid=c1&CallStatus=ringing&From=%2B15551230002&To=%2B15559870002"), ">Hi.<");
    fixture.now_us += 3600 * 1000000LL;
    assert_contains(post("voice.fcgi", RING), ">Hi.<");
    fixture_end(&fixture);
}

/* English in a call of another language is heard by nobody who set it up. */
static void built_in(void **state)
{
    (void)state;
    complains("languages = es\nvoice = m\n[language es]\ncountries = MX\n[menu m]\nprompt = Press 1.\nprompt.es = "
              "Oprima 1.\n1 = box\notherwise = box\n"
              "[voicemail box]\nprompt.es-MX = Hable.\nagain.es = Otra vez.\n",
              "hint: [menu m] built-in sentences are English, whatever language a caller speaks: set invalid.es");
    /* What nothing would ever say is not asked for: the sentences of forwarding, where nothing is forwarded. */
    begin(HEAD "language = de-DE\nsms = t\n[texts t]\notherwise = Hallo.\n");
    assert_lacks(fixture_complaints(&fixture), "forward_");
    fixture_end(&fixture);
    fixture_begin(&fixture, HEAD "language = de-DE\nsms = t\n[texts t]\notherwise = Hallo.\nforward = +15551110001\n");
    assert_contains(fixture_complaints(&fixture), "forward_which, forward_nobody");
    fixture_end(&fixture);
    begin(HEAD "language = de-DE\nvoice = a\n[announce a]\nprompt = Hallo.\nnext = hangup\n[voicemail unused]\n");
    assert_contains(
        fixture_complaints(&fixture),
        "hint: [hookswitch] built-in sentences are English, whatever language a caller speaks: set apology");
    assert_lacks(fixture_complaints(&fixture), "hint: [voicemail unused]");
    fixture_end(&fixture);
}

static void never_spoken(void **state)
{
    (void)state;
    complains("voice = m\n[menu m]\nprompt = Press 1.\nprompt.fr = Tapez 1.\n1 = hangup\n",
              "hint: [menu m] prompt.fr: nothing sets this language, so this is never spoken; expected languages "
              "= fr in a [line] with a "
              "[language fr], or DIGITS.language = fr in a [menu]");
    static const char *const sound[] = {
        HEAD "voice = m\n[menu m]\nprompt = Press 1.\nprompt.fr-CA = Tapez 1.\n1 = repeat\n1.language = fr\n",
        HEAD "languages = fr\nvoice = m\n[language fr]\ncountries = FR\n[menu m]\nprompt = Press 1.\nprompt.fr = Tapez "
             "1.\n1 = hangup\n",
        HEAD "language = fr\nvoice = m\n[menu m]\nprompt = Press 1.\nprompt.fr = Tapez 1.\n1 = hangup\n",
    };
    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++) {
        begin(sound[i]);
        assert_lacks(fixture_complaints(&fixture), "never spoken");
        fixture_end(&fixture);
    }
}

static const struct CMUnitTest promises[] = {
    PROMISE("check hints at prompts in a language that nothing sets", never_spoken),
    PROMISE("check hints at built-in English sentences where a caller speaks another language, and names their keys",
            built_in),
    PROMISE("check hints at dead ends and at keys that a prompt does not speak of", hints),
    PROMISE("check warns of voices that do not speak the language, sound over http, and no number to show", warns),
    PROMISE("a line takes so many calls an hour from one number", limits_calls),
};

KEEP_PROMISES(promises)
