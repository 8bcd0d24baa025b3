#include "message/sms.h"

#include "flow/call.h"
#include "flow/caller_history.h"
#include "message/form.h"
#include "message/forward.h"
#include "message/optouts.h"
#include "service/actions.h"

/* --- opt-outs --- */

enum optout_status { OPTED_IN, OPTED_OUT, OPTOUT_HANDLED }; /* HANDLED: the message was only about the opt-out */

/* When the store fails, a job with the message's event saves the opt-out later. */
static enum optout_status set_optout(struct inbound *inbound, const struct texts_policy *policy, bool out)
{
    const struct request_context *context = inbound->session.context;
    const struct line *line = inbound->session.line;
    struct error why;
    if (optouts_set(context->store, context->arena, line->name, inbound_sender(inbound), out, context->now_us, &why) ==
        0) {
        inbound_say(inbound, out ? policy->stopped : policy->started);
        return OPTOUT_HANDLED;
    }
    inbound->session.store_failed = true;
    optouts_order(context->arena, inbound_sender(inbound), out, context->now_us, &inbound->event);
    log_line(context->log, LOG_LEVEL_ERROR, "line '%.*s': an opt-%s is saved later by a job: %s", STR_ARGS(line->name),
             out ? "out" : "in", why.sentence);
    return OPTOUT_HANDLED;
}

/* While opt-outs are unknown, nobody gets a reply. */
static enum optout_status check_optout(struct inbound *inbound, const struct texts_policy *policy)
{
    const struct request_context *context = inbound->session.context;
    const struct line *line = inbound->session.line;
    struct error why;
    if (!policy->optout || context->store == NULL || context->request->method == REQUEST_HEAD)
        return OPTED_IN;
    enum optouts_word word =
        optouts_read(context->arena, line, context->service->settings->language, inbound_body(inbound));
    if (word == OPTOUTS_STOP || word == OPTOUTS_START)
        return set_optout(inbound, policy, word == OPTOUTS_STOP);
    if (word == OPTOUTS_HELP && policy->help.length > 0) {
        inbound_say(inbound, policy->help);
        return OPTOUT_HANDLED;
    }
    int out = optouts_has(context->store, context->arena, line->name, inbound_sender(inbound), context->now_us, &why);
    inbound->session.store_failed = inbound->session.store_failed || out < 0;
    if (out < 0)
        log_line(context->log, LOG_LEVEL_ERROR, "line '%.*s': no reply: opt-outs are unknown: %s", STR_ARGS(line->name),
                 why.sentence);
    return out == 0 ? OPTED_IN : OPTED_OUT;
}

/* Stops loops between two robots. A slow counter does not delay the reply. */
static bool exceeds_reply_limit(struct inbound *inbound, const struct texts_policy *policy)
{
    struct session *session = &inbound->session;
    struct store *store = session->store;
    if (inbound->expected || !inbound_answers(inbound))
        return false;
    session->store = store_with_deadline(store, session->arena, OUTCOME_SOON_MS);
    bool too_much = caller_history_exceeds(session, "replies", policy->replies_per_hour);
    session->store = store;
    return too_much;
}

/* --- replies --- */

/* Walks through the sections; each orders its actions. */
static void walk_sections(struct inbound *inbound, const struct destination *to, bool wants)
{
    enum { SECTIONS_MAX = 16 };
    for (int passed = 0; to != NULL && to->section != NULL && passed < SECTIONS_MAX; passed++) {
        const struct section *section = to->section;
        const struct destination *next = NULL;
        inbound->event.answer = section->title;
        if (section->kind == &texts_kind) {
            outcome_order_actions(inbound->session.context, &inbound->event, section);
            if (wants)
                next = texts_answer(inbound, section);
            forward_message(inbound, section);
        } else if (wants)
            form_begin(inbound, section);
        to = router_follow(&inbound->session, next);
    }
}

/* Returns the policy of the first section. */
static const struct texts_policy *answer(struct inbound *inbound)
{
    const struct destination *to = router_follow(&inbound->session, inbound->session.line->sms);
    const struct texts_policy *policy = texts_policy(to == NULL ? NULL : to->section);
    enum optout_status optout_status = check_optout(inbound, policy);
    inbound->event.answer = to != NULL && to->section != NULL ? to->section->title : STR("reject");
    if (optout_status == OPTED_IN && form_continue(inbound))
        return policy;
    if (optout_status == OPTED_IN && forward_reply(inbound))
        return policy;
    /* People read what a robot does not answer; STOP is only for the robot. */
    if (optout_status != OPTOUT_HANDLED)
        walk_sections(inbound, to, optout_status == OPTED_IN);
    return policy;
}

void sms_handle(const struct request_context *context, struct request_outcome *outcome)
{
    struct str segments[CONTEXT_SEGMENTS];
    int count = context_segments(context, segments);
    const struct line *line = context_line(context, count > 0 ? segments[0] : STR(""));
    struct inbound inbound;
    bool answers = line != NULL && line->sms != NULL && count >= 0 && count <= 1;
    inbound_begin(&inbound, context, line);
    inbound.event = event_from_request(context->arena, request_parameters(context->request), "message.received",
                                       "received", STR(""));
    const struct texts_policy *policy = answers ? answer(&inbound) : NULL;
    if (count < 0 || count > 1)
        log_line(context->log, LOG_LEVEL_WARNING, "not an address of hookswitch: '%.*s'",
                 STR_ARGS(str_upto(context->request->path, 200)));
    else if (line != NULL && line->sms == NULL)
        log_line(context->log, LOG_LEVEL_WARNING, "line '%.*s' does not answer messages", STR_ARGS(line->name));
    struct cxml *out = cxml_begin(context->arena, CXML_MESSAGING);
    if (answers)
        inbound_write(&inbound, exceeds_reply_limit(&inbound, policy), out);
    outcome_respond(outcome, context, line, out);
    /* The text exists nowhere else, but a busy store must not delay the reply. */
    outcome_keep_soon(outcome, context, &inbound.event, line);
}
