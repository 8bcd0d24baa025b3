/* The platform between a phone and the programs: posts the requests that it would post. The handlers are called in
 * this process, the same code as behind a web server without one; or a server is asked, with signed requests. */
#ifndef HOOKSWITCH_SIMULATOR_PLATFORM_H
#define HOOKSWITCH_SIMULATOR_PLATFORM_H

#include "cxml/tree.h"
#include "cxml/verbs.h"
#include "simulator/request.h"

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
