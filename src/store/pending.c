#include <stdlib.h>
#include <string.h>

#include "store/queue.h"

enum { EVENT_TEXTS = 14 };

static void texts_of(struct event *event, struct str *texts[EVENT_TEXTS])
{
    struct str *const all[EVENT_TEXTS] = { &event->kind,       &event->name,       &event->sid,   &event->dedup_key,
                                           &event->state,      &event->line,       &event->from,  &event->to,
                                           &event->parent_sid, &event->parameters, &event->cause, &event->origin,
                                           &event->answer,     &event->wakes };
    memcpy(texts, all, sizeof all);
}

/* Where copies are put, one behind the other; with `at` NULL their size is found out. */
struct room {
    char *at;
    size_t used;
};

static void *take_room(struct room *room, size_t size, size_t alignment)
{
    room->used = (room->used + alignment - 1) / alignment * alignment;
    void *place = room->at == NULL ? NULL : room->at + room->used;
    room->used += size;
    return place;
}

static void copy_text(struct room *room, struct str *text)
{
    char *place = take_room(room, text->length, 1);
    if (place == NULL)
        return;
    if (text->length > 0)
        memcpy(place, text->at, text->length);
    text->at = place;
}

static const struct job_request *copy_orders(struct room *room, const struct job_request *orders)
{
    const struct job_request *first = NULL, **end = &first;
    for (; orders != NULL; orders = orders->next) {
        struct job_request *place = take_room(room, sizeof *place, _Alignof(struct job_request)), copy = *orders;
        copy_text(room, &copy.action);
        if (place == NULL)
            continue;
        *place = copy;
        place->next = NULL;
        *end = place;
        end = &place->next;
    }
    return first;
}

static const struct event *copy_events(struct room *room, const struct event *event)
{
    const struct event *first = NULL, **end = &first;
    for (; event != NULL; event = event->also) {
        struct event *place = take_room(room, sizeof *place, _Alignof(struct event)), copy = *event;
        struct str *texts[EVENT_TEXTS];
        texts_of(&copy, texts);
        for (size_t i = 0; i < EVENT_TEXTS; i++)
            copy_text(room, texts[i]);
        copy.job_requests = copy_orders(room, event->job_requests);
        if (place == NULL)
            continue;
        *place = copy;
        place->also = NULL;
        *end = place;
        end = &place->also;
    }
    return first;
}

void pending_be_last(struct pending *pending, struct once *once)
{
    if (once == NULL)
        return;
    once->last = true;
    pending->of_request = true;
    pending->once = *once;
}

struct pending *pending_copy(struct once *once, const struct event *event)
{
    struct room measure = { NULL, sizeof(struct pending) };
    struct pending of_request = { .event = NULL };
    pending_be_last(&of_request, once);
    copy_text(&measure, &of_request.once.reply);
    copy_events(&measure, event);
    struct pending *pending = calloc(1, measure.used);
    if (pending == NULL)
        return NULL;
    struct room room = { (char *)pending, sizeof(struct pending) };
    *pending = of_request;
    copy_text(&room, &pending->once.reply);
    pending->event = copy_events(&room, event);
    return pending;
}
