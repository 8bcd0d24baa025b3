/* A store as JSON lines: one row a line, the last line counts them, so that a cut file is told from a whole one. */
#ifndef HOOKSWITCH_WORK_TRANSFER_H
#define HOOKSWITCH_WORK_TRANSFER_H

#include <stdio.h>

#include "store/dump.h"

enum { TRANSFER_LINE_MAX = 64 << 20 };

/* Writes all that is kept, in one moment's state. `progress` (or NULL) is called now and then with the rows so far. 0,
 * or -1 with the reason; whether `to` took all of it is told when it is closed. */
int transfer_export(struct store *store, FILE *to, void (*progress)(void *context, long rows), void *context,
                    struct error *error);

/* Reads an export into a store. What is there already stays; so the same file twice changes nothing. In transactions of
 * some thousand rows: when it fails, what was read stays, and the same file may be given again. 0, or -1 with the
 * reason and the line. `rows` gets how many were read. */
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
