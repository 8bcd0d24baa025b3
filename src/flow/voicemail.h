/* What others must know of a [voicemail] section. */
#ifndef HOOKSWITCH_FLOW_VOICEMAIL_H
#define HOOKSWITCH_FLOW_VOICEMAIL_H

#include "config/config.h"

/* For how many days its messages can be listened to by phone; 0: they cannot. */
long voicemail_listen_days(const struct section *section);
/* Whether a transcription of its messages is on its way. */
bool voicemail_transcribes(const struct section *section);

#endif
