#include "web/wire.h"

#include <glib.h>
#include <string.h>

#include "web/gateway.h"

/* Section 8 of the specification. */
enum {
    WIRE_VERSION = 1,
    BEGIN_REQUEST = 1,
    ABORT_REQUEST = 2,
    END_REQUEST = 3,
    PARAMS = 4,
    STDIN = 5,
    STDOUT = 6,
    GET_VALUES = 9,
    GET_VALUES_RESULT = 10,
    UNKNOWN_TYPE = 11,
    RESPONDER = 1,
    KEEP_CONN = 1,
    REQUEST_COMPLETE = 0,
    CANT_MPX_CONN = 1,
    UNKNOWN_ROLE = 3,
    CONTENT_MAX = 65528 /* of a record, in whole eights */
};

/* --- bytes --- */

void wire_add(struct wire_bytes *to, struct str more)
{
    if (to->size - to->length < more.length) {
        to->size = to->size * 2 + more.length + 512;
        to->at = g_realloc(to->at, to->size);
    }
    if (more.length > 0)
        memcpy(to->at + to->length, more.at, more.length);
    to->length += more.length;
}

void wire_bytes_free(struct wire_bytes *bytes)
{
    g_free(bytes->at);
    *bytes = (struct wire_bytes){ NULL, 0, 0 };
}

static void add_record(struct wire_bytes *to, unsigned char type, uint16_t id, struct str content)
{
    char header[WIRE_HEADER] = {
        WIRE_VERSION, (char)type, (char)(id >> 8), (char)id, (char)(content.length >> 8), (char)content.length
    };
    wire_add(to, (struct str){ header, sizeof header });
    wire_add(to, content);
}

void wire_add_stdout(const struct wire *wire, struct str piece, struct wire_bytes *reply)
{
    for (; piece.length > 0; piece = str_from(piece, CONTENT_MAX))
        add_record(reply, STDOUT, wire->id, str_upto(piece, CONTENT_MAX));
}

static void end_request(uint16_t id, unsigned char protocol_status, struct wire_bytes *reply)
{
    char body[8] = { 0, 0, 0, 0, (char)protocol_status };
    add_record(reply, END_REQUEST, id, (struct str){ body, sizeof body });
}

void wire_add_end(const struct wire *wire, struct wire_bytes *reply)
{
    add_record(reply, STDOUT, wire->id, STR(""));
    end_request(wire->id, REQUEST_COMPLETE, reply);
}

/* --- names and values (section 3.4) --- */

/* Takes a length off the front: one byte, or four with the highest bit set. */
static bool read_length(struct str *from, size_t *length)
{
    const unsigned char *at = (const unsigned char *)from->at;
    if (from->length == 0)
        return false;
    if (at[0] < 0x80) {
        *length = at[0];
        *from = str_from(*from, 1);
        return true;
    }
    if (from->length < 4)
        return false;
    *length = (size_t)(at[0] & 0x7F) << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
    *from = str_from(*from, 4);
    return true;
}

static bool read_pair(struct str *from, struct str *name, struct str *value)
{
    size_t name_length, value_length;
    if (!read_length(from, &name_length) || !read_length(from, &value_length) || name_length > from->length ||
        value_length > from->length - name_length)
        return false;
    *name = str_upto(*from, name_length);
    *value = str_upto(str_from(*from, name_length), value_length);
    *from = str_from(*from, name_length + value_length);
    return true;
}

/* Turns the pairs, where they stand, into name NUL value NUL name NUL ...: a pair's two lengths have room for that. */
static bool terminate_pairs(struct wire_bytes *params)
{
    struct str left = { params->at, params->length }, name, value;
    size_t used = 0;
    while (left.length > 0) {
        if (!read_pair(&left, &name, &value) || str_find_char(name, '\0') < name.length ||
            str_find_char(value, '\0') < value.length)
            return false;
        memmove(params->at + used, name.at, name.length);
        used += name.length;
        params->at[used++] = '\0';
        memmove(params->at + used, value.at, value.length);
        used += value.length;
        params->at[used++] = '\0';
    }
    params->length = used;
    return true;
}

const char *wire_variable(const struct wire *wire, const char *name)
{
    const char *at = wire->params.at, *end = wire->params.length == 0 ? at : at + wire->params.length;
    while (at < end) {
        const char *value = at + strlen(at) + 1;
        if (strcmp(at, name) == 0)
            return value;
        at = value + strlen(value) + 1;
    }
    return NULL;
}

/* --- records --- */

static unsigned char type_of(const struct wire *wire)
{
    return wire->header[1];
}

static uint16_t id_of(const struct wire *wire)
{
    return (uint16_t)(wire->header[2] << 8 | wire->header[3]);
}

static bool is_ours(const struct wire *wire)
{
    return wire->stage != WIRE_IDLE && id_of(wire) == wire->id;
}

/* Whether the record's content is read as a whole, into `small`, before it is looked at. */
static bool is_small(const struct wire *wire)
{
    return type_of(wire) == BEGIN_REQUEST || (type_of(wire) == GET_VALUES && id_of(wire) == 0);
}

static bool begin(struct wire *wire, struct wire_bytes *reply)
{
    if (wire->small_used != 8 || id_of(wire) == 0 || is_ours(wire))
        return false;
    if (wire->stage != WIRE_IDLE) {
        end_request(id_of(wire), CANT_MPX_CONN, reply);
        return true;
    }
    wire->keep = (wire->small[2] & KEEP_CONN) != 0;
    if (wire->small[0] != 0 || wire->small[1] != RESPONDER) {
        end_request(id_of(wire), UNKNOWN_ROLE, reply);
        return wire->keep;
    }
    wire->id = id_of(wire);
    wire->stage = WIRE_PARAMS;
    return true;
}

