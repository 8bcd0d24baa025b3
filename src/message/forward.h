/* Messages passed on to somebody's telephone, whose replies go back to the sender: neither sees more than the line. */
#ifndef HOOKSWITCH_MESSAGE_FORWARD_H
#define HOOKSWITCH_MESSAGE_FORWARD_H

#include "message/texts.h"

/* Passes the message on, as a [texts] section says. */
void forward_on(struct inbound *inbound, const struct section *section);

/* Whether the sender is somebody to whom messages were passed on lately; then this one is taken as a reply, and sent
 * back to whom it is for. */
bool forward_back(struct inbound *inbound);

#endif
