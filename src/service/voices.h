/* Which languages the platform's voices speak (Amazon Polly's list of voices; Google's names say it themselves). */
#ifndef HOOKSWITCH_SERVICE_VOICES_H
#define HOOKSWITCH_SERVICE_VOICES_H

#include "config/config.h"

/* The language of a voice called so: "en-US" of Polly.Joanna and gcloud.en-US-Wavenet-A; empty where it has none of its
 * own (man, woman) or is not known. */
struct str voices_language(struct str voice);
/* Complains of a voice that does not speak the language, or that nobody knows. Either may be empty. For
 * section_kind.finish. */
void voices_check(struct config_reader *reader, struct section *section, struct str voice, struct str language);

#endif
