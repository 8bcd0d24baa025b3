#include "service/settings.h"

#include <stddef.h>

#include "config/value.h"
#include "service/language.h"
#include "store/store.h"
#include "web/url.h"

static const char *const unsigned_choices[] = { "refuse", "accept", NULL };
static const char *const log_choices[] = { "auto", "stderr", "syslog", "none", NULL }; /* enum log_target */

static const char *const unknown_choices[] = { "reject", "busy", "hangup", "apologize", NULL };

static const char *const keep_numbers_choices[] = { "yes", "masked", NULL }; /* enum settings_numbers */

enum { KEEP_DAYS_MAX = 36500 };

#define AT(member) offsetof(struct settings, member)

static const struct field fields[] = {
    { "public_url", FIELD_URL, AT(public_url), 0, 0, 0, NULL, NULL },
    { "trust_forwarded", FIELD_SWITCH, AT(trust_forwarded), 0, 0, 0, NULL, NULL },
    { "signing_key", FIELD_TEXT, AT(signing_key), FIELD_SECRET | FIELD_WIPE, 0, 0, NULL, NULL },
    { "signing_key_file", FIELD_FILE, AT(signing_key_file), FIELD_SECRET, 0, 0, NULL, NULL },
    { "previous_signing_key", FIELD_TEXT, AT(previous_signing_key), FIELD_SECRET | FIELD_WIPE, 0, 0, NULL, NULL },
    { "previous_signing_key_file", FIELD_FILE, AT(previous_signing_key_file), FIELD_SECRET, 0, 0, NULL, NULL },
    { "unsigned", FIELD_CHOICE, AT(unsigned_requests), 0, 0, 0, "refuse", unsigned_choices },
    { "timezone", FIELD_ZONE, AT(timezone), 0, 0, 0, "UTC", NULL },
    { "voice", FIELD_TEXT, AT(voice), 0, 0, 0, "woman", NULL },
    { "language", FIELD_LANGUAGE, AT(language), 0, 0, 0, "en-US", NULL },
    { "store", FIELD_TEXT, AT(store), 0, 0, 0, NULL, NULL },
    { "include", FIELD_FILE, AT(include), 0, 0, 0, NULL, NULL },
    { "lines", FIELD_FILE, AT(lines), 0, 0, 0, NULL, NULL },
    { "log", FIELD_CHOICE, AT(log), 0, 0, 0, "auto", log_choices },
    { "unknown_number", FIELD_CHOICE, AT(unknown_number), 0, 0, 0, "reject", unknown_choices },
    { "apology", FIELD_PROMPT, AT(apology), 0, 0, 0, "We are sorry, something went wrong. Please call again later.",
      NULL },
    { "unanswered", FIELD_PROMPT, AT(unanswered), 0, 0, 0,
      "We are sorry, nobody can take your call now. Please try again later.", NULL },
    { "dial_allow", FIELD_WORDS, AT(dial_allow), 0, 0, 0, NULL, NULL },
    { "max_body", FIELD_SIZE, AT(max_body), 0, 1024, 64L * 1024 * 1024, "1M", NULL },
    { "max_parameters", FIELD_COUNT, AT(max_parameters), 0, 10, 100000, "1000", NULL },
    { "max_value", FIELD_SIZE, AT(max_value), 0, 256, 16L * 1024 * 1024, "64k", NULL },
    { "keep_body", FIELD_SWITCH, AT(keep_body), 0, 0, 0, "yes", NULL },
    { "keep_numbers", FIELD_CHOICE, AT(keep_numbers), 0, 0, 0, "yes", keep_numbers_choices },
    { "keep_days", FIELD_COUNT, AT(keep_days), 0, 0, KEEP_DAYS_MAX, "0", NULL },
    { "trace", FIELD_COUNT, AT(trace), 0, 0, SETTINGS_TRACE_MAX, "0", NULL },
    { "trace_numbers", FIELD_CHOICE, AT(trace_numbers), 0, 0, 0, "yes", keep_numbers_choices },
    { "stuck_after", FIELD_DURATION, AT(stuck_after_s), 0, 60, 30L * 86400, "4h", NULL },
    { "space", FIELD_TEXT, AT(space), 0, 0, 0, NULL, NULL },
    { "project", FIELD_TEXT, AT(project), 0, 0, 0, NULL, NULL },
    { "token", FIELD_TEXT, AT(token), FIELD_SECRET | FIELD_WIPE, 0, 0, NULL, NULL },
    { "token_file", FIELD_FILE, AT(token_file), FIELD_SECRET, 0, 0, NULL, NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

/* keep_days.call = 90: longer or shorter than the others. */
static bool read_entry(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    static const char prefix[] = "keep_days.";
    struct settings *settings = section->keys;
    unsigned long days;
    if (!str_starts(entry->key, str_of(prefix)))
        return false;
    for (size_t kind = 0; event_kind_name(kind) != NULL && kind < SETTINGS_KINDS; kind++) {
        if (!str_is(str_from(entry->key, sizeof prefix - 1), event_kind_name(kind)))
            continue;
        if (str_to_number(entry->value, KEEP_DAYS_MAX, &days))
            settings->keep_days_of[kind] = (long)days + 1; /* 0 is what is not said */
        else
            config_complain(reader, section, entry, COMPLAINT_ERROR, "expected a number of days, or 0 to keep all");
        return true;
    }
    config_complain(reader, section, entry, COMPLAINT_ERROR,
                    "not a kind of event; expected one of call, message, recording, transcription, fax, conference, "
                    "queue, stream, other");
    return true;
}

long settings_keep_days(const struct settings *settings, size_t kind_position)
{
    long own = kind_position < SETTINGS_KINDS ? settings->keep_days_of[kind_position] : 0;
    return own > 0 ? own - 1 : settings->keep_days;
}

long settings_keep_days_longest(const struct settings *settings)
{
    long longest = 0;
    for (size_t kind = 0; event_kind_name(kind) != NULL; kind++) {
        long days = settings_keep_days(settings, kind);
        if (days == 0)
            return 0;
        longest = days > longest ? days : longest;
    }
    return longest;
}

struct str settings_host(const struct settings *settings, struct arena *arena)
{
    struct str space = settings->space;
    bool plain = str_find_char(space, '.') == space.length && str_find_char(space, ':') == space.length;
    return plain ? ARENA_JOIN(arena, space, STR(".signalwire.com")) : space;
}

static void check_public_url(struct config_reader *reader, struct section *section, struct settings *settings)
{
    struct url url;
    struct str *text = &settings->public_url;
    if (text->length == 0 && section->scope == 0 && config_place(section, "public_url").line == section->line)
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "no public_url: the signed address is taken from the request, so signatures do not match "
                        "behind a proxy or another port; expected public_url = https://HOST/hooks");
    if (text->length == 0)
        return;
    bool split = url_split(*text, &url);
    if (split && url.query.length > 0)
        config_error(reader, section,
                     "public_url: takes no '?'; expected the address of the folder in which the programs are");
    *text = url_trim(*text);
    size_t name = text->length - str_behind_last(*text, '/').length;
    size_t program = str_find(str_from(*text, name), STR(".fcgi"));
    size_t line = split ? str_find(url.path, STR(".fcgi/")) : 0; /* /voice.fcgi/LINE */
    bool below = split && line < url.path.length;
    if (below)
        for (name = (size_t)(url.path.at - text->at) + line; name > 0 && text->at[name - 1] != '/';)
            name--;
    if (below || (split && url.path.length > 0 && program + 5 == text->length - name))
        config_error(reader, section, "public_url: ends in a program; expected the address of its folder: %.*s",
                     STR_ARGS(str_upto(*text, name - 1)));
}

static void check_dial_allow(struct config_reader *reader, struct section *section, struct word *pattern)
{
    for (; pattern != NULL; pattern = pattern->next)
        if (!value_number_pattern(pattern->text))
            config_error(reader, section,
                         "dial_allow: '%.*s' is not a pattern; expected for example +44* or +15551230001",
                         STR_ARGS(pattern->text));
}

static void check(struct config_reader *reader, struct section *section)
{
    struct settings *settings = section->keys;
    struct error why;
    if (section->scope != 0)
        config_error(reader, section, "settings belong in the main file only; move them to its [hookswitch]");
    check_public_url(reader, section, settings);
    voices_check(reader, section, settings->voice, settings->language);
    check_dial_allow(reader, section, settings->dial_allow);
    if (settings->signing_key.length > 0 && settings->signing_key_file.length > 0)
        config_error(reader, section, "either signing_key or signing_key_file, not both; remove one");
    if (settings->previous_signing_key.length > 0 && settings->previous_signing_key_file.length > 0)
        config_error(reader, section, "either previous_signing_key or previous_signing_key_file, not both; remove one");
    if (settings->store.length > 0 &&
        store_address_check(arena_copy(config_reader_arena(reader), settings->store).at, &why) != 0)
        config_error(reader, section, "store: %s", why.sentence);
    if (settings->token.length > 0 && settings->token_file.length > 0)
        config_error(reader, section, "either token or token_file, not both; remove one");
    if (settings->store.length == 0)
        config_complain(
            reader, section, NULL, COMPLAINT_WARNING,
            "no store is named: events are not stored, and status callbacks are answered 503; expected for example "
            "store = sqlite:/var/lib/hookswitch/events.db");
    if (settings->trace > 0 && settings->store.length == 0)
        config_error(reader, section,
                     "trace: needs a store; expected for example store = sqlite:/var/lib/hookswitch/events.db");
    if (settings->unsigned_requests == UNSIGNED_ACCEPT)
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "unsigned = accept: anybody can send requests; for trials only");
}

const struct section_kind settings_kind = {
    .name = "hookswitch",
    .sole = true,
    .size = sizeof(struct settings),
    .fields = fields,
    .entry = read_entry,
    .finish = check,
};

bool settings_redact(const struct settings *settings)
{
    return !settings->keep_body || settings->keep_numbers != NUMBERS_KEPT;
}

bool settings_have_store(const struct config *config)
{
    const struct section *section = config_find(config, settings_kind.name, STR(""));
    return section == NULL || ((const struct settings *)section->keys)->store.length > 0;
}
