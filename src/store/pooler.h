/* What may stand between this host and its database. */
#ifndef HOOKSWITCH_STORE_POOLER_H
#define HOOKSWITCH_STORE_POOLER_H

#include "store/store.h"

/* Whether a pooler gives two transactions of one connection to different sessions of the server: prepared statements,
 * settings and notices get lost then. Opens two connections of its own. False too when it cannot be told. */
bool pooler_loses_sessions(const char *address);

#endif
