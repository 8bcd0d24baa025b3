/* The store's own secret: 256 random bits, made once, which all hosts of the store share and an export carries along.
 * So that names which must not tell whom they stand for do not change when the platform's signing key does. */
#ifndef HOOKSWITCH_STORE_SECRET_H
#define HOOKSWITCH_STORE_SECRET_H

#include "base/arena.h"
#include "store/store.h"

/* A name for `what`, in the arena: always the same in this store, and nobody can tell `what` from it who does not know
 * the secret. 0, or -1 with the reason, when the secret can neither be read nor made. */
int secret_pseudonym(struct store *store, struct arena *arena, struct str what, struct str *name, struct error *error);

struct secrets;
void secrets_forget(struct secrets *secrets);

#endif
