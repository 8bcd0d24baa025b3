#include "flow/router.h"

#include "flow/node.h"

enum { ROUTERS_MAX = 32 };

const struct destination *router_follow(struct session *session, const struct destination *to)
{
    for (int passed = 0; to != NULL && to->section != NULL && to->section->kind->is_router; passed++) {
        const struct node_behaviour *behaviour = to->section->kind->behaviour;
        if (passed == ROUTERS_MAX) {
            log_line(session->context->log, LOG_LEVEL_ERROR,
                     "[%.*s] more than %d routers in a row: the message or fax is not handled",
                     STR_ARGS(to->section->title), ROUTERS_MAX);
            return NULL;
        }
        session->node = to->section;
        to = behaviour->choose(session, to->section->keys);
    }
    return to;
}
