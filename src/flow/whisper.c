#include "flow/whisper.h"

enum { WHISPER_TRIES = 2 };

static bool speaks_of_a_key(const struct prompt *prompt)
{
    for (; prompt != NULL; prompt = prompt->next)
        if (prompt->kind == PROMPT_SAY && str_find(prompt->text, STR("ress ")) < prompt->text.length)
            return true;
    return false;
}

static void report_error(struct config_reader *reader, struct section *section, const char *sentence)
{
    config_complain(reader, section, NULL, COMPLAINT_ERROR, "%s", sentence);
}

void whisper_check(struct config_reader *reader, struct section *section, const struct whisper *whisper)
{
    if (whisper->accept.length > 1 || whisper->decline.length > 1)
        report_error(reader, section, "accept and decline: expected one key each");
    if (whisper->accept.length == 0 && whisper->decline.length > 0)
        report_error(reader, section, "decline without accept: expected accept = KEY too");
    if (whisper->accept.length > 0 && whisper->prompt == NULL)
        report_error(reader, section, "accept without a whisper: nobody would know what to press");
    if (whisper->accept.length == 0 && speaks_of_a_key(whisper->prompt))
        config_complain(reader, section, NULL, COMPLAINT_HINT,
                        "the whisper mentions a key, but no key is asked for; did you mean accept = 1 too?");
}

static struct str accepted_row(const struct call *call, const char *sid_parameter)
{
    return ARENA_JOIN(call->session.arena, STR("accepted "),
                      str_upto(session_parameter(&call->session, sid_parameter), 100));
}

static void ask(struct call *call, const struct whisper *whisper, long attempt)
{
    struct question question = {
        .step = "accepted", .query = arena_format(call->session.arena, "try=%ld", attempt), .timeout_s = 8, .digits = 1
    };
    call_ask_with(call, &question, whisper->prompt);
    call->result = STR("whisper");
}

void whisper_begin(struct call *call, const struct whisper *whisper)
{
    if (whisper->accept.length > 0)
        ask(call, whisper, 1);
    else
        call_prompt(call, whisper->prompt); /* the end of the response connects the two */
}

void whisper_answered(struct call *call, const struct whisper *whisper)
{
    struct str digits = session_parameter(&call->session, "Digits");
    long attempt = call_query_number(call, "try", WHISPER_TRIES);
    if (str_equal(digits, whisper->accept)) {
        call->result = STR("connected");
        session_kv_count(&call->session, accepted_row(call, "ParentCallSid"), whisper->accepted_s);
    } else if (attempt < WHISPER_TRIES && (whisper->decline.length == 0 || !str_equal(digits, whisper->decline))) {
        ask(call, whisper, attempt + 1);
    } else {
        call_hangup(call);
    }
}

bool whisper_was_declined(struct call *call, const struct whisper *whisper)
{
    if (whisper->accept.length == 0 || call->session.store == NULL)
        return false;
    return session_kv_get(&call->session, accepted_row(call, "CallSid")).length == 0 && !call->session.store_failed;
}