/* Answers a management record, which a web server may send before a request (section 4.1). */
static bool answer_values(const struct wire *wire, struct wire_bytes *reply)
{
    struct str left = { (const char *)wire->small, wire->small_used }, name, value, found = STR("");
    while (left.length > 0) {
        if (!read_pair(&left, &name, &value))
            return false;
        if (str_is(name, "FCGI_MPXS_CONNS"))
            found = STR("\x0F\x01"
                        "FCGI_MPXS_CONNS0");
    }
    add_record(reply, GET_VALUES_RESULT, 0, found);
    return true;
}

/* The end of a record, all of whose content was taken. False: the conversation is over. */
static bool end_record(struct wire *wire, struct wire_bytes *reply)
{
    bool empty = wire->header[4] == 0 && wire->header[5] == 0;
    char unknown[8] = { (char)type_of(wire) };
    if (type_of(wire) == BEGIN_REQUEST)
        return begin(wire, reply);
    if (is_small(wire))
        return answer_values(wire, reply);
    if (id_of(wire) == 0)
        add_record(reply, UNKNOWN_TYPE, 0, (struct str){ unknown, sizeof unknown });
    if (!is_ours(wire))
        return true; /* or of a request that is over: section 3.3 */
    if (type_of(wire) == ABORT_REQUEST) {
        end_request(wire->id, REQUEST_COMPLETE, reply);
        wire_reset(wire);
        return wire->keep;
    }
    if (type_of(wire) == PARAMS && empty && wire->stage == WIRE_PARAMS) {
        wire->stage = WIRE_STDIN;
        return terminate_pairs(&wire->params);
    }
    if (type_of(wire) == STDIN && empty && wire->stage == WIRE_STDIN)
        wire->stage = WIRE_COMPLETE;
    return true;
}

static void add_body(struct wire *wire, struct str piece, size_t body_max)
{
    size_t room = wire->body.length > body_max ? 0 : body_max + 1 - wire->body.length;
    struct str kept = str_upto(piece, room);
    wire->discarded += piece.length - kept.length;
    if (wire->discarded > GATEWAY_DISCARD_MAX_BYTES) {
        wire->keep = false; /* the rest of it is not read */
        wire->stage = WIRE_COMPLETE;
    }
    wire_add(&wire->body, kept);
}

/* A piece of the present record's content. */
static bool add_content(struct wire *wire, struct str piece, size_t body_max)
{
    if (is_small(wire)) {
        if (piece.length > sizeof wire->small - wire->small_used)
            return false;
        memcpy(wire->small + wire->small_used, piece.at, piece.length);
        wire->small_used += piece.length;
    } else if (is_ours(wire) && type_of(wire) == PARAMS) {
        if (wire->stage != WIRE_PARAMS || piece.length > WIRE_PARAMS_MAX - wire->params.length)
            return false;
        wire_add(&wire->params, piece);
    } else if (is_ours(wire) && type_of(wire) == STDIN) {
        if (wire->stage != WIRE_STDIN)
            return false;
        add_body(wire, piece, body_max);
    }
    return true;
}

/* Reads the available bytes of a header. False when they are not one. */
static bool add_header(struct wire *wire, struct str *bytes)
{
    size_t count = MIN(WIRE_HEADER - wire->header_used, bytes->length);
    memcpy(wire->header + wire->header_used, bytes->at, count);
    wire->header_used += count;
    *bytes = str_from(*bytes, count);
    if (wire->header[0] != WIRE_VERSION)
        return false;
    if (wire->header_used == WIRE_HEADER) {
        wire->small_used = 0;
        wire->content_left = (size_t)(wire->header[4] << 8 | wire->header[5]);
        wire->padding_left = wire->header[6];
    }
    return true;
}

enum wire_event wire_feed(struct wire *wire, struct str *bytes, size_t body_max, struct wire_bytes *reply)
{
    while (bytes->length > 0) {
        if (wire->header_used < WIRE_HEADER && !add_header(wire, bytes))
            return WIRE_CLOSE;
        if (wire->header_used < WIRE_HEADER)
            break;
        struct str piece = str_upto(*bytes, wire->content_left);
        wire->content_left -= piece.length;
        *bytes = str_from(*bytes, piece.length);
        if (!add_content(wire, piece, body_max))
            return WIRE_CLOSE;
        size_t padding = wire->content_left > 0 ? 0 : MIN(wire->padding_left, bytes->length);
        wire->padding_left -= padding;
        *bytes = str_from(*bytes, padding);
        if (wire->content_left == 0 && wire->padding_left == 0) {
            wire->header_used = 0;
            if (!end_record(wire, reply))
                return WIRE_CLOSE;
        }
        if (wire->stage == WIRE_COMPLETE)
            return WIRE_REQUEST;
    }
    return WIRE_MORE;
}

bool wire_is_partial(const struct wire *wire)
{
    return wire->stage != WIRE_IDLE || wire->header_used > 0;
}

void wire_reset(struct wire *wire)
{
    wire_bytes_free(&wire->params);
    wire_bytes_free(&wire->body);
    wire->discarded = 0;
    wire->stage = WIRE_IDLE;
}
