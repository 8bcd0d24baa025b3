/* From a gateway to an answer: read, authenticate, handle, send, keep. */
#ifndef HOOKSWITCH_HOST_ANSWER_H
#define HOOKSWITCH_HOST_ANSWER_H

#include "host/program.h"

/* Reads the request of `gateway` and refuses it where it must be. True with `request` filled and authenticated; false
 * when the refusal has been sent. */
bool answer_authenticate(const struct program *program, const struct service *service, const struct log *log,
                         struct gateway *gateway, struct arena *arena, struct request *request);
/* Handles an admitted request and sends the answer. `single`: the process ends with it. */
void answer_handle(const struct program *program, const struct service *service, struct store *store, bool single,
                   const struct log *log, struct gateway *gateway, const struct request *request);
/* 500 or 503 with an empty <Response/>: the number's fallback address takes over. */
void answer_send_error(struct gateway *gateway, int status);

#endif
