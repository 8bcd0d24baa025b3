#include "message/form.h"

#include "base/digest.h"
#include "base/words.h"
#include "message/form_progress.h"
#include "message/questions.h"

enum { LAPSE_GRACE_S = 60 };

/* --- progress --- */

static struct str kv_name(struct inbound *inbound)
{
    struct buffer list = buffer_in(inbound->session.arena);
    digest_add(&list, session_caller_key(&inbound->session));
    return ARENA_JOIN(inbound->session.arena, STR("form "), inbound->session.line->name, STR(" "), digest_of(&list));
}

static const struct section *find_form(const struct config *config, const struct line *line, struct str name)
{
    const struct section *section = config_find_destination(config, line->scope, name);
    return section != NULL && section->kind == &form_kind ? section : NULL;
}

/* Makes the answers available as {{Name}}. */
static void set_answer_values(struct inbound *inbound, const struct form_progress *state)
{
    for (size_t i = 0; i < state->answers.count; i++)
        session_set_value(&inbound->session, state->answers.at[i].name, state->answers.at[i].value);
}

/* --- one message --- */

struct turn {
    struct inbound *inbound;
    const struct section *section; /* the form's section, once known */
    struct str body, sid;
    struct form_progress state; /* as it is saved */
    enum turn_result out;
    bool attach_again; /* an earlier message completed the form: attach the event again, in case that one was lost */
};

static bool is_word(struct arena *arena, const struct word *words, struct str body)
{
    struct str said = words_fold(arena, body);
    for (; words != NULL; words = words->next)
        if (str_equal(words_fold(arena, words->text), said))
            return true;
    return false;
}

static struct answer_place answer_place_of(const struct turn *turn)
{
    const struct form_section *form = turn->section->keys;
    const struct session *session = &turn->inbound->session;
    struct str language =
        session->line->language.length > 0 ? session->line->language : session_settings(session)->language;
    return (struct answer_place){ .now = session_time(session),
                                  .month_first = str_is(language, "en-US"),
                                  .country_code =
                                      str_starts(line_number(session->line), STR("+1")) ? STR("+1") : STR(""),
                                  .yes = form->yes,
                                  .no = form->no };
}

static enum turn_result again(struct turn *turn, const struct form_section *form)
{
    return ++turn->state.wrong >= form->tries ? TURN_TOO_MANY_TRIES : TURN_ASK_AGAIN;
}

static enum turn_result to_question(struct turn *turn, size_t position)
{
    turn->state.at = position;
    turn->state.wrong = 0;
    return TURN_ASK;
}

/* The confirmation, if any, follows the last question. */
static enum turn_result take_confirmation(struct turn *turn, const struct form_section *form)
{
    struct answer_rule rule = { .kind = ANSWER_YES_NO };
    struct answer_place place = answer_place_of(turn);
    struct str value;
    if (!answer_take(turn->inbound->session.arena, &rule, &place, turn->body, &value))
        return again(turn, form);
    return str_is(value, "yes") ? TURN_DONE : to_question(turn, 0);
}

static enum turn_result take_answer(struct turn *turn)
{
    const struct form_section *form = turn->section->keys;
    struct arena *arena = turn->inbound->session.arena;
    struct answer_place place = answer_place_of(turn);
    struct str value;
    if (is_word(arena, form->cancel_words, turn->body))
        return TURN_CANCELED;
    if (is_word(arena, form->back, turn->body))
        return to_question(turn, turn->state.at == 0 ? 0 : turn->state.at - 1);
    if (turn->state.at == form->count)
        return take_confirmation(turn, form);
    const struct form_question *question = &form->questions[turn->state.at];
    if (!answer_take(arena, &question->rule, &place, turn->body, &value))
        return again(turn, form);
    if (!form_progress_set_answer(&turn->state, arena, question->keep, value))
        return again(turn, form);
    to_question(turn, turn->state.at + 1);
    bool last = turn->state.at == form->count && form->confirm.first == NULL;
    return last ? TURN_DONE : TURN_ASK;
}

