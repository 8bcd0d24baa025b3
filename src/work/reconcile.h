/* What no callback told: the platform's lists of calls, messages, recordings and faxes (its compatibility REST API,
 * pages "List all Calls", "List all Messages", "List all Recordings", "List all Faxes") held against what is kept. */
#ifndef HOOKSWITCH_WORK_RECONCILE_H
#define HOOKSWITCH_WORK_RECONCILE_H

#include "base/log.h"
#include "service/service.h"
#include "store/store.h"

struct reconcile_progress {
    const char *kind;
    long pages, seen, kept; /* of this kind so far */
};

struct reconcile_options {
    const struct service *service;
    struct store *store; /* NULL, for a dry run: nothing is kept yet */
    const struct log *log;
    int64_t since_us; /* 0: from where the last run that came to its end began, less an hour; at first a day */
    const char *kind; /* "call", "message", "recording", "fax"; NULL: all */
    double rate;      /* requests a second at most */
    long settle_s;    /* what changed within so long is left to its callbacks */
    bool dry_run;     /* nothing is kept */
    void (*progress)(void *context, const struct reconcile_progress *progress);
    /* What no callback told, as it is kept (or would be). */
    void (*found)(void *context, const struct event *event);
    void *context;
};

/* Asks, page by page, and keeps what is missing, marked as coming from here. A run that breaks off is taken up where it
 * was by the next one without a time of its own. 0, or -1 with the reason. */
int reconcile(const struct reconcile_options *options, struct error *error);

#endif
