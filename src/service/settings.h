/* The [hookswitch] section: what holds for all lines. */
#ifndef HOOKSWITCH_SERVICE_SETTINGS_H
#define HOOKSWITCH_SERVICE_SETTINGS_H

#include "config/config.h"

enum settings_unknown { UNKNOWN_REJECT, UNKNOWN_BUSY, UNKNOWN_HANGUP, UNKNOWN_APOLOGIZE };
enum settings_unsigned { UNSIGNED_REFUSE, UNSIGNED_ACCEPT };

struct settings {
    struct text public_url;
    bool trust_forwarded;
    struct text signing_key, signing_key_file, previous_signing_key, previous_signing_key_file;
    int unsigned_requests; /* enum settings_unsigned */
    struct zone *timezone;
    struct text voice, language;
    struct text store;
    struct text include, lines; /* folders, or empty */
    int log;                    /* enum log_target */
    int unknown;                /* enum settings_unknown */
    struct prompt *apology;
    long max_body, max_parameters, max_value;
};

extern const struct section_kind settings_kind;

#endif
