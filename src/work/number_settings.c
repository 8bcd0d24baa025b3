#include "work/number_settings.h"

#include <string.h>

#include "web/form.h"

enum { PAGES_MAX = 1000, SID_MAX_BYTES = 64 };

/* --- what a line wants --- */

struct builder {
    struct arena *arena;
    struct str base, own;
    struct number_setting *settings;
    size_t count;
};

static void add_setting(struct builder *builder, const char *label, const char *parameter, const char *member,
                        struct str value)
{
    if (builder->count < NUMBER_SETTINGS_MAX)
        builder->settings[builder->count++] = (struct number_setting){ label, parameter, member, value };
}

static struct str address(const struct builder *builder, const char *program)
{
    return ARENA_JOIN(builder->arena, builder->base, STR("/"), str_of(program), builder->own);
}

size_t number_settings_of_line(struct arena *arena, const struct line *line, struct str base, bool named,
                               struct number_setting settings[NUMBER_SETTINGS_MAX])
{
    struct str own = named ? ARENA_JOIN(arena, STR("/"), line->name) : STR("");
    struct builder builder = { arena, base, own, settings, 0 };
    bool fax = line->fax != NULL;
    if (line->voice != NULL || fax) {
        const char *program = fax ? "fax.fcgi" : "voice.fcgi";
        add_setting(&builder, fax ? "fax" : "voice", "VoiceUrl", "voice_url", address(&builder, program));
        add_setting(&builder, NULL, "VoiceMethod", "voice_method", STR("POST"));
        add_setting(&builder, fax ? "fax fallback" : "voice fallback", "VoiceFallbackUrl", "voice_fallback_url",
                    address(&builder, program));
        add_setting(&builder, NULL, "VoiceFallbackMethod", "voice_fallback_method", STR("POST"));
        add_setting(&builder, fax ? "fax status" : "voice status", "StatusCallback", "status_callback",
                    address(&builder, fax ? "status.fcgi/fax" : "status.fcgi/call"));
        add_setting(&builder, NULL, "StatusCallbackMethod", "status_callback_method", STR("POST"));
        add_setting(&builder, NULL, "VoiceReceiveMode", "voice_receive_mode", fax ? STR("fax") : STR("voice"));
    }
    if (line->sms != NULL) {
        add_setting(&builder, "messaging", "SmsUrl", "sms_url", address(&builder, "sms.fcgi"));
        add_setting(&builder, NULL, "SmsMethod", "sms_method", STR("POST"));
        add_setting(&builder, "messaging fallback", "SmsFallbackUrl", "sms_fallback_url",
                    address(&builder, "sms.fcgi"));
        add_setting(&builder, NULL, "SmsFallbackMethod", "sms_fallback_method", STR("POST"));
    }
    return builder.count;
}

/* --- what is there --- */

/* It becomes part of an address. */
static bool is_valid_sid(struct str sid)
{
    bool sound = sid.length > 0 && sid.length <= SID_MAX_BYTES;
    for (size_t i = 0; i < sid.length && sound; i++)
        sound = (sid.at[i] >= '0' && sid.at[i] <= '9') || (sid.at[i] >= 'a' && sid.at[i] <= 'z') ||
                (sid.at[i] >= 'A' && sid.at[i] <= 'Z') || sid.at[i] == '-';
    return sound;
}

int platform_numbers_read_page(struct arena *arena, struct str json, struct platform_number ***end,
                               struct str *next_query, struct error *error)
{
    json_error_t wrong;
    json_t *page = json_loadb(json.at, json.length, 0, &wrong), *item;
    json_t *items = json_object_get(page, "incoming_phone_numbers");
    size_t position;
    if (!json_is_array(items)) {
        json_decref(page);
        return error_set(error, "the answer is not a list of numbers");
    }
    json_array_foreach(items, position, item)
    {
        struct str digits = rest_value(arena, json_object_get(item, "phone_number"));
        struct str sid = rest_value(arena, json_object_get(item, "sid"));
        if (!is_valid_sid(sid) || digits.length == 0)
            continue;
        **end = ARENA_NEW(arena, struct platform_number);
        ***end = (struct platform_number){ NULL, digits, sid, json_incref(item) };
        *end = &(**end)->next;
    }
    *next_query = rest_next_query(arena, page);
    json_decref(page);
    return 0;
}

