/* Text that is safe to pass on. */
#ifndef HOOKSWITCH_BASE_UTF8_H
#define HOOKSWITCH_BASE_UTF8_H

#include "base/arena.h"

/* For a database, a mail or JSON: every byte that is malformed UTF-8 (RFC 3629), and every NUL, becomes U+FFFD. The
 * text itself when it has none, else a copy in the arena. */
struct str utf8_repair(struct arena *arena, struct str text);
/* For XML 1.0 (its production 2) and for terminals: replaces control characters too, except tab and line ends. */
struct str utf8_clean(struct arena *arena, struct str text);

#endif
