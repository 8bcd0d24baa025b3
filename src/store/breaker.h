/* Inside of src/store: until when, and whether, a store may be asked: deadlines, and a circuit breaker. After a slow
 * failure one request at a time probes the store, and the others fail at once. */
#ifndef HOOKSWITCH_STORE_BREAKER_H
#define HOOKSWITCH_STORE_BREAKER_H

#include "store/core.h"

/* The time of clock_ms until which a question with `patience_ms` of its own may take. */
int64_t store_until_ms(const struct store *store, int patience_ms);
/* Milliseconds from now until then, at least 0. */
int store_left_ms(int64_t until_ms);

/* Whether the store may be asked; else false with the reason. Each question that may be asked ends in breaker_report.
 */
bool breaker_allows(struct store *store, struct error *why);
void breaker_report(struct store *store, bool succeeded);
/* Tells all requests that the store does not answer. */
void breaker_trip(struct store_core *core, const struct error *why);
enum { STORE_SLOW_MS = 150 }; /* a failure that took longer trips the breaker */

#endif
