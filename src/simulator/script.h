/* A call in words: "press 1", "say sales", "expect dial +15551110001". What is heard comes back as lines. */
#ifndef HOOKSWITCH_SIMULATOR_SCRIPT_H
#define HOOKSWITCH_SIMULATOR_SCRIPT_H

#include "simulator/call.h"

enum { SCRIPT_HEARD_MAX = 200 };

struct script_heard {
    const char *kind;
    struct str what;
};

struct script {
    struct phone_call call;
    /* A line of the transcript, in the call's arena; NULL: nobody reads it. */
    void (*show)(void *context, struct str line);
    void *context;
    struct script_heard heard[SCRIPT_HEARD_MAX]; /* since the caller last did something */
    size_t count;
};

/* Rings the line. 0, or -1 with the reason. */
int script_begin(struct script *script, const struct platform *platform, struct arena *arena, struct str line,
                 struct str from, struct str to, struct error *error);

/* One step: press KEYS, say WORDS, wait, dial OUTCOME [NUMBER], bridged, record [SECONDS [WORDS]], hang
 * up; or expect KIND [WHAT], where
 * KIND is say, play, dial, text, connect, enqueue, voicemail, bridged, declined, reject, elsewhere, hang up. WORDS and
 * WHAT may stand in quotation marks; what is said is compared without regard to case, accents and punctuation. 0; or -1
 * with the reason: an expectation that was not met, with what was heard instead. */
int script_step(struct script *script, struct str step, struct error *error);

#endif
