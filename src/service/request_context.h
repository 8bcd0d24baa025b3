/* One authenticated request and everything that a handler needs to answer it. Handlers do not change it. */
#ifndef HOOKSWITCH_SERVICE_REQUEST_CONTEXT_H
#define HOOKSWITCH_SERVICE_REQUEST_CONTEXT_H

#include "service/service.h"
#include "store/store.h"

struct request_context {
    struct arena *arena; /* of this request */
    const struct service *service;
    const struct request *request;
    struct store *store; /* NULL when no store is configured */
    const struct log *log;
    int64_t now_us; /* since 1970 */
    bool single;    /* the process ends with this request (plain CGI) */
};

enum { CONTEXT_SEGMENTS = 3 };

/* Splits the path after the program, /LINE/NODE/STEP, and decodes it. Returns the number of segments. Returns -1 when
 * there are more, or when one is empty, "." or "..". */
int context_segments(const struct request_context *context, struct str segments[CONTEXT_SEGMENTS]);

/* Finds the line by its name, or by the number in `To` when `name` is empty. Returns NULL and logs a warning when no
 * line matches. */
const struct line *context_line(const struct request_context *context, struct str name);

/* Builds PUBLIC/PROGRAM/A/B/C?query. `program` ("status") gets the suffix of the requested program ("status.fcgi" for
 * "voice.fcgi"). The first empty segment ends the path; `query` may be empty. */
struct str context_url(const struct request_context *context, const char *program, struct str a, struct str b,
                       struct str c, struct str query);

#endif
