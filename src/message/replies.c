#include "message/replies.h"

#include "base/file.h"
#include "base/segments.h"
#include "base/template.h"
#include "config/value.h"

enum { FILE_MAX_BYTES = 16 * 1024, SHORT_CODE_MIN = 3, SHORT_CODE_MAX = 8 };

/* --- reading --- */

bool replies_is_sender(struct arena *arena, struct str text, struct str *sender)
{
    unsigned long digits;
    *sender = text;
    return value_number(arena, text, sender) ||
           (text.length >= SHORT_CODE_MIN && text.length <= SHORT_CODE_MAX && str_to_number(text, 99999999UL, &digits));
}

static struct reply *find_reply(struct arena *arena, struct replies *replies, unsigned long number,
                                const struct entry *entry)
{
    struct reply **place = &replies->first;
    while (*place != NULL && (*place)->number < number)
        place = &(*place)->next;
    if (*place != NULL && (*place)->number == number)
        return *place;
    struct reply *reply = ARENA_NEW(arena, struct reply);
    *reply = (struct reply){ .next = *place, .number = number, .text = STR(""), .path = STR(""), .entry = *entry };
    *place = reply;
    return reply;
}

static void read_text(struct config_reader *reader, const struct section *section, const struct entry *entry,
                      struct reply *reply, struct str text)
{
    if (reply->text.length > 0 || reply->path.length > 0)
        config_complain(reader, section, entry, COMPLAINT_ERROR,
                        "this reply has a text already; remove one of the two");
    reply->text = text;
    reply->entry = *entry;
}

/* A process of one request reads the file when it needs the text. */
static void read_file(struct config_reader *reader, const struct section *section, const struct entry *entry,
                      struct reply *reply)
{
    struct str path = config_path(reader, section, entry->value), text = STR("");
    struct error why;
    read_text(reader, section, entry, reply, STR(""));
    reply->path = path;
    if (!config_loads_all(reader))
        return;
    if (replies_text(config_reader_arena(reader), reply, &text, &why) != 0)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "%s", why.sentence);
    else if (text.length == 0)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "the file is empty; write the reply into it");
    reply->text = text;
    reply->path = STR("");
}

static void read_media(struct config_reader *reader, const struct section *section, const struct entry *entry,
                       struct reply *reply)
{
    size_t count = 0;
    reply->media = config_words(reader, section, entry);
    for (const struct word *word = reply->media; word != NULL; word = word->next, count++)
        if (!value_url_with_names(config_reader_arena(reader), word->text))
            config_complain(reader, section, entry, COMPLAINT_ERROR,
                            "'%.*s' is not an address; expected https://host/picture.jpg", STR_ARGS(word->text));
    if (count > REPLIES_MAX_MEDIA)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "%zu media; a message holds at most %d: remove some",
                        count, REPLIES_MAX_MEDIA);
}

bool replies_read(struct config_reader *reader, const struct section *section, const struct entry *entry,
                  struct str ending, struct replies *replies)
{
    struct arena *arena = config_reader_arena(reader);
    size_t dot = str_find_char(ending, '.');
    unsigned long number = 1;
    bool numbered = str_to_number(str_upto(ending, dot), REPLIES_MAX, &number);
    struct str what = numbered ? str_from(ending, dot + 1) : ending;
    if (numbered && number < 2)
        return false;
    if (str_is(what, "from") && !numbered) {
        if (!replies_is_sender(arena, entry->value, &replies->from))
            config_complain(reader, section, entry, COMPLAINT_ERROR,
                            "'%.*s' cannot send messages; expected E.164 such as +15551230001, or a short code such as "
                            "12345",
                            STR_ARGS(str_prefix(entry->value, 60)));
        return true;
    }
    bool media = str_is(what, "media"), file = str_is(what, "file");
    if (what.length > 0 && !media && !file && !(str_is(what, "reply") && !numbered))
        return false;
    replies->given = true;
    if (media)
        read_media(reader, section, entry, find_reply(arena, replies, number, entry));
    else if (file)
        read_file(reader, section, entry, find_reply(arena, replies, number, entry));
    else if (entry->value.length > 0)
        read_text(reader, section, entry, find_reply(arena, replies, number, entry), entry->value);
    return true;
}

/* --- length --- */

/* Typographic characters with a plain equivalent in GSM 03.38. */
static bool is_typographic(struct str character)
{
    return str_starts(character, STR("\xE2\x80")) || str_is(character, "\xC2\xA0");
}

static struct str with_plain_characters(struct arena *arena, struct str text)
{
    struct buffer plain = buffer_in(arena);
    while (text.length > 0) {
        size_t step = str_utf8_length(text);
        struct str character = str_upto(text, step == 0 ? 1 : step);
        buffer_add(&plain, is_typographic(character) ? STR("'") : character);
        text = str_from(text, character.length);
    }
    return buffer_text(&plain);
}

static void check_text(struct config_reader *reader, const struct section *section, const struct entry *entry,
                       struct str text)
{
    size_t length = str_characters(text);
    if (length > REPLIES_MAX_CHARACTERS)
        config_complain(reader, section, entry, COMPLAINT_ERROR,
                        "%zu characters; a message holds at most %d: shorten it", length, REPLIES_MAX_CHARACTERS);
    if (length == 0 || !config_loads_all(reader))
        return;
    struct segments segments = segments_of(text);
    bool open = template_has_names(text);
    config_complain(reader, section, entry, COMPLAINT_NOTE, "%s%zu character%s, %zu segment%s (%s)",
                    open ? "at least " : "", length, length == 1 ? "" : "s", segments.count,
                    segments.count == 1 ? "" : "s", segments.ucs2 ? "UCS-2" : "GSM-7");
    size_t plain = segments_of(with_plain_characters(config_reader_arena(reader), text)).count;
    if (plain < segments.count)
        config_complain(reader, section, entry, COMPLAINT_HINT,
                        "'%.*s' makes the message %zu segments long; a plain character would make it %zu",
                        STR_ARGS(segments.first_non_gsm), segments.count, plain);
}

void replies_check(struct config_reader *reader, const struct section *section, const struct replies *replies)
{
    for (const struct reply *reply = replies->first; reply != NULL; reply = reply->next)
        check_text(reader, section, &reply->entry, reply->text);
}

int replies_text(struct arena *arena, const struct reply *reply, struct str *text, struct error *error)
{
    struct str content;
    *text = reply->text;
    if (reply->path.length == 0)
        return 0;
    if (file_read(arena, reply->path, FILE_MAX_BYTES, &content, error) != 0)
        return -1;
    *text = str_trim(str_from(content, str_starts(content, STR("\xEF\xBB\xBF")) ? 3 : 0));
    return str_is_utf8(*text) ? 0 : error_set(error, "%.*s: not UTF-8", STR_ARGS(str_upto(reply->path, 300)));
}
