/* [language NAME]: how callers of a language are spoken to. */
#ifndef HOOKSWITCH_SERVICE_LANGUAGE_H
#define HOOKSWITCH_SERVICE_LANGUAGE_H

#include "config/config.h"

struct language {
    struct str voice, language;
    struct word *countries; /* ISO 3166-1, two letters, in upper case: whose callers are spoken to so */
};

extern const struct section_kind language_kind;

/* Marks (config_set_flag), with a main language behind it, that a call can come to be in that language. */
#define LANGUAGE_FLAG "speaks "

/* The section called so, or NULL. */
const struct language *language_find(const struct config *config, struct str name);

/* The language of the voice: "en-US" of Polly.Joanna and gcloud.en-US-Wavenet-A. Empty for man and woman, which speak
 * every language, and for unknown voices. */
struct str voices_language(struct str name);

/* Complains about a voice that is unknown or does not speak the language. Either may be empty. For section_kind.finish.
 */
void voices_check(struct config_reader *reader, struct section *section, struct str voice, struct str language);

#endif
