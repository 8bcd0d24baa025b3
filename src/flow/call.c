#include "flow/call.h"

#include <limits.h>

#include "config/value.h"
#include "service/language.h"

enum { DEPTH_MAX = 32, ROUTERS_MAX = 32, SAY_MAX_CHARACTERS = 4096 };

#define CALL_LANGUAGE "lang"

/* --- destinations --- */

void call_hangup(struct call *call)
{
    if (!call->ended) {
        cxml_leaf(call->out, CXML_HANGUP, STR(""));
        call->result = STR("hangup");
    }
    call->ended = true;
}

/* The platform takes Reject only as the first verb of an unanswered call. */
static void refuse(struct call *call, bool busy)
{
    if (call->ended)
        return;
    if (call->answered || !cxml_is_empty(call->out)) {
        call_hangup(call);
        return;
    }
    cxml_open(call->out, CXML_REJECT);
    if (busy)
        cxml_attribute(call->out, "reason", STR("busy"));
    cxml_close(call->out);
    call->result = STR("reject");
    call->ended = true;
}

static void enter(struct call *call, const struct section *node)
{
    const struct node_behaviour *behaviour = node->kind->behaviour;
    if (call->ended)
        return;
    if (++call->depth > DEPTH_MAX) {
        log_line(call->session.context->log, LOG_LEVEL_ERROR, "[%.*s] more than %d nodes without input: hanging up",
                 STR_ARGS(node->title), DEPTH_MAX);
        call_hangup(call);
        return;
    }
    call->session.node = node;
    call->result = node->title;
    if (behaviour->enter != NULL)
        behaviour->enter(call, node->keys);
    if (node->kind->is_router)
        call_go(call, behaviour->choose(&call->session, node->keys));
}

void call_go(struct call *call, const struct destination *to)
{
    enum destination_kind kind = to == NULL ? DESTINATION_HANGUP : to->kind;
    switch (kind) {
    case DESTINATION_SECTION:
        enter(call, to->section);
        break;
    case DESTINATION_NUMBER:
    case DESTINATION_SIP:
        call->session.node = NULL;
        dial_address(call, to, STR(""));
        break;
    case DESTINATION_REPEAT:
        if (call->session.node != NULL)
            enter(call, call->session.node);
        else
            call_hangup(call);
        break;
    case DESTINATION_HANGUP:
        call_hangup(call);
        break;
    case DESTINATION_REJECT:
    case DESTINATION_BUSY:
        refuse(call, kind == DESTINATION_BUSY);
        break;
    }
}

void call_go_or_apologize(struct call *call, const struct destination *to)
{
    if (to == NULL)
        call_prompt(call, session_settings(&call->session)->unanswered);
    call_go(call, to);
}

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

/* --- values --- */

/* Marks values in the query of an address. */
static const char prefix[] = "k.";

void call_set_value(struct call *call, const char *name, struct str value)
{
    struct arena *arena = call->session.arena;
    const struct form *values = &call->session.values;
    size_t used = 0;
    for (size_t i = 0; i < values->count; i++)
        used += str_is(values->at[i].name, name) ? 0 : values->at[i].value.length;
    size_t room = used < CALL_VALUES_BYTES ? CALL_VALUES_BYTES - used : 0;
    if (form_has(values, name) || (values->count < CALL_VALUES_MAX && value.length > 0))
        session_set_value(&call->session, arena_copy(arena, str_of(name)),
                          arena_copy(arena, str_upto(value, room < CALL_VALUE_MAX ? room : CALL_VALUE_MAX)));
}

void call_restore_values(struct call *call)
{
    const struct form *query = &call->session.context->request->query_form;
    for (size_t i = 0; i < query->count; i++)
        if (str_starts(query->at[i].name, str_of(prefix)))
            call_set_value(call, arena_copy(call->session.arena, str_from(query->at[i].name, sizeof prefix - 1)).at,
                           query->at[i].value);
}

/* --- addresses --- */

struct str call_step_url(const struct call *call, const char *step, struct str query)
{
    struct str node = call->session.node == NULL ? STR("-") : call->session.node->name;
    struct buffer all = buffer_in(call->session.arena);
    buffer_add(&all, query);
    for (size_t i = 0; i < call->session.values.count; i++)
        if (call->session.values.at[i].value.length > 0)
            form_add(&all, ARENA_JOIN(call->session.arena, str_of(prefix), call->session.values.at[i].name),
                     call->session.values.at[i].value);
    return context_url(call->session.context, "voice", call->session.line->name, node, str_of(step), buffer_text(&all));
}

struct str call_query(const struct call *call, const char *name)
{
    return form_value(&call->session.context->request->query_form, name);
}

long call_query_number(const struct call *call, const char *name, long max)
{
    unsigned long number;
    struct str value = call_query(call, name);
    if (!str_to_number(value, LONG_MAX, &number) || number < 1)
        return 1;
    return (long)number < max ? (long)number : max;
}

void call_attach_event(struct call *call, const char *name, struct str parameters)
{
    call->attached = (struct attached){ .name = name, .parameters = parameters, .section = call->session.node };
}

/* --- speaking --- */

/* The section of the caller's language, or NULL. */
static const struct language *chosen_language(const struct call *call)
{
    return language_find(call->session.context->service->config, session_value(&call->session, CALL_LANGUAGE));
}

void call_choose_language(struct call *call, struct str language)
{
    call_set_value(call, CALL_LANGUAGE, arena_lower(call->session.arena, language));
}

