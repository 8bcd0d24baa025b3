#include "work/upkeep.h"

#include <unistd.h>

#include "base/buffer.h"
#include "store/tend.h"

enum { TEND_EVERY_S = 600, NOTE_EVERY_S = 120, NOTE_HOLDS_S = 300, HOST_NAME_BYTES = 100 };

static const char ROW[] = "worker ";

/* What has passed its days goes, a little at a time. */
static void tend(struct store *store, const struct settings *settings, const struct log *log, int64_t now_us)
{
    struct error why;
    for (size_t kind = 0; event_kind_name(kind) != NULL; kind++) {
        int64_t days = settings_keep_days(settings, kind);
        long pruned = days == 0 ? 0
                                : tend_prune(store, text_of(event_kind_name(kind)), now_us - days * 86400000000LL, NULL,
                                             NULL, &why);
        if (pruned < 0)
            log_line(log, LOG_LEVEL_ERROR, "old events cannot be pruned: %s", why.sentence);
        else if (pruned > 0)
            log_line(log, LOG_LEVEL_INFO, "%ld events of kind %s had passed their %lld days", pruned,
                     event_kind_name(kind), (long long)days);
    }
    if (tend_expire(store, now_us, &why) != 0)
        log_line(log, LOG_LEVEL_ERROR, "expired state stays: %s", why.sentence);
}

static enum shared_verdict set(void *context, bool there, struct shared *shared)
{
    (void)there;
    shared->value = TEXT("works");
    shared->expires_us = *(const int64_t *)context;
    return SHARED_SET;
}

static void note(struct store *store, int64_t now_us)
{
    char host[HOST_NAME_BYTES] = "";
    int64_t until_us = now_us + NOTE_HOLDS_S * INT64_C(1000000);
    struct arena *arena = arena_new();
    struct error ignored; /* whatever it is, the jobs have it too */
    gethostname(host, sizeof host - 1);
    shared_change(store, arena, ARENA_JOIN(arena, text_of(ROW), text_of(host)), now_us, set, &until_us, &ignored);
    arena_free(arena);
}

void upkeep_do(struct upkeep *upkeep, struct store *store, const struct settings *settings, const struct log *log,
               int64_t now_us)
{
    if (now_us - upkeep->noted_us >= NOTE_EVERY_S * INT64_C(1000000)) {
        note(store, now_us);
        upkeep->noted_us = now_us;
    }
    if (now_us - upkeep->tended_us >= TEND_EVERY_S * INT64_C(1000000)) {
        tend(store, settings, log, now_us);
        upkeep->tended_us = now_us;
    }
}

static void add_host(void *context, struct text name, const struct shared *shared)
{
    struct buffer *hosts = context;
    (void)shared;
    buffer_format(hosts, "%s%.*s", hosts->length > 0 ? ", " : "", TEXT_ARGS(text_from(name, sizeof ROW - 1)));
}

int upkeep_workers(struct store *store, struct arena *arena, int64_t now_us, struct text *hosts, struct error *error)
{
    struct buffer all = buffer_in(arena);
    int failed = shared_list(store, text_of(ROW), now_us, add_host, &all, error);
    *hosts = buffer_text(&all);
    return failed;
}
