/* [agent NAME]: callers here take the calls that wait in a queue, one after the other. */
#include <stddef.h>

#include "flow/kinds.h"
#include "flow/secret.h"

enum { SILENCE_MAX = 60 };

struct agent {
    struct str queue, again_key;
    struct word *from; /* numbers that may call; NULL: everyone with the PIN */
    struct pin pin;
    struct prompt *prompt, *idle, *whisper;
};

#define AT(member) offsetof(struct agent, member)

static const struct field fields[] = {
    { "queue", FIELD_TEXT, AT(queue), FIELD_REQUIRED, 0, 0, NULL, NULL },
    { "from", FIELD_NUMBERS, AT(from), 0, 0, 0, NULL, NULL },
    { "prompt", FIELD_PROMPT, AT(prompt), 0, 0, 0, NULL, NULL },
    { "whisper", FIELD_PROMPT, AT(whisper), 0, 0, 0, NULL, NULL },
    { "idle", FIELD_PROMPT, AT(idle), 0, 0, 0, "Press 1 for the next caller.", NULL },
    { "again_key", FIELD_KEYS, AT(again_key), 0, 0, 0, "1", NULL },
    PIN_FIELDS(AT(pin)),
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

static void check(struct config_reader *reader, struct section *section)
{
    struct agent *agent = section->keys;
    secret_read_pin(reader, section, "pin", &agent->pin.value, agent->pin.file);
    if (agent->from == NULL && agent->pin.value.length == 0 && agent->pin.file.length == 0)
        config_error(reader, section, "anyone could take these calls; expected from = NUMBER, ... or a pin");
    if (agent->again_key.length != 1)
        config_error(reader, section, "again_key: expected one key, such as 1");
}

/* Some [queue] must fill the queue that calls are taken from. */
static void validate(struct config_reader *reader, struct section *section)
{
    const struct agent *agent = section->keys;
    struct str nearest = STR("");
    size_t best = 3;
    for (const struct section *at = config_of(reader)->first; at != NULL; at = at->next) {
        struct str name = at->kind == &queue_kind ? queue_name(at->keys) : STR("");
        size_t distance = str_distance(agent->queue, name, 3);
        if (distance < best && name.length > 0) {
            best = distance;
            nearest = name;
        }
    }
    if (agent->queue.length > 0 && !str_equal(nearest, agent->queue))
        config_complain(reader, section, NULL, COMPLAINT_WARNING,
                        "queue: no [queue] section fills the queue '%.*s'; %s%.*s%s", STR_ARGS(agent->queue),
                        nearest.length > 0 ? "did you mean '" : "expected the name of one", STR_ARGS(nearest),
                        nearest.length > 0 ? "'?" : "");
}

static bool is_agent(const struct call *call, const struct agent *agent)
{
    const struct word *from = agent->from;
    while (from != NULL && !str_equal(from->text, session_parameter(&call->session, "From")))
        from = from->next;
    return agent->from == NULL || from != NULL;
}

static void connect_next_caller(struct call *call, const struct agent *agent)
{
    cxml_open(call->out, CXML_DIAL);
    cxml_attribute(call->out, "action", call_step_url(call, "ended", STR("")));
    cxml_open(call->out, CXML_QUEUE);
    if (agent->whisper != NULL)
        cxml_attribute(call->out, "url", call_step_url(call, "whisper", STR("")));
    cxml_text(call->out, agent->queue);
    cxml_close(call->out);
    cxml_close(call->out);
    call->ended = true; /* the platform requests the action next */
}

static void enter(struct call *call, const void *keys)
{
    const struct agent *agent = keys;
    if (!is_agent(call, agent)) {
        call_go(call, agent->pin.otherwise);
        return;
    }
    call_prompt(call, agent->prompt);
    if (agent->pin.value.length > 0)
        pin_ask(call, &agent->pin);
    else
        connect_next_caller(call, agent);
}

static void pin(struct call *call, const void *keys)
{
    const struct agent *agent = keys;
    if (!is_agent(call, agent))
        call_go(call, agent->pin.otherwise);
    else if (pin_entered(call, &agent->pin, STR("")) == 0)
        connect_next_caller(call, agent);
}

/* The caller hears it; its end connects the two. */
static void whisper(struct call *call, const void *keys)
{
    const struct agent *agent = keys;
    call_prompt(call, agent->whisper);
}

/* The agent asks for the next call with a key: a forgotten telephone must not take calls for ever. */
static void wait(struct call *call, const struct agent *agent, long silence)
{
    struct str query = silence > 1 ? arena_format(call->session.arena, "silence=%ld", silence) : STR("");
    struct question question = { .step = "again", .query = query, .timeout_s = 55, .digits = 1 };
    call_ask_with(call, &question, NULL, agent->idle);
}

static void ended(struct call *call, const void *keys)
{
    wait(call, keys, 1);
}

static void again(struct call *call, const void *keys)
{
    const struct agent *agent = keys;
    long silence = call_query_number(call, "silence", SILENCE_MAX);
    if (str_equal(session_parameter(&call->session, "Digits"), agent->again_key))
        connect_next_caller(call, agent);
    else if (silence < SILENCE_MAX)
        wait(call, agent, silence + 1);
    else
        call_hangup(call);
}

static const struct node_behaviour behaviour = {
    .enter = enter,
    .steps = { { "pin", "call.gathered", CALL_KEEP_LATER, pin, true },
               { "whisper", "call.whispered", CALL_KEEP_LATER, whisper, false },
               { "ended", "call.dialed", CALL_KEEP_LATER, ended, false },
               { "again", "call.gathered", CALL_KEEP_LATER, again, false } },
};

const struct section_kind agent_kind = { .name = "agent",
                                         .class = SECTION_NODE,
                                         .size = sizeof(struct agent),
                                         .fields = fields,
                                         .finish = check,
                                         .validate = validate,
                                         .behaviour = &behaviour };
