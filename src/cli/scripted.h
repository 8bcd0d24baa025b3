/* A call in a file: "line front-desk", "from +15551230001", "at 2026-12-25T10:00", "with FromCountry=DE" first, where
 * they are said, then a step a line; # begins a comment. */
#ifndef HOOKSWITCH_CLI_SCRIPTED_H
#define HOOKSWITCH_CLI_SCRIPTED_H

#include "cli/played.h"
#include "phone/script.h"

struct scripted_step {
    struct str text;
    int line;
};

struct scripted {
    const char *path;
    struct played_wish wish; /* what the file says of line, from and at */
    struct scripted_step *steps;
    size_t count;
};

/* In the arena. 0, or -1 with the reason. */
int scripted_read(struct arena *arena, const char *path, struct scripted *scripted, struct error *error);
/* Takes the steps; the reason of a failure begins with file and line. */
int scripted_play(const struct scripted *scripted, struct script *script, struct error *error);

/* What a call is begun with; `show` as in phone/script.h. */
int scripted_begin(struct script *script, struct played *played, void (*show)(void *context, struct str line),
                   void *context, struct error *error);

#endif
