#include "flow/outgoing.h"

static bool is_number(struct str text)
{
    return str_starts(text, STR("+"));
}

static bool is_own(const struct call *call, struct str number)
{
    return is_number(number) && service_line_of_number(call->session.context->service, number) != NULL;
}

/* Detects forwarding loops: calls to the number that was called or that forwarded here, and calls from one of our
 * numbers to another. */
static bool is_forwarding_loop(const struct call *call, struct str number)
{
    struct str forwarded = session_parameter(&call->session, "ForwardedFrom"),
               from = session_parameter(&call->session, "From");
    return str_equal(number, forwarded) || str_equal(number, session_parameter(&call->session, "To")) ||
           (is_own(call, number) && (is_own(call, forwarded) || is_own(call, from)));
}

bool outgoing_may_ring(struct call *call, const struct leg *leg)
{
    struct error why;
    if (leg->kind != LEG_NUMBER)
        return true;
    bool loop = is_forwarding_loop(call, leg->address);
    if (!loop && line_may_dial(call->session.line, session_settings(&call->session), leg->address, &why))
        return true;
    log_line(call->session.context->log, LOG_LEVEL_ERROR, "line '%.*s' does not dial %.*s: %s",
             STR_ARGS(call->session.line->name), STR_ARGS(leg->address), loop ? "forwarding loop" : why.sentence);
    return false;
}

struct str outgoing_caller_id(const struct call *call, const struct leg *leg, bool own)
{
    struct str to = session_parameter(&call->session, "To");
    bool lacking = leg->kind == LEG_NUMBER && !is_number(session_parameter(&call->session, "From"));
    if (!own && !lacking)
        return STR("");
    return is_number(to) ? to : line_number(call->session.line);
}
