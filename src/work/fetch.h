/* Downloads media of the platform: to a folder, or into a file for a mail. */
#ifndef HOOKSWITCH_WORK_FETCH_H
#define HOOKSWITCH_WORK_FETCH_H

#include "net/http.h"
#include "work/task.h"

enum { FETCH_MEDIA_MAX = 20 };

/* Lists the addresses of the event's recording, pages or pictures. Returns their number. */
size_t fetch_addresses(const struct task *task, struct str addresses[FETCH_MEDIA_MAX]);

struct fetched {
    struct str content_type, ending; /* "audio/wav", "wav" */
    struct str sha256;               /* lower-case hex */
    int64_t bytes;
};

/* Downloads one address into an open file, within the limits of [work], and syncs it to disk. */
enum task_result fetch_into(struct task *task, struct str address, int64_t max_bytes, int file,
                            struct fetched *fetched);

#endif
