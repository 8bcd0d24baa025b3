#include "service/derive.h"

#include "service/on.h"

enum { CALL_END_RANK = 4, MESSAGE_LAST_RANK = 3, SETTLE_S = 10 };

static void order(struct arena *arena, struct event *event, const char *action, int64_t after_s)
{
    struct job_request *order = ARENA_NEW(arena, struct job_request);
    *order =
        (struct job_request){ event->job_requests, str_of(action), event->received_us + after_s * INT64_C(1000000) };
    event->job_requests = order;
}

/* A caller's own call, not a leg that it led to. The number's status callback says no direction. */
static bool is_inbound_end(const struct form *form, const struct event *event)
{
    struct str direction = form_value(form, "Direction");
    return str_is(event->kind, "call") && event->rank >= CALL_END_RANK && event->parent_sid.length == 0 &&
           (direction.length == 0 || str_is(direction, "inbound"));
}

static bool is_on_its_way(const struct event *event)
{
    return str_is(event->kind, "message") && event->rank < MESSAGE_LAST_RANK && !str_is(event->state, "receiving");
}

void derive_request_jobs(const struct service *service, struct arena *arena, const struct form *form,
                         struct event *event)
{
    if (is_inbound_end(form, event) &&
        (on_has_handler(service->on, "call.missed") || on_has_handler(service->on, "call.abandoned")))
        order(arena, event, DERIVE_CALL, SETTLE_S);
    if (is_on_its_way(event) && on_has_handler(service->on, "message.stuck"))
        order(arena, event, DERIVE_MESSAGE, service->settings->stuck_after_s);
}
