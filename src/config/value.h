/* Parses values of the configuration. All return false when the text is not valid. */
#ifndef HOOKSWITCH_CONFIG_VALUE_H
#define HOOKSWITCH_CONFIG_VALUE_H

#include "base/arena.h"
#include "config/field.h"

bool value_duration(struct str text, long *seconds); /* 20, 20s, 2m, 1h, 30d; at most a year */
bool value_size(struct str text, long *bytes);       /* 4096, 64k, 1M */
bool value_count(struct str text, long *count);
bool value_decimal(struct str text, double *number); /* 0, 0.5, 1 */
bool value_switch(struct str text, bool *on);
/* +15551230001, or with spaces, dots, dashes and brackets in it; in the arena without them (ITU-T E.164). */
bool value_number(struct arena *arena, struct str text, struct str *number);
/* Advice for an invalid number: "'2065550100' lacks the country code: did you mean
 * +12065550100?". Empty when there is none to give. */
struct str value_number_suggest(struct arena *arena, struct str text);
/* +1555*: all numbers that begin so; or one number without spaces. */
bool value_number_pattern(struct str text);
bool value_sip(struct str text);  /* sip:user@host, no white space */
bool value_keys(struct str text); /* 0-9 * # */
bool value_url(struct str text);  /* http:// or https:// */
/* The same with {{Name}} in its path or query; a request never chooses the host. */
bool value_url_with_names(struct arena *arena, struct str text);
/* local@domain in plain characters: what a mail program takes from a command line and a header without quoting
 * (RFC 5321 section 4.1.2, the common part). */
bool value_mail(struct str text);
/* What to write instead of a text that value_mail refuses; in the arena. Not every mail server and program takes
 * addresses beyond ASCII (RFC 6531), while every domain has a form in ASCII (RFC 5891). */
struct str value_mail_advice(struct arena *arena, struct str text);
bool value_language(struct str text); /* en, en-US, es-419 (RFC 5646, the common part) */
bool value_word(struct str text); /* for a value to be known by: ASCII letters and digits, a letter first, at most 30 */
bool value_name(struct str text); /* of a section: letters, digits, - _ . and no white space */

#endif
