/* The programs that run on this host. */
#ifndef HOOKSWITCH_CLI_DOCTOR_PROCESS_H
#define HOOKSWITCH_CLI_DOCTOR_PROCESS_H

#include "cli/doctor_report.h"

/* Lists them, in the arena. Only root sees what they have open, as they hide their memory: call it before the
 * privileges are dropped. */
const struct process *doctor_list_processes(struct arena *arena);
/* Reports them. */
void doctor_check_processes(struct doctor *doctor);
/* Gets the user of the programs that run with this configuration; false when none runs, or the user is hidden. */
bool doctor_program_user(const struct doctor *doctor, unsigned *uid);

#endif
