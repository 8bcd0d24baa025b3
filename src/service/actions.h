/* The actions of a section: the keys fetch, mail, run, post and text. Each requests a job; src/work runs it. */
#ifndef HOOKSWITCH_SERVICE_ACTIONS_H
#define HOOKSWITCH_SERVICE_ACTIONS_H

#include <limits.h>

#include "config/config.h"
#include "event/event.h"

enum { ACTIONS_RECIPIENTS_MAX = 50 };

struct actions {
    struct str fetch;         /* the folder, or empty */
    struct str name;          /* the pattern of a file's name in it */
    struct word *fetch_types; /* image/jpeg, or all of image with a star behind the slash; NULL: those that are known */
    long fetch_size;          /* bytes of one; 0: as [work] says */
    long keep_days;           /* 0: for ever */
    struct word *mail;        /* to whom */
    struct str subject;
    bool attach;
    long wait_s;             /* how long a mail waits for the transcription */
    struct word *text;       /* to whose telephones */
    struct str text_message; /* the pattern of what they are told */
    struct str run;          /* the program, and its arguments */
    long time_limit_s;
    struct str post; /* the address, or empty */
    struct str secret, secret_file;
};

#define ACTIONS_NAME "{{date}}-{{time}}-{{from}}-{{sid}}{{part}}.{{type}}"
#define ACTIONS_TEXT "{{event}} from {{from}} to {{line}}. {{transcription}}"
#define ACTIONS_FIELDS(base, mail_wait)                                                                                   \
    { "fetch", FIELD_FILE, (base) + offsetof(struct actions, fetch), 0, 0, 0, NULL, NULL },                               \
        { "name", FIELD_TEXT, (base) + offsetof(struct actions, name), 0, 0, 0, ACTIONS_NAME, NULL },                     \
        { "fetch_types", FIELD_WORDS, (base) + offsetof(struct actions, fetch_types), 0, 0, 0, NULL, NULL },              \
        { "fetch_size", FIELD_SIZE, (base) + offsetof(struct actions, fetch_size), 0, 1, INT_MAX, NULL, NULL },           \
        { "keep_days", FIELD_COUNT, (base) + offsetof(struct actions, keep_days), 0, 0, 36500, "0", NULL },               \
        { "mail", FIELD_WORDS, (base) + offsetof(struct actions, mail), 0, 0, 0, NULL, NULL },                            \
        { "subject", FIELD_TEXT, (base) + offsetof(struct actions, subject), 0, 0, 0, NULL, NULL },                       \
        { "attach", FIELD_SWITCH, (base) + offsetof(struct actions, attach), 0, 0, 0, "yes", NULL },                      \
        { "wait", FIELD_DURATION, (base) + offsetof(struct actions, wait_s), 0, 0, 86400, (mail_wait), NULL },            \
        { "text", FIELD_WORDS, (base) + offsetof(struct actions, text), 0, 0, 0, NULL, NULL },                            \
        { "text_message", FIELD_TEXT, (base) + offsetof(struct actions, text_message), 0, 0, 0, ACTIONS_TEXT, NULL },     \
        { "run", FIELD_TEXT, (base) + offsetof(struct actions, run), 0, 0, 0, NULL, NULL },                               \
        { "time_limit", FIELD_DURATION, (base) + offsetof(struct actions, time_limit_s), 0, 1, 86400, "60", NULL },       \
        { "post", FIELD_URL, (base) + offsetof(struct actions, post), 0, 0, 0, NULL, NULL },                              \
        { "secret", FIELD_TEXT, (base) + offsetof(struct actions, secret), FIELD_SECRET | FIELD_WIPE, 0, 0, NULL, NULL }, \
    {                                                                                                                     \
        "secret_file", FIELD_FILE, (base) + offsetof(struct actions, secret_file), FIELD_SECRET, 0, 0, NULL, NULL         \
    }

/* Complains of invalid or contradictory actions. For section_kind.finish. */
void actions_check(struct config_reader *reader, struct section *section);
bool actions_are_none(const struct actions *actions);

/* The section's actions; NULL when its kind has none. */
const struct actions *actions_of(const struct section *section);

/* Puts an order for each wanted action ahead of the event's orders, in the arena. `waits`: a transcription is on its
 * way, for which a mail waits. */
void actions_request_jobs(struct arena *arena, const struct section *section, bool waits, struct event *event);

/* Requests another job on behalf of the section. */
void actions_request_job(struct arena *arena, const struct section *section, const char *verb, int64_t due_us,
                         struct event *event);

/* Whose action it is: "on call.missed/run" -> the section, seen from a line's scope, and "run". NULL when the
 * configuration has it no more. */
const struct section *actions_find(const struct config *config, unsigned scope, struct str action, struct str *verb);

#endif
