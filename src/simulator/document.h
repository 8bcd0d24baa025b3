/* Where a call goes on: asks for the next document and has it carried out. */
#ifndef HOOKSWITCH_SIMULATOR_DOCUMENT_H
#define HOOKSWITCH_SIMULATOR_DOCUMENT_H

#include "simulator/wire.h"

/* Functions that return an int return 0, or -1 with the reason. */

void document_emit(const struct phone_call *call, const char *kind, struct str what);
/* Always 0. */
int document_wait_for(struct phone_call *call, enum phone_waits waits, const struct cxml_tree *verb);
bool document_has(const struct cxml_tree *verb, const char *attribute, const char *value);

/* Asks for the next document, and carries it out. */
int document_continue(struct phone_call *call, struct wire_target target, struct buffer *form, struct error *error);
/* The call goes on at the verb's action, or behind the verb where it has none (Gather, Record and Dial always have one:
 * an answer in which they do not is refused). */
int document_continue_at_action(struct phone_call *call, const struct cxml_tree *verb, struct buffer *form,
                                struct error *error);
/* Requests the verb's action after the caller hung up: the answer is checked, and not carried out. */
int document_request_only(struct phone_call *call, const struct cxml_tree *verb, struct buffer *form,
                          struct error *error);
/* Ends the call, and emits `how`. */
int document_end(struct phone_call *call, const char *how, struct error *error);

#endif
