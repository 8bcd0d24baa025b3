#include "flow/voice.h"

#include "flow/call.h"
#include "flow/caller_history.h"
#include "service/language.h"
#include "web/url.h"

/* Nothing of a PIN is kept, not even a digest that could be guessed. */
static struct form without_digits(const struct request_context *context, const struct form *form)
{
    struct form left = { ARENA_ARRAY(context->arena, struct parameter, form->count + 1), 0 };
    for (size_t i = 0; i < form->count; i++)
        if (!str_is(form->at[i].name, "Digits"))
            left.at[left.count++] = form->at[i];
    return left;
}

/* The event that a request is kept as. */
struct step_event {
    const char *name; /* NULL: not kept */
    enum call_keeping keeping;
    bool secret;
};

static void keep_event(struct call *call, struct request_outcome *outcome, const struct step_event *as)
{
    const struct request_context *context = call->session.context;
    const struct form *form = request_parameters(context->request);
    if (as->name == NULL || context->store == NULL ||
        !form_has(form, "CallSid")) /* a test of the address, without a call */
        return;
    struct form left = as->secret ? without_digits(context, form) : *form;
    struct event event = event_from_request(context->arena, &left, as->name, "ringing", context->request->url);
    event.answer = call->result;
    event.secret = as->secret;
    if (settings_redact(session_settings(&call->session)))
        call->attached.parameters = STR("");
    call->attached.dedup_key = event.dedup_key;
    if (call->attached.name != NULL)
        outcome_attach_event(context, &event, call->session.line, &call->attached);
    if (as->keeping == CALL_KEEP_SOON || call->attached.name != NULL)
        outcome_keep_soon(outcome, context, &event, call->session.line);
    else
        outcome_keep_later(outcome, context, &event, call->session.line);
}

static bool is_answered(const struct call *call)
{
    struct str status = session_parameter(&call->session, "CallStatus");
    return !str_is(status, "ringing") && !str_is(status, "queued") && !str_is(status, "initiated");
}

static void apologize(struct call *call)
{
    call_prompt(call, session_settings(&call->session)->apology);
    call_hangup(call);
}

/* The number's fallback address: requested when the voice address failed. Avoids the node that failed. */
static struct step_event fall_back(struct call *call)
{
    log_line(call->session.context->log, LOG_LEVEL_ERROR, "fallback for call %.*s: error %.*s at %.*s",
             STR_ARGS(session_parameter(&call->session, "CallSid")),
             STR_ARGS(session_parameter(&call->session, "ErrorCode")),
             STR_ARGS(url_for_log(call->session.arena, session_parameter(&call->session, "ErrorUrl"))));
    if (call->session.line != NULL && call->session.line->fallback != NULL)
        call_go(call, call->session.line->fallback);
    else
        apologize(call);
    return (struct step_event){ "call.fallback", CALL_KEEP_LATER, false };
}

/* The node's step of that name, or NULL. */
static const struct node_step *find_step(const struct section *node, struct str name)
{
    const struct node_behaviour *behaviour = node->kind->behaviour;
    const struct node_step *step = behaviour->steps;
    while (step->name != NULL && !str_is(name, step->name))
        step++;
    return step->name != NULL ? step : NULL;
}

static struct step_event run_step(struct call *call, struct str node_name, struct str step_name)
{
    if (str_is(node_name, "-") && str_is(step_name, "ended")) {
        dial_address_ended(call);
        return (struct step_event){ "call.dialed", CALL_KEEP_LATER, false };
    }
    const struct section *node = config_find_destination(
        call->session.context->service->config, call->session.line->scope, arena_lower(call->session.arena, node_name));
    const struct node_step *step =
        node == NULL || node->kind->class != SECTION_NODE ? NULL : find_step(node, step_name);
    if (step == NULL) {
        log_line(call->session.context->log, LOG_LEVEL_WARNING, "line '%.*s' has no step '%.*s/%.*s'",
                 STR_ARGS(call->session.line->name), STR_ARGS(str_upto(node_name, 100)),
                 STR_ARGS(str_upto(step_name, 100)));
        apologize(call);
        return (struct step_event){ "call.received", CALL_KEEP_LATER, false };
    }
    call->session.node = node;
    step->run(call, node->keys);
    const char *name = step->event != NULL && call->event_name != NULL ? call->event_name : step->event;
    return (struct step_event){ name, step->keeping, step->secret };
}

static const struct destination unknown_answers[] = {
    [UNKNOWN_REJECT] = { .kind = DESTINATION_REJECT },
    [UNKNOWN_BUSY] = { .kind = DESTINATION_BUSY },
    [UNKNOWN_HANGUP] = { .kind = DESTINATION_HANGUP },
};

static void enter_line(struct call *call)
{
    if (call->session.line != NULL && call->session.line->voice != NULL) {
        call_go(call, call->session.line->voice);
        return;
    }
    if (call->session.line != NULL)
        log_line(call->session.context->log, LOG_LEVEL_WARNING, "line '%.*s' does not take calls",
                 STR_ARGS(call->session.line->name));
    if (session_settings(&call->session)->unknown_number == UNKNOWN_APOLOGIZE)
        apologize(call);
    else
        call_go(call, &unknown_answers[session_settings(&call->session)->unknown_number]);
}

/* The line's language, or its language that is spoken in the caller's country. */
static void choose_language(struct call *call)
{
    struct str country = session_country(&call->session);
    const struct config *config = call->session.context->service->config;
    if (call->session.line->language.length > 0)
        call_choose_language(call, call->session.line->language);
    for (const struct word *word = call->session.line->languages; word != NULL && country.length > 0;
         word = word->next) {
        const struct language *language = language_find(config, arena_lower(call->session.arena, word->text));
        if (language != NULL && word_is_in(country, language->countries)) {
            call_choose_language(call, word->text);
            return;
        }
    }
}

/* Callers without a number are not counted as one caller. A failing store limits nobody. */
static bool calls_too_often(struct call *call)
{
    return call->session.line->calls_per_hour > 0 && str_starts(session_parameter(&call->session, "From"), STR("+")) &&
           caller_history_exceeds(&call->session, "calls", call->session.line->calls_per_hour);
}

static struct step_event answer_call(struct call *call)
{
    if (call->session.line != NULL)
        choose_language(call);
    if (call->session.line != NULL && calls_too_often(call))
        call_go(call, call->session.line->rate_limited);
    else
        enter_line(call);
    return (struct step_event){ "call.received", CALL_KEEP_LATER, false };
}

void voice_handle(const struct request_context *context, struct request_outcome *outcome)
{
    struct str segments[CONTEXT_SEGMENTS];
    int count = context_segments(context, segments);
    const struct line *line = count < 0 ? NULL : context_line(context, segments[0]);
    struct call call = { .session = session_begin(context, line) };
    if (count < 0)
        log_line(context->log, LOG_LEVEL_WARNING, "not an address of hookswitch: '%.*s'",
                 STR_ARGS(str_upto(context->request->path, 200)));
    call.out = cxml_begin(context->arena, CXML_VOICE);
    call.answered = is_answered(&call);
    call_restore_values(&call);
    bool failed_before = form_has(request_parameters(context->request), "ErrorCode") &&
                         form_has(request_parameters(context->request), "ErrorUrl");
    struct step_event as = failed_before                ? fall_back(&call)
                           : count <= 1 || line == NULL ? answer_call(&call)
                                                        : run_step(&call, segments[1], segments[2]);
    outcome->secret = as.secret;
    outcome_respond(outcome, context, line, call.out);
    keep_event(&call, outcome, &as);
}
