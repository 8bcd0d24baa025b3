/* Checks the public address: reached, by https, with the signatures that the platform will send. */
#ifndef HOOKSWITCH_CLI_DOCTOR_HTTP_H
#define HOOKSWITCH_CLI_DOCTOR_HTTP_H

#include "cli/doctor_report.h"

void doctor_check_http(struct doctor *doctor);

#endif