/* The language to speak and recognize: of the node, the caller, the line, the settings. */
static struct str spoken_language(const struct call *call)
{
    const struct language *chosen = chosen_language(call);
    if (call->language.length > 0)
        return call->language;
    if (chosen != NULL)
        return chosen->language;
    return session_value(&call->session, CALL_LANGUAGE).length > 0 ? session_value(&call->session, CALL_LANGUAGE)
                                                                   : session_settings(&call->session)->language;
}

/* The names of Polly and gcloud voices contain their language. */
static bool voice_has_language(struct str voice)
{
    return str_starts(voice, STR("Polly.")) || str_starts(voice, STR("gcloud."));
}

/* A voice of one language cannot speak another. */
static struct str speaking_voice(const struct call *call)
{
    const struct language *chosen = chosen_language(call);
    struct str settings = session_settings(&call->session)->voice;
    if (call->voice.length > 0)
        return call->voice;
    if (chosen != NULL && chosen->voice.length > 0)
        return chosen->voice;
    return session_value(&call->session, CALL_LANGUAGE).length > 0 && voice_has_language(settings) ? STR("woman")
                                                                                                   : settings;
}

static void say_piece(struct call *call, struct str text)
{
    struct str voice = speaking_voice(call);
    cxml_open(call->out, CXML_SAY);
    cxml_attribute(call->out, "voice", voice);
    if (!voice_has_language(voice))
        cxml_attribute(call->out, "language", spoken_language(call));
    cxml_text(call->out, text);
    cxml_close(call->out);
}

static void say(struct call *call, struct str text)
{
    text = str_trim(text);
    while (text.length > 0) {
        struct str piece = str_prefix(text, SAY_MAX_CHARACTERS);
        size_t end = piece.length;
        while (piece.length < text.length && end > 0 && piece.at[end - 1] != ' ')
            end--;
        if (end == 0)
            end = piece.length; /* no space to cut at */
        say_piece(call, str_upto(text, end));
        text = str_trim(str_from(text, end));
    }
}

/* "es" of "es-MX" */
static struct str main_language(struct str language)
{
    return str_upto(language, str_find_char(language, '-'));
}

/* The prompt in the caller's language: the exact one, or its main language, or else the prompt itself. */
static const struct prompt *translated(const struct call *call, const struct prompt *prompt)
{
    struct str wanted = session_value(&call->session, CALL_LANGUAGE);
    const struct prompt *near = prompt;
    if (prompt == NULL || wanted.length == 0)
        return prompt;
    for (const struct prompt *other = prompt->translated; other != NULL; other = other->translated) {
        if (str_equal_nocase(other->language, wanted))
            return other;
        if (near == prompt && str_equal_nocase(main_language(other->language), main_language(wanted)))
            near = other;
    }
    return near;
}

void call_prompt(struct call *call, const struct prompt *prompt)
{
    for (prompt = translated(call, prompt); prompt != NULL; prompt = prompt->next) {
        switch (prompt->kind) {
        case PROMPT_SAY:
            say(call, session_fill(&call->session, prompt->text, false));
            break;
        case PROMPT_PLAY:
            cxml_leaf(call->out, CXML_PLAY, session_fill(&call->session, prompt->text, true));
            break;
        case PROMPT_PAUSE:
            cxml_open(call->out, CXML_PAUSE);
            cxml_attribute_number(call->out, "length", prompt->pause_s);
            cxml_close(call->out);
            break;
        }
    }
}

/* --- asking --- */

void call_ask(struct call *call, const struct question *question)
{
    struct str query = question->query;
    if (question->attempt > 0)
        query = arena_format(call->session.arena, "try=%ld%s%.*s", question->attempt, query.length > 0 ? "&" : "",
                             STR_ARGS(query));
    cxml_open(call->out, CXML_GATHER);
    cxml_attribute(call->out, "action", call_step_url(call, question->step, query));
    cxml_attribute(call->out, "input", question->speech ? STR("dtmf speech") : STR("dtmf"));
    cxml_attribute_number(call->out, "timeout", question->timeout_s);
    if (question->digits > 0)
        cxml_attribute_number(call->out, "numDigits", question->digits);
    if (question->finish_on_key != NULL)
        cxml_attribute(call->out, "finishOnKey", str_of(question->finish_on_key));
    cxml_attribute(call->out, "language", spoken_language(call));
    if (question->speech) {
        if (question->hints.length > 0)
            cxml_attribute(call->out, "hints", question->hints);
        cxml_attribute(call->out, "speechTimeout", STR("auto"));
    }
    cxml_attribute_switch(call->out, "actionOnEmptyResult", true);
}

bool digits_is_pattern(struct str pattern)
{
    return str_is_made_of(pattern, "0123456789x");
}

bool digits_fit(struct str pattern, struct str digits)
{
    size_t i = 0;
    while (i < pattern.length && i < digits.length && (pattern.at[i] == 'x' || pattern.at[i] == digits.at[i]))
        i++;
    return i == pattern.length;
}

bool call_is_confident(const struct call *call, double least)
{
    double confidence;
    return !value_decimal(str_upto(session_parameter(&call->session, "Confidence"), 8), &confidence) ||
           confidence >= least;
}

void call_asked(struct call *call)
{
    cxml_close(call->out);
    call->ended = true; /* the platform requests the action with or without input */
}

void call_ask_with(struct call *call, const struct question *question, const struct prompt *ahead,
                   const struct prompt *prompt)
{
    call_ask(call, question);
    call_prompt(call, ahead);
    call_prompt(call, prompt);
    call_asked(call);
}
