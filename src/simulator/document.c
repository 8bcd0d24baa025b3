#include <stdio.h>
#include <time.h>

#include "simulator/call.h"
#include "web/form.h"

/* More documents than this without the caller doing anything are a loop; the platform would go on, and bill. */
enum { DOCUMENTS_MAX = 50 };

/* --- the requests of a call, as the platform makes them --- */

enum { AVERAGE_WAIT_S = 60 };

struct phone_target phone_target(const struct cxml_tree *verb, const char *attribute)
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
    return (struct phone_target){ cxml_tree_attribute(verb, attribute), str_is(method, "GET") };
}

void phone_add(struct buffer *form, const char *name, struct str value)
{
    form_add(form, str_of(name), value);
}

void phone_add_number(struct buffer *form, const char *name, long value)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%ld", value);
    phone_add(form, name, str_of(digits));
}

void phone_add_time(const struct phone_call *call, struct buffer *form)
{
    static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t seconds = (time_t)(call->platform->now_us / 1000000 + call->seconds);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    phone_add(form, "Timestamp",
              arena_format(call->arena, "%s, %02d %s %d %02d:%02d:%02d +0000", days[utc.tm_wday], utc.tm_mday,
                           months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec));
}

static struct buffer standard(const struct phone_call *call, struct str sid, struct str from, struct str to,
                              struct str status, const char *direction)
{
    struct buffer form = buffer_in(call->arena);
    phone_add(&form, "CallSid", sid);
    phone_add(&form, "AccountSid", platform_account(call->platform));
    phone_add(&form, "ApiVersion", STR("2010-04-01"));
    phone_add(&form, "From", from);
    phone_add(&form, "To", to);
    phone_add(&form, "CallStatus", status);
    phone_add(&form, "Direction", str_of(direction));
    return form;
}

struct buffer phone_leg_parameters(const struct phone_call *call, const struct phone_leg *leg, struct str status)
{
    struct str shown = cxml_tree_attribute(call->dial, "callerId");
    struct buffer form =
        standard(call, leg->sid, shown.length > 0 ? shown : call->from, leg->to, status, "outbound-dial");
    phone_add(&form, "ParentCallSid", call->sid);
    return form;
}

struct buffer phone_parameters(const struct phone_call *call)
{
    if (call->side == PHONE_CALLEE)
        return phone_leg_parameters(call, &call->legs[call->leg], STR("in-progress"));
    bool taken = call->side == PHONE_TAKEN; /* whose own call it is stands in the leg */
    struct buffer form = standard(call, taken ? call->legs[0].sid : call->sid, call->from, call->to,
                                  call->answered ? STR("in-progress") : STR("ringing"), "inbound");
    if (call->side == PHONE_WAITING || taken) {
        phone_add(&form, "QueueSid", call->queue_sid);
        phone_add_number(&form, "QueueTime", call->queued_s);
    }
    if (taken)
        phone_add(&form, "DequeingCallSid", call->sid);
    if (call->side == PHONE_WAITING) {
        phone_add_number(&form, "QueuePosition", 1);
        phone_add_number(&form, "AvgQueueTime", AVERAGE_WAIT_S);
        phone_add_number(&form, "CurrentQueueSize", 1);
    }
    return form;
}

static struct platform_request request_of(const struct phone_call *call, struct phone_target target,
                                          struct buffer *form)
{
    return (struct platform_request){
        .address = target.address, .form = buffer_text(form), .get = target.get, .after_s = call->seconds
    };
}

static int ask(struct phone_call *call, struct phone_target target, struct buffer *form,
               const struct cxml_tree **document, struct error *error)
{
    struct platform_request request = request_of(call, target, form);
    return platform_ask(call->platform, call->arena, &request, CXML_VOICE, document, error);
}

int phone_report(struct phone_call *call, struct phone_target target, struct buffer *form, struct error *error)
{
    struct platform_request request = request_of(call, target, form);
    return platform_knows(call->platform, target.address)
               ? platform_report(call->platform, call->arena, &request, error)
               : 0;
}

/* --- where it goes on --- */

void document_emit(const struct phone_call *call, const char *kind, struct str what)
{
    call->emit(call->context, kind, what);
}

int document_wait_for(struct phone_call *call, enum phone_waits waits, const struct cxml_tree *verb)
{
    call->waits = waits;
    call->verb = verb;
    return 0;
}

bool document_has(const struct cxml_tree *verb, const char *attribute, const char *value)
{
    return str_is(cxml_tree_attribute(verb, attribute), value);
}

int document_end(struct phone_call *call, const char *how, struct error *error)
{
    call->side = PHONE_CALLER;
    document_wait_for(call, PHONE_ENDED, NULL);
    document_emit(call, how, STR(""));
    return report_end(call, error);
}

int document_continue(struct phone_call *call, struct phone_target target, struct buffer *form, struct error *error)
{
    const struct cxml_tree *document;
    if (++call->documents > DOCUMENTS_MAX)
        return error_set(error, "%d documents without an action of the caller: the call loops", DOCUMENTS_MAX);
    if (!platform_knows(call->platform, target.address)) { /* somebody else's: what it would say is not known */
        document_emit(call, "elsewhere", target.address);
        return document_end(call, "hang up", error);
    }
    if (ask(call, target, form, &document, error) != 0)
        return -1;
    return verbs_run(call, document->children, error);
}

int document_continue_at_action(struct phone_call *call, const struct cxml_tree *verb, struct buffer *form,
                                struct error *error)
{
    struct phone_target action = phone_target(verb, "action");
    call->answered = true;
    return action.address.length > 0 ? document_continue(call, action, form, error)
                                     : verbs_run(call, verb->next, error);
}

int document_request_only(struct phone_call *call, const struct cxml_tree *verb, struct buffer *form,
                          struct error *error)
{
    const struct cxml_tree *document;
    struct phone_target action = phone_target(verb, "action");
    return platform_knows(call->platform, action.address) ? ask(call, action, form, &document, error) : 0;
}
