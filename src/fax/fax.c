#include "fax/fax.h"

#include <stddef.h>

#include "flow/call.h"
#include "service/actions.h"
#include "status/status.h"

static const char *const media_types[] = { "pdf", "tiff", NULL };
static const char *const media_values[] = { "application/pdf", "image/tiff" };
static const char *const page_sizes[] = { "letter", "legal", "a4", NULL };

struct fax {
    int media_type, page_size;
    struct actions actions; /* for each fax */
};

static const struct field fields[] = {
    { "media_type", FIELD_CHOICE, offsetof(struct fax, media_type), 0, 0, 0, "pdf", media_types },
    { "page_size", FIELD_CHOICE, offsetof(struct fax, page_size), 0, 0, 0, "letter", page_sizes },
    ACTIONS_FIELDS(offsetof(struct fax, actions), "0"),
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

const struct section_kind fax_kind = {
    .name = "fax",
    .class = SECTION_FAX,
    .size = sizeof(struct fax),
    .fields = fields,
    .finish = actions_check,
    .actions = offsetof(struct fax, actions),
};

/* The section that routers choose; NULL rejects the fax. */
static const struct section *section_of(const struct request_context *context, const struct line *line)
{
    struct session session = session_begin(context, line);
    const struct destination *to = line->fax == NULL ? NULL : router_follow(&session, line->fax);
    return to == NULL ? NULL : to->section;
}

static void write_receive(const struct request_context *context, const struct line *line, const struct section *section,
                          struct cxml *out)
{
    const struct fax *fax = section->keys;
    cxml_open(out, CXML_RECEIVE);
    cxml_attribute(out, "action", context_url(context, "fax", line->name, section->name, STR("received"), STR("")));
    cxml_attribute(out, "mediaType", str_of(media_values[fax->media_type]));
    cxml_attribute(out, "pageSize", str_of(page_sizes[fax->page_size]));
    cxml_close(out);
}

static void arrive(const struct request_context *context, struct request_outcome *outcome, const struct line *line)
{
    struct event event =
        event_from_request(context->arena, request_parameters(context->request), "fax.arrived", "receiving", STR(""));
    const struct section *section = line == NULL ? NULL : section_of(context, line);
    event.answer = section == NULL ? STR("reject") : section->title;
    struct cxml *out = cxml_begin(context->arena, CXML_FAX);
    if (section != NULL)
        write_receive(context, line, section, out);
    else
        cxml_leaf(out, CXML_REJECT, STR(""));
    if (line != NULL && line->fax == NULL)
        log_line(context->log, LOG_LEVEL_WARNING, "line '%.*s' does not take faxes", STR_ARGS(line->name));
    outcome_respond(outcome, context, line, out);
    outcome_keep_soon(outcome, context, &event, line);
}

/* The address names the section. */
static void order_actions(const struct request_context *context, struct event *event, const struct line *line)
{
    struct str segments[CONTEXT_SEGMENTS];
    context_segments(context, segments);
    const struct section *section = config_find_destination(context->service->config, line == NULL ? 0 : line->scope,
                                                            arena_lower(context->arena, segments[1]));
    if (section != NULL && section->kind == &fax_kind && str_is(event->name, "fax.received"))
        outcome_order_actions(context, event, section);
}

void fax_handle(const struct request_context *context, struct request_outcome *outcome)
{
    struct str segments[CONTEXT_SEGMENTS];
    int count = context_segments(context, segments);
    const struct line *line = context_line(context, count > 0 ? segments[0] : STR(""));
    /* The action of Receive says where the pages are: acknowledge it only when it is stored. */
    if (count == 3 && str_is(segments[2], "received"))
        status_store(context, outcome, STR("fax"), line, order_actions);
    else
        arrive(context, outcome, count < 0 ? NULL : line);
}
