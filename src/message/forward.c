#include "message/forward.h"

#include "base/digest.h"
#include "config/value.h"
#include "flow/caller_history.h"
#include "message/optouts.h"

/* Senders that may await a reply from one telephone. */
enum { OPEN_MAX = 20 };

/* The senders whose messages a telephone received, with their tags. */
struct thread {
    unsigned long tag;
    struct str number;
    int64_t until_us;
};

struct threads {
    struct str section; /* that forwarded the messages */
    struct thread thread[OPEN_MAX];
    size_t count;
};

static struct str kv_name(const struct inbound *inbound, struct str number)
{
    struct buffer list = buffer_in(inbound->session.arena);
    digest_add(&list, number);
    return ARENA_JOIN(inbound->session.arena, STR("forward "), inbound->session.line->name, STR(" "), digest_of(&list));
}

/* --- as saved: the section, then a line each: tag, number, time --- */

static struct threads decode_threads(struct str value, int64_t now_us)
{
    struct threads threads = { .section = STR("") };
    struct str line, tag, number;
    str_next(&value, '\n', &threads.section);
    while (threads.count < OPEN_MAX && str_next(&value, '\n', &line)) {
        struct thread *thread = &threads.thread[threads.count];
        uint64_t until_s;
        if (str_next(&line, ' ', &tag) && str_next(&line, ' ', &number) && str_to_number(tag, OPEN_MAX, &thread->tag) &&
            str_to_wide_number(str_trim(line), 99999999999, &until_s)) {
            thread->number = number;
            thread->until_us = (int64_t)until_s * 1000000;
            threads.count += thread->until_us > now_us;
        }
    }
    return threads;
}

static struct str encode_threads(struct arena *arena, const struct threads *threads)
{
    struct buffer value = buffer_in(arena);
    buffer_format(&value, "%.*s\n", STR_ARGS(threads->section));
    for (size_t i = 0; i < threads->count; i++)
        buffer_format(&value, "%lu %.*s %lld\n", threads->thread[i].tag, STR_ARGS(threads->thread[i].number),
                      (long long)(threads->thread[i].until_us / 1000000));
    return buffer_text(&value);
}

static struct thread *find_tag(struct threads *threads, unsigned long tag)
{
    for (size_t i = 0; i < threads->count; i++)
        if (threads->thread[i].tag == tag)
            return &threads->thread[i];
    return NULL;
}

/* The sender's entry; else a new one, replacing the oldest when the list is full. */
static struct thread *find_or_add_thread(struct threads *threads, struct str number)
{
    struct thread *place = NULL;
    unsigned long tag = 1;
    for (size_t i = 0; i < threads->count; i++)
        if (str_equal(threads->thread[i].number, number))
            return &threads->thread[i];
    while (find_tag(threads, tag) != NULL)
        tag++;
    if (threads->count < OPEN_MAX) {
        place = &threads->thread[threads->count++];
        place->tag = tag;
    } else {
        place = &threads->thread[0];
        for (size_t i = 1; i < threads->count; i++)
            place = threads->thread[i].until_us < place->until_us ? &threads->thread[i] : place;
    }
    place->number = number;
    return place;
}

/* --- to the telephone --- */

struct adding {
    struct inbound *inbound;
    const struct section *section;
    long for_s;
    unsigned long tag;
};

static enum kv_action add(void *argument, bool there, struct kv_entry *entry)
{
    struct adding *adding = argument;
    const struct request_context *context = adding->inbound->session.context;
    struct threads threads = decode_threads(there ? entry->value : STR(""), context->now_us);
    struct thread *place = find_or_add_thread(&threads, str_upto(inbound_sender(adding->inbound), 40));
    place->until_us = context->now_us + adding->for_s * INT64_C(1000000);
    adding->tag = place->tag;
    threads.section = adding->section->name;
    entry->value = encode_threads(context->arena, &threads);
    entry->expires_us = entry->expires_us > place->until_us ? entry->expires_us : place->until_us;
    return KV_SET;
}

/* Stops loops between two robots. */
static bool exceeds_limit(struct inbound *inbound, const struct texts_forward *forward)
{
    return caller_history_exceeds(&inbound->session, "forwarded messages", forward->per_hour);
}

