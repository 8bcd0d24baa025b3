/* The last requests and their answers, stored for `hookswitch trace` and replay when trace = N. Shared state, so that
 * all processes and hosts see them. */
#ifndef HOOKSWITCH_SERVICE_TRACE_H
#define HOOKSWITCH_SERVICE_TRACE_H

#include "service/outcome.h"

enum { TRACE_KEPT_DAYS = 7 };

struct trace {
    unsigned long id; /* counts up as they are kept; 0: of a file */
    int64_t at_us, took_us;
    struct str program, method, url;
    struct str type, body;          /* of the request; `type` is empty where there is no body */
    int status;                     /* of the answer */
    struct str answer_type, answer; /* in full, or what fits */
    bool hidden;                    /* PINs, words or numbers were left out or masked, as configured */
    bool cut;                       /* body or answer are not all there */
};

/* Keeps what was answered to an authenticated request. Secrets are left out: PINs, passwords in answers, user names in
 * addresses; with keep_body = no what people said and wrote, with trace_numbers = masked their numbers. `secret`: a PIN
 * was typed. Failures are logged. */
void trace_save(const struct request_context *context, const char *program, const struct response *response,
                bool secret, int64_t took_us);

/* The stored traces, oldest first, in the arena; sets `count`. NULL with the reason. */
const struct trace *trace_list(struct store *store, struct arena *arena, int64_t now_us, size_t *count,
                               struct error *error);
/* Deletes all. 0, or -1 with the reason. */
int trace_clear(struct store *store, int64_t now_us, struct error *error);

enum { TRACE_FILE_MAX_BYTES = 256 * 1024 };

/* The trace as text, in the arena: "POST URL", header lines, an empty line and the body. Lines that begin with '#' hold
 * everything else. */
struct str trace_file_format(struct arena *arena, const struct trace *trace);
/* Reads such a text, of at most TRACE_FILE_MAX_BYTES, without its '#' lines. 0, or -1 with line and reason. */
int trace_file_parse(struct arena *arena, struct str file, struct trace *trace, struct error *error);

#endif
