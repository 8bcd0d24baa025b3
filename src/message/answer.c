#include "message/answer.h"

#include <glib.h>

#include "base/words.h"
#include "config/value.h"

enum { PARTS_MAX = 4, YEAR_MIN = 1850, YEAR_MAX = 2200 };

const char *const answer_kinds[] = { "text",   "name",   "number", "date",  "future-date", "time",
                                     "yes-no", "choice", "email",  "phone", NULL };

/* --- dates and times --- */

struct part {
    bool is_number;
    unsigned long number;
    struct str word; /* folded */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Splits "25th of Dec., 2026" into 25 dec 2026. Returns the number of parts, or PARTS_MAX + 1. */
static size_t take_apart(struct arena *arena, struct str text, struct part parts[PARTS_MAX])
{
    static const char *const passed[] = { "st", "nd", "rd",     "th",   "of",   "the",
                                          "on", "at", "around", "next", "this", "coming" };
    struct str rest = str_trim(words_fold(arena, text));
    size_t count = 0;
    while (rest.length > 0) {
        size_t end = 0;
        bool number = is_digit(rest.at[0]), skip = false;
        while (end < rest.length && rest.at[end] != ' ' && is_digit(rest.at[end]) == number)
            end++;
        struct part part = { .is_number = number, .word = str_upto(rest, end) };
        rest = str_trim(str_from(rest, end));
        for (size_t i = 0; !number && i < sizeof passed / sizeof *passed; i++)
            skip = skip || str_is(part.word, passed[i]);
        if (skip)
            continue;
        if (count == PARTS_MAX || (number && !str_to_number(part.word, 9999, &part.number)))
            return PARTS_MAX + 1;
        parts[count++] = part;
    }
    return count;
}

/* Needs at least three letters. */
static unsigned long find_name(const char *const *names, size_t count, struct str word)
{
    for (size_t i = 0; word.length >= 3 && i < count; i++)
        if (str_starts(str_of(names[i]), word))
            return i + 1;
    return 0;
}

static unsigned long month_of(struct str word)
{
    static const char *const names[] = { "january", "february", "march",     "april",   "may",      "june",
                                         "july",    "august",   "september", "october", "november", "december" };
    return str_is(word, "sept") ? 9 : find_name(names, 12, word);
}

static unsigned long weekday_of(struct str word) /* 1 is Monday */
{
    static const char *const names[] = { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" };
    return find_name(names, 7, word);
}

static long serial(unsigned long year, unsigned long month, unsigned long day)
{
    return (long)(year * 10000 + month * 100 + day);
}

static bool is_day(unsigned long year, unsigned long month, unsigned long day)
{
    return year >= YEAR_MIN && year <= YEAR_MAX && month <= 12 && day <= 31 &&
           g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year);
}

static struct str written(struct arena *arena, unsigned long year, unsigned long month, unsigned long day)
{
    return arena_format(arena, "%04lu-%02lu-%02lu", year, month, day);
}

static struct str days_from_now(struct arena *arena, struct zone_time now, unsigned days)
{
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)now.day, (GDateMonth)now.month, (GDateYear)now.year);
    g_date_add_days(&date, days);
    return written(arena, g_date_get_year(&date), (unsigned long)g_date_get_month(&date), g_date_get_day(&date));
}

static bool by_word(struct arena *arena, struct zone_time now, struct str word, struct str *value)
{
    unsigned long weekday = weekday_of(word);
    if (str_is(word, "today"))
        *value = days_from_now(arena, now, 0);
    else if (str_is(word, "tomorrow"))
        *value = days_from_now(arena, now, 1);
    else if (weekday > 0) /* the next one; for today's weekday, a week later */
        *value = days_from_now(arena, now, (unsigned)(weekday + 5 - (unsigned long)now.weekday) % 7 + 1);
    else
        return false;
    return true;
}

