/* Values as operators write them, each to its type. All return false when the text is no such value. */
#ifndef HOOKSWITCH_CONFIG_VALUE_H
#define HOOKSWITCH_CONFIG_VALUE_H

#include "base/arena.h"
#include "config/field.h"

bool value_duration(struct text text, long *seconds); /* 20, 20s, 2m, 1h; at most a year */
bool value_size(struct text text, long *bytes);       /* 4096, 64k, 1M */
bool value_count(struct text text, long *count);
bool value_decimal(struct text text, double *number); /* 0, 0.5, 1 */
bool value_switch(struct text text, bool *on);
/* +15551230001, or with spaces, dots, dashes and brackets in it; in the arena without them (ITU-T E.164). */
bool value_number(struct arena *arena, struct text text, struct text *number);
/* What is wrong with a number that is none, where it can be told: "'2065550100' lacks the country code: did you mean
 * +12065550100?". Empty: it cannot. */
struct text value_number_meant(struct arena *arena, struct text text);
bool value_sip(struct text text);  /* sip:user@host, no white space */
bool value_keys(struct text text); /* 0-9 * # */
bool value_url(struct text text);  /* http:// or https:// */
/* The same with {{Name}} in its path or query; a request never chooses the host. */
bool value_url_with_names(struct arena *arena, struct text text);
/* local@domain in plain characters: what a mail program takes from a command line and a header without quoting
 * (RFC 5321 section 4.1.2, the common part). */
bool value_mail(struct text text);
/* What to write instead of a text that value_mail refuses; in the arena. Not every mail server and program takes
 * addresses beyond ASCII (RFC 6531), while every domain has a form in ASCII (RFC 5891). */
struct text value_mail_advice(struct arena *arena, struct text text);
bool value_language(struct text text); /* en, en-US, es-419 (RFC 5646, the common part) */
bool value_word(
    struct text text); /* for a value to be known by: ASCII letters and digits, a letter first, at most 30 */
bool value_name(struct text text); /* of a section: letters, digits, - _ . and no white space */

#endif
