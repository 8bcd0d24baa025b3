#include "store/pending.h"

#include <stdlib.h>
#include <string.h>

/* Where copies are put, one behind the other; with `at` NULL their size is found out. */
struct block {
    char *at;
    size_t used;
};

static void *reserve(struct block *block, size_t size, size_t alignment)
{
    block->used = (block->used + alignment - 1) / alignment * alignment;
    void *place = block->at == NULL ? NULL : block->at + block->used;
    block->used += size;
    return place;
}

static void copy_text(struct block *block, struct str *text)
{
    char *place = reserve(block, text->length, 1);
    if (place == NULL)
        return;
    if (text->length > 0)
        memcpy(place, text->at, text->length);
    text->at = place;
}

static const struct job_request *copy_job_requests(struct block *block, const struct job_request *requests)
{
    const struct job_request *first = NULL, **end = &first;
    for (; requests != NULL; requests = requests->next) {
        struct job_request *place = reserve(block, sizeof *place, _Alignof(struct job_request)), copy = *requests;
        copy_text(block, &copy.action);
        if (place == NULL)
            continue;
        *place = copy;
        place->next = NULL;
        *end = place;
        end = &place->next;
    }
    return first;
}

static const struct event *copy_events(struct block *block, const struct event *event)
{
    const struct event *first = NULL, **end = &first;
    for (; event != NULL; event = event->also) {
        struct event *place = reserve(block, sizeof *place, _Alignof(struct event)), copy = *event;
        struct str *texts[EVENT_TEXTS];
        event_texts(&copy, texts);
        for (size_t i = 0; i < EVENT_TEXTS; i++)
            copy_text(block, texts[i]);
        copy.job_requests = copy_job_requests(block, event->job_requests);
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
    pending->ends_request = true;
    pending->once = *once;
}

struct pending *pending_copy(struct once *once, const struct event *event)
{
    struct block measure = { NULL, sizeof(struct pending) };
    struct pending ends_request = { .event = NULL };
    pending_be_last(&ends_request, once);
    copy_text(&measure, &ends_request.once.reply);
    copy_events(&measure, event);
    struct pending *pending = calloc(1, measure.used);
    if (pending == NULL)
        return NULL;
    struct block copies = { (char *)pending, sizeof(struct pending) };
    *pending = ends_request;
    copy_text(&copies, &pending->once.reply);
    pending->event = copy_events(&copies, event);
    return pending;
}
