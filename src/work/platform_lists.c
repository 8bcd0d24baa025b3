#include "work/platform_lists.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "web/form.h"

const struct platform_list platform_lists[PLATFORM_LISTS_COUNT] = {
    { "call",
      "Calls",
      "calls",
      "StartTime>",
      false,
      { "end_time", "date_updated", "date_created" },
      { { "sid", "CallSid" },
        { "account_sid", "AccountSid" },
        { "status", "CallStatus" },
        { "direction", "Direction" },
        { "from", "From" },
        { "to", "To" },
        { "parent_call_sid", "ParentCallSid" },
        { "forwarded_from", "ForwardedFrom" },
        { "caller_name", "CallerName" },
        { "duration", "CallDuration" },
        { "end_time", "Timestamp" } } },
    { "message",
      "Messages",
      "messages",
      "DateSent>",
      false,
      { "date_updated", "date_sent", "date_created" },
      { { "sid", "MessageSid" },
        { "account_sid", "AccountSid" },
        { "status", "MessageStatus" },
        { "direction", "Direction" },
        { "from", "From" },
        { "to", "To" },
        { "body", "Body" },
        { "num_media", "NumMedia" },
        { "num_segments", "NumSegments" },
        { "error_code", "ErrorCode" },
        { "date_sent", "Timestamp" } } },
    { "recording",
      "Recordings",
      "recordings",
      "DateCreated>",
      false,
      { "date_updated", "end_time", "date_created" },
      { { "sid", "RecordingSid" },
        { "account_sid", "AccountSid" },
        { "call_sid", "CallSid" },
        { "status", "RecordingStatus" },
        { "duration", "RecordingDuration" },
        { "channels", "RecordingChannels" },
        { "source", "RecordingSource" },
        { "uri", "RecordingUrl" },
        { "date_updated", "Timestamp" } } },
    { "fax",
      "Faxes",
      "faxes",
      "DateCreatedAfter",
      true,
      { "date_updated", "date_created", NULL },
      { { "sid", "FaxSid" },
        { "account_sid", "AccountSid" },
        { "status", "FaxStatus" },
        { "direction", "Direction" },
        { "from", "From" },
        { "to", "To" },
        { "num_pages", "NumPages" },
        { "media_url", "MediaUrl" },
        { "media_sid", "MediaSid" },
        { "error_code", "ErrorCode" },
        { "error_message", "ErrorMessage" },
        { "date_updated", "Timestamp" } } },
};

/* --- reading a page --- */

/* "Mon, 05 Jan 2026 15:04:05 +0000" (RFC 2822; the platform writes "Sept" too), or ISO 8601. 0 when it is neither. */
static int64_t read_time(const char *text)
{
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    char month[16];
    int day, year, hour, minute, second, zone = 0;
    if (text == NULL)
        return 0;
    GTimeZone *utc = g_time_zone_new_utc();
    GDateTime *iso = g_date_time_new_from_iso8601(text, utc);
    g_time_zone_unref(utc);
    if (iso != NULL) {
        int64_t us = (int64_t)g_date_time_to_unix(iso) * 1000000;
        g_date_time_unref(iso);
        return us;
    }
    const char *comma = strchr(text, ',');
    if (sscanf(comma == NULL ? text : comma + 1, "%2d %15s %4d %2d:%2d:%2d %5d", &day, month, &year, &hour, &minute,
               &second, &zone) < 6)
        return 0;
    for (int i = 0; i < 12; i++) {
        struct tm utc_time = {
            .tm_year = year - 1900, .tm_mon = i, .tm_mday = day, .tm_hour = hour, .tm_min = minute, .tm_sec = second
        };
        if (strncmp(month, months[i], 3) == 0)
            return ((int64_t)timegm(&utc_time) - zone / 100 * INT64_C(3600) - zone % 100 * INT64_C(60)) * 1000000;
    }
    return 0;
}

static const struct platform_list *find_list(const char *kind)
{
    for (size_t i = 0; i < PLATFORM_LISTS_COUNT; i++)
        if (strcmp(platform_lists[i].kind, kind) == 0)
            return &platform_lists[i];
    return NULL;
}

/* A recording's own address is that of its JSON: its sound is beside it. */
static struct str media_address(struct arena *arena, struct str host, struct str uri)
{
    static const char ending[] = ".json";
    if (uri.length == 0 || uri.at[0] != '/')
        return uri;
    if (uri.length > 5 && str_is(str_from(uri, uri.length - 5), ending))
        uri = str_upto(uri, uri.length - 5);
    return arena_format(arena, "https://%.*s%.*s.wav", STR_ARGS(host), STR_ARGS(uri));
}

static struct platform_item *read_item(struct arena *arena, const struct platform_list *list, struct str host,
                                       const json_t *object)
{
    struct platform_item *item = ARENA_NEW(arena, struct platform_item);
    struct buffer parameters = buffer_in(arena);
    for (size_t i = 0; i < PLATFORM_MEMBERS_MAX && list->members[i].member != NULL; i++) {
        struct str value = rest_value(arena, json_object_get(object, list->members[i].member));
        struct str name = str_of(list->members[i].parameter);
        if (str_is(name, "RecordingUrl"))
            value = media_address(arena, host, value);
        if (value.length > 0)
            form_add(&parameters, name, value);
    }
    item->sid = rest_value(arena, json_object_get(object, "sid"));
    item->call_sid = rest_value(arena, json_object_get(object, "call_sid"));
    item->parameters = buffer_text(&parameters);
    for (size_t i = 0; i < 3 && list->changed[i] != NULL && item->changed_us == 0; i++)
        item->changed_us = read_time(json_string_value(json_object_get(object, list->changed[i])));
    return item;
}

int platform_list_read_page(struct arena *arena, const char *kind, struct str host, struct str json,
                            struct platform_page *page, struct error *error)
{
    const struct platform_list *list = find_list(kind);
    struct platform_item **end = &page->first;
    json_error_t wrong;
    size_t position;
    json_t *object, *item;
    *page = (struct platform_page){ .next_query = STR("") };
    if (list == NULL)
        return error_set(error, "unknown kind of list '%s'", kind);
    object = json_loadb(json.at, json.length, 0, &wrong);
    json_t *items = json_object_get(object, list->items);
    if (!json_is_array(items)) {
        json_decref(object);
        return error_set(error, "the answer is not a list of %ss", kind);
    }
    json_array_foreach(items, position, item)
    {
        if (!json_is_object(item) || !json_is_string(json_object_get(item, "sid")))
            continue;
        *end = read_item(arena, list, host, item);
        end = &(*end)->next;
        page->count++;
    }
    page->next_query = rest_next_query(arena, object);
    json_decref(object);
    return 0;
}
