/* Plain CGI (RFC 3875): one request from the environment and standard input. */
#ifndef HOOKSWITCH_WEB_CGI_H
#define HOOKSWITCH_WEB_CGI_H

#include <stdbool.h>

#include "web/gateway.h"

/* Whether a web server started this program for one request. */
bool cgi_is_requested(void);

/* The gateway of that request; its finish closes standard output, so that the server sends the answer on. */
struct gateway cgi_gateway(void);

#endif
