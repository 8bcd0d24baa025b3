/* A webhook request, read and decoded within limits. */
#ifndef HOOKSWITCH_WEB_REQUEST_H
#define HOOKSWITCH_WEB_REQUEST_H

#include "web/form.h"
#include "web/gateway.h"

enum request_method { REQUEST_GET, REQUEST_HEAD, REQUEST_POST };
enum request_body { REQUEST_BODY_NONE, REQUEST_BODY_FORM, REQUEST_BODY_JSON };

struct request_limits {
    size_t body_bytes;
    struct form_limits form;
};

/* The public address; see public_url in hookswitch.ini(5). */
struct request_origin {
    struct str public_url; /* without a '/' at its end, or empty: the web server's variables are used */
    bool trust_forwarded;  /* X-Forwarded-Proto and -Host count (only where public_url is empty) */
};

struct request {
    struct arena *arena; /* owns or outlives all below */
    enum request_method method;
    enum request_body body_type;
    struct str url;         /* as the platform addressed it, byte for byte: what signatures cover */
    struct str url_as_seen; /* the public origin with the path as this server got it; often the same */
    struct str base;        /* its beginning, up to the folder of the programs, without '/' at the end */
    struct str program;     /* the name it went by in the address: "voice.fcgi" */
    struct str path;        /* raw, from the '/' after the program's name to the '?', or empty */
    struct str query;       /* raw, without '?' */
    struct str signature;   /* of the header; empty when absent */
    struct str covered;     /* what the signature covers, once it is known to fit */
    struct str body;        /* raw */
    bool length_missing;    /* a body was announced without a length, and none came (RFC 3875 section 4.1.2) */
    struct form form;       /* of a form body, in the order sent */
    struct form query_form;
};

/* Reads what the gateway offers. 0 with `request` filled, or the HTTP status to refuse with (400, 405, 413, 415) and
 * the reason. `program` is the name of the running program, looked for in the address. */
int request_read(struct gateway *gateway, struct arena *arena, const char *program, const struct request_limits *limits,
                 const struct request_origin *origin, struct request *request, struct error *error);

/* The platform's parameters: the form of a POST, the query of a GET. The first of several; empty when absent. */
const struct form *request_parameters(const struct request *request);
struct str request_parameter(const struct request *request, const char *name);

#endif
