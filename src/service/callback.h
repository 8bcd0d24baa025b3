/* What status.fcgi and recording.fcgi answer: 200 once the event is on disk, 503 while it cannot be. */
#ifndef HOOKSWITCH_SERVICE_CALLBACK_H
#define HOOKSWITCH_SERVICE_CALLBACK_H

#include "service/visit.h"

/* /status.fcgi, /status.fcgi/KIND, /status.fcgi/KIND/LINE */
struct response callback_handle_status(const struct visit *visit);
/* /recording.fcgi, /recording.fcgi/LINE: recordings and their transcriptions */
struct response callback_handle_recording(const struct visit *visit);
/* The same for a request whose line is known already. */
struct response callback_keep(const struct visit *visit, struct text kind, const struct line *line);

#endif
