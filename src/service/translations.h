/* Checks of languages: built-in English sentences, and translations that are never spoken. */
#ifndef HOOKSWITCH_SERVICE_TRANSLATIONS_H
#define HOOKSWITCH_SERVICE_TRANSLATIONS_H

#include "config/config.h"

/* A hint for each section that speaks or writes a built-in sentence where the configuration names another language than
 * English: with the keys that set it. To be called once all is read and config_finish has found what leads where. */
void translations_check(const struct config *config, struct complaints *complaints);

#endif
