/* UTF-8 that a database, a mail or a JSON document takes. */
#ifndef HOOKSWITCH_BASE_UTF8_H
#define HOOKSWITCH_BASE_UTF8_H

#include "base/arena.h"

/* The text itself when it is well-formed UTF-8 (RFC 3629) without a NUL; else a copy, in the arena, with U+FFFD for
 * every byte that is not. */
struct str utf8_repair(struct arena *arena, struct str text);

#endif
