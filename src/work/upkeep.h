/* What a worker does beside jobs: old events go, expired state goes, and it can be seen that a worker is there. */
#ifndef HOOKSWITCH_WORK_UPKEEP_H
#define HOOKSWITCH_WORK_UPKEEP_H

#include "base/log.h"
#include "service/settings.h"
#include "store/store.h"

struct upkeep {
    int64_t tended_us, noted_us; /* when last; 0: never */
};

/* Does what is due now; failures are logged, and tried again. */
void upkeep_do(struct upkeep *upkeep, struct store *store, const struct settings *settings, const struct log *log,
               int64_t now_us);

/* Which hosts a worker was on within the last five minutes, separated by ", "; in the arena, empty when there was none.
 * 0, or -1 with the reason. */
int upkeep_workers(struct store *store, struct arena *arena, int64_t now_us, struct text *hosts, struct error *error);

#endif
