#include "simulator/wire.h"

#include <stdio.h>
#include <time.h>

#include "web/form.h"

enum { AVERAGE_WAIT_S = 60 };

struct wire_target wire_target(const struct cxml_tree *verb, const char *attribute)
{
    static const struct {
        const char *attribute, *method;
    } own[] = { { "action", "method" }, { "url", "method" }, { "waitUrl", "waitUrlMethod" } };
    char name[80];
    snprintf(name, sizeof name, "%sMethod", attribute);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (str_is(str_of(attribute), own[i].attribute))
            snprintf(name, sizeof name, "%s", own[i].method);
    struct str method = cxml_tree_attribute(verb, name);
    if (method.length == 0 && str_is(verb->name, "Conference"))
        method = cxml_tree_attribute(verb, "waitMethod");
    return (struct wire_target){ cxml_tree_attribute(verb, attribute), str_is(method, "GET") };
}

void wire_add(struct buffer *form, const char *name, struct str value)
{
    form_add(form, str_of(name), value);
}

void wire_add_number(struct buffer *form, const char *name, long value)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%ld", value);
    wire_add(form, name, str_of(digits));
}

void wire_add_time(const struct phone_call *call, struct buffer *form)
{
    static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t seconds = (time_t)(call->platform->now_us / 1000000 + call->seconds);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    wire_add(form, "Timestamp",
             arena_format(call->arena, "%s, %02d %s %d %02d:%02d:%02d +0000", days[utc.tm_wday], utc.tm_mday,
                          months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec));
}

static struct buffer standard(const struct phone_call *call, struct str sid, struct str from, struct str to,
                              struct str status, const char *direction)
{
    struct buffer form = buffer_in(call->arena);
    wire_add(&form, "CallSid", sid);
    wire_add(&form, "AccountSid", platform_account(call->platform));
    wire_add(&form, "ApiVersion", STR("2010-04-01"));
    wire_add(&form, "From", from);
    wire_add(&form, "To", to);
    wire_add(&form, "CallStatus", status);
    wire_add(&form, "Direction", str_of(direction));
    return form;
}

struct buffer wire_leg_parameters(const struct phone_call *call, const struct phone_leg *leg, struct str status)
{
    struct str shown = cxml_tree_attribute(call->dial, "callerId");
    struct buffer form =
        standard(call, leg->sid, shown.length > 0 ? shown : call->from, leg->to, status, "outbound-dial");
    wire_add(&form, "ParentCallSid", call->sid);
    return form;
}

struct buffer wire_parameters(const struct phone_call *call)
{
    if (call->side == PHONE_CALLEE)
        return wire_leg_parameters(call, &call->legs[call->leg], STR("in-progress"));
    bool taken = call->side == PHONE_TAKEN; /* whose own call it is stands in the leg */
    struct buffer form = standard(call, taken ? call->legs[0].sid : call->sid, call->from, call->to,
                                  call->answered ? STR("in-progress") : STR("ringing"), "inbound");
    if (call->side == PHONE_WAITING || taken) {
        wire_add(&form, "QueueSid", call->queue_sid);
        wire_add_number(&form, "QueueTime", call->queued_s);
    }
    if (taken)
        wire_add(&form, "DequeingCallSid", call->sid);
    if (call->side == PHONE_WAITING) {
        wire_add_number(&form, "QueuePosition", 1);
        wire_add_number(&form, "AvgQueueTime", AVERAGE_WAIT_S);
        wire_add_number(&form, "CurrentQueueSize", 1);
    }
    return form;
}

static struct platform_request request_of(const struct phone_call *call, struct wire_target target, struct buffer *form)
{
    return (struct platform_request){
        .address = target.address, .form = buffer_text(form), .get = target.get, .after_s = call->seconds
    };
}

int wire_ask(struct phone_call *call, struct wire_target target, struct buffer *form, const struct cxml_tree **document,
             struct error *error)
{
    struct platform_request request = request_of(call, target, form);
    return platform_ask(call->platform, call->arena, &request, CXML_VOICE, document, error);
}

int wire_report(struct phone_call *call, struct wire_target target, struct buffer *form, struct error *error)
{
    struct platform_request request = request_of(call, target, form);
    return platform_knows(call->platform, target.address)
               ? platform_report(call->platform, call->arena, &request, error)
               : 0;
}
