#include "web/form.h"

#include <stdlib.h>

#include "web/url.h"

static size_t count_pieces(struct str raw)
{
    size_t count = raw.length > 0;
    for (size_t i = 0; i < raw.length; i++)
        count += raw.at[i] == '&';
    return count;
}

int form_parse(struct arena *arena, struct str raw, const struct form_limits *limits, struct form *form,
               struct error *error)
{
    size_t pieces = count_pieces(raw);
    *form = (struct form){ NULL, 0 };
    if (pieces > limits->parameters)
        return error_set(error, "%zu parameters: the limit is %zu", pieces, limits->parameters);
    form->at = ARENA_ARRAY(arena, struct parameter, pieces);
    while (raw.length > 0) {
        size_t end = str_find_char(raw, '&');
        struct str piece = str_upto(raw, end);
        raw = str_from(raw, end + 1);
        if (piece.length == 0)
            continue;
        size_t equals = str_find_char(piece, '=');
        struct parameter *parameter = &form->at[form->count++];
        parameter->name = url_decode(arena, str_upto(piece, equals), true);
        parameter->value = url_decode(arena, str_from(piece, equals + 1), true);
        if (parameter->name.length > limits->value_bytes || parameter->value.length > limits->value_bytes)
            return error_set(error, "parameter %zu is longer than %zu bytes", form->count, limits->value_bytes);
    }
    return 0;
}

static const struct parameter *find(const struct form *form, const char *name)
{
    struct str wanted = str_of(name);
    for (size_t i = 0; i < form->count; i++)
        if (str_equal(form->at[i].name, wanted))
            return &form->at[i];
    return NULL;
}

struct str form_value(const struct form *form, const char *name)
{
    const struct parameter *parameter = find(form, name);
    return parameter == NULL ? STR("") : parameter->value;
}

uint64_t form_number(const struct form *form, const char *name, uint64_t max)
{
    uint64_t number = 0;
    str_to_wide_number(form_value(form, name), max, &number);
    return number;
}

bool form_has(const struct form *form, const char *name)
{
    return find(form, name) != NULL;
}

const struct parameter *form_find_malformed(const struct form *form)
{
    for (size_t i = 0; i < form->count; i++)
        if (form->at[i].name.length == 0 || !str_is_made_of(form->at[i].name, STR_ALPHANUMERIC "_-.[]"))
            return &form->at[i];
    return NULL;
}

/* By name; equal names in the order sent, in which they lie. */
static int compare(const void *a, const void *b)
{
    const struct parameter *one = *(const struct parameter *const *)a, *other = *(const struct parameter *const *)b;
    int order = str_compare(one->name, other->name);
    return order != 0 ? order : (one > other) - (one < other);
}

struct form form_sorted(struct arena *arena, const struct form *form)
{
    const struct parameter **order = ARENA_ARRAY(arena, const struct parameter *, form->count);
    struct form sorted = { ARENA_ARRAY(arena, struct parameter, form->count), form->count };
    for (size_t i = 0; i < form->count; i++)
        order[i] = &form->at[i];
    qsort(order, form->count, sizeof *order, compare);
    for (size_t i = 0; i < form->count; i++)
        sorted.at[i] = *order[i];
    return sorted;
}

void form_add(struct buffer *buffer, struct str name, struct str value)
{
    if (buffer->length > 0 && buffer->at[buffer->length - 1] != '?')
        buffer_add_char(buffer, '&');
    url_add_escaped(buffer, name);
    buffer_add_char(buffer, '=');
    url_add_escaped(buffer, value);
}

void form_write(struct buffer *buffer, const struct form *form)
{
    for (size_t i = 0; i < form->count; i++)
        form_add(buffer, form->at[i].name, form->at[i].value);
}
