#include "simulator/document.h"

#include "simulator/report.h"

/* More documents than this without the caller doing anything are a loop; the platform would go on, and bill. */
enum { DOCUMENTS_MAX = 50 };

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

int document_continue(struct phone_call *call, struct wire_target target, struct buffer *form, struct error *error)
{
    const struct cxml_tree *document;
    if (++call->documents > DOCUMENTS_MAX)
        return error_set(error, "%d documents without an action of the caller: the call loops", DOCUMENTS_MAX);
    if (!platform_knows(call->platform, target.address)) { /* somebody else's: what it would say is not known */
        document_emit(call, "elsewhere", target.address);
        return document_end(call, "hang up", error);
    }
    if (wire_ask(call, target, form, &document, error) != 0)
        return -1;
    return call->run(call, document->children, error);
}

int document_continue_at_action(struct phone_call *call, const struct cxml_tree *verb, struct buffer *form,
                                struct error *error)
{
    struct wire_target action = wire_target(verb, "action");
    call->answered = true;
    return action.address.length > 0 ? document_continue(call, action, form, error)
                                     : call->run(call, verb->next, error);
}

int document_request_only(struct phone_call *call, const struct cxml_tree *verb, struct buffer *form,
                          struct error *error)
{
    const struct cxml_tree *document;
    struct wire_target action = wire_target(verb, "action");
    return platform_knows(call->platform, action.address) ? wire_ask(call, action, form, &document, error) : 0;
}
