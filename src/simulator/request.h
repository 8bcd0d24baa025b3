/* A request to the suite, and what it is made with. */
#ifndef HOOKSWITCH_SIMULATOR_REQUEST_H
#define HOOKSWITCH_SIMULATOR_REQUEST_H

#include "base/log.h"
#include "service/service.h"
#include "store/store.h"
#include "web/response.h"

struct platform {
    const struct service *service;
    struct store *store; /* NULL: none */
    const struct log *log;
    int64_t now_us;          /* the clock by which is answered, when the call begins */
    struct str further;      /* stands behind each form: form-encoded parameters, or empty */
    struct str url, ca_file; /* of a running server: https://host/hooks; empty: in this process */
};

struct platform_request {
    struct str address; /* "sms.fcgi/desk", or as an earlier answer gave it */
    struct str form;    /* form-encoded, built with form_add (web/form.h); or JSON */
    bool get;           /* the form goes into the address */
    bool json;
    long after_s; /* since the call began */
};

#endif
