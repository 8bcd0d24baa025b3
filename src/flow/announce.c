/* [announce NAME]: says or plays something, then goes on. */
#include <stddef.h>

#include "flow/call.h"
#include "flow/kinds.h"

struct announce {
    struct prompt *prompt;
    struct destination *next;
};

#define AT(member) offsetof(struct announce, member)

static const struct field fields[] = {
    { "prompt", FIELD_PROMPT, AT(prompt), FIELD_REQUIRED, 0, 0, NULL, NULL },
    { "next", FIELD_DESTINATION, AT(next), FIELD_WITHOUT_INPUT, 0, 0, "hangup", NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

static void enter(struct call *call, const void *keys)
{
    const struct announce *announce = keys;
    call_prompt(call, announce->prompt);
    call_go(call, announce->next);
}

static const struct node_behaviour behaviour = { enter, NULL };

const struct section_kind announce_kind = { .name = "announce",
                                            .named = true,
                                            .class = SECTION_NODE,
                                            .size = sizeof(struct announce),
                                            .fields = fields,
                                            .behaviour = &behaviour };
