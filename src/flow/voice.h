/* What voice.fcgi answers. */
#ifndef HOOKSWITCH_FLOW_VOICE_H
#define HOOKSWITCH_FLOW_VOICE_H

#include "service/visit.h"

struct response voice_handle(const struct visit *visit);

#endif
