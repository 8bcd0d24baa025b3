/* Keys of a [voicemail] section that other modules need. */
#ifndef HOOKSWITCH_FLOW_VOICEMAIL_H
#define HOOKSWITCH_FLOW_VOICEMAIL_H

#include "config/config.h"

/* Days that its messages are kept for a mailbox; 0: no mailbox. */
long voicemail_listen_days(const struct section *section);
/* Whether its messages are transcribed. */
bool voicemail_transcribes(const struct section *section);

#endif
