/* [work]: how jobs are done; alike for all of them. */
#ifndef HOOKSWITCH_WORK_WORK_H
#define HOOKSWITCH_WORK_WORK_H

#include "config/config.h"

struct work {
    long tries;
    struct word *fetch_hosts;   /* names, or *.name for all below it */
    struct word *private_hosts; /* those that may have private addresses */
    long fetch_max, attach_max; /* bytes */
    long fetch_time_s, stall_s;
    struct str ca_file;
    struct str mail_from, sendmail;
    struct str smtp, smtp_ca_file, smtp_user, smtp_password, smtp_password_file;
};

extern const struct section_kind work_kind;

/* What holds where the configuration has no [work]: its defaults. */
const struct work *work_of(const struct config *config);

#endif
