#include "flow/call.h"

#include <limits.h>

#include "base/buffer.h"
#include "base/country.h"
#include "config/value.h"
#include "flow/dial.h"
#include "service/language.h"
#include "store/secret.h"

enum { DEPTH_MAX = 32, SAY_MAX_CHARACTERS = 4096 };

#define CALL_LANGUAGE "lang"

const struct settings *call_settings(const struct call *call)
{
    return service_settings(call->context->service);
}

/* --- going on --- */

void call_hangup(struct call *call)
{
    if (!call->ended) {
        cxml_leaf(call->out, CXML_HANGUP, STR(""));
        call->came_to = STR("hangup");
    }
    call->ended = true;
}

/* Reject is of use only as the first word on a call that nobody has answered; later it is a hang-up. */
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
    call->came_to = STR("reject");
    call->ended = true;
}

void call_enter(struct call *call, const struct section *node)
{
    const struct node_behaviour *behaviour = node->kind->behaviour;
    if (call->ended)
        return;
    if (++call->depth > DEPTH_MAX) {
        log_line(call->context->log, LOG_LEVEL_ERROR, "[%.*s] more than %d nodes without input: hanging up",
                 STR_ARGS(node->title), DEPTH_MAX);
        call_hangup(call);
        return;
    }
    call->node = node;
    call->came_to = node->title;
    behaviour->enter(call, node->keys);
}

