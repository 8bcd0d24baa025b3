/* Carries out documents, verb by verb, up to where the call waits for something. */
#ifndef HOOKSWITCH_SIMULATOR_VERBS_H
#define HOOKSWITCH_SIMULATOR_VERBS_H

#include "simulator/wire.h"

/* What returns an int gives 0, or -1 with the reason. */

void verbs_tell(const struct phone_call *call, const char *kind, struct str what);
/* Always 0. */
int verbs_wait_for(struct phone_call *call, enum phone_waits waits, const struct cxml_tree *verb);
bool verbs_has(const struct cxml_tree *verb, const char *attribute, const char *value);

/* Asks for the next document, and carries it out. */
int verbs_go_on(struct phone_call *call, struct wire_target target, struct buffer *form, struct error *error);
/* The call goes on at the verb's action, or behind the verb where it has none (Gather, Record and Dial always have one:
 * an answer in which they do not is refused). */
int verbs_act(struct phone_call *call, const struct cxml_tree *verb, struct buffer *form, struct error *error);
/* What is asked at the verb's action when the caller is gone: the answer is not carried out. */
int verbs_ask_in_vain(struct phone_call *call, const struct cxml_tree *verb, struct buffer *form, struct error *error);
/* Carries out the verb (or NULL: the end of the document) and those behind it. */
int verbs_run(struct phone_call *call, const struct cxml_tree *verb, struct error *error);
/* The call is over; `how` is told. */
int verbs_end(struct phone_call *call, const char *how, struct error *error);

/* In a queue: its document is asked for again; the caller leaves it, with QueueResult. */
int verbs_take_turn(struct phone_call *call, struct error *error);
int verbs_leave_queue(struct phone_call *call, const char *result, struct error *error);
struct buffer verbs_queue_form(struct phone_call *call, const char *result);

#endif
