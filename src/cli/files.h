/* Checks what the configuration refers to, for hookswitch check and doctor: files, folders and
 * programs that only a job or a later request needs. */
#ifndef HOOKSWITCH_CLI_FILES_H
#define HOOKSWITCH_CLI_FILES_H

#include "service/service.h"

/* Adds to the service's complaints, which are sorted afterwards. What has been complained of is left alone. */
void files_check(struct service *service);

#endif
