/* [announce NAME]: plays a prompt, then goes on. */
#include <stddef.h>

#include "flow/caller_history.h"
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

/* A caller without a number is not recognized. */
static bool was_heard(struct call *call)
{
    return caller_history_seen_today(
        &call->session,
        ARENA_JOIN(call->session.arena, STR("heard "), call->session.line->name, STR("/"), call->session.node->name));
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
                                            .class = SECTION_NODE,
                                            .size = sizeof(struct announce),
                                            .fields = fields,
                                            .behaviour = &behaviour };
