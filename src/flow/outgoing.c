#include "flow/outgoing.h"

static bool is_number(struct str text)
{
    return str_starts(text, STR("+"));
}

static bool is_own(const struct call *call, struct str number)
{
    return is_number(number) && service_line_of_number(call->context->service, number) != NULL;
}

/* A call must not come back to where it was, again and again, each time as another: not to the number that it was
 * forwarded from or that was called; and one that comes from a number of ours never goes to another of them. */
static bool goes_round(const struct call *call, struct str number)
{
    struct str forwarded = call_parameter(call, "ForwardedFrom"), from = call_parameter(call, "From");
    return str_equal(number, forwarded) || str_equal(number, call_parameter(call, "To")) ||
           (is_own(call, number) && (is_own(call, forwarded) || is_own(call, from)));
}

bool outgoing_may_ring(struct call *call, const struct leg *leg)
{
    struct error why;
    if (leg->kind != LEG_NUMBER)
        return true;
    bool round = goes_round(call, leg->address);
    if (!round && line_may_dial(call->line, call_settings(call), leg->address, &why))
        return true;
    log_line(call->context->log, LOG_LEVEL_ERROR, "line '%.*s' does not dial %.*s: %s", STR_ARGS(call->line->name),
             STR_ARGS(leg->address), round ? "the call would go round in a circle" : why.sentence);
    return false;
}

struct str outgoing_caller_id(const struct call *call, const struct leg *leg, bool own)
{
    struct str to = call_parameter(call, "To");
    bool lacking = leg->kind == LEG_NUMBER && !is_number(call_parameter(call, "From"));
    if (!own && !lacking)
        return STR("");
    return is_number(to) ? to : line_number(call->line);
}
