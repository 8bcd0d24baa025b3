#include "flow/met.h"

#include "config/value.h"

enum { KNOWN_S = 400 * 86400, RENEWED_S = 30 * 86400, TODAY_S = 36 * 3600, HOUR_S = 3600 };

bool met_has_number(const struct call *call)
{
    struct str number, from = call_parameter(call, "From");
    return value_sip(from) || value_number(call->context->arena, from, &number);
}

struct acquaintance {
    struct str item; /* this call, message or fax */
    int64_t until_us;
    bool known;
};

/* The first call of somebody, in which it may be asked several times, is that of somebody new. */
static enum shared_verdict meet(void *context, bool there, struct shared *shared)
{
    struct acquaintance *acquaintance = context;
    acquaintance->known = there && !str_equal(shared->value, acquaintance->item);
    if (there && shared->expires_us > acquaintance->until_us - RENEWED_S * INT64_C(1000000))
        return SHARED_LEAVE;
    shared->value = there ? STR("long ago") : acquaintance->item;
    shared->expires_us = acquaintance->until_us;
    return SHARED_SET;
}

bool met_before(struct call *call, struct str as)
{
    struct acquaintance acquaintance = { str_upto(call_item(call), 100),
                                         call->context->now_us + KNOWN_S * INT64_C(1000000), false };
    struct str caller = call_caller_mark(call);
    struct str row = ARENA_JOIN(call->context->arena, STR("met "), caller, STR(" "), as);
    if (met_has_number(call))
        call_shared_change(call, row, meet, &acquaintance);
    return acquaintance.known;
}

bool met_today(struct call *call, struct str as)
{
    struct zone_time now = call_time(call);
    struct str caller = call_caller_mark(call);
    struct str row = arena_format(call->context->arena, "today %04d-%02d-%02d %.*s %.*s", now.year, now.month, now.day,
                                  STR_ARGS(caller), STR_ARGS(as));
    return met_has_number(call) && call_shared_count(call, row, TODAY_S) > 1;
}

bool met_too_often(struct call *call, const char *what, long per_hour)
{
    const struct request_context *context = call->context;
    long hour = (long)(context->now_us / 1000000 / HOUR_S);
    struct str caller = call_caller_mark(call);
    struct str row = arena_format(context->arena, "often %s %ld %.*s %.*s", what, hour % 24, STR_ARGS(caller),
                                  STR_ARGS(call->line->name));
    int64_t count = call_shared_count(call, row, HOUR_S);
    if (count == per_hour + 1)
        log_line(context->log, LOG_LEVEL_WARNING,
                 "line '%.*s': more than %ld %s an hour of one number: no more of them", STR_ARGS(call->line->name),
                 per_hour, what);
    return count > per_hour;
}
