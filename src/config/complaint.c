#include "config/complaint.h"

#include <glib.h>

void complain(struct complaints *complaints, enum complaint_severity severity, struct place place, const char *format,
              ...)
{
    struct complaint *complaint = ARENA_NEW(complaints->arena, struct complaint);
    va_list args;
    va_start(args, format);
    complaint->sentence = arena_vformat(complaints->arena, format, args);
    va_end(args);
    complaint->severity = severity;
    complaint->place =
        (struct place){ arena_copy(complaints->arena, place.file), place.line,
                        arena_copy(complaints->arena, place.section), arena_copy(complaints->arena, place.key) };
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

static int compare(const void *a, const void *b)
{
    const struct place *one = &(*(struct complaint *const *)a)->place, *other = &(*(struct complaint *const *)b)->place;
    int order = str_compare(one->file, other->file);
    return order != 0 ? order : (one->line > other->line) - (one->line < other->line);
}

void complaints_sort(struct complaints *complaints)
{
    GPtrArray *all = g_ptr_array_new();
    struct complaint **end = &complaints->first;
    for (struct complaint *at = complaints->first; at != NULL; at = at->next)
        g_ptr_array_add(all, at);
    g_ptr_array_sort(all, compare); /* stable */
    for (guint i = 0; i < all->len; i++) {
        *end = complaints->last = all->pdata[i];
        end = &complaints->last->next;
    }
    *end = NULL;
    g_ptr_array_free(all, TRUE);
}

struct str complaint_line(struct arena *arena, const struct complaint *complaint)
{
    static const char *const fronts[] = { ": ", ": warning: ", ": hint: ", ": note: " };
    struct buffer line = buffer_in(arena);
    buffer_add(&line, complaint->place.file);
    if (complaint->place.line > 0)
        buffer_format(&line, ":%u", complaint->place.line);
    buffer_add(&line, str_of(fronts[complaint->severity]));
    if (complaint->place.section.length > 0)
        buffer_format(&line, "[%.*s] ", STR_ARGS(complaint->place.section));
    if (complaint->place.key.length > 0)
        buffer_format(&line, "%.*s: ", STR_ARGS(complaint->place.key));
    buffer_add(&line, complaint->sentence);
    return buffer_text(&line);
}
