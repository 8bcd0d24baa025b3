/* The platform's compatibility REST interface: https://SPACE/api/laml/2010-04-01/Accounts/PROJECT/..., with the
 * project's token, and no faster than asked for. */
#ifndef HOOKSWITCH_WORK_REST_H
#define HOOKSWITCH_WORK_REST_H

#include <jansson.h>

#include "net/http.h"
#include "service/service.h"

struct rest {
    const struct service *service;
    struct str host, user;
    struct word hosts; /* nobody else is told the token */
    double rate;       /* requests a second at most; 0: as fast as they go */
    int64_t asked_ms;  /* when it was asked last, by clock_ms */
};

/* Takes space, project and token from the configuration; what is kept of them lives in the arena. 0, or -1 with the
 * reason. */
int rest_init(struct rest *rest, const struct service *service, struct arena *arena, double rate, struct error *error);

/* What asks for PATH ("Calls?PageSize=200") below the project; a POST of `form` where that is not NULL. In the arena.
 */
struct http_request rest_request(const struct rest *rest, struct arena *arena, struct str path, struct str form);

/* Asks; busy and failing servers are given time, so what is posted must do no harm twice. 0 with the answer's body, in
 * the arena; 1 when PATH is not known there (400, 404, 410), or -1, both with the reason. */
int rest_perform(struct rest *rest, struct arena *arena, struct str path, struct str form, struct str *body,
                 struct error *error);

/* A member of an answer as text: strings, and numbers in digits; else empty. In the arena. */
struct str rest_value(struct arena *arena, const json_t *value);
/* The query of the page behind this one, or empty. It never leads to another host. */
struct str rest_next_query(struct arena *arena, const json_t *page);

#endif
