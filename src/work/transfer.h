/* Exports a store to JSON lines and imports it. The last line counts the rows, to detect a truncated file. */
#ifndef HOOKSWITCH_WORK_TRANSFER_H
#define HOOKSWITCH_WORK_TRANSFER_H

#include <stdio.h>

#include "store/dump.h"

enum { TRANSFER_LINE_MAX = 64 << 20 };

/* Writes one snapshot of the store. Calls `progress` (or NULL) now and then with the number of rows so far. 0, or -1
 * with the reason. The caller checks fclose(to) for write errors. */
int transfer_export(struct store *store, FILE *to, void (*progress)(void *context, long rows), void *context,
                    struct error *error);

/* Imports a file into a store, in transactions of some thousand rows. Existing rows stay, so the same file may be
 * imported again, also after a failure. `rows` gets the number of rows read. 0, or -1 with the reason and the line. */
int transfer_import(struct store *store, FILE *from, void (*progress)(void *context, long rows), void *context,
                    long *rows, struct error *error);

enum transfer_row {
    TRANSFER_BAD,
    TRANSFER_HEAD,
    TRANSFER_EVENT,
    TRANSFER_CURRENT,
    TRANSFER_JOB,
    TRANSFER_KV,
    TRANSFER_REQUEST,
    TRANSFER_END
};
/* One line (without its end) into the one of these that it is, in the arena; of the end, `count` gets its number.
 * TRANSFER_BAD with the reason. */
struct transfer_line {
    struct event event;
    struct store_row current;
    struct job job;
    struct dump_kv kv;
    struct dump_request request;
    long count;
};
enum transfer_row transfer_read_line(struct arena *arena, struct str line, struct transfer_line *row,
                                     struct error *error);

#endif
