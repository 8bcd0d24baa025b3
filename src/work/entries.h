/* What is entered at the platform for each number: what the configuration wants there, what is there, and how it is
 * changed (compatibility REST API, pages "List all Incoming Phone Numbers" and "Update an Incoming Phone Number"). */
#ifndef HOOKSWITCH_WORK_ENTRIES_H
#define HOOKSWITCH_WORK_ENTRIES_H

#include "work/rest.h"

enum { ENTRIES_MAX = 12 };

/* One field of a number. */
struct platform_field {
    const char *label;              /* "voice fallback", for people; NULL: goes without saying */
    const char *parameter, *member; /* VoiceFallbackUrl, voice_fallback_url */
    struct str wanted;
};
/* What a line wants, below `base`; with `named` in addresses that name it. How many. Fields that the line has nothing
 * for are left as they are. */
size_t entries_of_line(struct arena *arena, const struct line *line, struct str base, bool named,
                       struct platform_field entries[ENTRIES_MAX]);

/* A number of the project. */
struct entered {
    struct entered *next;
    struct str number, sid;
    json_t *object; /* all that the platform says of it; entries_release frees it */
};
/* All numbers of the project, page by page; `seen` is told how many there are so far. 0, or -1 with the reason. */
int entries_list(struct rest *rest, struct arena *arena, void (*seen)(size_t count), struct entered **first,
                 struct error *error);
void entries_release(struct entered *first);

/* What stands in a field now; in the arena. */
struct str entries_now(struct arena *arena, const struct entered *entered, const struct platform_field *entry);
bool entries_differ(struct arena *arena, const struct entered *entered, const struct platform_field *entry);

bool entries_any_differ(struct arena *arena, const struct entered *entered, const struct platform_field *entries,
                        size_t count);
/* The project's number among them, or NULL. */
const struct entered *entries_find(const struct entered *first, struct str number);

/* Enters those that differ. 0 when the platform says that it has them now; -1 with the reason. */
int entries_apply(struct rest *rest, struct arena *arena, const struct entered *entered,
                  const struct platform_field *entries, size_t count, struct error *error);

/* Reads a page of the list, and puts its numbers behind `end`. 0 with the query of the next, or -1 with the reason. */
int entries_read_page(struct arena *arena, struct str json, struct entered ***end, struct str *next_query,
                      struct error *error);

#endif
