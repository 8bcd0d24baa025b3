/* What hookswitch doctor finds, a line each. */
#ifndef HOOKSWITCH_CLI_FINDINGS_H
#define HOOKSWITCH_CLI_FINDINGS_H

#include "service/service.h"

enum finding { FINDING_FINE, FINDING_DOUBTFUL, FINDING_WRONG };

struct findings {
    struct arena *arena;
    const struct service *service;
    const struct process *processes; /* of running_scan */
    const char *config;              /* the main file */
    struct str url, ca_file;         /* to be reached; as given, else public_url and the system's */
    bool url_given;
    int counts[FINDING_WRONG + 1];
};

/* Prints what was found of `about` ("signing key"), and counts it. */
void found(struct findings *findings, enum finding finding, const char *about, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The public address: reached, by https, with the signatures that the platform will send. */
void reach_look(struct findings *findings);
/* The programs that run on this host, in the arena. To be asked as the user who looks: root alone sees what they have
 * open, as they hide their memory. */
const struct process *running_scan(struct arena *arena);
/* Tells of them. */
void running_look(struct findings *findings);
/* The user that the programs run as, by those that run with this configuration; false: none of them does, or it cannot
 * be told. */
bool running_user(const struct findings *findings, unsigned *uid);

#endif
