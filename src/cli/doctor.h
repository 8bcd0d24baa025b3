/* What hookswitch doctor finds, a line each. */
#ifndef HOOKSWITCH_CLI_DOCTOR_H
#define HOOKSWITCH_CLI_DOCTOR_H

#include "service/service.h"

enum doctor_result { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL };

struct doctor {
    struct arena *arena;
    const struct service *service;
    const struct process *processes; /* of doctor_list_processes */
    const char *config;              /* the main file */
    struct str url, ca_file;         /* to be reached; as given, else public_url and the system's */
    bool url_given;
    int counts[DOCTOR_FAIL + 1];
};

/* Prints what was found of `about` ("signing key"), and counts it. */
void report(struct doctor *doctor, enum doctor_result result, const char *about, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The public address: reached, by https, with the signatures that the platform will send. */
void doctor_check_http(struct doctor *doctor);
/* The programs that run on this host, in the arena. To be asked as the user who looks: root alone sees what they have
 * open, as they hide their memory. */
const struct process *doctor_list_processes(struct arena *arena);
/* Tells of them. */
void doctor_check_processes(struct doctor *doctor);
/* The user that the programs run as, by those that run with this configuration; false: none of them does, or it cannot
 * be told. */
bool doctor_program_user(const struct doctor *doctor, unsigned *uid);

#endif
