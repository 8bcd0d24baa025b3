#include "work/platform_lists.h"

#include <gmime/gmime.h>

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

/* "Mon, 05 Jan 2026 15:04:05 +0000" (RFC 2822; the platform writes "Sept" too), or ISO 8601. 0 when it is neither. */
static int64_t read_time(const char *text)
{
    GTimeZone *utc = g_time_zone_new_utc();
    GDateTime *time = text == NULL ? NULL : g_date_time_new_from_iso8601(text, utc);
    g_time_zone_unref(utc);
    if (time == NULL && text != NULL)
        time = g_mime_utils_header_decode_date(text);
    int64_t us = time == NULL ? 0 : (int64_t)g_date_time_to_unix(time) * 1000000;
    if (time != NULL)
        g_date_time_unref(time);
    return us;
}

/* A recording's own address is that of its JSON: its sound is beside it. */
static struct str media_address(struct arena *arena, struct str host, struct str uri)
{
    if (!str_starts(uri, STR("/")))
        return uri;
    size_t ending = uri.length > 5 ? uri.length - 5 : uri.length;
    if (str_is(str_from(uri, ending), ".json"))
        uri = str_upto(uri, ending);
    return arena_format(arena, "https://%.*s%.*s.wav", STR_ARGS(host), STR_ARGS(uri));
}

bool platform_item_read(struct arena *arena, const struct platform_list *list, struct str host, const json_t *object,
                        struct platform_item *item)
{
    struct buffer parameters = buffer_in(arena);
    if (!json_is_string(json_object_get(object, "sid")))
        return false;
    for (size_t i = 0; i < PLATFORM_MEMBERS_MAX && list->members[i].member != NULL; i++) {
        struct str value = rest_value(arena, json_object_get(object, list->members[i].member));
        struct str name = str_of(list->members[i].parameter);
        if (str_is(name, "RecordingUrl"))
            value = media_address(arena, host, value);
        if (value.length > 0)
            form_add(&parameters, name, value);
    }
    *item =
        (struct platform_item){ rest_value(arena, json_object_get(object, "call_sid")), buffer_text(&parameters), 0 };
    for (size_t i = 0; i < 3 && list->changed[i] != NULL && item->changed_us == 0; i++)
        item->changed_us = read_time(json_string_value(json_object_get(object, list->changed[i])));
    return true;
}
