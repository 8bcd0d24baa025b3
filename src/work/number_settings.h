/* What is entered at the platform for each number: what the configuration wants there, what is there, and how it is
 * changed (compatibility REST API, pages "List all Incoming Phone Numbers" and "Update an Incoming Phone Number"). */
#ifndef HOOKSWITCH_WORK_NUMBER_SETTINGS_H
#define HOOKSWITCH_WORK_NUMBER_SETTINGS_H

#include "work/rest.h"

enum { NUMBER_SETTINGS_MAX = 12 };

/* One field of a number. */
struct number_setting {
    const char *label;              /* "voice fallback", for people; NULL: goes without saying */
    const char *parameter, *member; /* VoiceFallbackUrl, voice_fallback_url */
    struct str wanted;
};
/* What a line wants, below `base`; with `named` in addresses that name it. How many. Fields that the line has nothing
 * for are left as they are. */
size_t number_settings_of_line(struct arena *arena, const struct line *line, struct str base, bool named,
                               struct number_setting settings[NUMBER_SETTINGS_MAX]);

/* A number of the project. */
struct platform_number {
    struct platform_number *next;
    struct str number, sid;
    json_t *object; /* all that the platform says of it; platform_numbers_free frees it */
};
/* All numbers of the project, page by page; `seen` is told how many there are so far. 0, or -1 with the reason. */
int platform_numbers_list(struct rest *rest, struct arena *arena, void (*seen)(size_t count),
                          struct platform_number **first, struct error *error);
void platform_numbers_free(struct platform_number *first);

/* What stands in a field now; in the arena. */
struct str number_setting_current(struct arena *arena, const struct platform_number *number,
                                  const struct number_setting *setting);
bool number_setting_differs(struct arena *arena, const struct platform_number *number,
                            const struct number_setting *setting);

bool number_settings_differ(struct arena *arena, const struct platform_number *number,
                            const struct number_setting *settings, size_t count);
/* The project's number among them, or NULL. */
const struct platform_number *platform_numbers_find(const struct platform_number *first, struct str wanted);

/* Enters those that differ. 0 when the platform says that it has them now; -1 with the reason. */
int number_settings_apply(struct rest *rest, struct arena *arena, const struct platform_number *number,
                          const struct number_setting *settings, size_t count, struct error *error);

/* Reads a page of the list, and puts its numbers behind `end`. 0 with the query of the next, or -1 with the reason. */
int platform_numbers_read_page(struct arena *arena, struct str json, struct platform_number ***end,
                               struct str *next_query, struct error *error);

#endif
