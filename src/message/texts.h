/* [texts NAME]: replies to messages by keywords and patterns. */
#ifndef HOOKSWITCH_MESSAGE_TEXTS_H
#define HOOKSWITCH_MESSAGE_TEXTS_H

#include "message/keywords.h"

extern const struct section_kind texts_kind;

/* The policy of a [texts] section; of others, or NULL, the defaults. */
const struct texts_policy *texts_policy(const struct section *section);

const struct texts_forward *texts_forward(const struct section *section);

/* Replies to the message as the section says. Returns the section that handles it next, or NULL. */
const struct destination *texts_answer(struct inbound *inbound, const struct section *section);

#endif
