/* An HTTP(S) client on libcurl, which only this and work/mail.c include. */
#ifndef HOOKSWITCH_NET_HTTP_H
#define HOOKSWITCH_NET_HTTP_H

#include "base/arena.h"
#include "config/field.h"

struct http_request {
    struct str url;
    struct str body, content_type; /* a POST, where there is a body */
    bool head;                     /* a HEAD, where there is none */
    const struct str *headers;     /* "Name: value" */
    size_t header_count;
    struct str user;          /* "project:token", sent to the hosts below alone; or empty */
    const struct word *hosts; /* the only ones that are asked, redirects included, and by https alone; NULL: any */
    const struct word *private_hosts; /* of those, who may have a private address; not looked at where hosts is NULL */
    long time_s, stall_s;             /* as a whole; and with next to nothing coming */
    int64_t max_bytes;
    int redirects;                                    /* followed at most */
    struct str ca_file;                               /* instead of the system's certificates, or empty */
    int (*on_chunk)(void *context, struct str bytes); /* of a 2xx answer's body; other than 0 breaks off */
    void *context;
};

struct http_response {
    long status;
    struct str content_type; /* in lower case, without its parameters; in the arena */
    long retry_after_s;      /* at most an hour; 0: it does not say */
    struct str start;        /* of the body, at most 200 bytes; in the arena */
    struct str location;     /* where it sends to, or empty; in the arena */
    int64_t bytes;
};

enum http_result {
    HTTP_DONE,   /* whatever the status */
    HTTP_FAILED, /* no whole answer: another time it may go */
    HTTP_REFUSED /* it is not allowed, and will not be */
};

/* Sends the request and waits for the whole response. The reason of a failure contains no user and no token. */
enum http_result http_perform(struct arena *arena, const struct http_request *request, struct http_response *answer,
                              struct error *error);

/* Whether a host is one of a list: "files.example.com", "*.example.com". */
bool http_host_listed(const struct word *list, struct str host);

struct sockaddr;
/* Whether an address does not belong to the public Internet: loopback, private, link-local (and with it clouds'
 * metadata), shared, multicast, reserved; by the registries of RFC 6890, for IPv4 within IPv6 too. */
bool http_address_is_private(const struct sockaddr *address);

#endif
