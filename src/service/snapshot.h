/* The configuration in force, for programs and worker alike. A snapshot is one configuration with the store that it
 * names: counted by reference, so that each request and each job ends with the one it began with, and replaced as a
 * whole when the files change. */
#ifndef HOOKSWITCH_SERVICE_SNAPSHOT_H
#define HOOKSWITCH_SERVICE_SNAPSHOT_H

#include "service/service.h"
#include "store/store.h"

struct snapshot_options {
    const char *config; /* the main file */
    const struct section_kind *const *kinds;
    const struct log *log;
    bool answers; /* of a program that answers requests: opens the store, wipes the secrets of the worker */
};

struct snapshots; /* the current one, and its successors */

struct snapshot {
    struct service *service;
    struct store *store; /* NULL: none is named, or it could not be opened, or opening it is left to the caller */
    struct shared_store *shared; /* the rest is for snapshot.c */
    _Atomic unsigned references;
};

/* Reads the configuration, as service_read does; what it holds of secrets in memory meanwhile is overwritten. */
struct service *snapshot_read(const struct snapshot_options *options, bool load_all);
void snapshot_log_complaints(const struct log *log, const struct service *service);

/* Begins with `service`, which is free of errors and now owned. `options` is borrowed. */
struct snapshots *snapshots_new(const struct snapshot_options *options, struct service *service);
void snapshots_free(struct snapshots *snapshots); /* takes NULL */

/* The current one, from any thread; give it back by snapshot_unref. */
struct snapshot *snapshots_ref(struct snapshots *snapshots);
void snapshot_unref(struct snapshot *snapshot);

/* Reads the files again when one has changed, or in any case with `forced`. True when a new snapshot is in force. Where
 * the files have errors, the log says so and the current one stays. Call it from one thread. */
bool snapshots_reload(struct snapshots *snapshots, bool forced);

#endif
