/* [document NAME]: a cXML file of the user's, with {{Name}} filled. */
#include <stddef.h>

#include "base/file.h"
#include "cxml/tree.h"
#include "flow/call.h"
#include "flow/kinds.h"

struct document {
    struct str file;
    const struct cxml_tree *parsed;
    struct destination *next, *otherwise;
};

#define AT(member) offsetof(struct document, member)

static const struct field fields[] = {
    { "file", FIELD_FILE, AT(file), FIELD_REQUIRED, 0, 0, NULL, NULL },
    { "next", FIELD_DESTINATION, AT(next), FIELD_WITHOUT_INPUT, 0, 0, "hangup", NULL },
    { "otherwise", FIELD_DESTINATION, AT(otherwise), FIELD_WITHOUT_INPUT, 0, 0, "hangup", NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

static void check(struct config_reader *reader, struct section *section)
{
    struct document *document = section->keys;
    struct str content;
    struct error why;
    if (document->file.length == 0)
        return;
    config_path(reader, section, document->file);
    bool read = file_read(config_reader_arena(reader), document->file, CXML_MAX_BYTES, &content, &why) == 0;
    if (read)
        document->parsed = cxml_tree_parse(config_reader_arena(reader), content, &why);
    if (document->parsed != NULL &&
        cxml_tree_check(config_reader_arena(reader), document->parsed, CXML_VOICE, &why) != 0)
        document->parsed = NULL;
    if (!read)
        config_error(reader, section, "file: %s", why.sentence);
    else if (document->parsed == NULL)
        config_error(reader, section, "file: %.*s: %s", STR_ARGS(document->file), why.sentence);
}

static struct str fill(void *context, struct str text, bool escaped)
{
    const struct call *call = context;
    return session_fill(&call->session, text, escaped);
}

static bool may_dial(void *context, struct str number)
{
    const struct call *call = context;
    struct error why;
    if (line_may_dial(call->session.line, session_settings(&call->session), str_trim(number), &why))
        return true;
    log_line(call->session.context->log, LOG_LEVEL_ERROR, "[%.*s] %s", STR_ARGS(call->session.node->title),
             why.sentence);
    return false;
}

static void enter(struct call *call, const void *keys)
{
    const struct document *document = keys;
    struct cxml_filling filling = { fill, may_dial, call };
    bool written = document->parsed != NULL && cxml_tree_write(document->parsed, call->out, &filling);
    call_go(call, written ? document->next : document->otherwise);
}

static const struct node_behaviour behaviour = { .enter = enter };

const struct section_kind document_kind = { .name = "document",
                                            .class = SECTION_NODE,
                                            .size = sizeof(struct document),
                                            .fields = fields,
                                            .finish = check,
                                            .behaviour = &behaviour };
