#include "flow/caller_history.h"

#include "config/value.h"

enum { KNOWN_S = 400 * 86400, RENEWED_S = 30 * 86400, TODAY_S = 36 * 3600, HOUR_S = 3600 };

bool caller_has_number(const struct session *session)
{
    struct str number, from = session_parameter(session, "From");
    return value_sip(from) || value_number(session->arena, from, &number);
}

struct caller_record {
    struct str item; /* this call, message or fax */
    int64_t until_us;
    bool known;
};

/* All requests of a new caller's first call count as new. */
static enum kv_action update_record(void *context, bool there, struct kv_entry *entry)
{
    struct caller_record *caller_record = context;
    caller_record->known = there && !str_equal(entry->value, caller_record->item);
    if (there && entry->expires_us > caller_record->until_us - RENEWED_S * INT64_C(1000000))
        return KV_KEEP;
    entry->value = there ? STR("long ago") : caller_record->item;
    entry->expires_us = caller_record->until_us;
    return KV_SET;
}

bool caller_history_seen(struct session *session, struct str key)
{
    struct caller_record caller_record = { str_upto(session_sid(session), 100),
                                           session->context->now_us + KNOWN_S * INT64_C(1000000), false };
    struct str caller = session_caller_key(session);
    struct str row = ARENA_JOIN(session->arena, STR("met "), caller, STR(" "), key);
    if (caller_has_number(session))
        session_kv_change(session, row, update_record, &caller_record);
    return caller_record.known;
}

bool caller_history_seen_today(struct session *session, struct str key)
{
    struct zone_time now = session_time(session);
    struct str caller = session_caller_key(session);
    struct str row = arena_format(session->arena, "today %04d-%02d-%02d %.*s %.*s", now.year, now.month, now.day,
                                  STR_ARGS(caller), STR_ARGS(key));
    return caller_has_number(session) && session_kv_count(session, row, TODAY_S) > 1;
}

bool caller_history_exceeds(struct session *session, const char *what, long per_hour)
{
    const struct request_context *context = session->context;
    long hour = (long)(context->now_us / 1000000 / HOUR_S);
    struct str caller = session_caller_key(session);
    struct str row = arena_format(context->arena, "often %s %ld %.*s %.*s", what, hour % 24, STR_ARGS(caller),
                                  STR_ARGS(session->line->name));
    int64_t count = session_kv_count(session, row, HOUR_S);
    if (count == per_hour + 1)
        log_line(context->log, LOG_LEVEL_WARNING, "line '%.*s': more than %ld %s per hour from one number: limiting it",
                 STR_ARGS(session->line->name), per_hour, what);
    return count > per_hour;
}
