#include "work/number_settings.h"

#include <string.h>

#include "web/form.h"

enum { PAGES_MAX = 1000, SID_MAX_BYTES = 64 };

/* --- what a line wants --- */

/* A field of a number; by use: for people, and the value, which is an address where it begins with a slash. */
enum use { USE_VOICE, USE_FAX, USE_SMS, USES };
static const struct {
    const char *labels[USES], *parameter, *member, *wanted[USES];
} all_settings[NUMBER_SETTINGS_MAX] = {
    { { "voice", "fax" }, "VoiceUrl", "voice_url", { "/voice.fcgi", "/fax.fcgi" } },
    { { NULL }, "VoiceMethod", "voice_method", { "POST", "POST" } },
    { { "voice fallback", "fax fallback" }, "VoiceFallbackUrl", "voice_fallback_url", { "/voice.fcgi", "/fax.fcgi" } },
    { { NULL }, "VoiceFallbackMethod", "voice_fallback_method", { "POST", "POST" } },
    { { "voice status", "fax status" },
      "StatusCallback",
      "status_callback",
      { "/status.fcgi/call", "/status.fcgi/fax" } },
    { { NULL }, "StatusCallbackMethod", "status_callback_method", { "POST", "POST" } },
    { { NULL }, "VoiceReceiveMode", "voice_receive_mode", { "voice", "fax" } },
    { { [USE_SMS] = "messaging" }, "SmsUrl", "sms_url", { [USE_SMS] = "/sms.fcgi" } },
    { { NULL }, "SmsMethod", "sms_method", { [USE_SMS] = "POST" } },
    { { [USE_SMS] = "messaging fallback" }, "SmsFallbackUrl", "sms_fallback_url", { [USE_SMS] = "/sms.fcgi" } },
    { { NULL }, "SmsFallbackMethod", "sms_fallback_method", { [USE_SMS] = "POST" } },
};

size_t number_settings_of_line(struct arena *arena, const struct line *line, struct str base, bool named,
                               struct number_setting settings[NUMBER_SETTINGS_MAX])
{
    struct str own = named ? ARENA_JOIN(arena, STR("/"), line->name) : STR("");
    size_t count = 0;
    for (size_t i = 0; i < NUMBER_SETTINGS_MAX; i++) {
        enum use use = all_settings[i].wanted[USE_SMS] != NULL ? USE_SMS : line->fax != NULL ? USE_FAX : USE_VOICE;
        struct str wanted = str_of(all_settings[i].wanted[use]);
        if (use == USE_SMS ? line->sms == NULL : line->voice == NULL && line->fax == NULL)
            continue;
        if (str_starts(wanted, STR("/")))
            wanted = ARENA_JOIN(arena, base, wanted, own);
        settings[count++] = (struct number_setting){ all_settings[i].labels[use], all_settings[i].parameter,
                                                     all_settings[i].member, wanted };
    }
    return count;
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

struct platform_number *platform_number_read(struct arena *arena, json_t *object)
{
    struct str digits = rest_value(arena, json_object_get(object, "phone_number"));
    struct str sid = rest_value(arena, json_object_get(object, "sid"));
    if (!is_valid_sid(sid) || digits.length == 0)
        return NULL;
    struct platform_number *number = ARENA_NEW(arena, struct platform_number);
    *number = (struct platform_number){ NULL, digits, sid, json_incref(object) };
    return number;
}

int platform_numbers_list(struct rest *rest, struct arena *arena, void (*seen)(size_t count),
                          struct platform_number **first, struct error *error)
{
    struct str query = STR("PageSize=200"), body;
    struct platform_number **end = first;
    size_t count = 0, i;
    json_t *object;
    *first = NULL;
    for (int pages = 0; query.length > 0 && pages < PAGES_MAX; pages++) {
        struct str path = ARENA_JOIN(arena, STR("IncomingPhoneNumbers.json?"), query);
        if (rest_perform(rest, arena, path, (struct str){ NULL, 0 }, &body, error) != 0)
            return -1;
        json_t *items = rest_read_page(arena, body, "incoming_phone_numbers", &query, error);
        if (items == NULL)
            return -1;
        json_array_foreach(items, i, object)
        {
            if ((*end = platform_number_read(arena, object)) == NULL)
                continue;
            end = &(*end)->next;
            count++;
        }
        json_decref(items);
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

bool number_setting_differs(struct arena *arena, const struct platform_number *number,
                            const struct number_setting *setting)
{
    struct str now = number_setting_current(arena, number, setting);
    if (now.length == 0 && strstr(setting->member, "_method") != NULL) /* what holds where nothing is said */
        now = STR("POST");
    if (now.length == 0 && strcmp(setting->member, "voice_receive_mode") == 0)
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
