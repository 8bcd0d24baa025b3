/* Signatures: a line of the vectors' table, changed at will; nothing but what the key signed is ever accepted. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "auth/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const struct form_limits limits = { 1000, 65536 };
    static struct signature_keys *keys;
    struct arena *arena = arena_new();
    struct str line = { (const char *)bytes, size }, columns[9] = { { "", 0 } }, fits;
    struct error why;
    struct form form = { NULL, 0 };
    char made[SIGNATURE_TEXT_SIZE];
    if (keys == NULL) {
        keys = signature_keys_new();
        signature_keys_add(keys, STR("a key that no vector has"), &why);
    }
    for (size_t i = 0; i < 9; i++) {
        size_t tab = str_find_char(line, '\t');
        columns[i] = str_upto(line, tab);
        line = str_from(line, tab + 1);
    }
    bool is_form = columns[4].length > 20;
    if (is_form)
        form_parse(arena, columns[5], &limits, &form, &why);
    struct signature_message message = { columns[3], columns[5], is_form, form_sorted(arena, &form) };
    if (signature_check(keys, arena, &message, columns[6], &fits))
        abort(); /* a forgery */
    bool covered = is_form || columns[5].length > 0;
    if (signature_make(keys, arena, &message, made) == 0 && covered &&
        !signature_check(keys, arena, &message, str_of(made), &fits))
        abort();
    /* However it is split, what is covered is the same: the address and all that follows it, in this order. */
    struct str bytes_covered = signature_bytes(arena, &message);
    struct signature_message whole = { bytes_covered, STR(""), false, { NULL, 0 } };
    struct identity one = identity_of(arena, &message, 2, bytes_covered);
    struct identity other = identity_of(arena, &whole, 0, signature_bytes(arena, &whole));
    if (memcmp(one.digest, other.digest, sizeof one.digest) != 0 || one.split == other.split || one.split < 0)
        abort();
    arena_free(arena);
    return 0;
}
