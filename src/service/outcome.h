/* One authenticated request, everything that a handler needs to answer it, and the outcome: the response, and the
 * events to keep. */
#ifndef HOOKSWITCH_SERVICE_OUTCOME_H
#define HOOKSWITCH_SERVICE_OUTCOME_H

#include "cxml/cxml.h"
#include "service/service.h"
#include "store/store.h"
#include "web/response.h"

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

struct request_outcome {
    struct response response;
    struct event later; /* to keep once the response is sent; `kind` is empty when there is none */
    bool secret;        /* the caller typed a PIN: the response and the parameters are not kept */
};

/* Sets the response to the finished document, or to 500 when the document breaks a rule of cXML; the log says which.
 * `line` may be NULL. A response that depends on shared state is stored with the request's event, so that a repeated
 * request gets the same: call this before the event is kept. */
void outcome_respond(struct request_outcome *outcome, const struct request_context *context, const struct line *line,
                     struct cxml *out);

/* Adds to the event what the section's action keys order. */
void outcome_order_actions(const struct request_context *context, struct event *event, const struct section *section);

/* An event that follows from another and is kept in the same transaction. */
struct attached {
    const char *name;              /* voicemail.received */
    struct str dedup_key;          /* empty: once per item; else once per item and key */
    struct str parameters;         /* added to those of the request; form-encoded */
    const struct section *section; /* whose actions it orders; may be NULL */
    bool waits;                    /* as for actions_request_jobs */
};
/* Returns the attached event, for changes. */
struct event *outcome_attach_event(const struct request_context *context, struct event *event, const struct line *line,
                                   const struct attached *attached);

/* Each of these completes the event with line, time and parameters, and keeps it as the last step of the request
 * (store/once.h). They do nothing for HEAD. `line` may be NULL. */

/* Keeps it now. The result says whether it is stored; the log says why it is not. */
enum store_result outcome_keep_now(const struct request_context *context, struct event *event, const struct line *line);

/* Waits for the store for OUTCOME_SOON_MS at most, then leaves the event in the queue. Returns false when it is still
 * queued: the store is busy, so do not ask it for more. */
enum { OUTCOME_SOON_MS = 500 };
bool outcome_keep_soon(struct request_outcome *outcome, const struct request_context *context, struct event *event,
                       const struct line *line);

/* Keeps it once the response is sent. One event per request. */
void outcome_keep_later(struct request_outcome *outcome, const struct request_context *context, struct event *event,
                        const struct line *line);

#define DERIVE_CALL "derive/call"
#define DERIVE_MESSAGE "derive/message"

/* Orders the finding out that the event calls for, if some [on ...] waits for what may be found. */
void derive_request_jobs(const struct service *service, struct arena *arena, const struct form *form,
                         struct event *event);

#endif
