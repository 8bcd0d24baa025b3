/* The platform between a phone and the programs: posts the requests that it would post. The handlers are called in
 * this process, the same code as behind a web server without one; or a server is asked, with signed requests. */
#ifndef HOOKSWITCH_SIMULATOR_PLATFORM_H
#define HOOKSWITCH_SIMULATOR_PLATFORM_H

#include "base/log.h"
#include "cxml/tree.h"
#include "cxml/verbs.h"
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

/* Whether it is an address of the suite. Others are never asked. */
bool platform_knows(const struct platform *platform, struct str address);

/* Sends it. 0 with the answer, in the arena; or -1 with the reason: not an address of the suite, or no answer. */
int platform_post(const struct platform *platform, struct arena *arena, const struct platform_request *request,
                  struct response *response, struct error *error);

/* The same, and takes the answer as the platform would: 200, and a document that breaks none of the rules of
 * cxml/verbs.h. 0 with the document, or -1 with the reason, its place and the platform's error number. */
int platform_ask(const struct platform *platform, struct arena *arena, const struct platform_request *request,
                 enum cxml_context context, const struct cxml_tree **document, struct error *error);
/* The same for a report, of which only the status counts. */
int platform_report(const struct platform *platform, struct arena *arena, const struct platform_request *request,
                    struct error *error);

/* A sid as the platform makes them, in the arena; another each time. */
struct str platform_sid(struct arena *arena);
/* The project that the requests name. */
struct str platform_account(const struct platform *platform);

#endif
