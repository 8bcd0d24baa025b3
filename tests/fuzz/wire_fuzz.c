/* The FastCGI wire: whatever comes, in one piece or byte by byte, the same requests and replies come out; every
 * variable lies within what was sent, and no body is longer than its limit and one byte. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "web/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { BODY_MAX = 100 };

static void look_at(const struct wire *wire, struct wire_bytes *seen)
{
    if (wire->body.length > BODY_MAX + 1 || wire->params.length > WIRE_PARAMS_MAX)
        abort();
    if (wire->params.length > 0 && wire->params.at[wire->params.length - 1] != '\0')
        abort();
    for (size_t at = 0; at < wire->params.length;) {
        const char *name = wire->params.at + at, *value = name + strlen(name) + 1;
        if (value >= wire->params.at + wire->params.length || wire_variable(wire, name) == NULL)
            abort();
        at += strlen(name) + strlen(value) + 2;
    }
    wire_add(seen, (struct str){ wire->params.at, wire->params.length });
    wire_add(seen, (struct str){ wire->body.at, wire->body.length });
    wire_add_stdout(wire, STR("yes"), seen);
    wire_add_end(wire, seen);
}

/* All that comes out, in pieces of that size. */
static void converse(struct str all, size_t piece, struct wire_bytes *seen)
{
    struct wire wire = { .id = 0 };
    bool over = false;
    while (all.length > 0 && !over) {
        struct str bytes = str_upto(all, piece);
        all = str_from(all, piece);
        while (bytes.length > 0 && !over) {
            enum wire_event event = wire_feed(&wire, &bytes, BODY_MAX, seen);
            if (event == WIRE_REQUEST) {
                look_at(&wire, seen);
                over = !wire.keep;
                wire_reset(&wire);
            }
            over = over || event == WIRE_CLOSE;
        }
    }
    char state[] = { over ? 'o' : 'm', over || !wire_is_partial(&wire) ? '-' : 'h' };
    wire_add(seen, (struct str){ state, sizeof state });
    wire_reset(&wire);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct str all = { (const char *)bytes, size };
    struct wire_bytes whole = { NULL, 0, 0 }, single = { NULL, 0, 0 }, pieces = { NULL, 0, 0 };
    converse(all, size, &whole);
    converse(all, 1, &single);
    converse(all, 7, &pieces);
    if (whole.length != single.length || memcmp(whole.at, single.at, whole.length) != 0 ||
        whole.length != pieces.length || memcmp(whole.at, pieces.at, whole.length) != 0)
        abort();
    wire_bytes_free(&whole);
    wire_bytes_free(&single);
    wire_bytes_free(&pieces);
    return 0;
}
