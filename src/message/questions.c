/* [form NAME]: reads the keys. */
#include "message/questions.h"

#include <stddef.h>

#include "config/value.h"
#include "service/settings.h"

#define AT(member) offsetof(struct form_section, member)

static const struct field fields[] = {
    { "invalid", FIELD_TEXT, AT(invalid), 0, 0, 0, "Sorry, I did not understand that.", NULL },
    { "back", FIELD_WORDS, AT(back), 0, 0, 0, "back", NULL },
    { "cancel_words", FIELD_WORDS, AT(cancel_words), 0, 0, 0, "exit, never mind", NULL },
    { "yes", FIELD_WORDS, AT(yes), 0, 0, 0, NULL, NULL },
    { "no", FIELD_WORDS, AT(no), 0, 0, 0, NULL, NULL },
    { "tries", FIELD_COUNT, AT(tries), 0, 1, 10, "3", NULL },
    { "expires", FIELD_DURATION, AT(expires_s), 0, 60, 7L * 86400, "1h", NULL },
    { "expired", FIELD_TEXT, AT(expired), 0, 0, 0, "That took too long; what you had answered is forgotten.", NULL },
    { "error", FIELD_TEXT, AT(error), 0, 0, 0, "Sorry, something went wrong here. Please write again later.", NULL },
    ACTIONS_FIELDS(AT(actions), "0"),
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

static void read_keep(struct config_reader *reader, struct section *section, const struct entry *entry,
                      struct form_question *question)
{
    question->keep = entry->value;
    if (!value_word(entry->value))
        config_complain(reader, section, entry, COMPLAINT_ERROR,
                        "'%.*s' is not a name; expected letters and digits, such as Day", STR_ARGS(entry->value));
}

static void read_kind(struct config_reader *reader, struct section *section, const struct entry *entry,
                      struct form_question *question)
{
    for (int i = 0; answer_kinds[i] != NULL; i++)
        if (str_equal_nocase(entry->value, str_of(answer_kinds[i]))) {
            question->rule.kind = (enum answer_kind)i;
            return;
        }
    config_complain(reader, section, entry, COMPLAINT_ERROR,
                    "'%.*s' is not valid here; expected one of text, name, number, date, future-date, time, yes-no, "
                    "choice, email, phone",
                    STR_ARGS(str_prefix(entry->value, 60)));
}

static void read_pattern(struct config_reader *reader, struct section *section, const struct entry *entry,
                         struct form_question *question)
{
    struct error why;
    question->rule.pattern = pattern_compile(config_reader_arena(reader), entry->value, &why);
    if (question->rule.pattern == NULL)
        config_complain(reader, section, entry, COMPLAINT_ERROR, "not a pattern: %s", why.sentence);
}

/* Keys of a question other than its text. */
static bool read_option(struct config_reader *reader, struct section *section, const struct entry *entry,
                        struct str ending, struct form_question *question)
{
    bool count = str_is(ending, "min") || str_is(ending, "max");
    if (str_is(ending, "keep"))
        read_keep(reader, section, entry, question);
    else if (str_is(ending, "check"))
        read_kind(reader, section, entry, question);
    else if (str_is(ending, "pattern"))
        read_pattern(reader, section, entry, question);
    else if (str_is(ending, "choices")) {
        question->rule.choices = config_words(reader, section, entry);
        question->rule.kind = ANSWER_CHOICE;
    } else if (count) {
        if (!value_count(entry->value, str_is(ending, "min") ? &question->rule.min : &question->rule.max))
            config_complain(reader, section, entry, COMPLAINT_ERROR, "expected a whole number");
    } else if (str_is(ending, "invalid"))
        return replies_read(reader, section, entry, STR(""), &question->invalid);
    else
        return false;
    return true;
}

static bool read_question(struct config_reader *reader, struct section *section, const struct entry *entry,
                          unsigned long number, struct str ending)
{
    struct form_section *form = section->keys;
    struct form_question *question = &form->questions[number - 1];
    if (question->number == 0) {
        question->number = number;
        question->keep = arena_format(config_reader_arena(reader), "Answer%lu", number);
        question->entry = *entry;
    }
    return read_option(reader, section, entry, ending, question) ||
           replies_read(reader, section, entry, ending, &question->text);
}

/* 1, 1.keep ...; done, done.2, done.media ... */
static bool read_entry(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    struct form_section *form = section->keys;
    const struct {
        const char *name;
        struct replies *replies;
    } all[] = { { "done", &form->done },
                { "canceled", &form->canceled },
                { "too_many_tries", &form->too_many_tries },
                { "confirm", &form->confirm } };
    size_t dot = str_find_char(entry->key, '.');
    struct str name = str_upto(entry->key, dot), ending = str_from(entry->key, dot + 1);
    unsigned long number;
    if (str_to_number(name, QUESTIONS_MAX, &number) && number >= 1)
        return read_question(reader, section, entry, number, ending);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (str_is(name, all[i].name))
            return replies_read(reader, section, entry, ending, all[i].replies);
    return false;
}

static void check_question(struct config_reader *reader, struct section *section, const struct form_section *form,
                           size_t position)
{
    const struct form_question *question = &form->questions[position];
    if (question->number == 0)
        config_error(reader, section, "the question %zu is missing; number them without a gap", position + 1);
    else if (question->text.first == NULL)
        config_complain(reader, section, &question->entry, COMPLAINT_ERROR,
                        "the question has no text; expected %zu = ... too", position + 1);
    if (question->number != 0 && question->rule.kind == ANSWER_CHOICE && question->rule.choices == NULL)
        config_complain(reader, section, &question->entry, COMPLAINT_ERROR,
                        "the question has no choices; expected %zu.choices = small, large", position + 1);
    if (question->rule.max > 0 && question->rule.min > question->rule.max)
        config_complain(reader, section, &question->entry, COMPLAINT_ERROR,
                        "%zu.min is more than %zu.max; lower the one or raise the other", position + 1, position + 1);
    for (size_t i = 0; i < position; i++)
        if (str_equal(form->questions[i].keep, question->keep))
            config_complain(reader, section, &question->entry, COMPLAINT_ERROR,
                            "the questions %zu and %zu keep their answers under the same name, '%.*s'; give one of "
                            "them another keep",
                            i + 1, position + 1, STR_ARGS(question->keep));
    replies_check(reader, section, &question->text);
    replies_check(reader, section, &question->invalid);
}

static void check(struct config_reader *reader, struct section *section)
{
    struct form_section *form = section->keys;
    const struct replies *const all[] = { &form->done, &form->canceled, &form->too_many_tries, &form->confirm };
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        form->count = form->questions[i].number != 0 ? i + 1 : form->count;
    for (size_t i = 0; i < form->count; i++)
        check_question(reader, section, form, i);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        replies_check(reader, section, all[i]);
    if (form->count == 0)
        config_error(reader, section, "the form has no questions; expected 1 = What ...?");
    config_set_flag(reader, QUESTIONS_FLAG);
    if (form->done.first == NULL)
        config_complain(reader, section, NULL, COMPLAINT_HINT, "no final reply; expected done = Thank you ...");
    actions_check(reader, section);
}

static void validate(struct config_reader *reader, struct section *section)
{
    if (!settings_have_store(config_of(reader)))
        config_error(reader, section, "a form needs a store, which saves each sender's progress");
}

const struct section_kind form_kind = { .name = "form",
                                        .class = SECTION_TEXTS,
                                        .size = sizeof(struct form_section),
                                        .fields = fields,
                                        .entry = read_entry,
                                        .finish = check,
                                        .validate = validate,
                                        .actions = AT(actions) };
