#include "work/reconcile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "service/actions.h"
#include "service/on.h"
#include "service/outcome.h"
#include "service/privacy.h"
#include "store/kv.h"
#include "work/platform_lists.h"
#include "work/rest.h"

enum { PAGE_SIZE = 200, FIRST_DAYS = 1, OVERLAP_S = 3600, PAGES_MAX = 100000 };

/* --- asking --- */

struct run {
    const struct reconcile_options *options;
    const struct platform_list *list;
    struct arena *arena; /* for the whole run */
    struct rest rest;
    int64_t since_us, began_us;
    struct reconcile_progress progress;
};

/* The first page's query: a day's grain is all that some lists know, so a day more is asked for. */
static struct str first_query(const struct run *run)
{
    struct buffer query = buffer_in(run->arena);
    char stamp[40];
    struct tm utc;
    time_t since = (time_t)(run->since_us / 1000000) - (run->list->iso ? 0 : 86400);
    gmtime_r(&since, &utc);
    size_t length = strftime(stamp, sizeof stamp, run->list->iso ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%d", &utc);
    form_add(&query, str_of(run->list->since), (struct str){ stamp, length });
    form_add(&query, STR("PageSize"), arena_format(run->arena, "%d", PAGE_SIZE));
    return buffer_text(&query);
}

/* --- where a run is, for the next one --- */

static enum kv_action set_bookmark(void *context, bool there, struct kv_entry *entry)
{
    (void)there;
    *entry = (struct kv_entry){ *(const struct str *)context, 0 };
    return KV_SET;
}

static struct str bookmark_name(const struct run *run)
{
    return arena_format(run->arena, "reconcile/%s", run->list->kind);
}

/* "FROM BEGAN QUERY": a run from that time on, begun then, whose next page is that; without a query it came to its end.
 */
static int save_bookmark(struct run *run, struct str query, struct error *error)
{
    struct str bookmark =
        arena_format(run->arena, "%lld %lld %.*s", (long long)run->since_us, (long long)run->began_us, STR_ARGS(query));
    if (run->options->dry_run)
        return 0;
    return kv_update(run->options->store, run->arena, bookmark_name(run), clock_wall_us(), set_bookmark, &bookmark,
                     error);
}

static int load_bookmark(struct run *run, struct str *query, struct error *error)
{
    struct kv_entry entry;
    int found = run->options->store == NULL
                    ? 0
                    : kv_get(run->options->store, run->arena, bookmark_name(run), clock_wall_us(), &entry, error);
    long long since = 0, began = 0;
    run->began_us = clock_wall_us();
    run->since_us = run->options->since_us;
    *query = STR("");
    if (found < 0)
        return -1;
    if (run->since_us != 0)
        return 0;
    run->since_us = run->began_us - FIRST_DAYS * 86400000000LL;
    if (found == 0 || sscanf(entry.value.at, "%lld %lld", &since, &began) != 2)
        return 0;
    struct str rest = str_from(entry.value, str_find_char(entry.value, ' ') + 1);
    *query = str_from(rest, str_find_char(rest, ' ') + 1);
    if (query->length > 0) { /* it broke off: go on there */
        run->since_us = since;
        run->began_us = began;
    } else {
        run->since_us = began - (OVERLAP_S + run->options->settle_s) * 1000000LL;
    }
    return 0;
}

/* --- keeping what is missing --- */

struct latest {
    bool there;
    long rank;
    struct str kind;
    struct str node; /* at which a caller was left a message */
    struct str line;
    struct arena *arena;
};

static void on_current(void *context, const struct store_row *row)
{
    struct latest *latest = context;
    if (!str_equal(row->event.kind, latest->kind))
        return;
    latest->there = true;
    latest->rank = row->event.rank;
}

static void on_related(void *context, const struct store_row *row)
{
    struct latest *latest = context;
    if (str_starts(row->event.answer, STR("voicemail ")))
        latest->node = arena_copy(latest->arena, str_from(row->event.answer, 10));
    if (row->event.line.length > 0)
        latest->line = arena_copy(latest->arena, row->event.line);
}

/* A message that was left at a voicemail node, whose callback was lost, is mailed and fetched all the same. */
static int attach_voicemail(struct run *run, struct arena *arena, const struct form *form,
                            const struct platform_item *item, struct event *event, struct error *error)
{
    const struct service *service = run->options->service;
    struct latest latest = { .arena = arena, .node = STR(""), .line = STR("") };
    bool recording =
        run->options->store != NULL && str_is(event->name, "recording.completed") && item->call_sid.length > 0;
    if (!recording || str_is(form_value(form, "RecordingDuration"), "0"))
        return 0;
    if (store_list_related(run->options->store, item->call_sid, on_related, &latest, error) != 0)
        return -1;
    const struct line *line = service_line(service, latest.line);
    if (event->line.length == 0)
        event->line = latest.line;
    if (latest.node.length == 0)
        return 0;
    const struct section *node = config_find_destination(service->config, line == NULL ? 0 : line->scope, latest.node);
    struct event *voicemail = ARENA_NEW(arena, struct event);
    *voicemail = event_derive(event, "voicemail.received");
    voicemail->line = latest.line;
    if (node != NULL)
        actions_request_jobs(arena, node, false, voicemail);
    on_request_jobs(service->on, arena, form, line, voicemail);
    privacy_apply(service, arena, form, voicemail);
    event->also = voicemail;
    return 0;
}

static const struct line *line_of(const struct service *service, const struct event *event)
{
    const struct line *line = service_line_of_number(service, event->to);
    return line != NULL ? line : service_line_of_number(service, event->from);
}

static int compare_with_store(struct run *run, struct arena *arena, const struct platform_item *item,
                              struct error *error)
{
    const struct service *service = run->options->service;
    struct form_limits limits = { 1000, (size_t)-1 };
    struct form form;
    if (form_parse(arena, item->parameters, &limits, &form, error) != 0)
        return -1;
    struct event event = event_from_callback(arena, &form, str_of(run->list->kind), item->parameters);
    struct latest latest = { .kind = event.kind };
    struct store_filter filter = { .sid = event.sid };
    if (!str_is(event.kind, run->list->kind))
        return 0; /* it has no state that means anything */
    if (run->options->store != NULL &&
        store_list_current(run->options->store, &filter, on_current, &latest, error) != 0)
        return -1;
    if (latest.there && latest.rank >= event.rank)
        return 0;
    const struct line *line = line_of(service, &event);
    event.line = line == NULL ? STR("") : line->name;
    event.origin = STR("reconcile");
    event.dedup_key = ARENA_JOIN(arena, event.name, STR(" reconcile"));
    event.received_us = clock_wall_us();
    event.parameters = item->parameters;
    if (attach_voicemail(run, arena, &form, item, &event, error) != 0)
        return -1;
    on_request_jobs(service->on, arena, &form, line, &event);
    derive_request_jobs(service, arena, &form, &event);
    privacy_apply(service, arena, &form, &event);
    if (!run->options->dry_run && store_add(run->options->store, &event, error) == STORE_FAILED)
        return -1;
    run->progress.kept++;
    run->options->found(run->options->context, &event);
    return 0;
}

/* Whether the page went back beyond the time that was asked for; -1 with the reason. */
static int compare_page(struct run *run, struct arena *arena, const json_t *items, struct error *error)
{
    int64_t settled = clock_wall_us() - run->options->settle_s * 1000000LL;
    bool all_older = true, any = false;
    struct platform_item item;
    const json_t *object;
    size_t i;
    json_array_foreach(items, i, object)
    {
        if (!platform_item_read(arena, run->list, run->rest.host, object, &item))
            continue;
        bool older = item.changed_us != 0 && item.changed_us < run->since_us;
        any = true;
        all_older = all_older && older;
        run->progress.seen++;
        if (!older && item.changed_us <= settled && compare_with_store(run, arena, &item, error) != 0)
            return -1;
    }
    return any && all_older;
}

/* Reads the page of `query`, and compares it; `next` gets the query of the next one. 0, or -1 with the reason; 1 when
 * the platform does not know the page. */
static int reconcile_page(struct run *run, struct str query, struct str *next, struct error *error)
{
    struct arena *arena = arena_new();
    struct str body;
    struct str path = ARENA_JOIN(arena, str_of(run->list->path), STR("?"), query);
    int result = rest_perform(&run->rest, arena, path, (struct str){ NULL, 0 }, &body, error);
    if (result == 0) {
        json_t *items = rest_read_page(arena, body, run->list->items, next, error);
        int over = items == NULL ? -1 : compare_page(run, arena, items, error);
        json_decref(items);
        *next = over == 0 ? arena_copy(run->arena, *next) : STR("");
        result = over < 0 ? -1 : 0;
    }
    arena_free(arena);
    return result;
}

static int reconcile_list(struct run *run, struct error *error)
{
    struct str query, next;
    bool restarted = false;
    if (load_bookmark(run, &query, error) != 0)
        return -1;
    if (query.length == 0)
        query = first_query(run);
    while (query.length > 0 && run->progress.pages < PAGES_MAX) {
        int result = reconcile_page(run, query, &next, error);
        if (result < 0 || (result > 0 && (restarted || str_equal(query, first_query(run)))))
            return -1;
        restarted = restarted || result > 0; /* the page that was next is not known any more: from the start, once */
        query = result > 0 ? first_query(run) : next;
        if (result > 0)
            continue;
        run->progress.pages++;
        run->options->progress(run->options->context, &run->progress);
        if (save_bookmark(run, query, error) != 0)
            return -1;
    }
    return 0;
}

int reconcile(const struct reconcile_options *options, struct error *error)
{
    struct run run = { .options = options, .arena = arena_new() };
    int failed = rest_init(&run.rest, options->service, run.arena, options->rate, error);
    for (size_t i = 0; i < PLATFORM_LISTS_COUNT && !failed; i++) {
        if (options->kind != NULL && strcmp(options->kind, platform_lists[i].kind) != 0)
            continue;
        run.list = &platform_lists[i];
        run.progress = (struct reconcile_progress){ .kind = platform_lists[i].kind };
        failed = reconcile_list(&run, error);
    }
    arena_free(run.arena);
    return failed;
}
