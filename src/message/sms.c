#include "message/sms.h"

#include "message/optouts.h"
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

/* --- who wants no messages --- */

enum standing { STANDING_WANTS, STANDING_OUT, STANDING_SAID }; /* SAID: this message was about that alone */

static struct reply *own_reply(const struct visit *visit, struct text text)
{
    struct reply *reply = ARENA_NEW(visit->arena, struct reply);
    reply->text = text;
    return text.length == 0 ? NULL : reply;
}

/* A STOP that cannot be kept is not confirmed; and while it is not known who has opted out, nobody is answered. */
static enum standing stand(const struct visit *visit, const struct line *line, const struct texts_manner *manner,
                           const struct reply **reply)
{
    struct text from = request_parameter(visit->request, "From"), body = request_parameter(visit->request, "Body");
    enum optouts_word word =
        optouts_read(visit->arena, line, service_settings(visit->service)->language, text_trim(body));
    struct error why;
    *reply = NULL;
    if (!manner->optout || visit->store == NULL || visit->request->method == REQUEST_HEAD)
        return STANDING_WANTS;
    if (word == OPTOUTS_STOP || word == OPTOUTS_START) {
        bool out = word == OPTOUTS_STOP;
        if (optouts_set(visit->store, visit->arena, line->name, from, out, visit->now_us, &why) == 0)
            *reply = own_reply(visit, out ? manner->stopped : manner->started);
        else
            log_line(visit->log, LOG_LEVEL_ERROR, "line '%.*s': an opt-%s is not kept: %s", TEXT_ARGS(line->name),
                     out ? "out" : "in", why.sentence);
        return STANDING_SAID;
    }
    if (word == OPTOUTS_HELP && manner->help.length > 0) {
        *reply = own_reply(visit, manner->help);
        return STANDING_SAID;
    }
    int out = optouts_has(visit->store, visit->arena, line->name, from, visit->now_us, &why);
    if (out < 0)
        log_line(visit->log, LOG_LEVEL_ERROR, "line '%.*s': nobody is answered while opt-outs are not known: %s",
                 TEXT_ARGS(line->name), why.sentence);
    return out == 0 ? STANDING_WANTS : STANDING_OUT;
}

/* Two robots that answer each other stop here. */
static bool is_too_much(const struct visit *visit, const struct line *line, const struct texts_manner *manner)
{
    struct error why;
    if (visit->store == NULL || visit->request->method == REQUEST_HEAD)
        return false;
    long hour = (long)(visit->now_us / 3600000000LL);
    struct text row = arena_format(visit->arena, "replies %.*s %ld %.*s", TEXT_ARGS(line->name), hour % 24,
                                   TEXT_ARGS(visit_caller_mark(visit)));
    int64_t count = shared_count(visit->store, row, 1, visit->now_us, visit->now_us + 3600000000LL, &why);
    if (count == manner->replies_per_hour + 1)
        log_line(visit->log, LOG_LEVEL_WARNING,
                 "line '%.*s': more than %ld replies an hour to one sender: no more of them", TEXT_ARGS(line->name),
                 manner->replies_per_hour);
    if (count < 0)
        log_line(visit->log, LOG_LEVEL_ERROR, "line '%.*s': replies cannot be counted: %s", TEXT_ARGS(line->name),
                 why.sentence);
    return count > manner->replies_per_hour;
}

/* A store that is busy is not asked to count: the sender is not kept waiting. */
static const struct reply *choose_reply(const struct visit *visit, const struct line *line, bool at_hand)
{
    const void *keys = line->sms->section->keys;
    const struct texts_manner *manner = texts_manner(keys);
    const struct reply *reply;
    enum standing standing = stand(visit, line, manner, &reply);
    if (standing == STANDING_WANTS)
        reply = texts_answer(keys, visit->arena, request_parameter(visit->request, "Body"));
    return reply != NULL && at_hand && is_too_much(visit, line, manner) ? NULL : reply;
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
    bool at_hand = visit_keep_soon(visit, &event, line);
    if (count < 0 || count > 1)
        log_line(visit->log, LOG_LEVEL_WARNING, "no address of this suite: '%.*s'",
                 TEXT_ARGS(text_upto(visit->request->path, 200)));
    else if (line != NULL && line->sms == NULL)
        log_line(visit->log, LOG_LEVEL_WARNING, "line '%.*s' answers no messages", TEXT_ARGS(line->name));
    struct cxml *out = cxml_begin(visit->arena, CXML_MESSAGING);
    const struct reply *reply = NULL;
    if (line != NULL && line->sms != NULL && count >= 0 && count <= 1)
        reply = choose_reply(visit, line, at_hand);
    for (; reply != NULL; reply = reply->next)
        write_reply(visit, line, out, reply);
    return visit_answer(visit, line, out);
}