static enum kv_action write_state(struct turn *turn, struct kv_entry *entry)
{
    const struct form_section *form = turn->section->keys;
    const struct request_context *context = turn->inbound->session.context;
    turn->state.form = turn->section->name;
    turn->state.sid = turn->sid;
    turn->state.out = turn->out;
    turn->state.until_us = context->now_us + form->expires_s * INT64_C(1000000);
    entry->value = form_progress_encode(context->arena, &turn->state);
    entry->expires_us =
        turn->state.until_us + 86400 * INT64_C(1000000); /* kept a day longer, to tell the sender that it expired */
    return KV_SET;
}

/* Called again with the new value when another process changes it. */
static enum kv_action continue_form(void *argument, bool there, struct kv_entry *entry)
{
    struct turn *turn = argument;
    const struct request_context *context = turn->inbound->session.context;
    turn->out = TURN_NOT_IN_FORM;
    turn->attach_again = false;
    if (!there || !form_progress_decode(context->arena, entry->value, &turn->state))
        return KV_KEEP;
    turn->section = find_form(context->service->config, turn->inbound->session.line, turn->state.form);
    const struct form_section *form = turn->section == NULL ? NULL : turn->section->keys;
    if (form == NULL || turn->state.at > form->count)
        return KV_DELETE; /* the form was removed from the configuration */
    if (str_equal(turn->state.sid, turn->sid)) {
        turn->out = turn->state.out; /* the same message again: the same reply */
        return KV_KEEP;
    }
    turn->attach_again = turn->state.out == TURN_DONE;
    if (turn->attach_again)
        return KV_DELETE; /* the last time */
    if (form_progress_has_ended(&turn->state))
        return KV_KEEP;
    if (context->now_us > turn->state.until_us) {
        turn->out = turn->state.out = TURN_EXPIRED;
        entry->value = form_progress_encode(context->arena, &turn->state);
        return KV_SET;
    }
    turn->out = take_answer(turn);
    return write_state(turn, entry);
}

static enum kv_action start_form(void *argument, bool there, struct kv_entry *entry)
{
    struct turn *turn = argument;
    const struct request_context *context = turn->inbound->session.context;
    struct form_progress old;
    bool open = there && form_progress_decode(context->arena, entry->value, &old) && !form_progress_has_ended(&old) &&
                context->now_us <= old.until_us;
    turn->state = (struct form_progress){ .form = STR("") };
    turn->out = open && !str_equal(old.sid, turn->sid) ? TURN_BUSY : TURN_ASK;
    return turn->out == TURN_BUSY ? KV_KEEP : write_state(turn, entry);
}

/* --- what comes of it --- */

/* Once per form, identified by its last message. */
static void attach_result(struct turn *turn, bool done)
{
    const char *name = done ? "form.completed" : "form.expired";
    struct inbound *inbound = turn->inbound;
    struct str extra = settings_redact(session_settings(&inbound->session))
                           ? STR("")
                           : form_progress_parameters(inbound->session.arena, &turn->state);
    struct event *event =
        outcome_attach_event(inbound->session.context, &inbound->event, inbound->session.line,
                             &(struct attached){ name, turn->state.sid, extra, done ? turn->section : NULL, false });
    event->sid = turn->state.sid;
}

/* Checks later whether the form expired. */
static void request_expiry_job(const struct turn *turn, struct str row)
{
    const struct request_context *context = turn->inbound->session.context;
    actions_request_job(context->arena, turn->section, ARENA_JOIN(context->arena, STR(FORM_EXPIRY_JOB), row).at,
                        turn->state.until_us + LAPSE_GRACE_S * INT64_C(1000000), &turn->inbound->event);
}

static void ask(struct turn *turn)
{
    const struct form_section *form = turn->section->keys;
    bool confirm = turn->state.at == form->count;
    inbound_reply(turn->inbound, confirm ? &form->confirm : &form->questions[turn->state.at].text);
}

static void ask_again(struct turn *turn)
{
    const struct form_section *form = turn->section->keys;
    bool confirm = turn->state.at == form->count;
    const struct replies *own = confirm ? NULL : &form->questions[turn->state.at].invalid;
    if (own != NULL && own->given)
        inbound_reply(turn->inbound, own);
    else
        inbound_say(turn->inbound, form->invalid);
    ask(turn);
}

