#include "texted.h"

#include "store/kv.h"

#define FORM                                                                                                           \
    STORED "[texts t]\nreplies_per_hour = 1000\nbook.next = booking\nhours = Nine.\notherwise = Hm?\n"                 \
           "[form booking]\n1 = What is your name?\n1.keep = Name\n1.check = name\n"                                   \
           "2 = Hello {{Name}}! For which day?\n2.keep = Day\n2.check = future-date\n2.invalid = Such as 12/25, "      \
           "please.\n"                                                                                                 \
           "3 = Shall we call you?\n3.keep = Call\n3.check = yes-no\n"

#define REST "done = Thank you, {{Name}}: {{Day}}.\ncanceled = Forgotten.\ntoo_many_tries = Please call us.\n"

/* The parameters of the events of that name. */
static void see(void *context, const struct store_row *row)
{
    struct str *seen = context;
    *seen = ARENA_JOIN(fixture.arena, *seen, row->event.parameters, STR("\n"));
}

static struct str events(const char *name)
{
    struct str seen = STR("");
    struct store_filter filter = { .name = str_of(name) };
    struct error why;
    assert_int_equal(store_list_events(fixture.store, &filter, see, &seen, &why), 0);
    return seen;
}

static void count_form(void *context, struct str name, const struct kv_entry *entry)
{
    (void)name;
    (void)entry;
    ++*(int *)context;
}

static int open_forms(void)
{
    struct error why;
    int count = 0;
    assert_int_equal(kv_list(fixture.store, STR("form "), fixture.now_us, count_form, &count, &why), 0);
    return count;
}

static void from_question_to_question(void **state)
{
    (void)state;
    texted_begin_with_store(FORM REST);
    assert_contains(text(ANN, "I want to book"), ">What is your name?<");
    assert_contains(text(BOB, "hours"), ">Nine.<"); /* nobody else is in it */
    struct str wrong = text(ANN, "42");
    assert_contains(wrong, ">Sorry, I did not understand that.<");
    assert_contains(wrong, ">What is your name?<");
    assert_contains(text(ANN, "Ann"), ">Hello Ann! For which day?<");
    assert_contains(text(ANN, "whenever"), ">Such as 12/25, please.<");
    assert_contains(text(ANN, "back"), ">What is your name?<");
    assert_contains(text(ANN, "Anna"), ">Hello Anna! For which day?<");
    assert_contains(text(BOB, "book"), ">What is your name?<");
    assert_contains(text(ANN, "1/9"), ">Shall we call you?<");
    assert_int_equal(events("form.completed").length, 0);
    assert_contains(text(ANN, "hours"), ">Shall we call you?<"); /* a keyword is no answer */
    assert_contains(text(ANN, "sure"), ">Thank you, Anna: 2026-01-09.<");
    assert_contains(events("form.completed"),
                    "&Form=booking&Answers=Name%2C%20Day%2C%20Call&Name=Anna&Day=2026-01-09&Call=yes");
    assert_contains(text(ANN, "hours"), ">Nine.<");
    assert_int_equal(open_forms(), 1); /* Bob's: of one that was handed on nothing is left */
    assert_contains(text(BOB, "Bob"), ">Hello Bob! For which day?<");
    texted_end();
}

static void ends_early(void **state)
{
    (void)state;
    texted_begin_with_store(FORM REST "expires = 10m\nexpired = Too late.\n");
    text(ANN, "book");
    assert_contains(text(ANN, "never mind"), ">Forgotten.<");
    assert_contains(text(ANN, "hours"), ">Nine.<");
    text(ANN, "book");
    text(ANN, "1");
    text(ANN, "2");
    assert_contains(text(ANN, "3"), ">Please call us.<");
    assert_contains(text(ANN, "hours"), ">Nine.<");
    text(ANN, "book");
    assert_contains(text(ANN, "Ann"), ">Hello Ann!");
    fixture.now_us += 11 * MINUTE_US;
    struct str late = text(ANN, "hours");
    assert_contains(late, ">Too late.<");
    assert_contains(late, ">Nine.<");
    assert_contains(events("form.expired"), "&Form=booking&Answers=Name&Name=Ann");
    late = text(ANN, "hours");
    assert_int_equal(texted_count(late, "Too late"), 0);
    assert_int_equal(texted_count(events("form.expired"), "Form="), 1);
    assert_int_equal(events("form.completed").length, 0);
    texted_end();
}

static void stop_ends_it(void **state)
{
    (void)state;
    texted_begin_with_store(FORM REST);
    text(ANN, "book");
    assert_contains(text(ANN, "STOP"), "You will get no more");
    assert_contains(text(ANN, "Ann"), "<Response/>");
    texted_end();
}

