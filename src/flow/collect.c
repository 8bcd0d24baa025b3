/* [collect NAME]: asks for a value such as an account number or a date, checks and confirms it, and keeps it for the
 * rest of the call. */
#include <stddef.h>

#include "config/value.h"
#include "flow/call.h"
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

static bool is_pattern(struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] != 'x' && (text.at[i] < '0' || text.at[i] > '9'))
            return false;
    return text.length <= DIGITS_MAX;
}

static void check(struct config_reader *reader, struct section *section)
{
    struct collect *collect = section->keys;
    if (!read_range(collect->digits, &collect->shortest, &collect->longest))
        config_complain(reader, section, NULL, COMPLAINT_ERROR,
                        "digits: '%.*s' is not a length; expected for example 8 or 6-10, at most %d",
                        STR_ARGS(collect->digits), DIGITS_MAX);
    if (collect->keep.length > 0 && !value_word(collect->keep))
        config_complain(reader, section, NULL, COMPLAINT_ERROR,
                        "keep: '%.*s' is not a name; expected letters and digits, such as Account",
                        STR_ARGS(collect->keep));
    if (!is_pattern(collect->pattern))
        config_complain(reader, section, NULL, COMPLAINT_ERROR,
                        "pattern: expected digits, and x for any, such as 20xxxx");
    if (collect->pattern.length > 0)
        collect->shortest = collect->longest = collect->pattern.length;
    if (collect->check == CHECK_DATE)
        collect->shortest = collect->longest = 8;
    if (collect->confirm_key.length != 1)
        config_complain(reader, section, NULL, COMPLAINT_ERROR, "confirm_key: expected one key, such as 1");
    actions_check(reader, section, &collect->actions);
}

/* --- asking --- */

static void ask(struct call *call, const struct collect *collect, long attempt, const struct prompt *ahead)
{
    struct buffer hints = buffer_in(call->session.arena);
    for (const struct word *word = collect->hints; word != NULL; word = word->next) {
        buffer_add(&hints, word->text);
        buffer_add(&hints, word->next == NULL ? STR("") : STR(", "));
    }
    struct question question = { .step = "given",
                                 .query = arena_format(call->session.arena, "try=%ld", attempt),
                                 .timeout_s = collect->timeout_s,
                                 .digits = (long)collect->longest,
                                 .speech = collect->speech,
                                 .finish_on_key = collect->finish_on_key.length > 0 ? collect->finish_on_key.at : NULL,
                                 .hints = buffer_text(&hints) };
    call_ask(call, &question);
    call_prompt(call, ahead);
    call_prompt(call, attempt > 1 && collect->again != NULL ? collect->again : collect->prompt);
    call_asked(call);
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
    static const unsigned long days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool month_first = str_is(session_settings(&call->session)->language, "en-US");
    unsigned long first, second, year;
    if (!str_to_number(str_upto(digits, 2), 31, &first) ||
        !str_to_number(str_upto(str_from(digits, 2), 2), 31, &second) ||
        !str_to_number(str_from(digits, 4), 2200, &year) || year < 1850)
        return false;
    unsigned long month = month_first ? first : second, day = month_first ? second : first;
    if (month < 1 || month > 12 || day < 1 || day > days[month - 1])
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month != 2 || day < 29 || leap;
}

static bool fits_pattern(struct str pattern, struct str digits)
{
    for (size_t i = 0; i < pattern.length; i++)
        if (pattern.at[i] != 'x' && pattern.at[i] != digits.at[i])
            return false;
    return true;
}

static bool are_digits(struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    return true;
}

static bool fits(const struct call *call, const struct collect *collect, struct str digits)
{
    if (!are_digits(digits) || digits.length < collect->shortest || digits.length > collect->longest)
        return false;
    return fits_pattern(collect->pattern, digits) && (collect->check != CHECK_LUHN || fits_luhn(digits)) &&
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
    form_add(&parameters, STR("CollectedName"), collect->keep);
    form_add(&parameters, STR("CollectedValue"), session_value(&call->session, collect->keep.at));
    form_add(&parameters, collect->keep, session_value(&call->session, collect->keep.at));
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
                                 .query =
                                     arena_format(call->session.arena, "try=%ld", call_query_number(call, "try", 1000)),
                                 .timeout_s = collect->timeout_s,
                                 .digits = 1 };
    call_ask_with(call, &question, collect->confirm);
}

static void confirmed(struct call *call, const void *keys)
{
    const struct collect *collect = keys;
    if (str_equal(session_parameter(&call->session, "Digits"), collect->confirm_key))
        collected(call, collect);
    else
        ask_again(call, collect, NULL);
}

static const struct node_step steps[] = {
    { "given", "call.gathered", CALL_KEEP_LATER, given, false },
    { "confirmed", "call.gathered", CALL_KEEP_LATER, confirmed, false },
    { NULL, NULL, CALL_KEEP_LATER, NULL, false },
};

static const struct node_behaviour behaviour = { .enter = enter, .steps = steps };

const struct section_kind collect_kind = { .name = "collect",
                                           .named = true,
                                           .class = SECTION_NODE,
                                           .size = sizeof(struct collect),
                                           .fields = fields,
                                           .finish = check,
                                           .behaviour = &behaviour,
                                           .actions = AT(actions) };
