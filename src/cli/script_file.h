/* A call in a file: "line front-desk", "from +15551230001", "at 2026-12-25T10:00", "with FromCountry=DE" first, where
 * they are needed, then a step a line; # begins a comment. */
#ifndef HOOKSWITCH_CLI_SCRIPT_FILE_H
#define HOOKSWITCH_CLI_SCRIPT_FILE_H

#include "cli/simulate.h"
#include "simulator/script.h"

struct script_file_step {
    struct str text;
    int line;
};

struct script_file {
    const char *path;
    struct simulate_options options; /* those that the file gives */
    struct script_file_step *steps;
    size_t count;
};

/* In the arena. 0, or -1 with the reason. */
int script_file_read(struct arena *arena, const char *path, struct script_file *file, struct error *error);
/* Those of `first`, else of `second`, and the parameters of both; in the arena. */
struct simulate_options script_file_merge(struct arena *arena, const struct simulate_options *first,
                                          const struct simulate_options *second);
/* Takes the steps. 0, or -1 with the reason, which begins with file and line. */
int script_file_play(const struct script_file *file, struct script *script, struct error *error);

/* Rings the line; `show` as in simulator/script.h. */
int script_file_begin(struct script *script, struct simulation *simulation,
                      void (*show)(void *context, struct str line), void *context, struct error *error);

#endif
