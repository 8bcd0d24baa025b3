#include "service/snapshot.h"

#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/memory.h"

/* A store outlives a snapshot whose successor names the same one. */
struct shared_store {
    atomic_uint references;
    char *address;
    struct store *store;
};

struct snapshots {
    const struct snapshot_options *options;
    pthread_mutex_t lock; /* of `current` */
    struct snapshot *current;
    struct str stamp; /* of the files that it was read from */
    struct arena *stamp_arena;
};

struct service *snapshot_read(const struct snapshot_options *options, bool load_all)
{
    memory_wipe_freed(true);
    struct service *service = service_read(options->config, options->kinds, load_all);
    memory_wipe_freed(false);
    if (options->answers)
        config_wipe_secrets(service->config);
    return service;
}

void snapshot_log_complaints(const struct log *log, const struct service *service)
{
    struct arena *arena = arena_new();
    for (const struct complaint *at = service->config->complaints.first; at != NULL; at = at->next)
        if (at->severity != COMPLAINT_NOTE)
            log_line(log, at->severity == COMPLAINT_ERROR ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING, "%s",
                     complaint_line(arena, at).at);
    arena_free(arena);
}

static void store_unref(struct shared_store *shared)
{
    if (shared == NULL || atomic_fetch_sub(&shared->references, 1) != 1)
        return;
    store_close(shared->store);
    g_free(shared->address);
    g_free(shared);
}

/* Returns the store of the settings, which may be the open one, or NULL. */
static struct shared_store *store_ref(const struct settings *settings, const struct log *log,
                                      struct shared_store *present)
{
    struct error why;
    if (settings->store.length == 0)
        return NULL;
    if (present != NULL && str_is(settings->store, present->address)) {
        atomic_fetch_add(&present->references, 1);
        return present;
    }
    struct shared_store *shared = g_new0(struct shared_store, 1);
    shared->references = 1;
    shared->address = g_strndup(settings->store.at, settings->store.length);
    shared->store = store_open(shared->address, STORE_THREADED, log, &why);
    if (shared->store != NULL)
        return shared;
    log_line(log, LOG_LEVEL_ERROR, "store: %s", why.sentence);
    store_unref(shared);
    return NULL;
}

void snapshot_unref(struct snapshot *snapshot)
{
    if (snapshot == NULL || atomic_fetch_sub(&snapshot->references, 1) != 1)
        return;
    service_free(snapshot->service);
    store_unref(snapshot->shared);
    g_free(snapshot);
}

struct snapshot *snapshots_ref(struct snapshots *snapshots)
{
    pthread_mutex_lock(&snapshots->lock);
    struct snapshot *current = snapshots->current;
    atomic_fetch_add(&current->references, 1);
    pthread_mutex_unlock(&snapshots->lock);
    return current;
}

static void replace(struct snapshots *snapshots, struct service *service)
{
    const struct snapshot_options *options = snapshots->options;
    struct snapshot *snapshot = g_new0(struct snapshot, 1), *old = snapshots->current;
    snapshot->references = 1;
    snapshot->service = service;
    if (options->answers)
        snapshot->shared = store_ref(service->settings, options->log, old == NULL ? NULL : old->shared);
    snapshot->store = snapshot->shared == NULL ? NULL : snapshot->shared->store;
    pthread_mutex_lock(&snapshots->lock);
    snapshots->current = snapshot;
    pthread_mutex_unlock(&snapshots->lock);
    snapshot_unref(old);
}

static void remember_files(struct snapshots *snapshots, const struct service *service)
{
    arena_reset(snapshots->stamp_arena);
    snapshots->stamp = service_files_stamp(service, snapshots->stamp_arena);
}

struct snapshots *snapshots_new(const struct snapshot_options *options, struct service *service)
{
    struct snapshots *snapshots = g_new0(struct snapshots, 1);
    snapshots->options = options;
    pthread_mutex_init(&snapshots->lock, NULL);
    snapshots->stamp_arena = arena_new();
    remember_files(snapshots, service);
    replace(snapshots, service);
    return snapshots;
}

void snapshots_free(struct snapshots *snapshots)
{
    if (snapshots == NULL)
        return;
    snapshot_unref(snapshots->current);
    arena_free(snapshots->stamp_arena);
    pthread_mutex_destroy(&snapshots->lock);
    g_free(snapshots);
}

static bool files_changed(const struct snapshots *snapshots)
{
    struct arena *arena = arena_new();
    bool changed = !str_equal(service_files_stamp(snapshots->current->service, arena), snapshots->stamp);
    arena_free(arena);
    return changed;
}

bool snapshots_reload(struct snapshots *snapshots, bool forced)
{
    const struct snapshot_options *options = snapshots->options;
    const struct service *current = snapshots->current->service;
    if (!forced && !files_changed(snapshots))
        return false;
    struct service *service = snapshot_read(options, true);
    snapshot_log_complaints(options->log, service);
    /* A request must not be refused because a key that could be read before cannot be read now. */
    bool loses_key = options->answers && service->lacks_key && !current->lacks_key;
    if (loses_key || service->config->complaints.errors > 0) {
        log_line(options->log, LOG_LEVEL_ERROR, "reload: the configuration %s; the previous one stays in force",
                 loses_key ? "lacks its signing key" : "has errors");
        remember_files(snapshots, current);
        service_free(service);
        return false;
    }
    remember_files(snapshots, service);
    replace(snapshots, service);
    log_line(options->log, LOG_LEVEL_NOTICE, "reload: the new configuration is in force");
    return true;
}