static void answer(struct turn *turn)
{
    const struct form_section *form = turn->section->keys;
    struct inbound *inbound = turn->inbound;
    set_answer_values(inbound, &turn->state);
    inbound->event.answer = turn->section->title;
    switch (turn->out) {
    case TURN_ASK:
        inbound->expected = turn->state.at > 0;
        ask(turn);
        break;
    case TURN_ASK_AGAIN:
        ask_again(turn);
        break;
    case TURN_DONE:
        inbound->expected = true;
        inbound_reply(inbound, &form->done);
        attach_result(turn, true);
        break;
    case TURN_CANCELED:
        inbound_reply(inbound, &form->canceled);
        break;
    case TURN_TOO_MANY_TRIES:
        inbound_reply(inbound, &form->too_many_tries);
        break;
    case TURN_EXPIRED:
        inbound_say(inbound, form->expired);
        attach_result(turn, false);
        break;
    case TURN_NOT_IN_FORM:
    case TURN_BUSY:
        break;
    }
}

static void run(struct turn *turn, enum kv_action (*decide)(void *context, bool there, struct kv_entry *entry))
{
    struct inbound *inbound = turn->inbound;
    struct str row = kv_name(inbound);
    turn->body = inbound_body(inbound);
    turn->sid = str_upto(session_sid(&inbound->session), 64);
    session_kv_change(&inbound->session, row, decide, turn);
    if (inbound->session.store_failed || turn->section == NULL)
        return;
    if (turn->attach_again)
        attach_result(turn, true);
    if (turn->out == TURN_ASK || turn->out == TURN_ASK_AGAIN || turn->out == TURN_DONE)
        request_expiry_job(turn, row);
    if (turn->out != TURN_NOT_IN_FORM)
        answer(turn);
}

/* The store failed after it told that the sender is in a form. */
static bool apologize(struct inbound *inbound, struct str value)
{
    struct form_progress state;
    const struct section *section = NULL;
    if (form_progress_decode(inbound->session.arena, value, &state) && !form_progress_has_ended(&state) &&
        inbound->session.context->now_us <= state.until_us)
        section = find_form(inbound->session.context->service->config, inbound->session.line, state.form);
    log_line(inbound->session.context->log, LOG_LEVEL_ERROR, "form: an answer is lost: the store does not respond");
    if (section != NULL)
        inbound_say(inbound, ((const struct form_section *)section->keys)->error);
    return section != NULL;
}

bool form_continue(struct inbound *inbound)
{
    struct turn turn = { .inbound = inbound };
    struct str value = STR("");
    if (config_has_flag(inbound->session.context->service->config, QUESTIONS_FLAG))
        value = session_kv_get(&inbound->session, kv_name(inbound));
    if (value.length == 0)
        return false;
    run(&turn, continue_form);
    if (inbound->session.store_failed)
        return apologize(inbound, value);
    return turn.out != TURN_NOT_IN_FORM && turn.out != TURN_EXPIRED;
}

void form_begin(struct inbound *inbound, const struct section *section)
{
    const struct form_section *form = section->keys;
    struct turn turn = { .inbound = inbound, .section = section };
    if (inbound->session.context->request->method == REQUEST_HEAD)
        return;
    run(&turn, start_form);
    if (inbound->session.store_failed || inbound->session.store == NULL)
        inbound_say(inbound, form->error);
}

struct form_status form_read_status(struct arena *arena, const struct config *config, const struct line *line,
                                    struct str value, int64_t now_us)
{
    struct form_status result = { .end = FORM_OPEN };
    struct form_progress state;
    if (line == NULL || !form_progress_decode(arena, value, &state) || find_form(config, line, state.form) == NULL)
        return result;
    bool expired = state.out == TURN_EXPIRED || (!form_progress_has_ended(&state) && now_us > state.until_us);
    result.end = state.out == TURN_DONE ? FORM_COMPLETED : expired ? FORM_EXPIRED : FORM_OPEN;
    result.sid = state.sid;
    result.parameters = form_progress_parameters(arena, &state);
    return result;
}
