/* hookswitch doctor: what its parts share. */
#ifndef HOOKSWITCH_CLI_DOCTOR_H
#define HOOKSWITCH_CLI_DOCTOR_H

#include "cli/command.h"

enum doctor_result { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL };

struct doctor {
    struct arena *arena;
    const struct service *service;
    const struct process *processes; /* of doctor_list_processes */
    const char *config;              /* the main file */
    struct str url, ca_file;         /* as given; else public_url, and the system's certificates */
    bool url_given;
    int counts[DOCTOR_FAIL + 1];
};

/* Prints and counts a finding about `subject` ("signing key"). */
void report(struct doctor *doctor, enum doctor_result result, const char *subject, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Checks the public address: reached, by https, with the signatures that the platform will send. */
void doctor_check_http(struct doctor *doctor);

/* Lists the programs that run on this host, in the arena. Only root sees what they have open, as they hide their
 * memory: call it before the privileges are dropped. */
const struct process *doctor_list_processes(struct arena *arena);
/* Reports them. */
void doctor_check_processes(struct doctor *doctor);
/* Gets the user of the programs that run with this configuration; false when none runs, or the user is hidden. */
bool doctor_program_user(const struct doctor *doctor, unsigned *uid);

#endif
