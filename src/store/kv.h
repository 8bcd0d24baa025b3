/* Small state that all processes and hosts share: opt-outs, forced hours, counters, half-filled forms. A row has a
 * name, a value and an expiry. Changes are atomic: those of two hosts at the same time follow each other. */
#ifndef HOOKSWITCH_STORE_KV_H
#define HOOKSWITCH_STORE_KV_H

#include "store/store.h"

enum { KV_NAME_MAX = 200, KV_VALUE_MAX = 65536 };

struct kv_entry {
    struct str value;
    int64_t expires_us; /* since 1970; 0: never */
};

/* Reads a row into the arena. 1 when it exists and has not expired, 0 when not, -1 with the reason. */
int kv_get(struct store *store, struct arena *arena, struct str name, int64_t now_us, struct kv_entry *entry,
           struct error *error);

enum kv_action { KV_KEEP, KV_SET, KV_DELETE };
/* Calls `decide` with the current row (`there` is false without one), and carries out the action it returns with the
 * `entry` it filled in. If another process has changed the row meanwhile, calls `decide` again with the new row. 0, or
 * -1 with the reason. Texts that `decide` sets live in the arena. */
int kv_update(struct store *store, struct arena *arena, struct str name, int64_t now_us,
              enum kv_action (*decide)(void *context, bool there, struct kv_entry *entry), void *context,
              struct error *error);
/* Adds to a counter. `expires_us` is the expiry of a new counter. The new value, or -1 with the reason. */
int64_t kv_increment(struct store *store, struct str name, int64_t add, int64_t now_us, int64_t expires_us,
                     struct error *error);
/* Calls `each` for the rows whose name begins with `prefix`, sorted by name. */
int kv_list(struct store *store, struct str prefix, int64_t now_us,
            void (*each)(void *context, struct str name, const struct kv_entry *entry), void *context,
            struct error *error);

#endif