/* Day, month and year of the parts; year 0 when there is none. */
static bool sort_out(const struct part *parts, size_t count, bool month_first, unsigned long *year,
                     unsigned long *month, unsigned long *day)
{
    unsigned long numbers[PARTS_MAX], named = 0;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].is_number)
            numbers[used++] = parts[i].number;
        else if (weekday_of(parts[i].word) == 0 && (named != 0 || (named = month_of(parts[i].word)) == 0))
            return false;
    }
    *year = 0;
    if (named != 0 && used >= 1 && used <= 2) {
        *month = named;
        *day = numbers[0];
        *year = used == 2 ? numbers[1] : 0;
    } else if (named == 0 && used == 3 && numbers[0] > 31) {
        *year = numbers[0];
        *month = numbers[1];
        *day = numbers[2];
    } else if (named == 0 && used >= 2 && used <= 3) {
        *month = numbers[month_first ? 0 : 1];
        *day = numbers[month_first ? 1 : 0];
        *year = used == 3 ? numbers[2] : 0;
    } else
        return false;
    *year += *year > 0 && *year < 100 ? 2000 : 0;
    return true;
}

static bool take_date(struct arena *arena, const struct answer_place *place, struct str text, struct str *value)
{
    struct part parts[PARTS_MAX];
    size_t count = take_apart(arena, text, parts);
    unsigned long year, month, day;
    struct zone_time now = place->now;
    if (count == 0 || count > PARTS_MAX)
        return false;
    if (count == 1 && !parts[0].is_number)
        return by_word(arena, now, parts[0].word, value);
    /* dots mean that the day is first */
    bool month_first = place->month_first && str_find_char(text, '.') == text.length;
    if (!sort_out(parts, count, month_first, &year, &month, &day))
        return false;
    unsigned long this_year = (unsigned long)now.year;
    if (year == 0) /* the next such day */
        year = this_year +
               (serial(this_year, month, day) < serial(this_year, (unsigned long)now.month, (unsigned long)now.day));
    *value = written(arena, year, month, day);
    return is_day(year, month, day);
}

static bool is_over(struct zone_time now, struct str date, struct arena *arena)
{
    return str_compare(date, days_from_now(arena, now, 0)) < 0;
}

/* 9, 9:30, 9.30 pm, 21:30, noon */
static bool take_time(struct arena *arena, struct str text, struct str *value)
{
    struct part parts[PARTS_MAX];
    size_t count = take_apart(arena, text, parts), used = 0;
    unsigned long hour = 0, minute = 0;
    bool am = false, pm = false;
    for (size_t i = 0; count <= PARTS_MAX && i < count; i++) {
        struct str word = parts[i].word;
        if (parts[i].is_number) {
            *(used == 0 ? &hour : &minute) = parts[i].number;
            used++;
        } else if (str_is(word, "noon") && count == 1) {
            *value = STR("12:00");
            return true;
        } else if (!str_is(word, "m") && !str_is(word, "o") && !str_is(word, "clock") && !str_is(word, "oclock")) {
            am = am || str_is(word, "am") || str_is(word, "a");
            pm = pm || str_is(word, "pm") || str_is(word, "p");
            if (!am && !pm)
                return false;
        }
    }
    if (count > PARTS_MAX || used == 0 || used > 2 || minute > 59 || hour > ((am || pm) ? 12UL : 23UL) ||
        ((am || pm) && hour == 0))
        return false;
    hour = pm && hour < 12 ? hour + 12 : am && hour == 12 ? 0 : hour;
    *value = arena_format(arena, "%02lu:%02lu", hour, minute);
    return true;
}

/* --- words --- */

static bool is_among(struct arena *arena, const char *const *words, const struct word *further, struct str said)
{
    for (; *words != NULL; words++)
        if (str_equal(words_fold(arena, str_of(*words)), said))
            return true;
    for (; further != NULL; further = further->next)
        if (str_equal(words_fold(arena, further->text), said))
            return true;
    return false;
}

static bool take_yes_no(struct arena *arena, const struct answer_place *place, struct str text, struct str *value)
{
    static const char *const yes[] = { "yes",        "y",  "yeah", "yep", "yup", "sure", "ok", "okay",
                                       "yes please", "si", "oui",  "ja",  "sim", "1",    NULL };
    static const char *const no[] = { "no",  "n",    "nope", "nah", "no thanks", "no thank you",
                                      "non", "nein", "nao",  "nee", "2",         NULL };
    struct str said = words_fold(arena, text);
    bool is_yes = is_among(arena, yes, place->yes, said) || str_starts(text, STR("\xF0\x9F\x91\x8D")),
         is_no = is_among(arena, no, place->no, said) || str_starts(text, STR("\xF0\x9F\x91\x8E")); /* thumbs */
    *value = is_yes ? STR("yes") : STR("no");
    return is_yes != is_no;
}

