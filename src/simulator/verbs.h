/* Carries out documents, verb by verb, up to where the call waits for something. */
#ifndef HOOKSWITCH_SIMULATOR_VERBS_H
#define HOOKSWITCH_SIMULATOR_VERBS_H

#include "simulator/document.h"

/* Functions that return an int return 0, or -1 with the reason. */

/* Carries out the verb (or NULL: the end of the document) and those behind it. */
int verbs_run(struct phone_call *call, const struct cxml_tree *verb, struct error *error);

/* In a queue: its document is asked for again; the caller leaves it, with QueueResult. */
int verbs_take_turn(struct phone_call *call, struct error *error);
int verbs_leave_queue(struct phone_call *call, const char *result, struct error *error);
struct buffer verbs_queue_form(struct phone_call *call, const char *result);

#endif
