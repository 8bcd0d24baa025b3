/* The platform's compatibility REST interface: https://SPACE/api/laml/2010-04-01/Accounts/PROJECT/..., with the
 * project's token and a rate limit. */
#ifndef HOOKSWITCH_WORK_REST_H
#define HOOKSWITCH_WORK_REST_H

#include <jansson.h>

#include "net/http.h"
#include "service/service.h"

struct rest {
    const struct service *service;
    struct str host, user;
    struct word hosts; /* the only hosts that get the token */
    double rate;       /* requests a second at most; 0: no limit */
    int64_t asked_ms;  /* the last request, by clock_ms */
};

/* Takes space, project and token from the configuration; copies live in the arena. 0, or -1 with the
 * reason. */
int rest_init(struct rest *rest, const struct service *service, struct arena *arena, double rate, struct error *error);

/* Composes a request for `path` ("Calls?PageSize=200") below the project: a POST of `form`, or a GET without one. In
 * the arena. */
struct http_request rest_request(const struct rest *rest, struct arena *arena, struct str path, struct str form);

/* Sends a request, with retries when the server is busy or fails: a POST must be idempotent. 0 with the response body,
 * in the arena; 1 when the server does not know `path` (400, 404, 410), or -1, both with the reason. */
int rest_perform(struct rest *rest, struct arena *arena, struct str path, struct str form, struct str *body,
                 struct error *error);

/* A JSON string or number as text, in the arena; else empty. */
struct str rest_value(struct arena *arena, const json_t *value);
/* Reads a page of a list. The array called `name`, which the caller frees with json_decref; or NULL with the reason.
 * `next_query`, in the arena, is empty at the end; it never names another host. */
json_t *rest_read_page(struct arena *arena, struct str json, const char *name, struct str *next_query,
                       struct error *error);

#endif
