#include "config/complaint.h"

#include "base/buffer.h"

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
    *(severity == COMPLAINT_ERROR     ? &complaints->errors
      : severity == COMPLAINT_WARNING ? &complaints->warnings
                                      : &complaints->hints) += 1;
}

static bool stands_after(const struct complaint *a, const struct complaint *b)
{
    int order = text_compare(a->file, b->file);
    return order > 0 || (order == 0 && a->line > b->line);
}

/* A configuration has few complaints, or is no configuration. */
void complaints_sort(struct complaints *complaints)
{
    struct complaint *sorted = NULL, *next;
    for (struct complaint *at = complaints->first; at != NULL; at = next) {
        struct complaint **place = &sorted;
        next = at->next;
        while (*place != NULL && !stands_after(*place, at))
            place = &(*place)->next;
        at->next = *place;
        *place = at;
    }
    complaints->first = sorted;
    for (complaints->last = sorted; complaints->last != NULL && complaints->last->next != NULL;)
        complaints->last = complaints->last->next;
}

struct text complaint_line(struct arena *arena, const struct complaint *complaint)
{
    static const char *const fronts[] = { ": ", ": warning: ", ": hint: " };
    struct buffer line = buffer_in(arena);
    buffer_add(&line, complaint->file);
    if (complaint->line > 0)
        buffer_format(&line, ":%u", complaint->line);
    buffer_add(&line, text_of(fronts[complaint->severity]));
    if (complaint->section.length > 0)
        buffer_format(&line, "[%.*s] ", TEXT_ARGS(complaint->section));
    if (complaint->key.length > 0)
        buffer_format(&line, "%.*s: ", TEXT_ARGS(complaint->key));
    buffer_add(&line, complaint->sentence);
    return buffer_text(&line);
}
