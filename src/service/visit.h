/* One authenticated request on its way through a handler: all that the handler needs, as arguments. */
#ifndef HOOKSWITCH_SERVICE_VISIT_H
#define HOOKSWITCH_SERVICE_VISIT_H

#include "base/log.h"
#include "cxml/cxml.h"
#include "service/service.h"
#include "store/store.h"
#include "web/response.h"

struct visit {
    struct arena *arena; /* for this request */
    const struct service *service;
    const struct request *request;
    struct store *store; /* NULL: none is configured */
    const struct log *log;
    int64_t now_us;      /* since 1970 */
    bool single;         /* the process ends with this request (plain CGI) */
    struct event *later; /* what visit_keep_later was given: kept once the answer is out; kind is empty when none */
    bool *secret;        /* becomes true where what was typed is a PIN; may be NULL */
    const struct form *values; /* further names for {{Name}}; may be NULL */
};

enum { VISIT_SEGMENTS = 3 };

/* The address below the program, /LINE/NODE/STEP, decoded. Returns how many segments there are, or -1 when there are
 * more, or one is empty or "." or "..". */
int visit_segments(const struct visit *visit, struct str segments[VISIT_SEGMENTS]);

/* The line that the address names, or else the one that `To` belongs to; NULL (and a warning in the log) when there is
 * none. */
const struct line *visit_line(const struct visit *visit, struct str named);

/* PUBLIC/PROGRAM/A/B/C?query for the suite's program `program` ("status"), called as this one is ("status.fcgi" beside
 * "voice.fcgi"). Empty segments end the path; `query` may be empty. */
struct str visit_url(const struct visit *visit, const char *program, struct str a, struct str b, struct str c,
                     struct str query);

/* Fills {{Name}} with the request's parameters, else the visit's values, else those of the address; absent ones become
 * nothing. {{Name.spelt}} is the same sign by sign, for a voice to read. */
struct str visit_fill(const struct visit *visit, struct str text);
/* The same for an address: values are escaped. */
struct str visit_fill_url(const struct visit *visit, struct str text);

/* The answer that was written; or, where the table of verbs did not allow it, 500 and the breach in the log. `line` may
 * be NULL. An answer that hangs on shared state is kept with the request's event, so that a repeat gets the same: so
 * ask for it ahead of the event. */
struct response visit_answer(const struct visit *visit, const struct line *line, struct cxml *out);

/* Has another event kept with this one, in the same transaction: what follows from it, named `name`. It orders what
 * `section` (or NULL) does with what comes of it, and what the [on ...] sections say; `waits` as for
 * actions_request_jobs. Gives it, to be completed. */
struct event *visit_bring(const struct visit *visit, struct event *event, const char *name, const struct line *line,
                          const struct section *section, bool waits);
/* The same, each time anew: `mark` makes it another than those brought earlier for the same item, and `extra` (form-
 * encoded, or empty) stands behind its parameters. */
struct event *visit_bring_with(const struct visit *visit, struct event *event, const char *name, struct str mark,
                               struct str extra, const struct line *line, const struct section *section, bool waits);

/* Orders what the section does with what comes of it. */
void visit_order(const struct visit *visit, struct event *event, const struct section *section);

/* Completes the event with line, time and raw parameters, and keeps it, as the last thing that is done for the request
 * (store/once.h): now, and the result says whether; */
enum store_result visit_keep(const struct visit *visit, struct event *event, const struct line *line);
/* or now if the store is at hand, else it stays in line: the answer is not held up for longer than half a second. False
 * when it waits: the store is busy, and should not be asked for more; */
enum { VISIT_SOON_MS = 500 };
bool visit_keep_soon(const struct visit *visit, struct event *event, const struct line *line);
/* or once the answer is out (one such event a request). A HEAD keeps nothing. */
void visit_keep_later(const struct visit *visit, struct event *event, const struct line *line);

#endif
