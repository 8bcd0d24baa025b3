#include "service/mailbox.h"

#include "base/digest.h"

struct str mailbox_prefix(struct arena *arena, const struct section *node, const struct line *line)
{
    if (node->scope == 0 || line == NULL)
        return ARENA_JOIN(arena, STR("message "), node->name, STR(" "));
    return ARENA_JOIN(arena, STR("message "), line->name, STR("/"), node->name, STR(" "));
}

struct str mailbox_value(struct arena *arena, const struct mailbox_message *message)
{
    struct buffer value = buffer_in(arena);
    form_add(&value, STR("url"), message->url);
    form_add(&value, STR("from"), message->from);
    form_add(&value, STR("duration"), message->duration);
    form_add(&value, STR("left"), arena_format(arena, "%lld", (long long)message->left_us));
    form_add(&value, STR("urgent"), message->urgent ? STR("1") : STR("0"));
    form_add(&value, STR("heard"), message->heard ? STR("1") : STR("0"));
    return buffer_text(&value);
}

struct adding {
    struct str value;
    int64_t expires_us;
};

static enum kv_action add(void *context, bool there, struct kv_entry *entry)
{
    const struct adding *adding = context;
    if (there)
        return KV_KEEP;
    *entry = (struct kv_entry){ adding->value, adding->expires_us };
    return KV_SET;
}

int mailbox_add(struct store *store, struct arena *arena, struct str prefix, const struct mailbox_message *message,
                long days, struct error *error)
{
    struct buffer list = buffer_in(arena);
    struct adding adding = { mailbox_value(arena, message), message->left_us + days * INT64_C(86400000000) };
    digest_add(&list, message->url);
    /* Urgent ones first, then by time; the address makes a repeat the same row. */
    struct str key = arena_format(arena, "%d-%.*s", message->urgent ? 0 : 1, 16, digest_of(&list).at);
    struct str name = ARENA_JOIN(arena, prefix, key);
    return kv_update(store, arena, name, message->left_us, add, &adding, error);
}

struct mailbox_message mailbox_read(struct arena *arena, struct str prefix, struct str name,
                                    const struct kv_entry *entry)
{
    struct form_limits limits = { 20, KV_VALUE_MAX };
    struct mailbox_message message = { .row = arena_copy(arena, name) };
    struct form form = { NULL, 0 };
    struct error ignored;
    uint64_t left = 0;
    message.key = str_from(message.row, prefix.length);
    if (form_parse(arena, arena_copy(arena, entry->value), &limits, &form, &ignored) != 0)
        return message;
    message.url = form_value(&form, "url");
    message.from = form_value(&form, "from");
    message.duration = form_value(&form, "duration");
    message.urgent = str_is(form_value(&form, "urgent"), "1");
    message.heard = str_is(form_value(&form, "heard"), "1");
    str_to_wide_number(form_value(&form, "left"), INT64_MAX, &left);
    message.left_us = (int64_t)left;
    return message;
}

/* The platform names a recording with and without an ending. */
static struct str without_ending(struct str url)
{
    struct str ending = str_behind_last(str_behind_last(url, '/'), '.');
    size_t end = url.length - ending.length;
    return end > 0 && url.at[end - 1] == '.' ? str_upto(url, end - 1) : url;
}

struct str mailbox_choice_row(struct arena *arena, struct str recording_url)
{
    struct buffer list = buffer_in(arena);
    digest_add(&list, without_ending(recording_url));
    return ARENA_JOIN(arena, STR("recording "), digest_of(&list));
}
