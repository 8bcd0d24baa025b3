#include "message/sms.h"

#include "message/texts.h"

static void write_reply(const struct visit *visit, const struct line *line, struct cxml *out, const struct reply *reply)
{
    struct text text = text_front(text_trim(visit_fill(visit, reply->text)), TEXTS_MAX_CHARACTERS);
    if (text.length == 0)
        return;
    cxml_open(out, CXML_MESSAGE);
    cxml_attribute(out, "statusCallback", visit_url(visit, "status", TEXT("message"), line->name, TEXT(""), TEXT("")));
    cxml_text(out, text);
    cxml_close(out);
}

struct response sms_handle(const struct visit *visit)
{
    struct text segments[VISIT_SEGMENTS];
    int count = visit_segments(visit, segments);
    const struct line *line = visit_line(visit, count > 0 ? segments[0] : TEXT(""));
    struct event event =
        event_from_request(visit->arena, request_parameters(visit->request), "message.received", "received", TEXT(""));
    /* The text exists nowhere else; yet the sender is not kept waiting for a store that is busy. */
    if (line != NULL && line->sms != NULL)
        event.answer = line->sms->section->title;
    visit_keep_soon(visit, &event, line);
    if (count < 0 || count > 1)
        log_line(visit->log, LOG_LEVEL_WARNING, "no address of this suite: '%.*s'",
                 TEXT_ARGS(text_upto(visit->request->path, 200)));
    else if (line != NULL && line->sms == NULL)
        log_line(visit->log, LOG_LEVEL_WARNING, "line '%.*s' answers no messages", TEXT_ARGS(line->name));
    struct cxml *out = cxml_begin(visit->arena, CXML_MESSAGING);
    const struct reply *reply = NULL;
    if (line != NULL && line->sms != NULL && count >= 0 && count <= 1)
        reply = texts_answer(line->sms->section->keys, visit->arena, request_parameter(visit->request, "Body"));
    for (; reply != NULL; reply = reply->next)
        write_reply(visit, line, out, reply);
    return visit_answer(visit, line, out);
}
