/* Inside of src/store: the steps of a request (once.h) in the database. */
#ifndef HOOKSWITCH_STORE_REQUEST_STEPS_H
#define HOOKSWITCH_STORE_REQUEST_STEPS_H

#include "store/engine.h"
#include "store/once.h"

enum { ONCE_WIDTH = 5 };
/* The values of STATEMENT_CLAIM_REQUEST. */
void once_values(const struct once *once, int64_t step, struct value values[ONCE_WIDTH]);
/* At a request's first look at shared state: `once` (NULL: of none) gets the answer of the same bytes, if it is known.
 */
int once_look(const struct engine *engine, void *database, struct once *once, struct error *error);
/* Takes the step at which the request is, in a transaction that stands. 0 with `taken`; where it was taken before,
 * `once` gets the answer that was given then, if it is known. Or -1 with the reason. */
int once_step(const struct engine *engine, void *database, struct once *once, bool *taken, struct error *error);

#endif
