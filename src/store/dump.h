/* Export and import of all rows of a store. */
#ifndef HOOKSWITCH_STORE_DUMP_H
#define HOOKSWITCH_STORE_DUMP_H

#include "store/job.h"
#include "store/kv.h"

/* The idempotency row of a request (once.h). */
struct dump_request {
    struct str digest, answer;
    int64_t split, received_us, step;
};

/* Callbacks for the rows of one snapshot, by kind. */
struct dump_rows {
    void (*event)(void *context, const struct store_row *row);
    void (*current)(void *context, const struct store_row *row);
    void (*job)(void *context, const struct job *job);
    void (*kv)(void *context, struct str name, const struct kv_entry *entry);
    void (*request)(void *context, const struct dump_request *request);
    void *context;
};
int dump_export(struct store *store, const struct dump_rows *rows, struct error *error);

/* Rows of an export. Existing rows stay; a current row advances as it does with events. */
struct dump_batch {
    const struct event *events;
    const struct store_row *current;
    const struct job *jobs;
    const struct dump_kv {
        struct str name;
        struct kv_entry entry;
    } * kv;
    const struct dump_request *requests;
    size_t event_count, current_count, job_count, kv_count, request_count;
};
/* Imports the batch in one transaction. 0, or -1 with the reason. */
int dump_import(struct store *store, const struct dump_batch *batch, struct error *error);

#endif
