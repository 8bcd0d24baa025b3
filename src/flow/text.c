/* [text NAME]: sends the caller a text message during the call. */
#include <stddef.h>

#include "config/value.h"
#include "flow/kinds.h"

enum { TEXT_MAX_CHARACTERS = 1600 };

struct text_node {
    struct str message, from;
    struct destination *next, *otherwise;
};

#define AT(member) offsetof(struct text_node, member)

static const struct field fields[] = {
    { "message", FIELD_TEXT, AT(message), FIELD_REQUIRED, 0, 0, NULL, NULL },
    { "from", FIELD_NUMBER, AT(from), 0, 0, 0, NULL, NULL },
    { "next", FIELD_DESTINATION, AT(next), FIELD_WITHOUT_INPUT, 0, 0, "hangup", NULL },
    { "otherwise", FIELD_DESTINATION, AT(otherwise), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

static void check(struct config_reader *reader, struct section *section)
{
    const struct text_node *node = section->keys;
    size_t length = str_characters(node->message);
    if (length > TEXT_MAX_CHARACTERS)
        config_error(reader, section, "message: %zu characters; a message holds at most %d: shorten it", length,
                     TEXT_MAX_CHARACTERS);
}

/* Only telephone numbers receive texts: not "anonymous", not sip: addresses. */
static bool has_number(const struct call *call, struct str address)
{
    struct str number;
    return value_number(call->session.arena, address, &number) && str_equal(number, address);
}

static void enter(struct call *call, const void *keys)
{
    const struct text_node *node = keys;
    struct str to = session_parameter(&call->session, "From"),
               from = node->from.length > 0 ? node->from : session_parameter(&call->session, "To"),
               message = str_prefix(str_trim(session_fill(&call->session, node->message, false)), TEXT_MAX_CHARACTERS);
    if (!has_number(call, to) || !has_number(call, from) || message.length == 0) {
        call_go(call, node->otherwise != NULL ? node->otherwise : node->next);
        return;
    }
    cxml_open(call->out, CXML_SMS);
    cxml_attribute(call->out, "to", to);
    cxml_attribute(call->out, "from", from);
    cxml_attribute(
        call->out, "statusCallback",
        context_url(call->session.context, "status", STR("message"), call->session.line->name, STR(""), STR("")));
    cxml_text(call->out, message);
    cxml_close(call->out);
    call_go(call, node->next);
}

static const struct node_behaviour behaviour = { .enter = enter };

const struct section_kind text_kind = { .name = "text",
                                        .class = SECTION_NODE,
                                        .size = sizeof(struct text_node),
                                        .fields = fields,
                                        .finish = check,
                                        .behaviour = &behaviour };
