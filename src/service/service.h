/* A configuration that is ready to serve: read once, checked, never changed, safe in all threads. service/snapshot
 * counts its users. */
#ifndef HOOKSWITCH_SERVICE_SERVICE_H
#define HOOKSWITCH_SERVICE_SERVICE_H

#include "auth/signature.h"
#include "service/line.h"
#include "web/request.h"

struct service {
    struct config *config;
    const struct settings *settings; /* NULL when the main file has no usable [hookswitch] section */
    struct signature_keys *keys;
    GHashTable *on; /* for service/on.h; NULL until the service is ready */
    bool
        lacks_key; /* a file with a key is named, and cannot be read: until it can, what is signed with it is refused */
    /* The rest is for service.c. */
    bool load_all;
    GHashTable *numbers; /* "+15559870002" -> struct line */
};

/* Reads the main file, its include folder and the keys; with `load_all` the folder of lines too. Without it, read the
 * line of the request and then call service_link. Never NULL; the configuration's complaints say whether it is of use.
 */
struct service *service_read(const char *path, const struct section_kind *const *kinds, bool load_all);
/* Reads NAME.ini of the `lines` folder, if it exists; invalid names are ignored. */
void service_read_line(struct service *service, struct str name);
/* Resolves all names and numbers. True when there is no error. With `load_all` service_read has done it. */
bool service_link(struct service *service);

/* Frees it, once no request uses it any more. Takes NULL. */
void service_free(struct service *service);

struct request_limits service_limits(const struct service *service);
struct request_origin service_origin(const struct service *service);

/* Without a scan; NULL when there is none. `name` in any case; `number` as the platform sends it. */
const struct line *service_line(const struct service *service, struct str name);
const struct line *service_line_of_number(const struct service *service, struct str number);

/* A value that changes when one of the files does (or comes, or goes). */
struct str service_files_stamp(const struct service *service, struct arena *arena);

#endif