int platform_numbers_list(struct rest *rest, struct arena *arena, void (*seen)(size_t count),
                          struct platform_number **first, struct error *error)
{
    struct str query = STR("PageSize=200"), body;
    struct platform_number **end = first;
    size_t count = 0;
    *first = NULL;
    for (int pages = 0; query.length > 0 && pages < PAGES_MAX; pages++) {
        struct platform_number **from = end;
        struct str path = ARENA_JOIN(arena, STR("IncomingPhoneNumbers.json?"), query);
        if (rest_perform(rest, arena, path, (struct str){ NULL, 0 }, &body, error) != 0 ||
            platform_numbers_read_page(arena, body, &end, &query, error) != 0)
            return -1;
        for (const struct platform_number *at = *from; at != NULL; at = at->next)
            count++;
        seen(count);
    }
    return 0;
}

void platform_numbers_free(struct platform_number *first)
{
    for (; first != NULL; first = first->next)
        json_decref(first->object);
}

struct str number_setting_current(struct arena *arena, const struct platform_number *number,
                                  const struct number_setting *setting)
{
    return rest_value(arena, json_object_get(number->object, setting->member));
}

static bool ends_in(struct str name, const char *ending)
{
    size_t length = strlen(ending);
    return name.length >= length && str_is(str_from(name, name.length - length), ending);
}

bool number_setting_differs(struct arena *arena, const struct platform_number *number,
                            const struct number_setting *setting)
{
    struct str now = number_setting_current(arena, number, setting), member = str_of(setting->member);
    if (now.length == 0 && ends_in(member, "_method")) /* what holds where nothing is said */
        now = STR("POST");
    if (now.length == 0 && str_is(member, "voice_receive_mode"))
        now = STR("voice");
    return !str_equal(now, setting->wanted);
}

bool number_settings_differ(struct arena *arena, const struct platform_number *number,
                            const struct number_setting *settings, size_t count)
{
    bool differs = false;
    for (size_t i = 0; i < count && !differs; i++)
        differs = number_setting_differs(arena, number, &settings[i]);
    return differs;
}

const struct platform_number *platform_numbers_find(const struct platform_number *first, struct str wanted)
{
    while (first != NULL && !str_equal(first->number, wanted))
        first = first->next;
    return first;
}

/* --- entering --- */

int number_settings_apply(struct rest *rest, struct arena *arena, const struct platform_number *number,
                          const struct number_setting *settings, size_t count, struct error *error)
{
    struct buffer form = buffer_in(arena);
    struct str path = ARENA_JOIN(arena, STR("IncomingPhoneNumbers/"), number->sid, STR(".json")), body;
    json_error_t wrong;
    for (size_t i = 0; i < count; i++)
        if (number_setting_differs(arena, number, &settings[i]))
            form_add(&form, str_of(settings[i].parameter), settings[i].wanted);
    if (rest_perform(rest, arena, path, buffer_text(&form), &body, error) != 0)
        return -1;
    struct platform_number after = *number;
    after.object = json_loadb(body.at, body.length, 0, &wrong);
    int failed = json_is_object(after.object) ? 0 : error_set(error, "the answer is not a number");
    for (size_t i = 0; i < count && !failed; i++)
        if (number_setting_differs(arena, &after, &settings[i]))
            failed = error_set(error, "%s is '%.*s' there all the same", settings[i].parameter,
                               STR_ARGS(str_upto(number_setting_current(arena, &after, &settings[i]), 200)));
    json_decref(after.object);
    return failed;
}
