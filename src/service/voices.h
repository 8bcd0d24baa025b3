/* The languages that the platform's voices speak. The table is share/voices.txt; Google's names contain the language.
 */
#ifndef HOOKSWITCH_SERVICE_VOICES_H
#define HOOKSWITCH_SERVICE_VOICES_H

#include "config/config.h"

/* The language of the voice: "en-US" of Polly.Joanna and gcloud.en-US-Wavenet-A. Empty for man and woman, which speak
 * every language, and for unknown voices. */
struct str voices_language(struct str name);

/* Complains about a voice that is unknown or does not speak the language. Either may be empty. For section_kind.finish.
 */
void voices_check(struct config_reader *reader, struct section *section, struct str voice, struct str language);

#endif
