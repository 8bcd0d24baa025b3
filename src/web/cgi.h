/* Plain CGI (RFC 3875): one request from the environment and standard input. */
#ifndef HOOKSWITCH_WEB_CGI_H
#define HOOKSWITCH_WEB_CGI_H

#include <stdbool.h>

#include "base/log.h"
#include "web/gateway.h"

/* Whether a web server started this program for one request. */
bool cgi_is_requested(void);

/* The gateway of that request; its finish closes standard output, so that the server sends the answer on. */
struct gateway cgi_gateway(void);

/* Once per process: if the answer has not begun after so many milliseconds, sends an empty <Response/> with `status`
 * instead and exits, whatever hangs. Work after the answer has one minute. */
void cgi_set_deadline(int milliseconds, int status, const struct log *log);

#endif
