/* Handles requests to sms.fcgi. */
#ifndef HOOKSWITCH_MESSAGE_SMS_H
#define HOOKSWITCH_MESSAGE_SMS_H

#include "service/outcome.h"

void sms_handle(const struct request_context *context, struct request_outcome *outcome);

#endif
