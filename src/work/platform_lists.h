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

/* One page of a list. */
struct platform_item {
    struct platform_item *next;
    struct str sid, call_sid;
    struct str parameters; /* as in a callback, form-encoded */
    int64_t changed_us;    /* 0: unknown */
};
struct platform_page {
    struct platform_item *first;
    long count;
    struct str next_query; /* of the page after this one; empty at the end */
};
/* Parses a page of JSON into the arena. `host` completes relative addresses. 0, or -1 with the reason. */
int platform_list_read_page(struct arena *arena, const char *kind, struct str host, struct str json,
                            struct platform_page *page, struct error *error);

#endif
