#include "service/privacy.h"

#include <glib.h>

enum { DIGITS_SHOWN = 2 };

/* Parameters with words of people: said, typed and written. The addresses of recordings and faxes stay: they need the
 * project's token. */
static const char *const bodies[] = { "Body", "SpeechResult", "UnstableSpeechResult", "TranscriptionText", "Digits",
                                      NULL };
/* Numbers, and the people behind them. */
static const char *const numbers[] = { "From",          "To",       "Caller",          "Called",
                                       "ForwardedFrom", "HangupBy", "RemoteStationId", NULL };
static const char *const persons[] = {
    "CallerName", "FromCity", "FromState", "FromZip", "FromCountry", "SipUser", NULL
};

/* +15551230001 -> +*********01. The configuration's own numbers are nobody's secret. */
static struct str masked(const struct service *service, struct arena *arena, struct str number)
{
    if (number.length <= DIGITS_SHOWN || service_line_of_number(service, number) != NULL)
        return number;
    struct buffer mask = buffer_in(arena);
    size_t hidden = number.length - DIGITS_SHOWN;
    for (size_t i = 0; i < hidden; i++)
        buffer_add_char(&mask, i == 0 && number.at[0] == '+' ? '+' : '*');
    buffer_add(&mask, str_from(number, hidden));
    return buffer_text(&mask);
}

struct str privacy_masked(const struct service *service, struct arena *arena, struct str name, struct str value)
{
    return str_is_one_of(name, numbers) ? masked(service, arena, value) : value;
}

struct form privacy_form(const struct service *service, struct arena *arena, const struct form *form, bool no_bodies,
                         bool mask)
{
    struct form kept = { ARENA_ARRAY(arena, struct parameter, form->count + 1), 0 };
    for (size_t i = 0; i < form->count; i++) {
        struct str name = form->at[i].name, value = form->at[i].value;
        if ((no_bodies && str_is_one_of(name, bodies)) ||
            (mask && (str_is_one_of(name, persons) || str_starts(name, STR("SipHeader_")))))
            continue;
        kept.at[kept.count++] = (struct parameter){ name, mask ? privacy_masked(service, arena, name, value) : value };
    }
    return kept;
}

void privacy_apply(const struct service *service, struct arena *arena, const struct form *form, struct event *event)
{
    const struct settings *settings = service->settings;
    bool mask = settings->keep_numbers == NUMBERS_MASKED, no_bodies = !settings->keep_body || event->secret;
    if (!no_bodies && !mask)
        return;
    struct form kept = privacy_form(service, arena, form, no_bodies, mask);
    struct buffer parameters = buffer_in(arena);
    form_write(&parameters, &kept);
    event->parameters = buffer_text(&parameters); /* a body that is not a form is dropped as a whole */
    if (mask) {
        event->from = masked(service, arena, event->from);
        event->to = masked(service, arena, event->to);
    }
}

static struct str redacted(struct arena *arena, struct str text, const char *pattern, const char *by)
{
    GRegex *regex = g_regex_new(pattern, G_REGEX_RAW, 0, NULL);
    gchar *out = g_regex_replace(regex, text.length == 0 ? "" : text.at, (gssize)text.length, 0, by, 0, NULL);
    struct str copy = arena_copy(arena, str_of(out));
    g_free(out);
    g_regex_unref(regex);
    return copy;
}

/* Attributes of cXML, and https://user:password@host. */
struct str privacy_redact_secrets(struct arena *arena, struct str text)
{
    text = redacted(arena, text, " (password|authBearerToken)=\"[^\"]*", " \\1=\"***");
    return redacted(arena, text, "://[^/?#\"'<> \\r\\n\\t@]*@", "://***@");
}
