/* Forwards messages to telephones and their replies back; both see only the line's number. */
#ifndef HOOKSWITCH_MESSAGE_FORWARD_H
#define HOOKSWITCH_MESSAGE_FORWARD_H

#include "message/texts.h"

/* Forwards the message as a [texts] section says. */
void forward_message(struct inbound *inbound, const struct section *section);

/* Delivers the message as a reply when its sender is a telephone that messages are forwarded to. Returns whether that
 * was so. */
bool forward_reply(struct inbound *inbound);

#endif
