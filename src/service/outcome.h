/* The outcome of a request: the response, and the events to keep. */
#ifndef HOOKSWITCH_SERVICE_OUTCOME_H
#define HOOKSWITCH_SERVICE_OUTCOME_H

#include "cxml/cxml.h"
#include "event/event.h"
#include "service/request_context.h"
#include "service/service.h"
#include "web/response.h"

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
