#include "texted.h"

static void several(void **state)
{
    (void)state;
    texted_begin(HEAD "[texts t]\nmap = Here we are, {{FromCity}}.\nmap.media = https://www.example.com/map.png, "
                      "https://www.example.com/{{From}}.jpg\n"
                      "map.2 = See you!\nmap.3.media = https://www.example.com/door.jpg\nmap.from = 12345\n"
                      "mail.reply = By post.\nmail.from = +1 (555) 987-0003\n");
    struct str answer = text_sid("m1", ANN, "the map", "&FromCity=Salem");
    assert_contains(
        answer, "<Message from=\"12345\" statusCallback=\"https://pbx.example.com/hooks/status.fcgi/message/desk\">");
    assert_contains(answer, "<Body>Here we are, Salem.</Body>");
    assert_contains(answer, "<Media>https://www.example.com/map.png</Media>");
    assert_contains(answer, "<Media>https://www.example.com/%2B15551230001.jpg</Media>");
    assert_contains(answer, ">See you!</Message>");
    assert_contains(answer, "<Media>https://www.example.com/door.jpg</Media>");
    assert_int_equal(texted_count(answer, "<Message from=\"12345\""), 3);
    assert_contains(text(ANN, "mail"), "<Message from=\"+15559870003\"");
    texted_end();
}

static void from_a_file(void **state)
{
    (void)state;
    char path[200];
    texted_begin(HEAD "[texts t]\nhours = x\n");
    snprintf(path, sizeof path, "%s/long.txt", fixture.folder);
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 160; i++)
        fputs("123456789 ", file); /* 1,599 characters and a space */
    fclose(file);
    const char *config = arena_format(fixture.arena, HEAD "[texts t]\nhours.file = %s\n", path).at;
    struct fixture outer = fixture;
    texted_begin(config);
    struct str answer = text(ANN, "hours");
    assert_contains(answer, "123456789 123456789</Message>");
    texted_end();
    file = fopen(path, "a");
    fputs("and two", file);
    fclose(file);
    fixture_expect_error(config, "hours.file: 1607 characters; a message holds at most 1600");
    fixture = outer;
    texted_end();
}

static void lengths(void **state)
{
    (void)state;
    fixture_begin(&fixture,
                  HEAD "[texts t]\na = Hello\nb = Hello {{From}}\nc = It\xE2\x80\x99s open\nd = \xD0\x94\xD0\xB0\n"
                       "f = It\xE2\x80\x99s open from nine to five on weekdays, from ten to two on all Saturdays.\n"
                       "e = "
                       "01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234"
                       "56789012345678901234567890123456789012345678901234567890123456789!\n");
    struct str all = fixture_complaints(&fixture);
    assert_contains(all, "[texts t] a: 5 characters, 1 segment (GSM-7)");
    assert_contains(all, "[texts t] b: at least 14 characters, 1 segment (GSM-7)");
    assert_contains(all, "[texts t] c: 9 characters, 1 segment (UCS-2)");
    assert_false(str_find(all, STR("c: '\xE2")) < all.length); /* it costs nothing */
    assert_contains(all, "hint: [texts t] f: '\xE2\x80\x99' makes the message 2 segments long; a plain character "
                         "would make it 1");
    assert_contains(all, "[texts t] d: 2 characters, 1 segment (UCS-2)");
    assert_contains(all, "[texts t] e: 161 characters, 2 segments (GSM-7)");
    fixture_end(&fixture);
}

static void mistakes(void **state)
{
    (void)state;
    fixture_expect_error(HEAD "[texts t]\na = x\na.from = hello\n", "a.from: 'hello' cannot send messages");
    fixture_expect_error(HEAD "[texts t]\na = x\na.media = ftp://x/y\n", "a.media: 'ftp://x/y' is not an address");
    fixture_expect_error(HEAD "[texts t]\na.file = /no/such\n", "a.file: /no/such: No such file");
    fixture_expect_error(HEAD "[texts t]\na = x\na.file = /dev/null\n", "this reply has a text already");
    fixture_expect_error(HEAD "[texts t]\na = x\na.11 = y\n", "unknown key in a ");
    fixture_expect_error(HEAD "[texts t]\na = x\ntolerate_tpyos = yes\n", "did you mean 'tolerate_typos'");
}

static const struct CMUnitTest promises[] = {
    PROMISE("a reply is several messages, with pictures, from another number or a short code", several),
    PROMISE("a long reply stands in a file, up to 1,600 characters", from_a_file),
    PROMISE("says of each message how many characters and segments it has, and why UCS-2", lengths),
    PROMISE("reports replies that cannot be sent", mistakes),
};

KEEP_PROMISES(promises)
