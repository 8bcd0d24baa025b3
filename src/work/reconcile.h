/* Backfills events whose callbacks were lost: compares the platform's lists of calls, messages, recordings and faxes
 * (compatibility REST API, pages "List all Calls", "List all Messages", "List all Recordings", "List all Faxes") with
 * the store. */
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
    struct store *store; /* NULL, in a dry run: the store is empty */
    const struct log *log;
    int64_t since_us; /* 0: an hour before the start of the last complete run; at first a day ago */
    const char *kind; /* "call", "message", "recording", "fax"; NULL: all */
    double rate;      /* requests a second at most */
    long settle_s;    /* skip items that changed within this time: callbacks may follow */
    bool dry_run;     /* store nothing */
    void (*progress)(void *context, const struct reconcile_progress *progress);
    /* Called for each missing event. */
    void (*found)(void *context, const struct event *event);
    void *context;
};

/* Reads the lists page by page and stores missing events with origin "reconcile". The next run with since_us = 0
 * resumes an interrupted run. 0, or -1 with the reason. */
int reconcile(const struct reconcile_options *options, struct error *error);

#endif
