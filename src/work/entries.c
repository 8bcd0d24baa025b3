#include "work/entries.h"

#include <string.h>

#include "base/buffer.h"
#include "web/form.h"

enum { PAGES_MAX = 1000, SID_MAX_BYTES = 64 };

/* --- what a line wants --- */

struct wants {
    struct arena *arena;
    struct str base, own;
    struct platform_field *entries;
    size_t count;
};

static void want(struct wants *wants, const char *label, const char *parameter, const char *member, struct str value)
{
    if (wants->count < ENTRIES_MAX)
        wants->entries[wants->count++] = (struct platform_field){ label, parameter, member, value };
}

static struct str address(const struct wants *wants, const char *program)
{
    return ARENA_JOIN(wants->arena, wants->base, STR("/"), str_of(program), wants->own);
}

size_t entries_of_line(struct arena *arena, const struct line *line, struct str base, bool named,
                       struct platform_field entries[ENTRIES_MAX])
{
    struct str own = named ? ARENA_JOIN(arena, STR("/"), line->name) : STR("");
    struct wants wants = { arena, base, own, entries, 0 };
    bool fax = line->fax != NULL;
    if (line->voice != NULL || fax) {
        const char *program = fax ? "fax.fcgi" : "voice.fcgi";
        want(&wants, fax ? "fax" : "voice", "VoiceUrl", "voice_url", address(&wants, program));
        want(&wants, NULL, "VoiceMethod", "voice_method", STR("POST"));
        want(&wants, fax ? "fax fallback" : "voice fallback", "VoiceFallbackUrl", "voice_fallback_url",
             address(&wants, program));
        want(&wants, NULL, "VoiceFallbackMethod", "voice_fallback_method", STR("POST"));
        want(&wants, fax ? "fax status" : "voice status", "StatusCallback", "status_callback",
             address(&wants, fax ? "status.fcgi/fax" : "status.fcgi/call"));
        want(&wants, NULL, "StatusCallbackMethod", "status_callback_method", STR("POST"));
        want(&wants, NULL, "VoiceReceiveMode", "voice_receive_mode", fax ? STR("fax") : STR("voice"));
    }
    if (line->sms != NULL) {
        want(&wants, "messaging", "SmsUrl", "sms_url", address(&wants, "sms.fcgi"));
        want(&wants, NULL, "SmsMethod", "sms_method", STR("POST"));
        want(&wants, "messaging fallback", "SmsFallbackUrl", "sms_fallback_url", address(&wants, "sms.fcgi"));
        want(&wants, NULL, "SmsFallbackMethod", "sms_fallback_method", STR("POST"));
    }
    return wants.count;
}

/* --- what is there --- */

/* It becomes part of an address. */
static bool is_sid(struct str sid)
{
    bool sound = sid.length > 0 && sid.length <= SID_MAX_BYTES;
    for (size_t i = 0; i < sid.length && sound; i++)
        sound = (sid.at[i] >= '0' && sid.at[i] <= '9') || (sid.at[i] >= 'a' && sid.at[i] <= 'z') ||
                (sid.at[i] >= 'A' && sid.at[i] <= 'Z') || sid.at[i] == '-';
    return sound;
}

int entries_read_page(struct arena *arena, struct str json, struct entered ***end, struct str *next_query,
                      struct error *error)
{
    json_error_t wrong;
    json_t *page = json_loadb(json.at, json.length, 0, &wrong), *item;
    json_t *items = json_object_get(page, "incoming_phone_numbers");
    size_t position;
    if (!json_is_array(items)) {
        json_decref(page);
        return error_set(error, "the answer is no list of numbers");
    }
    json_array_foreach(items, position, item)
    {
        struct str number = rest_value(arena, json_object_get(item, "phone_number"));
        struct str sid = rest_value(arena, json_object_get(item, "sid"));
        if (!is_sid(sid) || number.length == 0)
            continue;
        **end = ARENA_NEW(arena, struct entered);
        ***end = (struct entered){ NULL, number, sid, json_incref(item) };
        *end = &(**end)->next;
    }
    *next_query = rest_next_query(arena, page);
    json_decref(page);
    return 0;
}

int entries_list(struct rest *rest, struct arena *arena, void (*seen)(size_t count), struct entered **first,
                 struct error *error)
{
    struct str query = STR("PageSize=200"), body;
    struct entered **end = first;
    size_t count = 0;
    *first = NULL;
    for (int pages = 0; query.length > 0 && pages < PAGES_MAX; pages++) {
        struct entered **from = end;
        struct str path = ARENA_JOIN(arena, STR("IncomingPhoneNumbers.json?"), query);
        if (rest_ask(rest, arena, path, (struct str){ NULL, 0 }, &body, error) != 0 ||
            entries_read_page(arena, body, &end, &query, error) != 0)
            return -1;
        for (const struct entered *at = *from; at != NULL; at = at->next)
            count++;
        seen(count);
    }
    return 0;
}

void entries_release(struct entered *first)
{
    for (; first != NULL; first = first->next)
        json_decref(first->object);
}

struct str entries_now(struct arena *arena, const struct entered *entered, const struct platform_field *entry)
{
    return rest_value(arena, json_object_get(entered->object, entry->member));
}

static bool ends_in(struct str name, const char *ending)
{
    size_t length = strlen(ending);
    return name.length >= length && str_is(str_from(name, name.length - length), ending);
}

bool entries_differ(struct arena *arena, const struct entered *entered, const struct platform_field *entry)
{
    struct str now = entries_now(arena, entered, entry), member = str_of(entry->member);
    if (now.length == 0 && ends_in(member, "_method")) /* what holds where nothing is said */
        now = STR("POST");
    if (now.length == 0 && str_is(member, "voice_receive_mode"))
        now = STR("voice");
    return !str_equal(now, entry->wanted);
}

bool entries_any_differ(struct arena *arena, const struct entered *entered, const struct platform_field *entries,
                        size_t count)
{
    bool differs = false;
    for (size_t i = 0; i < count && !differs; i++)
        differs = entries_differ(arena, entered, &entries[i]);
    return differs;
}

const struct entered *entries_find(const struct entered *first, struct str number)
{
    while (first != NULL && !str_equal(first->number, number))
        first = first->next;
    return first;
}

/* --- entering --- */

int entries_apply(struct rest *rest, struct arena *arena, const struct entered *entered,
                  const struct platform_field *entries, size_t count, struct error *error)
{
    struct buffer form = buffer_in(arena);
    struct str path = ARENA_JOIN(arena, STR("IncomingPhoneNumbers/"), entered->sid, STR(".json")), body;
    json_error_t wrong;
    for (size_t i = 0; i < count; i++)
        if (entries_differ(arena, entered, &entries[i]))
            form_add(&form, str_of(entries[i].parameter), entries[i].wanted);
    if (rest_ask(rest, arena, path, buffer_text(&form), &body, error) != 0)
        return -1;
    struct entered after = *entered;
    after.object = json_loadb(body.at, body.length, 0, &wrong);
    int failed = json_is_object(after.object) ? 0 : error_set(error, "the answer is no number");
    for (size_t i = 0; i < count && !failed; i++)
        if (entries_differ(arena, &after, &entries[i]))
            failed = error_set(error, "%s is '%.*s' there all the same", entries[i].parameter,
                               STR_ARGS(str_upto(entries_now(arena, &after, &entries[i]), 200)));
    json_decref(after.object);
    return failed;
}