void call_go(struct call *call, const struct destination *to)
{
    enum destination_kind kind = to == NULL ? DESTINATION_HANGUP : to->kind;
    switch (kind) {
    case DESTINATION_SECTION:
        call_enter(call, to->section);
        break;
    case DESTINATION_NUMBER:
    case DESTINATION_SIP:
        dial_address(call, to);
        break;
    case DESTINATION_REPEAT:
        if (call->node != NULL)
            call_enter(call, call->node);
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

/* --- what is known of the call --- */

/* The names of values begin so in addresses, so that nothing else is taken for one. */
static const char front[] = "k.";

static struct parameter *find_value(const struct call *call, struct str name)
{
    for (size_t i = 0; i < call->values.count; i++)
        if (str_equal(call->values.at[i].name, name))
            return &call->values.at[i];
    return NULL;
}

void call_know(struct call *call, const char *name, struct str value)
{
    struct arena *arena = call->context->arena;
    struct parameter *known = find_value(call, str_of(name));
    size_t used = 0;
    for (size_t i = 0; i < call->values.count; i++)
        used += known == &call->values.at[i] ? 0 : call->values.at[i].value.length;
    size_t room = used < CALL_VALUES_BYTES ? CALL_VALUES_BYTES - used : 0;
    if (call->values.at == NULL)
        call->values.at = ARENA_ARRAY(arena, struct parameter, CALL_VALUES_MAX);
    if (known == NULL && call->values.count < CALL_VALUES_MAX && value.length > 0) {
        known = &call->values.at[call->values.count++];
        known->name = arena_copy(arena, str_of(name));
    }
    if (known != NULL)
        known->value = arena_copy(arena, str_upto(value, room < CALL_VALUE_MAX ? room : CALL_VALUE_MAX));
}

struct str call_known(const struct call *call, const char *name)
{
    const struct parameter *known = find_value(call, str_of(name));
    return known == NULL ? STR("") : known->value;
}

void call_recall(struct call *call)
{
    const struct form *query = &call->context->request->query_form;
    for (size_t i = 0; i < query->count; i++)
        if (str_starts(query->at[i].name, str_of(front)))
            call_know(call, arena_copy(call->context->arena, str_from(query->at[i].name, sizeof front - 1)).at,
                      query->at[i].value);
}

/* --- addresses --- */

struct str call_step_url(const struct call *call, const char *step, struct str query)
{
    struct str node = call->node == NULL ? STR("-") : call->node->name;
    struct buffer all = buffer_in(call->context->arena);
    buffer_add(&all, query);
    for (size_t i = 0; i < call->values.count; i++)
        if (call->values.at[i].value.length > 0)
            form_add(&all, ARENA_JOIN(call->context->arena, str_of(front), call->values.at[i].name),
                     call->values.at[i].value);
    return context_url(call->context, "voice", call->line->name, node, str_of(step), buffer_text(&all));
}

struct str call_query(const struct call *call, const char *name)
{
    return form_value(&call->context->request->query_form, name);
}

long call_query_number(const struct call *call, const char *name, long max)
{
    unsigned long number;
    struct str value = call_query(call, name);
    if (!str_to_number(value, LONG_MAX, &number) || number < 1)
        return 1;
    return (long)number < max ? (long)number : max;
}

struct str call_parameter(const struct call *call, const char *name)
{
    return request_parameter(call->context->request, name);
}

struct str call_item(const struct call *call)
{
    static const char *const names[] = { "CallSid", "MessageSid", "FaxSid" };
    struct str sid = STR("");
    for (size_t i = 0; i < sizeof names / sizeof *names && sid.length == 0; i++)
        sid = call_parameter(call, names[i]);
    return sid;
}

struct zone_time call_time_at(const struct call *call, int64_t epoch_s)
{
    const struct zone *zone = call->line->timezone != NULL ? call->line->timezone : call_settings(call)->timezone;
    return zone_at(zone, epoch_s);
}

struct zone_time call_time(const struct call *call)
{
    return call_time_at(call, call->context->now_us / 1000000);
}

void call_bring(struct call *call, const char *name, struct str parameters)
{
    call->brings = name;
    call->brings_of = call->node;
    call->brought = parameters;
}

/* --- shared state --- */

static bool store_answers(const struct call *call)
{
    return call->context->store != NULL && !call->store_failed && call->context->request->method != REQUEST_HEAD;
}

struct str call_caller_mark(struct call *call)
{
    struct arena *arena = call->context->arena;
    struct str caller = ARENA_JOIN(arena, STR("caller "), call_parameter(call, "From")), name = STR("");
    struct error why;
    if (store_answers(call) && secret_name(call->context->store, arena, caller, &name, &why) != 0)
        call->store_failed = true;
    return name;
}

struct str call_shared(struct call *call, struct str name)
{
    struct shared row;
    struct error why;
    int found = 0;
    if (store_answers(call))
        found = shared_get(call->context->store, call->context->arena, str_upto(name, SHARED_NAME_MAX),
                           call->context->now_us, &row, &why);
    if (found < 0)
        call->store_failed = true;
    return found > 0 ? row.value : STR("");
}

int64_t call_shared_count(struct call *call, struct str name, long for_s)
{
    struct error why;
    int64_t now = call->context->now_us, value = -1;
    if (!store_answers(call))
        return -1;
    value = shared_count(call->context->store, str_upto(name, SHARED_NAME_MAX), 1, now, now + for_s * 1000000LL, &why);
    if (value < 0)
        call->store_failed = true;
    return value;
}

void call_shared_change(struct call *call, struct str name,
                        enum shared_verdict (*decide)(void *context, bool there, struct shared *shared), void *context)
{
    struct error why;
    if (store_answers(call) &&
        shared_change(call->context->store, call->context->arena, str_upto(name, SHARED_NAME_MAX),
                      call->context->now_us, decide, context, &why) != 0)
        call->store_failed = true;
}

/* --- the caller --- */

struct str call_country(const struct call *call)
{
    struct str said = call_parameter(call, "FromCountry");
    return said.length == 2 ? said : country_of_number(call_parameter(call, "From"));
}

/* --- speaking --- */

/* The chosen language's section, or NULL. */
static const struct language *chosen_language(const struct call *call)
{
    return language_find(service_config(call->context->service), call_known(call, CALL_LANGUAGE));
}

void call_choose_language(struct call *call, struct str language)
{
    call_know(call, CALL_LANGUAGE, arena_lower(call->context->arena, language));
}

/* What is spoken and understood: the node's own, the chosen one, the line's, that of the settings. */
static struct str spoken_language(const struct call *call)
{
    const struct language *chosen = chosen_language(call);
    if (call->language.length > 0)
        return call->language;
    if (chosen != NULL)
        return chosen->language;
    return call_known(call, CALL_LANGUAGE).length > 0 ? call_known(call, CALL_LANGUAGE) : call_settings(call)->language;
}

/* Polly and gcloud voices speak the language in their name. */
static bool voice_has_language(struct str voice)
{
    return str_starts(voice, STR("Polly.")) || str_starts(voice, STR("gcloud."));
}

/* A voice that is one language's does not speak another that was chosen. */
static struct str speaking_voice(const struct call *call)
{
    const struct language *chosen = chosen_language(call);
    struct str settings = call_settings(call)->voice;
    if (call->voice.length > 0)
        return call->voice;
    if (chosen != NULL && chosen->voice.length > 0)
        return chosen->voice;
    return call_known(call, CALL_LANGUAGE).length > 0 && voice_has_language(settings) ? STR("woman") : settings;
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

void call_say(struct call *call, struct str text)
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

/* The prompt in the language that the call is in: exactly, or its main language; else as it stands. */
static const struct prompt *translated(const struct call *call, const struct prompt *prompt)
{
    struct str wanted = call_known(call, CALL_LANGUAGE);
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
            call_say(call, context_fill(call->context, &call->values, prompt->text, false));
            break;
        case PROMPT_PLAY:
            cxml_leaf(call->out, CXML_PLAY, context_fill(call->context, &call->values, prompt->text, true));
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
    cxml_open(call->out, CXML_GATHER);
    cxml_attribute(call->out, "action", call_step_url(call, question->step, question->query));
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

bool call_is_confident(const struct call *call, double least)
{
    double confidence;
    return !value_decimal(str_upto(call_parameter(call, "Confidence"), 8), &confidence) || confidence >= least;
}

void call_asked(struct call *call)
{
    cxml_close(call->out);
    call->ended = true; /* with or without input, the action is asked */
}

void call_ask_with(struct call *call, const struct question *question, const struct prompt *prompt)
{
    call_ask(call, question);
    call_prompt(call, prompt);
    call_asked(call);
}
