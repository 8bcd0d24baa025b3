#include "message/sms.h"

#include "flow/fork.h"
#include "flow/met.h"
#include "message/form.h"
#include "message/forward.h"
#include "message/optouts.h"
#include "service/actions.h"

/* --- who wants no messages --- */

enum standing { STANDING_WANTS, STANDING_OUT, STANDING_SAID }; /* SAID: this message was about that alone */

/* A STOP that cannot be kept now is ordered to be, together with the message, and confirmed by the end of it. */
static enum standing set_standing(struct exchange *exchange, const struct texts_manner *manner, bool out)
{
    const struct request_context *context = &exchange->context;
    const struct line *line = exchange->call.line;
    struct error why;
    if (optouts_set(context->store, context->arena, line->name, exchange_sender(exchange), out, context->now_us,
                    &why) == 0) {
        exchange_say(exchange, out ? manner->stopped : manner->started);
        return STANDING_SAID;
    }
    exchange->call.store_failed = true;
    optouts_order(context->arena, exchange_sender(exchange), out, context->now_us, &exchange->event);
    log_line(context->log, LOG_LEVEL_ERROR, "line '%.*s': an opt-%s is kept later, as a job: %s", STR_ARGS(line->name),
             out ? "out" : "in", why.sentence);
    return STANDING_SAID;
}

/* While it is not known who has opted out, nobody is answered. */
static enum standing stand(struct exchange *exchange, const struct texts_manner *manner)
{
    const struct request_context *context = &exchange->context;
    const struct line *line = exchange->call.line;
    struct error why;
    if (!manner->optout || context->store == NULL || context->request->method == REQUEST_HEAD)
        return STANDING_WANTS;
    enum optouts_word word =
        optouts_read(context->arena, line, service_settings(context->service)->language, exchange_body(exchange));
    if (word == OPTOUTS_STOP || word == OPTOUTS_START)
        return set_standing(exchange, manner, word == OPTOUTS_STOP);
    if (word == OPTOUTS_HELP && manner->help.length > 0) {
        exchange_say(exchange, manner->help);
        return STANDING_SAID;
    }
    int out = optouts_has(context->store, context->arena, line->name, exchange_sender(exchange), context->now_us, &why);
    exchange->call.store_failed = exchange->call.store_failed || out < 0;
    if (out < 0)
        log_line(context->log, LOG_LEVEL_ERROR, "line '%.*s': nobody is answered while opt-outs are not known: %s",
                 STR_ARGS(line->name), why.sentence);
    return out == 0 ? STANDING_WANTS : STANDING_OUT;
}

/* Two robots that answer each other stop here. Nobody is kept waiting for the counter. */
static bool is_too_much(struct exchange *exchange, const struct texts_manner *manner)
{
    struct request_context *context = &exchange->context;
    struct store *store = context->store;
    if (exchange->expected || !exchange_answers(exchange))
        return false;
    context->store = store_within(store, context->arena, OUTCOME_SOON_MS);
    bool too_much = met_too_often(&exchange->call, "replies", manner->replies_per_hour);
    context->store = store;
    return too_much;
}

/* --- what answers --- */

/* From section to section; each does with the message what it says is to be done. */
static void go_through(struct exchange *exchange, const struct destination *to, bool wants)
{
    enum { SECTIONS_MAX = 16 };
    for (int passed = 0; to != NULL && to->section != NULL && passed < SECTIONS_MAX; passed++) {
        const struct section *section = to->section;
        const struct destination *next = NULL;
        exchange->event.answer = section->title;
        if (section->kind == &texts_kind) {
            outcome_order_actions(&exchange->context, &exchange->event, section);
            if (wants)
                next = texts_answer(exchange, section);
            forward_on(exchange, section);
        } else if (wants)
            form_begin(exchange, section);
        to = fork_follow(&exchange->call, next);
    }
}

/* Gives the manner of the section that the message came to. */
static const struct texts_manner *answer(struct exchange *exchange)
{
    const struct destination *to = fork_follow(&exchange->call, exchange->call.line->sms);
    const struct texts_manner *manner = texts_manner(to == NULL ? NULL : to->section);
    enum standing standing = stand(exchange, manner);
    exchange->event.answer = to != NULL && to->section != NULL ? to->section->title : STR("reject");
    if (standing == STANDING_WANTS && form_go_on(exchange))
        return manner;
    if (standing == STANDING_WANTS && forward_back(exchange))
        return manner;
    /* A person reads on what a robot does not answer; but STOP is for the robot. */
    if (standing != STANDING_SAID)
        go_through(exchange, to, standing == STANDING_WANTS);
    return manner;
}

void sms_handle(const struct request_context *context, struct request_outcome *outcome)
{
    struct str segments[CONTEXT_SEGMENTS];
    int count = context_segments(context, segments);
    const struct line *line = context_line(context, count > 0 ? segments[0] : STR(""));
    struct exchange exchange;
    bool answers = line != NULL && line->sms != NULL && count >= 0 && count <= 1;
    exchange_begin(&exchange, context, line);
    exchange.event = event_from_request(context->arena, request_parameters(context->request), "message.received",
                                        "received", STR(""));
    const struct texts_manner *manner = answers ? answer(&exchange) : NULL;
    if (count < 0 || count > 1)
        log_line(context->log, LOG_LEVEL_WARNING, "no address of this suite: '%.*s'",
                 STR_ARGS(str_upto(context->request->path, 200)));
    else if (line != NULL && line->sms == NULL)
        log_line(context->log, LOG_LEVEL_WARNING, "line '%.*s' answers no messages", STR_ARGS(line->name));
    struct cxml *out = cxml_begin(context->arena, CXML_MESSAGING);
    if (answers)
        exchange_write(&exchange, is_too_much(&exchange, manner), out);
    outcome_respond(outcome, context, line, out);
    /* The text exists nowhere else; yet the sender is not kept waiting for a store that is busy. */
    outcome_keep_soon(outcome, context, &exchange.event, line);
}
