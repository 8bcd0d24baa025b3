#include "work/housekeeping.h"

#include <unistd.h>

#include "base/clock.h"
#include "store/kv.h"
#include "store/maintenance.h"

enum {
    PRUNE_EVERY_MS = 600000,
    SLICE_MS = 500,
    ANNOUNCE_EVERY_MS = 120000,
    FAILED_PAUSE_MS = 60000,
    ANNOUNCED_FOR_S = 300,
    HOST_NAME_BYTES = 100,
    CLOCK_WARNED_EVERY_S = 6 * 3600
};

#define HOURS_US(hours) ((hours)*INT64_C(3600000000))

static const char ROW[] = "worker ";
static const char SUSPICION[] = "clock suspected since";

/* --- that a worker is there --- */

static enum kv_action set(void *context, bool there, struct kv_entry *entry)
{
    (void)there;
    entry->value = STR("works");
    entry->expires_us = *(const int64_t *)context;
    return KV_SET;
}

static int announce(struct store *store, int64_t now_us, struct error *error)
{
    char host[HOST_NAME_BYTES] = "";
    int64_t until_us = now_us + ANNOUNCED_FOR_S * INT64_C(1000000);
    struct arena *arena = arena_new();
    gethostname(host, sizeof host - 1);
    int failed = kv_update(store, arena, ARENA_JOIN(arena, str_of(ROW), str_of(host)), now_us, set, &until_us, error);
    arena_free(arena);
    return failed;
}

/* --- what is old goes --- */

struct suspicion {
    struct arena *arena;
    int64_t now_us;
    bool is_confirmed; /* the clock has said the same for a day */
};

/* A suspicion counts once it is a day old; one that is older than four days was about another time. */
static enum kv_action update_suspicion(void *context, bool there, struct kv_entry *entry)
{
    struct suspicion *suspicion = context;
    unsigned long since_s = 0;
    if (there)
        str_to_number(entry->value, (unsigned long)-1, &since_s);
    int64_t age_us = suspicion->now_us - (int64_t)since_s * 1000000;
    suspicion->is_confirmed = there && age_us >= HOURS_US(24) && age_us <= HOURS_US(96);
    if (there && age_us >= 0 && age_us <= HOURS_US(96))
        return KV_KEEP;
    entry->value = arena_format(suspicion->arena, "%lld", (long long)(suspicion->now_us / 1000000));
    entry->expires_us = suspicion->now_us + HOURS_US(97);
    return KV_SET;
}

/* A clock that was set far ahead by mistake must not delete everything: it has to say the same for a day. */
static int clock_is_trusted(struct housekeeping *housekeeping, struct store *store, const struct log *log,
                            int64_t now_us, struct error *error)
{
    struct error doubt;
    int plausible = maintenance_clock_is_plausible(store, now_us, &doubt);
    if (plausible != 0) {
        *error = doubt;
        return plausible;
    }
    struct suspicion suspicion = { arena_new(), now_us, false };
    int failed = kv_update(store, suspicion.arena, str_of(SUSPICION), now_us, update_suspicion, &suspicion, error);
    arena_free(suspicion.arena);
    if (!failed && !suspicion.is_confirmed)
        log_limited(log, &housekeeping->clock_warned, CLOCK_WARNED_EVERY_S, LOG_LEVEL_WARNING,
                    "old events are not deleted yet: %s They are deleted when the clock still says the same in a day",
                    doubt.sentence);
    return failed ? -1 : suspicion.is_confirmed;
}

struct slice {
    int64_t until_ms;
    bool is_over;
};

static bool go_on(void *context, long pruned)
{
    struct slice *slice = context;
    (void)pruned;
    slice->is_over = clock_ms() >= slice->until_ms;
    return !slice->is_over;
}

/* One kind after the other, then the requests, as far as the slice of time goes. 1 when there is more. */
static int prune(struct housekeeping *housekeeping, struct store *store, const struct settings *settings,
                 const struct log *log, int64_t now_us, struct error *error)
{
    struct slice slice = { clock_ms() + SLICE_MS, false };
    for (; event_kind_name(housekeeping->kind) != NULL; housekeeping->kind++) {
        const char *kind = event_kind_name(housekeeping->kind);
        int64_t days = settings_keep_days(settings, housekeeping->kind);
        long pruned =
            days == 0 ? 0 : maintenance_prune(store, str_of(kind), now_us - days * HOURS_US(24), go_on, &slice, error);
        if (pruned < 0)
            return -1;
        housekeeping->pruned += pruned;
        if (slice.is_over)
            return 1;
        if (housekeeping->pruned > 0)
            log_line(log, LOG_LEVEL_INFO, "%ld events of kind %s had passed their %lld days", housekeeping->pruned,
                     kind, (long long)days);
        housekeeping->pruned = 0;
    }
    int64_t longest = settings_keep_days_longest(settings);
    if (longest > 0 && maintenance_prune_requests(store, now_us - longest * HOURS_US(24), go_on, &slice, error) < 0)
        return -1;
    return slice.is_over;
}

static int delete_old(struct housekeeping *housekeeping, struct store *store, const struct settings *settings,
                      const struct log *log, int64_t now_us, struct error *error)
{
    int trusted = clock_is_trusted(housekeeping, store, log, now_us, error);
    int more = trusted > 0 ? prune(housekeeping, store, settings, log, now_us, error) : trusted;
    return more == 0 ? maintenance_expire(store, now_us, error) : more;
}

/* --- both --- */

static int run_due_work(struct housekeeping *housekeeping, struct store *store, const struct settings *settings,
                        const struct log *log, int64_t now_us, struct error *error)
{
    int64_t now = clock_ms();
    if (housekeeping->announced_ms == 0 || now - housekeeping->announced_ms >= ANNOUNCE_EVERY_MS) {
        if (announce(store, now_us, error) != 0)
            return -1;
        housekeeping->announced_ms = now;
    }
    if (!housekeeping->pruning && (housekeeping->pruned_ms == 0 || now - housekeeping->pruned_ms >= PRUNE_EVERY_MS)) {
        housekeeping->pruning = true;
        housekeeping->kind = 0;
    }
    if (!housekeeping->pruning)
        return 0;
    int more = delete_old(housekeeping, store, settings, log, now_us, error);
    if (more == 0) {
        housekeeping->pruning = false;
        housekeeping->pruned_ms = clock_ms();
    }
    return more;
}

int housekeeping_run(struct housekeeping *housekeeping, struct store *store, const struct settings *settings,
                     const struct log *log, int64_t now_us, struct error *error)
{
    if (housekeeping->failed_ms != 0 && clock_ms() - housekeeping->failed_ms < FAILED_PAUSE_MS)
        return 0;
    int more = run_due_work(housekeeping, store, settings, log, now_us, error);
    housekeeping->failed_ms = more < 0 ? clock_ms() : 0;
    return more;
}

static void add_host(void *context, struct str name, const struct kv_entry *entry)
{
    struct buffer *hosts = context;
    (void)entry;
    buffer_format(hosts, "%s%.*s", hosts->length > 0 ? ", " : "", STR_ARGS(str_from(name, sizeof ROW - 1)));
}

int housekeeping_workers(struct store *store, struct arena *arena, int64_t now_us, struct str *hosts,
                         struct error *error)
{
    struct buffer all = buffer_in(arena);
    int failed = kv_list(store, str_of(ROW), now_us, add_host, &all, error);
    *hosts = buffer_text(&all);
    return failed;
}