/* A typo is tolerated unless two choices match. */
static bool take_choice(struct arena *arena, const struct word *choices, struct str text, struct str *value)
{
    struct str said = words_fold(arena, text);
    unsigned long number = 0, position = 1;
    size_t nearest = WORDS_NO_MATCH;
    bool tie = false, numbered = str_to_number(str_trim(said), 99, &number);
    for (; choices != NULL; choices = choices->next, position++) {
        size_t distance = numbered && number == position ? 0 : words_distance(said, words_fold(arena, choices->text));
        if (distance > nearest || distance == WORDS_NO_MATCH)
            continue;
        tie = distance == nearest;
        nearest = distance;
        *value = choices->text;
    }
    return nearest != WORDS_NO_MATCH && !tie;
}

static bool take_name(struct str text, struct str *value)
{
    size_t letters = 0;
    *value = text;
    for (struct str rest = text; rest.length > 0;) {
        size_t step = str_utf8_length(rest);
        gunichar c = step == 0 ? 0 : g_utf8_get_char(rest.at);
        if (c == 0 || g_unichar_isdigit(c) || g_unichar_iscntrl(c))
            return false;
        letters += g_unichar_isalpha(c) ? 1 : 0;
        rest = str_from(rest, step);
    }
    return letters >= 2 && letters <= 100;
}

/* --- numbers --- */

static bool take_number(struct arena *arena, const struct answer_rule *rule, struct str text, struct str *value)
{
    unsigned long number;
    if (!str_to_number(text, 999999999UL, &number) || (long)number < rule->min ||
        (rule->max > 0 && (long)number > rule->max))
        return false;
    *value = arena_format(arena, "%lu", number);
    return true;
}

static bool take_phone(struct arena *arena, const struct answer_place *place, struct str text, struct str *value)
{
    if (str_starts(text, STR("+")))
        return value_number(arena, text, value);
    struct str whole = ARENA_JOIN(arena, place->country_code, text);
    if (!str_is(place->country_code, "+1") || !value_number(arena, whole, value))
        return false;
    /* North America: ten digits, optionally with 1 before them. */
    if (value->length == 13 && str_starts(*value, STR("+11")))
        *value = ARENA_JOIN(arena, STR("+"), str_from(*value, 2));
    return value->length == 12;
}

/* --- all kinds --- */

static bool take(struct arena *arena, const struct answer_rule *rule, const struct answer_place *place, struct str text,
                 struct str *value)
{
    size_t length = str_characters(text);
    switch (rule->kind) {
    case ANSWER_NAME:
        return take_name(text, value);
    case ANSWER_NUMBER:
        return take_number(arena, rule, text, value);
    case ANSWER_DATE:
        return take_date(arena, place, text, value);
    case ANSWER_FUTURE:
        return take_date(arena, place, text, value) && !is_over(place->now, *value, arena);
    case ANSWER_TIME:
        return take_time(arena, text, value);
    case ANSWER_YES_NO:
        return take_yes_no(arena, place, text, value);
    case ANSWER_CHOICE:
        return take_choice(arena, rule->choices, text, value);
    case ANSWER_MAIL:
        *value = text;
        return value_mail(text);
    case ANSWER_PHONE:
        return take_phone(arena, place, text, value);
    case ANSWER_TEXT:
        break;
    }
    *value = text;
    return (long)length >= (rule->min > 0 ? rule->min : 1) && (rule->max == 0 || (long)length <= rule->max);
}

bool answer_take(struct arena *arena, const struct answer_rule *rule, const struct answer_place *place, struct str text,
                 struct str *value)
{
    struct str said = str_trim(text);
    *value = STR("");
    if (str_characters(said) > ANSWER_MAX_CHARACTERS || !str_is_utf8(said) || str_find_char(said, '\0') < said.length)
        return false;
    if (rule->pattern != NULL && pattern_match(rule->pattern, arena, said, NULL) != PATTERN_YES)
        return false;
    return take(arena, rule, place, said, value);
}
