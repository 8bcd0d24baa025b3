/* Secrets in the configuration, or in files that it names. */
#ifndef HOOKSWITCH_SERVICE_SECRET_FILE_H
#define HOOKSWITCH_SERVICE_SECRET_FILE_H

#include "base/arena.h"

enum { SECRET_FILE_UNREADABLE = -2 };

/* Puts `value`, or what `file` holds where that is named, without white space around it, into `secret`, in the arena;
 * empty where neither is given. 0; SECRET_FILE_UNREADABLE with the reason, and what to do, when the file cannot be
 * read; -1 when its content is not a secret: several lines, quotation marks around it, more than 1,024 bytes. */
int secret_file_read(struct arena *arena, struct str value, struct str file, struct str *secret, struct error *error);

#endif
