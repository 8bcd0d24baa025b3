/* The platform's lists of calls, messages, recordings and faxes, and the callback parameters of their members. */
#ifndef HOOKSWITCH_WORK_PLATFORM_LISTS_H
#define HOOKSWITCH_WORK_PLATFORM_LISTS_H

#include "work/rest.h"

enum { PLATFORM_LISTS_COUNT = 4, PLATFORM_MEMBERS_MAX = 16 };

struct platform_list {
    const char *kind, *path, *items;
    const char *since; /* name of the filter */
    bool iso;          /* the filter takes an ISO 8601 time; else a date, YYYY-MM-DD */
    const char *changed[3];
    struct {
        const char *member, *parameter;
    } members[PLATFORM_MEMBERS_MAX];
};
extern const struct platform_list platform_lists[PLATFORM_LISTS_COUNT];

struct platform_item {
    struct str call_sid;
    struct str parameters; /* as in a callback, form-encoded */
    int64_t changed_us;    /* 0: unknown */
};
/* Reads a member of a list's page (rest_read_page) into the arena. `host` completes relative addresses. False when it
 * has no sid. */
bool platform_item_read(struct arena *arena, const struct platform_list *list, struct str host, const json_t *object,
                        struct platform_item *item);

#endif
