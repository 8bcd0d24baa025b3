/* The store's own secret: 256 random bits, generated once, shared by all hosts of the store and included in an export.
 * It keeps pseudonyms stable when the platform's signing key changes. */
#ifndef HOOKSWITCH_STORE_SECRET_H
#define HOOKSWITCH_STORE_SECRET_H

#include "store/store.h"

/* The pseudonym of `what`, in the arena: constant within this store, and not reversible without the secret. 0, or -1
 * with the reason when the secret can neither be read nor created. */
int secret_pseudonym(struct store *store, struct arena *arena, struct str what, struct str *name, struct error *error);

#endif
