/* State that calls, messages and faxes share while a request is answered: the line, saved state, the line's clock, the
 * caller, and the values for {{Name}}. */
#ifndef HOOKSWITCH_SERVICE_SESSION_H
#define HOOKSWITCH_SERVICE_SESSION_H

#include "base/zone.h"
#include "service/outcome.h"
#include "store/kv.h"

struct session {
    const struct request_context *context;
    struct arena *arena;        /* the context's */
    struct store *store;        /* the context's, or the same with a shorter deadline */
    const struct line *line;    /* NULL when none is known */
    const struct section *node; /* that handles it now; NULL for a number dialled without a node */
    struct form values;         /* for {{Name}} */
    bool store_failed;          /* then the store is not asked again in this request */
};

enum { SESSION_VALUES_MAX = 80 };

struct session session_begin(const struct request_context *context, const struct line *line);

const struct settings *session_settings(const struct session *session);
/* A parameter of the request, or empty. */
struct str session_parameter(const struct session *session, const char *name);
/* The sid of the call, message or fax. */
struct str session_sid(const struct session *session);

/* --- values --- */

/* Sets a value for {{Name}}; parameters of the request take precedence. Borrows both. Does nothing when there are
 * SESSION_VALUES_MAX already. */
void session_set_value(struct session *session, struct str name, struct str value);
struct str session_value(const struct session *session, const char *name);
/* Fills each {{Name}} of the text: from the request's parameters, else from the session's values, else from the query
 * of the request's address. A missing value becomes empty. {{Name.spelt}} separates the characters, so that a voice
 * reads digits one by one. `escape` escapes the values for use in a URL. */
struct str session_fill(const struct session *session, struct str text, bool escape);

/* --- time and place --- */

/* The time in the line's time zone: now, or at a moment in seconds since 1970. */
struct zone_time session_time(const struct session *session);
struct zone_time session_time_at(const struct session *session, int64_t epoch_s);
/* The caller's country ("MX"), by the platform's word or else by the number; may be empty. */
struct str session_country(const struct session *session);

/* --- saved state (store/kv.h) --- */

/* Without a store, after a first failure, and for HEAD these do nothing: a slow store must not delay the response
 * twice. */

/* Names the caller in saved state; the number cannot be derived from it. Empty when the store does not answer. */
struct str session_caller_key(struct session *session);
/* The saved value, or empty. */
struct str session_kv_get(struct session *session, struct str name);
/* Adds one to a counter that expires `for_s` after its first use. Returns its value, or -1. */
int64_t session_kv_count(struct session *session, struct str name, long for_s);
void session_kv_change(struct session *session, struct str name,
                       enum kv_action (*decide)(void *context, bool there, struct kv_entry *entry), void *context);

#endif
