/* What sms.fcgi answers. */
#ifndef HOOKSWITCH_MESSAGE_SMS_H
#define HOOKSWITCH_MESSAGE_SMS_H

#include "service/visit.h"

struct response sms_handle(const struct visit *visit);

#endif
