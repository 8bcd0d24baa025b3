/* status.fcgi: stores the platform's status callbacks. */
#ifndef HOOKSWITCH_STATUS_STATUS_H
#define HOOKSWITCH_STATUS_STATUS_H

#include "service/outcome.h"

/* Handles /status.fcgi, /status.fcgi/KIND and /status.fcgi/KIND/LINE: 200 once the event is on disk, 503 when it could
 * not be stored. */
void status_handle(const struct request_context *context, struct request_outcome *outcome);

/* Stores what the request reports of `kind` (empty: as its parameters say) for `line` (or NULL). `attach` (or NULL) may
 * add jobs and further events before. */
void status_store(const struct request_context *context, struct request_outcome *outcome, struct str kind,
                  const struct line *line,
                  void (*attach)(const struct request_context *context, struct event *event, const struct line *line));
/* Returns the line of that name, else the line of the number in To or From, else NULL. */
const struct line *status_find_line(const struct request_context *context, struct str name);

#endif
