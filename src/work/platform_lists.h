/* The platform's lists of calls, messages, recordings and faxes, and how their members are called in callbacks. */
#ifndef HOOKSWITCH_WORK_PLATFORM_LISTS_H
#define HOOKSWITCH_WORK_PLATFORM_LISTS_H

#include "work/rest.h"

enum { PLATFORM_LISTS_COUNT = 4, PLATFORM_MEMBERS_MAX = 16 };

struct platform_list {
    const char *kind, *path, *items;
    const char *since; /* the filter's name */
    bool iso;          /* its dates: ISO 8601 in full; else a day, YYYY-MM-DD */
    const char *changed[3];
    struct {
        const char *member, *parameter;
    } members[PLATFORM_MEMBERS_MAX];
};
extern const struct platform_list platform_lists[PLATFORM_LISTS_COUNT];

/* One page of a list. */
struct platform_item {
    struct platform_item *next;
    struct str sid, call_sid;
    struct str parameters; /* as a callback would have said it, form-encoded */
    int64_t changed_us;    /* 0: it does not say */
};
struct platform_page {
    struct platform_item *first;
    long count;
    struct str next_query; /* of the page after this one; empty at the end */
};
/* Reads an answer's JSON, in the arena. `host` makes addresses of paths. 0, or -1 with the reason. */
int platform_list_read_page(struct arena *arena, const char *kind, struct str host, struct str json,
                            struct platform_page *page, struct error *error);

#endif
