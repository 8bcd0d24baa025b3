#include "service/session.h"

#include "base/country.h"
#include "base/template.h"
#include "store/secret.h"
#include "web/url.h"

enum { FILLED_VALUE_MAX = 500 };

struct session session_begin(const struct request_context *context, const struct line *line)
{
    return (struct session){ .context = context, .arena = context->arena, .store = context->store, .line = line };
}

const struct settings *session_settings(const struct session *session)
{
    return session->context->service->settings;
}

struct str session_parameter(const struct session *session, const char *name)
{
    return request_parameter(session->context->request, name);
}

struct str session_sid(const struct session *session)
{
    static const char *const names[] = { "CallSid", "MessageSid", "FaxSid" };
    struct str sid = STR("");
    for (size_t i = 0; i < sizeof names / sizeof *names && sid.length == 0; i++)
        sid = session_parameter(session, names[i]);
    return sid;
}

void session_set_value(struct session *session, struct str name, struct str value)
{
    struct form *values = &session->values;
    size_t i = 0;
    if (values->at == NULL)
        values->at = ARENA_ARRAY(session->arena, struct parameter, SESSION_VALUES_MAX);
    while (i < values->count && !str_equal(values->at[i].name, name))
        i++;
    if (i == SESSION_VALUES_MAX)
        return;
    values->count = i == values->count ? i + 1 : values->count;
    values->at[i] = (struct parameter){ name, value };
}

struct str session_value(const struct session *session, const char *name)
{
    return form_value(&session->values, name);
}

struct filling {
    const struct session *session;
    bool escape;
};

static struct str spelt(struct arena *arena, struct str value)
{
    struct buffer out = buffer_in(arena);
    for (size_t i = 0; i < value.length; i++) {
        if (out.length > 0)
            buffer_add(&out, STR(", "));
        if (value.at[i] != '+')
            buffer_add_char(&out, value.at[i]);
    }
    return buffer_text(&out);
}

static struct str find_value(const struct session *session, struct str name)
{
    static const char suffix[] = ".spelt";
    size_t stem = name.length < sizeof suffix ? 0 : name.length - (sizeof suffix - 1);
    if (stem > 0 && str_is(str_from(name, stem), suffix))
        return spelt(session->arena, find_value(session, str_upto(name, stem)));
    const char *wanted = arena_copy(session->arena, name).at;
    struct str value = session_parameter(session, wanted);
    if (value.length == 0)
        value = session_value(session, wanted);
    if (value.length == 0)
        value = form_value(&session->context->request->query_form, wanted);
    return str_prefix(value, FILLED_VALUE_MAX);
}

static struct str fill_value(void *context, struct str name)
{
    const struct filling *filling = context;
    struct str value = find_value(filling->session, name);
    struct buffer escaped = buffer_in(filling->session->arena);
    if (!filling->escape)
        return value;
    url_add_escaped(&escaped, value);
    return buffer_text(&escaped);
}

struct str session_fill(const struct session *session, struct str text, bool escape)
{
    struct filling filling = { session, escape };
    return template_fill(session->arena, text, fill_value, &filling);
}

struct zone_time session_time_at(const struct session *session, int64_t epoch_s)
{
    const struct zone *own = session->line->timezone;
    return zone_at(own != NULL ? own : session_settings(session)->timezone, epoch_s);
}

struct zone_time session_time(const struct session *session)
{
    return session_time_at(session, session->context->now_us / 1000000);
}

struct str session_country(const struct session *session)
{
    struct str country = session_parameter(session, "FromCountry");
    return country.length == 2 ? country : country_of_number(session_parameter(session, "From"));
}

static bool has_store(const struct session *session)
{
    return session->store != NULL && !session->store_failed && session->context->request->method != REQUEST_HEAD;
}

struct str session_caller_key(struct session *session)
{
    struct str caller = ARENA_JOIN(session->arena, STR("caller "), session_parameter(session, "From")), key = STR("");
    struct error why;
    if (has_store(session) && secret_pseudonym(session->store, session->arena, caller, &key, &why) != 0)
        session->store_failed = true;
    return key;
}

struct str session_kv_get(struct session *session, struct str name)
{
    struct kv_entry row;
    struct error why;
    int found = 0;
    if (has_store(session))
        found =
            kv_get(session->store, session->arena, str_upto(name, KV_NAME_MAX), session->context->now_us, &row, &why);
    session->store_failed = session->store_failed || found < 0;
    return found > 0 ? row.value : STR("");
}

int64_t session_kv_count(struct session *session, struct str name, long for_s)
{
    struct error why;
    int64_t now_us = session->context->now_us;
    if (!has_store(session))
        return -1;
    int64_t value =
        kv_increment(session->store, str_upto(name, KV_NAME_MAX), 1, now_us, now_us + for_s * INT64_C(1000000), &why);
    session->store_failed = value < 0;
    return value;
}

void session_kv_change(struct session *session, struct str name,
                       enum kv_action (*decide)(void *context, bool there, struct kv_entry *entry), void *context)
{
    struct error why;
    if (has_store(session) && kv_update(session->store, session->arena, str_upto(name, KV_NAME_MAX),
                                        session->context->now_us, decide, context, &why) != 0)
        session->store_failed = true;
}
