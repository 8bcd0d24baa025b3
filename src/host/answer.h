/* From a gateway to an answer: read, authenticate, handle, send, keep. */
#ifndef HOOKSWITCH_HOST_ANSWER_H
#define HOOKSWITCH_HOST_ANSWER_H

#include "service/outcome.h"

/* One of the five programs. */
struct program {
    const char *name;    /* "voice.fcgi" */
    const char *summary; /* for --help */
    int threads;         /* by default; 0: one for each processor, at least 4 */
    int entry_segments;  /* how many segments the path of an address has, at most, that a number is given at the
                          * platform; -1: no number is. All other addresses are the suite's own, written for POST */
    void (*handle)(const struct request_context *context, struct request_outcome *outcome);
    int store_ms; /* how long a request may wait for the store in all; 0: as long as the platform waits */
};

/* Reads the request of `gateway` and checks its signature. True with `request` filled; false when a refusal has been
 * sent. */
bool answer_authenticate(const struct program *program, const struct service *service, const struct log *log,
                         struct gateway *gateway, struct arena *arena, struct request *request);
/* Handles an authenticated request and sends the answer. `single`: the process ends with it. */
void answer_handle(const struct program *program, const struct service *service, struct store *store, bool single,
                   const struct log *log, struct gateway *gateway, const struct request *request);
/* Sends 500 or 503 with an empty <Response/>: the platform then tries the number's fallback address. */
void answer_send_error(struct gateway *gateway, int status);

/* Warns when the configuration accepts requests without a signature. */
void answer_warn_unsigned(const struct log *log, const struct service *service);

#endif
