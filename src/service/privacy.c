#include "service/privacy.h"

enum { DIGITS_SHOWN = 2 };

/* Parameters with words of people: said, typed and written. The addresses of recordings and faxes stay: they need the
 * project's token. */
static const char *const bodies[] = { "Body", "SpeechResult", "UnstableSpeechResult", "TranscriptionText", "Digits" };
/* Numbers, and the people behind them. */
static const char *const numbers[] = {
    "From", "To", "Caller", "Called", "ForwardedFrom", "HangupBy", "RemoteStationId"
};
static const char *const persons[] = { "CallerName", "FromCity", "FromState", "FromZip", "FromCountry", "SipUser" };

static bool is_one_of(struct str name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(name, list[i]))
            return true;
    return false;
}

#define IS_ONE_OF(name, list) is_one_of((name), (list), sizeof(list) / sizeof *(list))

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
    return IS_ONE_OF(name, numbers) ? masked(service, arena, value) : value;
}

struct form privacy_form(const struct service *service, struct arena *arena, const struct form *form, bool no_bodies,
                         bool mask)
{
    struct form kept = { ARENA_ARRAY(arena, struct parameter, form->count + 1), 0 };
    for (size_t i = 0; i < form->count; i++) {
        struct str name = form->at[i].name, value = form->at[i].value;
        if ((no_bodies && IS_ONE_OF(name, bodies)) ||
            (mask && (IS_ONE_OF(name, persons) || str_starts(name, STR("SipHeader_")))))
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

/* --- secrets in answers --- */

/* The values of an attribute that holds a secret. */
static struct str without_attribute(struct arena *arena, struct str answer, struct str attribute)
{
    struct buffer out = buffer_in(arena);
    size_t at;
    while ((at = str_find(answer, attribute)) < answer.length) {
        struct str value = str_from(answer, at + attribute.length);
        buffer_add(&out, str_upto(answer, at + attribute.length));
        buffer_add(&out, STR("***"));
        answer = str_from(value, str_find_char(value, '"'));
    }
    buffer_add(&out, answer);
    return buffer_text(&out);
}

/* https://user:password@host becomes https://, three asterisks, @host. */
static struct str without_users(struct arena *arena, struct str answer)
{
    struct buffer out = buffer_in(arena);
    size_t at;
    while ((at = str_find(answer, STR("://"))) < answer.length) {
        struct str rest = str_from(answer, at + 3);
        size_t end = 0;
        while (end < rest.length && str_find_char(STR("/?#\"'<> \r\n\t@"), rest.at[end]) == 12)
            end++;
        bool user = end < rest.length && rest.at[end] == '@';
        buffer_add(&out, str_upto(answer, at + 3));
        buffer_add(&out, user ? STR("***") : str_upto(rest, end));
        answer = str_from(rest, end);
    }
    buffer_add(&out, answer);
    return buffer_text(&out);
}

struct str privacy_redact_secrets(struct arena *arena, struct str text)
{
    text = without_attribute(arena, text, STR(" password=\""));
    text = without_attribute(arena, text, STR(" authBearerToken=\""));
    return without_users(arena, text);
}
