/* Tests are sentences that promise something to a user. */
#ifndef HOOKSWITCH_TESTS_PROMISE_H
#define HOOKSWITCH_TESTS_PROMISE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

#define PROMISE(sentence, function)                                                                                    \
    {                                                                                                                  \
        sentence, function, NULL, NULL, NULL                                                                           \
    }

#define KEEP_PROMISES(list)                                                                                            \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        return cmocka_run_group_tests(list, NULL, NULL);                                                               \
    }

#define assert_text(given, expected)                                                                                   \
    do {                                                                                                               \
        struct str text_seen = (given), text_wanted = str_of(expected);                                                \
        if (!str_equal(text_seen, text_wanted))                                                                        \
            fail_msg("'%.*s' where '%s' was expected", (int)text_seen.length, text_seen.at, (expected));               \
    } while (0)

#define assert_contains(given, needle)                                                                                 \
    do {                                                                                                               \
        struct str text_seen = (given), text_wanted = str_of(needle);                                                  \
        if (str_find(text_seen, text_wanted) == text_seen.length)                                                      \
            fail_msg("'%s' is not in: %.*s", (needle), (int)text_seen.length, text_seen.at);                           \
    } while (0)

#define assert_lacks(given, needle)                                                                                    \
    do {                                                                                                               \
        struct str text_seen = (given);                                                                                \
        if (str_find(text_seen, str_of(needle)) != text_seen.length)                                                   \
            fail_msg("'%s' is in: %.*s", (needle), (int)text_seen.length, text_seen.at);                               \
    } while (0)

#endif
