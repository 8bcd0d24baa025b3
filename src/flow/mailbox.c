/* [mailbox NAME]: plays the messages of a [voicemail] to callers with a PIN. */
#include <stddef.h>
#include <stdlib.h>

#include "flow/kinds.h"
#include "flow/secret.h"
#include "service/mailbox.h"
#include "web/url.h"

enum { MESSAGES_MAX = 500, SILENCES_MAX = 2 };

struct mailbox {
    struct destination *voicemail; /* a reference */
    struct pin pin;
    struct prompt *count, *empty, *message, *urgent, *options, *deleted, *last, *error;
    struct destination *next;
};

#define AT(member) offsetof(struct mailbox, member)

static const struct field fields[] = {
    { "count", FIELD_PROMPT, AT(count), 0, 0, 0, "You have {{Messages}} messages, {{New}} of them new.", NULL },
    { "empty", FIELD_PROMPT, AT(empty), 0, 0, 0, "You have no messages.", NULL },
    { "message", FIELD_PROMPT, AT(message), 0, 0, 0, "Message from {{Caller.spelt}}, left on {{Day}} at {{Time}}.",
      NULL },
    { "urgent", FIELD_PROMPT, AT(urgent), 0, 0, 0, "Urgent.", NULL },
    { "options", FIELD_PROMPT, AT(options), 0, 0, 0,
      "To hear it again, press 1. To delete it, press 2. For the next one, press 3. To end, press star.", NULL },
    { "deleted", FIELD_PROMPT, AT(deleted), 0, 0, 0, "Deleted.", NULL },
    { "last", FIELD_PROMPT, AT(last), 0, 0, 0, "That was the last message. Goodbye.", NULL },
    { "error", FIELD_PROMPT, AT(error), 0, 0, 0,
      "We are sorry, your messages cannot be reached now. They are not lost.", NULL },
    { "next", FIELD_DESTINATION, AT(next), 0, 0, 0, "hangup", NULL },
    PIN_FIELDS(AT(pin)),
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

/* --- configuration --- */

static bool read_entry(struct config_reader *reader, struct section *section, const struct entry *entry)
{
    struct mailbox *mailbox = section->keys;
    if (!str_is(entry->key, "voicemail"))
        return false;
    mailbox->voicemail = config_reference(reader, section, entry, NULL);
    return true;
}

static void check(struct config_reader *reader, struct section *section)
{
    struct mailbox *mailbox = section->keys;
    secret_read_pin(reader, section, "pin", &mailbox->pin.value, mailbox->pin.file);
    if (mailbox->pin.value.length == 0 && mailbox->pin.file.length == 0)
        config_error(reader, section, "anybody could listen; expected pin_file = FILE, or pin");
    if (mailbox->voicemail == NULL)
        config_error(reader, section, "the key 'voicemail' is missing; expected voicemail = NODE");
}

static void validate(struct config_reader *reader, struct section *section)
{
    const struct mailbox *mailbox = section->keys;
    const struct section *node = mailbox->voicemail == NULL ? NULL : mailbox->voicemail->section;
    if (node != NULL && voicemail_listen_days(node) == 0)
        config_error(reader, section, "voicemail: [%.*s] keeps no messages; expected [voicemail] with listen_days = 30",
                     STR_ARGS(node->title));
}

/* --- the messages --- */

struct listing {
    struct call *call;
    struct str prefix;
    struct mailbox_message *at;
    size_t count, fresh;
};

static void list_one(void *context, struct str name, const struct kv_entry *entry)
{
    struct listing *listing = context;
    struct url url;
    if (listing->count == MESSAGES_MAX)
        return;
    struct mailbox_message message = mailbox_read(listing->call->session.arena, listing->prefix, name, entry);
    if (!url_split(message.url, &url) || str_is(url.scheme, "wss"))
        return;
    listing->fresh += !message.heard;
    listing->at[listing->count++] = message;
}

static int by_urgency_and_time(const void *a, const void *b)
{
    const struct mailbox_message *left = a, *right = b;
    if (left->urgent != right->urgent)
        return left->urgent ? -1 : 1;
    return (left->left_us > right->left_us) - (left->left_us < right->left_us);
}

/* False when the store does not answer. */
static bool list(struct call *call, const struct mailbox *mailbox, struct listing *listing)
{
    struct error why;
    const struct section *node = mailbox->voicemail->section;
    *listing =
        (struct listing){ .call = call, .prefix = mailbox_prefix(call->session.arena, node, call->session.line) };
    listing->at = ARENA_ARRAY(call->session.arena, struct mailbox_message, MESSAGES_MAX);
    if (call->session.store == NULL)
        return false;
    if (kv_list(call->session.store, listing->prefix, call->session.context->now_us, list_one, listing, &why) != 0) {
        log_line(call->session.context->log, LOG_LEVEL_ERROR, "[%.*s] messages cannot be listed: %s",
                 STR_ARGS(call->session.node->title), why.sentence);
        return false;
    }
    qsort(listing->at, listing->count, sizeof *listing->at, by_urgency_and_time);
    return true;
}

static void know_message(struct call *call, const struct mailbox_message *message)
{
    static const char *const days[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };
    struct zone_time left = session_time_at(&call->session, message->left_us / 1000000);
    call_set_value(call, "Caller", message->from.length > 0 ? message->from : STR("?"));
    call_set_value(call, "Day", str_of(days[left.weekday]));
    call_set_value(call, "Date", arena_format(call->session.arena, "%04d-%02d-%02d", left.year, left.month, left.day));
    call_set_value(call, "Time", arena_format(call->session.arena, "%d:%02d", left.minute / 60, left.minute % 60));
}

static void forget_message(struct call *call)
{
    static const char *const names[] = { "Caller", "Day", "Date", "Time", "Messages", "New" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        call_set_value(call, names[i], STR(""));
}

/* What the caller did with a message: heard it, or (without a value) deleted it. */
static enum kv_action change(void *context, bool there, struct kv_entry *entry)
{
    const struct str *heard = context;
    if (heard != NULL)
        entry->value = *heard;
    return !there ? KV_KEEP : heard != NULL ? KV_SET : KV_DELETE;
}

static void note_heard(struct call *call, const struct mailbox_message *message)
{
    struct mailbox_message heard = *message;
    heard.heard = true;
    struct str value = mailbox_value(call->session.arena, &heard);
    if (!message->heard)
        session_kv_change(&call->session, heard.row, change, &value);
}

static void play(struct call *call, const struct mailbox *mailbox, const struct mailbox_message *message, long silences,
                 const struct prompt *ahead)
{
    struct buffer query = buffer_in(call->session.arena);
    form_add(&query, STR("at"), message->key);
    buffer_format(&query, "&silence=%ld", silences);
    struct question question = {
        .step = "pressed", .query = buffer_text(&query), .timeout_s = 6, .digits = 1, .finish_on_key = ""
    };
    forget_message(call);
    call_ask(call, &question);
    call_prompt(call, ahead);
    if (silences == 1) {
        know_message(call, message);
        if (message->urgent)
            call_prompt(call, mailbox->urgent);
        call_prompt(call, mailbox->message);
        cxml_leaf(call->out, CXML_PLAY, message->url);
        forget_message(call);
        note_heard(call, message);
    }
    call_prompt(call, mailbox->options);
    call_asked(call);
}

static void in_trouble(struct call *call, const struct mailbox *mailbox)
{
    call_prompt(call, mailbox->error);
    call_go(call, mailbox->pin.otherwise);
}

static void enter(struct call *call, const void *keys)
{
    const struct mailbox *mailbox = keys;
    pin_ask(call, &mailbox->pin);
}

/* New messages come first; without any, all from the beginning. */
static const struct mailbox_message *first_of(const struct listing *listing)
{
    for (size_t i = 0; i < listing->count; i++)
        if (!listing->at[i].heard)
            return &listing->at[i];
    return &listing->at[0];
}

static void open_mailbox(struct call *call, const struct mailbox *mailbox)
{
    struct listing listing;
    if (!list(call, mailbox, &listing)) {
        in_trouble(call, mailbox);
        return;
    }
    if (listing.count == 0) {
        call_prompt(call, mailbox->empty);
        call_go(call, mailbox->next);
        return;
    }
    call_set_value(call, "Messages", arena_format(call->session.arena, "%zu", listing.count));
    call_set_value(call, "New", arena_format(call->session.arena, "%zu", listing.fresh));
    call_prompt(call, mailbox->count);
    play(call, mailbox, first_of(&listing), 1, NULL);
}

static void pin(struct call *call, const void *keys)
{
    const struct mailbox *mailbox = keys;
    if (pin_entered(call, &mailbox->pin, STR("")) == 0)
        open_mailbox(call, mailbox);
}

static void go_to_next(struct call *call, const struct mailbox *mailbox, const struct listing *listing, size_t next,
                       const struct prompt *ahead)
{
    if (next < listing->count) {
        play(call, mailbox, &listing->at[next], 1, ahead);
        return;
    }
    call_prompt(call, ahead);
    call_prompt(call, mailbox->last);
    call_go(call, mailbox->next);
}

static void pressed(struct call *call, const void *keys)
{
    const struct mailbox *mailbox = keys;
    struct str digits = session_parameter(&call->session, "Digits"), key = call_query(call, "at");
    long silences = call_query_number(call, "silence", SILENCES_MAX);
    struct listing listing;
    size_t at = 0;
    if (!list(call, mailbox, &listing)) {
        in_trouble(call, mailbox);
        return;
    }
    while (at < listing.count && !str_equal(listing.at[at].key, key))
        at++;
    if (str_is(digits, "*") || (digits.length == 0 && silences == SILENCES_MAX)) {
        call_go(call, mailbox->next);
    } else if (at == listing.count) { /* another call deleted it meanwhile */
        go_to_next(call, mailbox, &listing, 0, NULL);
    } else if (str_is(digits, "2")) {
        session_kv_change(&call->session, listing.at[at].row, change, NULL);
        if (call->session.store_failed)
            in_trouble(call, mailbox);
        else
            go_to_next(call, mailbox, &listing, at + 1, mailbox->deleted);
    } else if (str_is(digits, "3")) {
        go_to_next(call, mailbox, &listing, at + 1, NULL);
    } else {
        play(call, mailbox, &listing.at[at], str_is(digits, "1") ? 1 : silences + 1, NULL);
    }
}

static const struct node_behaviour behaviour = {
    .enter = enter,
    .steps = { { "pin", "call.gathered", CALL_KEEP_LATER, pin, true },
               { "pressed", "call.gathered", CALL_KEEP_LATER, pressed, false } },
};

const struct section_kind mailbox_kind = { .name = "mailbox",
                                           .class = SECTION_NODE,
                                           .size = sizeof(struct mailbox),
                                           .fields = fields,
                                           .entry = read_entry,
                                           .finish = check,
                                           .validate = validate,
                                           .behaviour = &behaviour };