static void confirmed(void **state)
{
    (void)state;
    texted_begin_with_store(FORM REST "confirm = {{Name}}, {{Day}}. Is that right?\n");
    text(ANN, "book");
    text(ANN, "Ann");
    text(ANN, "tomorrow");
    assert_contains(text(ANN, "no"), ">Ann, 2026-01-06. Is that right?<");
    assert_contains(text(ANN, "hm"), ">Ann, 2026-01-06. Is that right?<");
    assert_contains(text(ANN, "no"), ">What is your name?<");
    text(ANN, "Anna");
    text(ANN, "tomorrow");
    assert_contains(text(ANN, "back"), ">Hello Anna! For which day?<");
    text(ANN, "friday");
    text(ANN, "no");
    assert_contains(text(ANN, "yes"), ">Thank you, Anna: 2026-01-09.<");
    assert_int_equal(texted_count(events("form.completed"), "Form="), 1);
    texted_end();
}

static void the_same_message_twice(void **state)
{
    (void)state;
    texted_begin_with_store(FORM REST);
    assert_contains(text_sid("a1", ANN, "book", ""), ">What is your name?<");
    assert_contains(text_sid("a1", ANN, "book", ""), ">What is your name?<");
    assert_contains(text_sid("a2", ANN, "Ann", ""), ">Hello Ann!");
    assert_contains(text_sid("a2", ANN, "Ann", ""), ">Hello Ann!");
    text_sid("a3", ANN, "tomorrow", "");
    assert_contains(text_sid("a4", ANN, "no", ""), ">Thank you, Ann");
    assert_contains(text_sid("a4", ANN, "no", ""), ">Thank you, Ann");
    assert_int_equal(texted_count(events("form.completed"), "Form="), 1);
    texted_end();
}

static void long_forms(void **state)
{
    (void)state;
    struct buffer config = buffer_in(arena_new());
    buffer_add(&config,
               STR(STORED "[texts t]\nreplies_per_hour = 3\nbook.next = booking\n[form booking]\ndone = Done.\n"));
    for (int i = 1; i <= 30; i++)
        buffer_format(&config, "%d = Question %d?\n", i, i);
    texted_begin_with_store(arena_copy(config.arena, buffer_text(&config)).at);
    text(ANN, "book");
    for (int i = 2; i <= 30; i++)
        assert_contains(text(ANN, "answer"), arena_format(fixture.arena, ">Question %d?<", i).at);
    assert_contains(text(ANN, "answer"), ">Done.<");
    text(ANN, "book");
    text(ANN, "exit");
    assert_contains(text(ANN, "book"), ">Question 1?<");
    text(ANN, "exit");
    assert_contains(text(ANN, "book"), "<Response/>"); /* the fourth that was no answer */
    arena_free(config.arena);
    texted_end();
}

static void mistakes(void **state)
{
    (void)state;
    fixture_expect_error(STORED "[texts t]\na.next = f\n[form f]\n2 = x\n", "[form f] the question 1 is missing");
    fixture_expect_error(STORED "[texts t]\na.next = f\n[form f]\ndone = x\n", "the form has no questions");
    fixture_expect_error(STORED "[texts t]\na.next = f\n[form f]\n1 = x\n1.check = dote\n",
                         "1.check: 'dote' is not valid here");
    fixture_expect_error(STORED "[texts t]\na.next = f\n[form f]\n1 = x\n1.check = choice\n", "the question has no choices");
    fixture_expect_error(STORED "[texts t]\na.next = f\n[form f]\n1 = x\n1.keep = a b\n", "'a b' is not a name");
    fixture_expect_error(STORED "[texts t]\na.next = f\n[form f]\n1 = x\n1.keep = A\n2 = y\n2.keep = A\n",
                         "keep their answers under the same name, 'A'");
    fixture_expect_error(STORED "[texts t]\na.next = f\n[form f]\n1 = x\n1.check = number\n1.min = 9\n1.max = 3\n",
                         "[form f] 1: 1.min is more than 1.max; lower the one or raise the other");
    fixture_expect_error(HEAD "[texts t]\na.next = f\n[form f]\n1 = x\n", "a form needs a store");
}

static const struct CMUnitTest promises[] = {
    PROMISE("a form asks question after question, checks, goes back, and hands the whole to an event",
            from_question_to_question),
    PROMISE("a form is left, given up after too many tries, or expires, which is an event too", ends_early),
    PROMISE("STOP is heeded in the middle of a form", stop_ends_it),
    PROMISE("a form is confirmed as a whole, or begun anew", confirmed),
    PROMISE("the same message twice is one answer, and gets the same reply", the_same_message_twice),
    PROMISE("a long form is no loop of robots, but beginning it again and again is", long_forms),
    PROMISE("reports forms that make no sense", mistakes),
};

KEEP_PROMISES(promises)
