/* Exports a store to JSON lines and imports it. The last line counts the rows, to detect a truncated file. */
#ifndef HOOKSWITCH_STORE_TRANSFER_H
#define HOOKSWITCH_STORE_TRANSFER_H

#include <stdio.h>

#include "store/store.h"

/* Writes one snapshot of the store. Calls `progress` (or NULL) now and then with the number of rows so far. 0, or -1
 * with the reason. The caller checks fclose(to) for write errors. */
int transfer_export(struct store *store, FILE *to, void (*progress)(void *context, long rows), void *context,
                    struct error *error);

/* Imports a file into a store, in transactions of some thousand rows. Existing rows stay, so the same file may be
 * imported again, also after a failure; a current row advances as it does with events. `rows` gets the number of rows
 * read. 0, or -1 with the reason and the line. */
int transfer_import(struct store *store, FILE *from, void (*progress)(void *context, long rows), void *context,
                    long *rows, struct error *error);

#endif
