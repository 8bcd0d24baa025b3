/* Inside of src/store: what an engine offers. Its functions are called by one thread at a time. */
#ifndef HOOKSWITCH_STORE_ENGINE_H
#define HOOKSWITCH_STORE_ENGINE_H

#include "store/store.h"

struct engine {
    const char *scheme; /* "sqlite:" */
    /* Opens, creates and migrates the database. NULL with the reason. */
    void *(*open)(const char *location, enum store_mode mode, struct error *error);
    void (*close)(void *database);
    /* A transaction; waiting for other writers takes at most `patience_ms`. 0, or -1 with the reason. */
    int (*begin)(void *database, int patience_ms, struct error *error);
    enum store_result (*add)(void *database, const struct event *event, struct error *error);
    int (*commit)(void *database, struct error *error); /* durable when it returns 0; else as rolled back */
    void (*rollback)(void *database);
    /* Whether the database that is open is still the one at its location. */
    bool (*is_there)(void *database);
    int (*list)(void *database, bool current, const struct store_filter *filter,
                void (*each)(void *context, const struct store_row *row), void *context, struct error *error);
};

extern const struct engine sqlite_engine;

#endif
