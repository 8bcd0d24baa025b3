/* The findings of hookswitch doctor, one line each. */
#ifndef HOOKSWITCH_CLI_DOCTOR_REPORT_H
#define HOOKSWITCH_CLI_DOCTOR_REPORT_H

#include "service/service.h"

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

#endif
