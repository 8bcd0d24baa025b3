/* What the subcommands share that play a telephone: the configuration, a store of their own that is gone afterwards,
 * the line, who calls or writes, and the clock. */
#ifndef HOOKSWITCH_CLI_PLAYED_H
#define HOOKSWITCH_CLI_PLAYED_H

#include "phone/carrier.h"

#define PLAYED_CALLER "+15555550100"

struct played_wish {
    const char *config, *from, *at, *line;
};

struct played {
    struct arena *arena;
    struct service *service;
    struct log log;
    struct carrier carrier;
    const struct line *line;
    struct text from, to; /* numbers */
    char folder[64];
    struct text shown; /* ids of the jobs that were said */
};

/* Says on standard output what has been ordered since it was asked last: "    ordered: texts counter/mail". */
void played_show_orders(struct played *played);

/* Nothing that is played reaches the configured store. 0, or -1 with the reason; played_end in any case. */
int played_begin(struct played *played, const struct played_wish *wish, struct error *error);
void played_end(struct played *played);

#endif
