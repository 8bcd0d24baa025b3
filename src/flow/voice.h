/* Handles requests to voice.fcgi. */
#ifndef HOOKSWITCH_FLOW_VOICE_H
#define HOOKSWITCH_FLOW_VOICE_H

#include "service/outcome.h"

void voice_handle(const struct request_context *context, struct request_outcome *outcome);

#endif
