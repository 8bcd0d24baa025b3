#include "flow/call.h"

#include <limits.h>

#include "flow/dial.h"

enum { DEPTH_MAX = 32, SAY_MAX_CHARACTERS = 4096 };

const struct settings *call_settings(const struct call *call)
{
    return service_settings(call->visit->service);
}

/* --- going on --- */

void call_hangup(struct call *call)
{
    if (!call->ended) {
        cxml_leaf(call->out, CXML_HANGUP, TEXT(""));
        call->came_to = TEXT("hangup");
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
        cxml_attribute(call->out, "reason", TEXT("busy"));
    cxml_close(call->out);
    call->came_to = TEXT("reject");
    call->ended = true;
}

void call_enter(struct call *call, const struct section *node)
{
    const struct node_behaviour *behaviour = node->kind->behaviour;
    if (call->ended)
        return;
    if (++call->depth > DEPTH_MAX) {
        log_line(call->visit->log, LOG_LEVEL_ERROR, "[%.*s] more than %d nodes without input: hanging up",
                 TEXT_ARGS(node->title), DEPTH_MAX);
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

/* --- addresses --- */

struct text call_step_url(const struct call *call, const char *step, struct text query)
{
    struct text node = call->node == NULL ? TEXT("-") : call->node->name;
    return visit_url(call->visit, "voice", call->line->name, node, text_of(step), query);
}

long call_query_number(const struct call *call, const char *name, long max)
{
    unsigned long number;
    struct text value = form_value(&call->visit->request->query_form, name);
    if (!text_to_number(value, LONG_MAX, &number) || number < 1)
        return 1;
    return (long)number < max ? (long)number : max;
}

struct text call_parameter(const struct call *call, const char *name)
{
    return request_parameter(call->visit->request, name);
}

/* --- speaking --- */

/* Polly and gcloud voices speak the language in their name. */
static bool voice_has_language(struct text voice)
{
    return text_starts(voice, TEXT("Polly.")) || text_starts(voice, TEXT("gcloud."));
}

static void say_piece(struct call *call, struct text text)
{
    const struct settings *settings = call_settings(call);
    struct text voice = call->voice.length > 0 ? call->voice : settings->voice;
    struct text language = call->language.length > 0 ? call->language : settings->language;
    cxml_open(call->out, CXML_SAY);
    cxml_attribute(call->out, "voice", voice);
    if (!voice_has_language(voice))
        cxml_attribute(call->out, "language", language);
    cxml_text(call->out, text);
    cxml_close(call->out);
}

void call_say(struct call *call, struct text text)
{
    text = text_trim(text);
    while (text.length > 0) {
        struct text piece = text_front(text, SAY_MAX_CHARACTERS);
        size_t end = piece.length;
        while (piece.length < text.length && end > 0 && piece.at[end - 1] != ' ')
            end--;
        if (end == 0)
            end = piece.length; /* no space to cut at */
        say_piece(call, text_upto(text, end));
        text = text_trim(text_from(text, end));
    }
}

void call_prompt(struct call *call, const struct prompt *prompt)
{
    for (; prompt != NULL; prompt = prompt->next) {
        switch (prompt->kind) {
        case PROMPT_SAY:
            call_say(call, visit_fill(call->visit, prompt->text));
            break;
        case PROMPT_PLAY:
            cxml_leaf(call->out, CXML_PLAY, visit_fill_url(call->visit, prompt->text));
            break;
        case PROMPT_PAUSE:
            cxml_open(call->out, CXML_PAUSE);
            cxml_attribute_number(call->out, "length", prompt->pause_s);
            cxml_close(call->out);
            break;
        }
    }
}
