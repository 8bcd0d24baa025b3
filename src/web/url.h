/* Addresses (RFC 3986), taken apart without changing a byte: signatures cover them as written. */
#ifndef HOOKSWITCH_WEB_URL_H
#define HOOKSWITCH_WEB_URL_H

#include "base/arena.h"

struct url {
    struct str scheme;   /* "https" */
    struct str userinfo; /* with its '@', or empty */
    struct str host;     /* with the brackets of an IPv6 address */
    struct str port;     /* digits, or empty */
    bool has_port;       /* a ':' stood there */
    struct str path;     /* from the '/', or empty */
    struct str query;    /* from the '?', or empty; a fragment is part of neither */
};

/* False when it is not scheme://authority... with a scheme of http, https or wss, or holds white space, a control
 * character or one of "<>\^`{|}. Borrows. */
bool url_split(struct str text, struct url *url);

/* Without '/' at its end. */
struct str url_trim(struct str text);

/* The address as a log may show it: without user name and password. */
struct str url_for_log(struct arena *arena, struct str text);

/* Decodes each %XX, and with `form` each '+' as a space; a malformed escape stands for itself. Without any, `raw`
 * itself. */
struct str url_decode(struct arena *arena, struct str raw, bool form);

/* Appends the text with every byte escaped but letters, digits and -_.~ (RFC 3986 section 2.3). */
void url_add_escaped(struct buffer *buffer, struct str text);

#endif
