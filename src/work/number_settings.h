/* The settings of each number at the platform: compares them with the configuration and updates them (compatibility
 * REST API, pages "List all Incoming Phone Numbers" and "Update an Incoming Phone Number"). */
#ifndef HOOKSWITCH_WORK_NUMBER_SETTINGS_H
#define HOOKSWITCH_WORK_NUMBER_SETTINGS_H

#include "work/rest.h"

enum { NUMBER_SETTINGS_MAX = 11 };

/* One field of a number. */
struct number_setting {
    const char *label;              /* "voice fallback", for people; NULL: not displayed */
    const char *parameter, *member; /* VoiceFallbackUrl, voice_fallback_url */
    struct str wanted;
};
/* The settings that a line needs, with addresses below `base`, which contain the line's name if `named`. Returns their
 * number. Other fields stay unchanged. */
size_t number_settings_of_line(struct arena *arena, const struct line *line, struct str base, bool named,
                               struct number_setting settings[NUMBER_SETTINGS_MAX]);

/* A number of the project. */
struct platform_number {
    struct platform_number *next;
    struct str number, sid;
    json_t *object; /* the platform's JSON; freed by platform_numbers_free */
};
/* Reads one from a page (rest_read_page); NULL when its sid or number is not one. */
struct platform_number *platform_number_read(struct arena *arena, json_t *object);
/* Reads all numbers of the project, page by page; calls `seen` with the count so far. 0, or -1 with the reason. */
int platform_numbers_list(struct rest *rest, struct arena *arena, void (*seen)(size_t count),
                          struct platform_number **first, struct error *error);
void platform_numbers_free(struct platform_number *first);

/* The current value of a setting, in the arena. */
struct str number_setting_current(struct arena *arena, const struct platform_number *number,
                                  const struct number_setting *setting);
bool number_setting_differs(struct arena *arena, const struct platform_number *number,
                            const struct number_setting *setting);

bool number_settings_differ(struct arena *arena, const struct platform_number *number,
                            const struct number_setting *settings, size_t count);
/* Finds a number in the list; or NULL. */
const struct platform_number *platform_numbers_find(const struct platform_number *first, struct str wanted);

/* Updates the settings that differ. 0 when the platform confirms them; -1 with the reason. */
int number_settings_apply(struct rest *rest, struct arena *arena, const struct platform_number *number,
                          const struct number_setting *settings, size_t count, struct error *error);

#endif