static void forward_to(struct inbound *inbound, const struct section *section, struct str to)
{
    const struct request_context *context = inbound->session.context;
    const struct texts_forward *forward = texts_forward(section);
    struct adding adding = { inbound, section, forward->for_s, 0 };
    struct str sender, tag = STR("?");
    struct error why;
    int out = inbound->session.store_failed
                  ? -1
                  : optouts_has(context->store, context->arena, inbound->session.line->name, to, context->now_us, &why);
    if (out > 0) {
        log_line(context->log, LOG_LEVEL_WARNING, "[%.*s] not forwarded: the telephone has opted out",
                 STR_ARGS(section->title));
        return;
    }
    inbound->session.store_failed = out < 0;
    /* Only telephone numbers, not short codes, receive replies. */
    if (value_number(context->arena, inbound_sender(inbound), &sender) && str_equal(sender, inbound_sender(inbound)))
        session_kv_change(&inbound->session, kv_name(inbound, to), add, &adding);
    if (adding.tag > 0 && !inbound->session.store_failed)
        tag = arena_format(context->arena, "%lu", adding.tag);
    else
        log_line(context->log, LOG_LEVEL_WARNING, "[%.*s] forwarded without a tag: replies cannot be delivered",
                 STR_ARGS(section->title));
    session_set_value(&inbound->session, STR("Tag"), tag);
    /* The message's own text is not a template. */
    struct str text =
        ARENA_JOIN(context->arena, session_fill(&inbound->session, forward->prefix, false), inbound_body(inbound));
    inbound_send(inbound, to, text, inbound_media(inbound));
}

void forward_message(struct inbound *inbound, const struct section *section)
{
    const struct texts_forward *forward = texts_forward(section);
    const struct request_context *context = inbound->session.context;
    if (forward->to == NULL || context->store == NULL || context->request->method == REQUEST_HEAD ||
        exceeds_limit(inbound, forward))
        return;
    for (const struct word *word = forward->to; word != NULL; word = word->next)
        if (str_equal(word->text, inbound_sender(inbound)))
            inbound_say(inbound, forward->nobody);
        else
            forward_to(inbound, section, word->text);
}

/* --- back to the sender --- */

/* Reads and removes the tag of "2) yes", "#2 yes", "2: yes", and of "2 yes" when there are several senders. */
static struct thread *find_by_tag(struct threads *threads, struct str *body)
{
    bool hash = str_starts(*body, STR("#"));
    size_t digits = hash ? 1 : 0;
    unsigned long tag;
    while (digits < body->length && body->at[digits] >= '0' && body->at[digits] <= '9')
        digits++;
    if (!str_to_number(str_from(str_upto(*body, digits), hash ? 1 : 0), OPEN_MAX, &tag))
        return NULL;
    struct str rest = str_from(*body, digits);
    bool marked = str_starts(rest, STR(")")) || str_starts(rest, STR(":"));
    struct thread *thread = find_tag(threads, tag);
    if (thread == NULL || !(hash || marked || threads->count > 1))
        return NULL;
    *body = str_trim(str_from(rest, marked ? 1 : 0));
    return thread;
}

static struct str choices(struct arena *arena, const struct threads *threads)
{
    struct buffer list = buffer_in(arena);
    for (size_t i = 0; i < threads->count; i++)
        buffer_format(&list, "%s%lu) for %.*s", i == 0 ? "" : ", ", threads->thread[i].tag,
                      STR_ARGS(threads->thread[i].number));
    return buffer_text(&list);
}

static void deliver_reply(struct inbound *inbound, const struct texts_forward *forward, const struct thread *thread,
                          struct str body)
{
    const struct request_context *context = inbound->session.context;
    struct word *media = inbound_media(inbound);
    struct error why;
    int out =
        optouts_has(context->store, context->arena, inbound->session.line->name, thread->number, context->now_us, &why);
    if (out < 0) {
        log_line(context->log, LOG_LEVEL_ERROR, "reply not sent: opt-outs are unknown: %s", why.sentence);
        inbound_say(inbound, forward->error);
    } else if (out > 0) {
        session_set_value(&inbound->session, STR("Number"), thread->number);
        inbound_say(inbound, forward->refused);
    } else if (body.length > 0 || media != NULL)
        inbound_send(inbound, thread->number, body, media);
}

bool forward_reply(struct inbound *inbound)
{
    const struct request_context *context = inbound->session.context;
    if (!config_has_flag(context->service->config, TEXTS_FORWARD_FLAG))
        return false;
    struct str value = session_kv_get(&inbound->session, kv_name(inbound, inbound_sender(inbound)));
    struct threads threads = decode_threads(value, context->now_us);
    const struct section *section =
        threads.count == 0
            ? NULL
            : config_find_destination(context->service->config, inbound->session.line->scope, threads.section);
    if (section == NULL || section->kind != &texts_kind)
        return false;
    const struct texts_forward *forward = texts_forward(section);
    struct str body = inbound_body(inbound);
    const struct thread *thread = find_by_tag(&threads, &body);
    if (thread == NULL && threads.count == 1)
        thread = &threads.thread[0];
    inbound->expected = true; /* people write to each other; forwards_per_hour limits it */
    if (exceeds_limit(inbound, forward))
        return true;
    session_set_value(&inbound->session, STR("Choices"), choices(context->arena, &threads));
    if (thread == NULL)
        inbound_say(inbound, forward->which);
    else
        deliver_reply(inbound, forward, thread, body);
    return true;
}
