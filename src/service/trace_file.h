/* A traced request as a file, to be shown, edited and sent again. */
#ifndef HOOKSWITCH_SERVICE_TRACE_FILE_H
#define HOOKSWITCH_SERVICE_TRACE_FILE_H

#include "service/trace.h"

enum { TRACE_FILE_MAX_BYTES = 256 * 1024 };

/* The trace as text, in the arena: "POST URL", header lines, an empty line and the body. Lines that begin with '#' hold
 * everything else. */
struct str trace_file_format(struct arena *arena, const struct trace *trace);
/* Reads such a text, of at most TRACE_FILE_MAX_BYTES, without its '#' lines. 0, or -1 with line and reason. */
int trace_file_parse(struct arena *arena, struct str file, struct trace *trace, struct error *error);

#endif
