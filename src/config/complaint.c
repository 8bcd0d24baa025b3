#include "config/complaint.h"

#include <stdlib.h>

struct complaints complaints_in(struct arena *arena)
{
    return (struct complaints){ .arena = arena };
}

void complain(struct complaints *complaints, enum complaint_severity severity, struct place place, const char *format,
              ...)
{
    struct complaint *complaint = ARENA_NEW(complaints->arena, struct complaint);
    va_list args;
    va_start(args, format);
    complaint->sentence = arena_vformat(complaints->arena, format, args);
    va_end(args);
    complaint->severity = severity;
    complaint->file = arena_copy(complaints->arena, place.file);
    complaint->line = place.line;
    complaint->section = arena_copy(complaints->arena, place.section);
    complaint->key = arena_copy(complaints->arena, place.key);
    if (complaints->last == NULL)
        complaints->first = complaint;
    else
        complaints->last->next = complaint;
    complaints->last = complaint;
    size_t *const counts[] = { &complaints->errors, &complaints->warnings, &complaints->hints, &complaints->notes };
    ++*counts[severity];
}

const struct complaint *complaints_first(const struct complaints *complaints)
{
    for (const struct complaint *at = complaints->first; at != NULL; at = at->next)
        if (at->severity == COMPLAINT_ERROR)
            return at;
    return complaints->first;
}

/* A complaint and where it stood. */
struct ranked {
    struct complaint *complaint;
    size_t position;
};

static int compare(const void *a, const void *b)
{
    const struct ranked *one = a, *other = b;
    int order = str_compare(one->complaint->file, other->complaint->file);
    if (order == 0)
        order = (one->complaint->line > other->complaint->line) - (one->complaint->line < other->complaint->line);
    return order != 0 ? order : (one->position > other->position) - (one->position < other->position);
}

void complaints_sort(struct complaints *complaints)
{
    size_t count = complaints->errors + complaints->warnings + complaints->hints + complaints->notes, position = 0;
    struct ranked *all = ARENA_ARRAY(complaints->arena, struct ranked, count + 1);
    struct complaint **end = &complaints->first;
    for (struct complaint *at = complaints->first; at != NULL; at = at->next, position++)
        all[position] = (struct ranked){ at, position };
    qsort(all, count, sizeof *all, compare);
    for (size_t i = 0; i < count; i++) {
        *end = complaints->last = all[i].complaint;
        end = &all[i].complaint->next;
    }
    *end = NULL;
}

struct str complaint_line(struct arena *arena, const struct complaint *complaint)
{
    static const char *const fronts[] = { ": ", ": warning: ", ": hint: ", ": note: " };
    struct buffer line = buffer_in(arena);
    buffer_add(&line, complaint->file);
    if (complaint->line > 0)
        buffer_format(&line, ":%u", complaint->line);
    buffer_add(&line, str_of(fronts[complaint->severity]));
    if (complaint->section.length > 0)
        buffer_format(&line, "[%.*s] ", STR_ARGS(complaint->section));
    if (complaint->key.length > 0)
        buffer_format(&line, "%.*s: ", STR_ARGS(complaint->key));
    buffer_add(&line, complaint->sentence);
    return buffer_text(&line);
}
