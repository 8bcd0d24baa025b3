/* A service from a configuration's text, and requests to its handlers: everything but the socket is the real thing. */
#ifndef HOOKSWITCH_TESTS_FIXTURE_H
#define HOOKSWITCH_TESTS_FIXTURE_H

#include "host/kinds.h"
#include "service/outcome.h"

struct fixture {
    struct arena *arena;
    char folder[64]; /* temporary, removed at the end */
    struct service *service;
    struct store *store;
    struct log log;
    int64_t now_us;
};

/* Writes `config` to a file of a temporary folder and reads it. */
void fixture_begin(struct fixture *fixture, const char *config);
void fixture_end(struct fixture *fixture);
/* All complaints, a line each. */
struct str fixture_complaints(struct fixture *fixture);
/* Whether the configuration has an error that holds `sentence`; fails the test when not. */
void fixture_expect_error(const char *config, const char *sentence);

/* Posts `form` to the address (from the program's name on, "voice.fcgi/desk") and gives the answer. */
struct response fixture_post(struct fixture *fixture, void (*handle)(const struct request_context *, struct request_outcome *),
                             const char *address, const char *form);
/* A file of tests/data. */
struct str fixture_data(struct arena *arena, const char *name);

/* A gateway over variables ("NAME=value", ended by NULL) and a body, for reading requests. */
struct fake_gateway {
    struct gateway gateway;
    const char *const *variables;
    struct str body;
    size_t given;
    struct buffer written;
};
void fake_gateway_init(struct fake_gateway *fake, struct arena *arena, const char *const *variables, struct str body);

#endif
