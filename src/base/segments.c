#include "base/segments.h"

#include <string.h>

enum { GSM_ALONE = 160, GSM_PART = 153, UCS2_ALONE = 70, UCS2_PART = 67, CHARACTER_MAX_BYTES = 4 };

/* Beside the letters, digits and signs of ASCII that are in both. */
static const char basic[] = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
static const char extended[] = "\f^{}\\[~]|€";

static struct str first_character(struct str text)
{
    size_t step = str_utf8_length(text);
    return str_upto(text, step == 0 ? 1 : step);
}

static bool stands_in(const char *alphabet, struct str character)
{
    bool malformed = character.length == 1 && (unsigned char)character.at[0] >= 0x80;
    return !malformed && str_find(str_of(alphabet), character) < strlen(alphabet);
}

/* Septets; 0 when the alphabet has no such character. */
static size_t gsm_units(struct str character)
{
    return stands_in(basic, character) ? 1 : stands_in(extended, character) ? 2 : 0;
}

struct segments segments_of(struct str text)
{
    struct segments segments = { .first_non_gsm = STR("") };
    for (struct str rest = text; rest.length > 0; rest = str_from(rest, first_character(rest).length))
        if (gsm_units(first_character(rest)) == 0) {
            segments.ucs2 = true;
            segments.first_non_gsm = first_character(rest);
            break;
        }
    size_t alone = segments.ucs2 ? UCS2_ALONE : GSM_ALONE, part = segments.ucs2 ? UCS2_PART : GSM_PART, used = part;
    for (struct str rest = text; rest.length > 0; rest = str_from(rest, first_character(rest).length)) {
        struct str character = first_character(rest);
        size_t wide = character.length == CHARACTER_MAX_BYTES ? 2 : 1; /* beyond the basic plane: two surrogates */
        size_t units = segments.ucs2 ? wide : gsm_units(character);
        segments.units += units;
        used += units;
        if (used > part) {
            segments.count++;
            used = units;
        }
    }
    if (segments.units > 0 && segments.units <= alone)
        segments.count = 1;
    return segments;
}
