#include "flow/fork.h"

enum { FORKS_MAX = 32 };

const struct destination *fork_follow(struct call *call, const struct destination *to)
{
    for (int passed = 0; to != NULL && to->section != NULL && to->section->kind->is_router; passed++) {
        const struct node_behaviour *behaviour = to->section->kind->behaviour;
        if (passed == FORKS_MAX) {
            log_line(call->context->log, LOG_LEVEL_ERROR, "[%.*s] more than %d forks on the way: going no further",
                     STR_ARGS(to->section->title), FORKS_MAX);
            return NULL;
        }
        call->node = to->section;
        to = behaviour->choose(call, to->section->keys);
    }
    return to;
}
