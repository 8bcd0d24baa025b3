/* An answer: status, type, body. */
#ifndef HOOKSWITCH_WEB_RESPONSE_H
#define HOOKSWITCH_WEB_RESPONSE_H

#include "base/str.h"
#include "web/gateway.h"

struct response {
    int status;         /* HTTP, 200 to 599 */
    struct str type;    /* content type */
    struct str headers; /* further lines, each ended by CR LF, or empty */
    struct str body;
};

extern const struct str response_empty_xml; /* <Response/>, with its declaration */

/* cXML, 200. The body is borrowed. */
struct response response_xml(struct str body);
/* `status` with an empty <Response/>: well-formed wherever the platform may look at it. */
struct response response_empty(int status);
/* A refusal in plain text, with the headers that RFC 9110 asks for with 401 and 405. */
struct response response_refusal(int status);

/* Sends it as a CGI response (RFC 3875 section 6). `head`: header alone. False when the peer is gone. */
bool response_send(const struct response *response, bool head, struct gateway *gateway);

#endif
