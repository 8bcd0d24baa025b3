/* [announce NAME]: says or plays something, then goes on. */
#include <stddef.h>

#include "flow/call.h"
#include "flow/kinds.h"

struct announce {
    struct prompt *prompt;
    struct destination *next;
    bool once_a_day;
};

#define AT(member) offsetof(struct announce, member)

static const struct field fields[] = {
    { "prompt", FIELD_PROMPT, AT(prompt), FIELD_REQUIRED, 0, 0, NULL, NULL },
    { "once_a_day", FIELD_SWITCH, AT(once_a_day), 0, 0, 0, "no", NULL },
    { "next", FIELD_DESTINATION, AT(next), FIELD_WITHOUT_INPUT | FIELD_DEAD_END, 0, 0, "hangup", NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

/* Whether the caller has heard it today, by the line's clock. A caller without a number has not. */
static bool was_heard(struct call *call)
{
    struct zone_time now = call_time(call);
    if (!text_starts(call_parameter(call, "From"), TEXT("+")) &&
        !text_starts(call_parameter(call, "From"), TEXT("sip:")))
        return false;
    struct text row = arena_format(call->visit->arena, "heard %.*s/%.*s %04d-%02d-%02d %.*s",
                                   TEXT_ARGS(call->line->name), TEXT_ARGS(call->node->name), now.year, now.month,
                                   now.day, TEXT_ARGS(visit_caller_mark(call->visit)));
    return call_shared_count(call, row, 36L * 3600) > 1;
}

static void enter(struct call *call, const void *keys)
{
    const struct announce *announce = keys;
    if (!announce->once_a_day || !was_heard(call))
        call_prompt(call, announce->prompt);
    call_go(call, announce->next);
}

static const struct node_behaviour behaviour = { .enter = enter };

const struct section_kind announce_kind = { .name = "announce",
                                            .named = true,
                                            .class = SECTION_NODE,
                                            .size = sizeof(struct announce),
                                            .fields = fields,
                                            .behaviour = &behaviour };
