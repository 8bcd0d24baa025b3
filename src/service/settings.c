#include "service/settings.h"

#include <stddef.h>

#include "store/store.h"
#include "web/url.h"

static const char *const unsigned_choices[] = { "refuse", "accept", NULL };
static const char *const log_choices[] = { "auto", "stderr", "syslog", "none", NULL }; /* enum log_target */

static const char *const unknown_choices[] = { "reject", "busy", "hangup", "apologize", NULL };

#define AT(member) offsetof(struct settings, member)

static const struct field fields[] = {
    { "public_url", FIELD_URL, AT(public_url), 0, 0, 0, NULL, NULL },
    { "trust_forwarded", FIELD_SWITCH, AT(trust_forwarded), 0, 0, 0, NULL, NULL },
    { "signing_key", FIELD_TEXT, AT(signing_key), FIELD_SECRET, 0, 0, NULL, NULL },
    { "signing_key_file", FIELD_FILE, AT(signing_key_file), 0, 0, 0, NULL, NULL },
    { "previous_signing_key", FIELD_TEXT, AT(previous_signing_key), FIELD_SECRET, 0, 0, NULL, NULL },
    { "previous_signing_key_file", FIELD_FILE, AT(previous_signing_key_file), 0, 0, 0, NULL, NULL },
    { "unsigned", FIELD_CHOICE, AT(unsigned_requests), 0, 0, 0, "refuse", unsigned_choices },
    { "timezone", FIELD_ZONE, AT(timezone), 0, 0, 0, "UTC", NULL },
    { "voice", FIELD_TEXT, AT(voice), 0, 0, 0, "woman", NULL },
    { "language", FIELD_LANGUAGE, AT(language), 0, 0, 0, "en-US", NULL },
    { "store", FIELD_TEXT, AT(store), 0, 0, 0, NULL, NULL },
    { "include", FIELD_FILE, AT(include), 0, 0, 0, NULL, NULL },
    { "lines", FIELD_FILE, AT(lines), 0, 0, 0, NULL, NULL },
    { "log", FIELD_CHOICE, AT(log), 0, 0, 0, "auto", log_choices },
    { "unknown", FIELD_CHOICE, AT(unknown), 0, 0, 0, "reject", unknown_choices },
    { "apology", FIELD_PROMPT, AT(apology), 0, 0, 0, "We are sorry, something went wrong. Please call again later.",
      NULL },
    { "max_body", FIELD_SIZE, AT(max_body), 0, 1024, 64L * 1024 * 1024, "1M", NULL },
    { "max_parameters", FIELD_COUNT, AT(max_parameters), 0, 10, 100000, "1000", NULL },
    { "max_value", FIELD_SIZE, AT(max_value), 0, 256, 16L * 1024 * 1024, "64k", NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

static void check_public_url(struct config_reader *reader, struct section *section, struct settings *settings)
{
    struct url url;
    struct text *text = &settings->public_url;
    if (text->length == 0)
        return;
    if (url_split(*text, &url) && url.query.length > 0)
        config_complain(reader, section, NULL, COMPLAINT_ERROR,
                        "public_url: takes no '?'; expected the address of the folder in which the programs are");
    while (text->length > 0 && text->at[text->length - 1] == '/')
        text->length--;
}

static void check(struct config_reader *reader, struct section *section)
{
    struct settings *settings = section->keys;
    struct error why;
    if (section->scope != 0)
        config_complain(reader, section, NULL, COMPLAINT_ERROR, "the settings stand in the main file alone");
    check_public_url(reader, section, settings);
    if (settings->signing_key.length > 0 && settings->signing_key_file.length > 0)
        config_complain(reader, section, NULL, COMPLAINT_ERROR, "either signing_key or signing_key_file, not both");
    if (settings->previous_signing_key.length > 0 && settings->previous_signing_key_file.length > 0)
        config_complain(reader, section, NULL, COMPLAINT_ERROR,
                        "either previous_signing_key or previous_signing_key_file, not both");
    if (settings->store.length > 0 &&
        store_address_check(arena_copy(config_reader_arena(reader), settings->store).at, &why) != 0)
        config_complain(reader, section, NULL, COMPLAINT_ERROR, "store: %s", why.sentence);
    if (settings->store.length == 0)
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "no store is named: no event is kept, and status callbacks are answered 503");
    if (settings->unsigned_requests == UNSIGNED_ACCEPT)
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "unsigned = accept: anybody can send requests; for trials only");
}

const struct section_kind settings_kind = {
    .name = "hookswitch",
    .size = sizeof(struct settings),
    .fields = fields,
    .finish = check,
};
