/* [collect NAME]: asks for a value such as an account number or a date, checks and confirms it, and keeps it for the
 * rest of the call. */
#include <glib.h>
#include <stddef.h>

#include "config/value.h"
#include "flow/kinds.h"
#include "service/actions.h"

enum { DIGITS_MAX = 40 };
enum collect_check { CHECK_NONE, CHECK_LUHN, CHECK_DATE };

static const char *const checks[] = { "none", "luhn", "date", NULL };

struct collect {
    struct prompt *prompt, *again, *invalid, *no_input, *confirm;
    struct str keep, pattern, finish_on_key, confirm_key;
    struct str digits; /* "8" or "6-10" */
    unsigned long shortest, longest;
    int check;
    bool speech;
    struct word *hints;
    double confidence;
    long tries, timeout_s;
    struct destination *next, *otherwise;
    struct actions actions; /* for each collected value */
};

#define AT(member) offsetof(struct collect, member)

static const struct field fields[] = {
    { "prompt", FIELD_PROMPT, AT(prompt), FIELD_REQUIRED, 0, 0, NULL, NULL },
    { "again", FIELD_PROMPT, AT(again), 0, 0, 0, NULL, NULL },
    { "invalid", FIELD_PROMPT, AT(invalid), 0, 0, 0, "Sorry, that cannot be right.", NULL },
    { "no_input", FIELD_PROMPT, AT(no_input), 0, 0, 0, NULL, NULL },
    { "keep", FIELD_TEXT, AT(keep), FIELD_REQUIRED, 0, 0, NULL, NULL },
    { "digits", FIELD_TEXT, AT(digits), 0, 0, 0, "1-40", NULL },
    { "pattern", FIELD_TEXT, AT(pattern), 0, 0, 0, NULL, NULL },
    { "check", FIELD_CHOICE, AT(check), 0, 0, 0, "none", checks },
    { "speech", FIELD_SWITCH, AT(speech), 0, 0, 0, "no", NULL },
    { "hints", FIELD_WORDS, AT(hints), 0, 0, 0, NULL, NULL },
    { "confidence", FIELD_DECIMAL, AT(confidence), 0, 0, 0, "0.3", NULL },
    { "confirm", FIELD_PROMPT, AT(confirm), 0, 0, 0, NULL, NULL },
    { "confirm_key", FIELD_KEYS, AT(confirm_key), 0, 0, 0, "1", NULL },
    { "tries", FIELD_COUNT, AT(tries), 0, 1, 10, "3", NULL },
    { "timeout", FIELD_DURATION, AT(timeout_s), 0, 1, 60, "5", NULL },
    { "finish_on_key", FIELD_KEYS, AT(finish_on_key), 0, 0, 0, NULL, NULL },
    { "next", FIELD_DESTINATION, AT(next), 0, 0, 0, "hangup", NULL },
    { "otherwise", FIELD_DESTINATION, AT(otherwise), FIELD_WITHOUT_INPUT | FIELD_DEAD_END, 0, 0, "hangup", NULL },
    ACTIONS_FIELDS(AT(actions), "0"),
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

/* --- configuration --- */

static bool read_range(struct str text, unsigned long *shortest, unsigned long *longest)
{
    size_t dash = str_find_char(text, '-');
    if (!str_to_number(str_trim(str_upto(text, dash)), DIGITS_MAX, shortest))
        return false;
    *longest = *shortest;
    if (dash < text.length && !str_to_number(str_trim(str_from(text, dash + 1)), DIGITS_MAX, longest))
        return false;
    return *shortest >= 1 && *shortest <= *longest;
}

static void check(struct config_reader *reader, struct section *section)
{
    struct collect *collect = section->keys;
    if (!read_range(collect->digits, &collect->shortest, &collect->longest))
        config_error(reader, section, "digits: '%.*s' is not a length; expected for example 8 or 6-10, at most %d",
                     STR_ARGS(collect->digits), DIGITS_MAX);
    if (collect->keep.length > 0 && !value_word(collect->keep))
        config_error(reader, section, "keep: '%.*s' is not a name; expected letters and digits, such as Account",
                     STR_ARGS(collect->keep));
    if (collect->pattern.length > DIGITS_MAX || !digits_is_pattern(collect->pattern))
        config_error(reader, section, "pattern: expected digits, and x for any, such as 20xxxx");
    if (collect->pattern.length > 0)
        collect->shortest = collect->longest = collect->pattern.length;
    if (collect->check == CHECK_DATE)
        collect->shortest = collect->longest = 8;
    if (collect->confirm_key.length != 1)
        config_error(reader, section, "confirm_key: expected one key, such as 1");
    actions_check(reader, section);
}

/* --- asking --- */

static void ask(struct call *call, const struct collect *collect, long attempt, const struct prompt *ahead)
{
    struct buffer hints = buffer_in(call->session.arena);
    for (const struct word *word = collect->hints; word != NULL; word = word->next)
        buffer_add_item(&hints, word->text);
    struct question question = { .step = "given",
                                 .attempt = attempt,
                                 .timeout_s = collect->timeout_s,
                                 .digits = (long)collect->longest,
                                 .speech = collect->speech,
                                 .finish_on_key = collect->finish_on_key.length > 0 ? collect->finish_on_key.at : NULL,
                                 .hints = buffer_text(&hints) };
    call_ask_with(call, &question, ahead, attempt > 1 && collect->again != NULL ? collect->again : collect->prompt);
}

static void enter(struct call *call, const void *keys)
{
    ask(call, keys, 1, NULL);
}

static void ask_again(struct call *call, const struct collect *collect, const struct prompt *ahead)
{
    long attempt = call_query_number(call, "try", 1000);
    call_set_value(call, collect->keep.at, STR(""));
    if (attempt < collect->tries) {
        ask(call, collect, attempt + 1, ahead);
        return;
    }
    call_prompt(call, ahead);
    call_go(call, collect->otherwise);
}

/* --- checking --- */

/* ISO/IEC 7812-1 annex B: every second digit from the right is doubled. */
static bool fits_luhn(struct str digits)
{
    int sum = 0;
    for (size_t i = 0; i < digits.length; i++) {
        int digit = digits.at[digits.length - 1 - i] - '0';
        digit *= i % 2 == 1 ? 2 : 1;
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0;
}

/* MMDDYYYY, or DDMMYYYY. */
static bool fits_date(const struct call *call, struct str digits)
{
    bool month_first = str_is(session_settings(&call->session)->language, "en-US");
    unsigned long first, second, year;
    return str_to_number(str_upto(digits, 2), 31, &first) &&
           str_to_number(str_upto(str_from(digits, 2), 2), 31, &second) &&
           str_to_number(str_from(digits, 4), 2200, &year) && year >= 1850 &&
           g_date_valid_dmy((GDateDay)(month_first ? second : first), (GDateMonth)(month_first ? first : second),
                            (GDateYear)year);
}

static bool fits(const struct call *call, const struct collect *collect, struct str digits)
{
    if (!str_is_digits(digits) || digits.length < collect->shortest || digits.length > collect->longest)
        return false;
    return digits_fit(collect->pattern, digits) && (collect->check != CHECK_LUHN || fits_luhn(digits)) &&
           (collect->check != CHECK_DATE || fits_date(call, digits));
}

/* Digits of recognized speech: "one 2 3"; mostly it is "1 2 3". */
static struct str digits_in(struct arena *arena, struct str said)
{
    struct buffer digits = buffer_in(arena);
    for (size_t i = 0; i < said.length; i++)
        if (said.at[i] >= '0' && said.at[i] <= '9')
            buffer_add_char(&digits, said.at[i]);
    return buffer_text(&digits);
}

/* Speech counts as it is unless digits are expected. */
static bool wants_digits(const struct collect *collect)
{
    return !collect->speech || collect->check != CHECK_NONE || collect->pattern.length > 0 ||
           collect->longest < DIGITS_MAX;
}

static struct str take(struct call *call, const struct collect *collect)
{
    struct str digits = session_parameter(&call->session, "Digits"),
               said = str_trim(session_parameter(&call->session, "SpeechResult"));
    if (digits.length == 0 && said.length > 0 && call_is_confident(call, collect->confidence)) {
        if (!wants_digits(collect))
            return str_prefix(said, 200);
        digits = digits_in(call->session.arena, str_upto(said, 1000));
    }
    return digits.length > 0 && fits(call, collect, digits) ? digits : STR("");
}

/* --- the input --- */

static void collected(struct call *call, const struct collect *collect)
{
    struct buffer parameters = buffer_in(call->session.arena);
    struct str value = session_value(&call->session, collect->keep.at);
    form_add(&parameters, STR("CollectedName"), collect->keep);
    form_add(&parameters, STR("CollectedValue"), value);
    form_add(&parameters, collect->keep, value);
    call_attach_event(call, "call.collected", buffer_text(&parameters));
    call_go(call, collect->next);
}

static void given(struct call *call, const void *keys)
{
    const struct collect *collect = keys;
    bool silent = session_parameter(&call->session, "Digits").length == 0 &&
                  session_parameter(&call->session, "SpeechResult").length == 0;
    struct str value = take(call, collect);
    if (value.length == 0) {
        ask_again(call, collect, silent ? collect->no_input : collect->invalid);
        return;
    }
    call_set_value(call, collect->keep.at, value);
    if (collect->confirm == NULL) {
        collected(call, collect);
        return;
    }
    struct question question = { .step = "confirmed",
                                 .attempt = call_query_number(call, "try", 1000),
                                 .timeout_s = collect->timeout_s,
                                 .digits = 1 };
    call_ask_with(call, &question, NULL, collect->confirm);
}

static void confirmed(struct call *call, const void *keys)
{
    const struct collect *collect = keys;
    if (str_equal(session_parameter(&call->session, "Digits"), collect->confirm_key))
        collected(call, collect);
    else
        ask_again(call, collect, NULL);
}

static const struct node_behaviour behaviour = {
    .enter = enter,
    .steps = { { "given", "call.gathered", CALL_KEEP_LATER, given, false },
               { "confirmed", "call.gathered", CALL_KEEP_LATER, confirmed, false } },
};

const struct section_kind collect_kind = { .name = "collect",
                                           .class = SECTION_NODE,
                                           .size = sizeof(struct collect),
                                           .fields = fields,
                                           .finish = check,
                                           .behaviour = &behaviour,
                                           .actions = AT(actions) };
