/* Inside of src/store, and for tests: a store with an engine of the caller's. */
#ifndef HOOKSWITCH_STORE_OPEN_H
#define HOOKSWITCH_STORE_OPEN_H

#include "store/core.h"

struct store *store_open_engine(const struct engine *engine, const char *location, enum store_mode mode,
                                const struct log *log);

#endif
