/* application/x-www-form-urlencoded, as the platform posts it (WHATWG URL standard, section 5.1): order and repeats
 * are kept. */
#ifndef HOOKSWITCH_WEB_FORM_H
#define HOOKSWITCH_WEB_FORM_H

#include <stdint.h>

#include "base/arena.h"

struct parameter {
    struct str name, value; /* decoded; may hold any byte, NUL too */
};

struct form {
    struct parameter *at; /* in the order sent */
    size_t count;
};

struct form_limits {
    size_t parameters;  /* how many at most */
    size_t value_bytes; /* of one name or one value, decoded */
};

/* Decodes `raw` into `form`, in the arena; a value without escapes points into `raw`. A malformed escape stands for
 * itself. 0, or -1 with the reason when a limit is passed. */
int form_parse(struct arena *arena, struct str raw, const struct form_limits *limits, struct form *form,
               struct error *error);

/* The value of the first parameter called so, or the empty text. Names are case-sensitive. */
struct str form_value(const struct form *form, const char *name);
/* The same as a number; 0 when it is missing, above `max` or not a number. */
uint64_t form_number(const struct form *form, const char *name, uint64_t max);
bool form_has(const struct form *form, const char *name);

/* The first parameter whose name is empty or has other characters than ASCII letters, digits and "_-.[]", or NULL. The
 * platform sends no such name. */
const struct parameter *form_find_malformed(const struct form *form);

/* The parameters by name, ascending by byte; equal names in the order sent. In the arena. */
struct form form_sorted(struct arena *arena, const struct form *form);

/* Appends name=value, escaped, with an & ahead unless the buffer is empty or ends in '?'. */
void form_add(struct buffer *buffer, struct str name, struct str value);

/* Appends every parameter of the form so: the reverse of form_parse. */
void form_write(struct buffer *buffer, const struct form *form);

#endif
