/* Prints tables for people, a row at a time: fitted to a terminal, uncut elsewhere. */
#ifndef HOOKSWITCH_CLI_TABLE_H
#define HOOKSWITCH_CLI_TABLE_H

#include <stdbool.h>

#include "base/str.h"

enum { TABLE_COLUMNS_MAX = 10 };

struct table_column {
    const char *title;
    int piped; /* its width where there is no terminal; nothing is cut there */
    int usual,
        least;  /* on a terminal: with room for all, and where there is little; the last column gets what is left */
    int yields; /* the column that is 1 becomes narrow first; where that does not do, they are left out in turn */
    enum {
        TABLE_WORDS, /* too long: "customer-sup…" */
        TABLE_PATH,  /* too long: what stands behind the last '/' stays, "on message.r…/mail" */
        TABLE_ID,    /* its first digits do */
        TABLE_TIME   /* too long: without the year */
    } type;
};

struct table {
    const struct table_column *columns;
    size_t count;
    bool fitted;                   /* to a terminal */
    int widths[TABLE_COLUMNS_MAX]; /* 0, on a terminal: left out */
};

/* Fits the columns (ended by one without a title) to the terminal. */
struct table table_of(const struct table_column *columns);
void table_print_titles(const struct table *table);
/* One cell for each column, of what may be shown. */
void table_print(const struct table *table, const struct str *cells);

#endif
