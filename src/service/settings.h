/* The [hookswitch] section: settings of all lines. */
#ifndef HOOKSWITCH_SERVICE_SETTINGS_H
#define HOOKSWITCH_SERVICE_SETTINGS_H

#include "config/config.h"

enum settings_unknown { UNKNOWN_REJECT, UNKNOWN_BUSY, UNKNOWN_HANGUP, UNKNOWN_APOLOGIZE };
enum settings_unsigned { UNSIGNED_REFUSE, UNSIGNED_ACCEPT };

enum settings_numbers { NUMBERS_KEPT, NUMBERS_MASKED };
enum { SETTINGS_KINDS = 16, SETTINGS_TRACE_MAX = 10000 };

struct settings {
    struct str public_url;
    bool trust_forwarded;
    struct str signing_key, signing_key_file, previous_signing_key, previous_signing_key_file;
    int unsigned_requests; /* enum settings_unsigned */
    struct zone *timezone;
    struct str voice, language;
    struct str store;
    struct str include, lines; /* folders, or empty */
    int log;                   /* enum log_target */
    int unknown_number;        /* enum settings_unknown */
    struct prompt *apology, *unanswered;
    struct word *dial_allow; /* numbers, or such as +44* */
    long max_body, max_parameters, max_value;
    bool keep_body;                               /* what people said and wrote */
    int keep_numbers;                             /* enum settings_numbers */
    long keep_days;                               /* 0: for ever */
    long keep_days_of[SETTINGS_KINDS];            /* for settings_keep_days */
    long trace;                                   /* so many requests are kept to be looked at; 0: none */
    int trace_numbers;                            /* enum settings_numbers */
    long stuck_after_s;                           /* a message without a final status is stuck after this */
    struct str space, project, token, token_file; /* of the platform's REST interface */
};

/* How many days events of a kind are kept; 0: for ever. */
long settings_keep_days(const struct settings *settings, size_t kind_position);
/* How many days the events are kept that are kept longest; 0: for ever. */
long settings_keep_days_longest(const struct settings *settings);

/* The host of the platform's REST interface: "example" stands for example.signalwire.com; host:port as it is. */
struct str settings_host(const struct settings *settings, struct arena *arena);

/* Whether what people said and wrote, or their numbers, must not be stored as they are. */
bool settings_redact(const struct settings *settings);

/* Whether a store is named; true as well where [hookswitch] is missing, which is complained of elsewhere. */
bool settings_have_store(const struct config *config);

extern const struct section_kind settings_kind;

#endif
