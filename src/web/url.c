#include "web/url.h"

#include <glib.h>
#include <string.h>

static bool is_clean(struct str text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c <= ' ' || c == 0x7F || strchr("\"<>\\^`{|}", c) != NULL)
            return false;
    }
    return true;
}

bool url_split(struct str text, struct url *url)
{
    size_t colon = str_find(text, STR("://"));
    if (colon == text.length || !is_clean(text))
        return false;
    *url = (struct url){ .scheme = str_upto(text, colon) };
    if (!str_is(url->scheme, "https") && !str_is(url->scheme, "http") && !str_is(url->scheme, "wss"))
        return false;
    struct str rest = str_from(text, colon + 3);
    size_t end = 0;
    while (end < rest.length && strchr("/?#", rest.at[end]) == NULL)
        end++;
    struct str authority = str_upto(rest, end);
    rest = str_from(rest, end);
    rest = str_upto(rest, str_find_char(rest, '#'));
    size_t question_mark = str_find_char(rest, '?');
    url->path = str_upto(rest, question_mark);
    url->query = str_from(rest, question_mark);

    struct str host = str_behind_last(authority, '@');
    url->userinfo = str_upto(authority, authority.length - host.length);
    size_t after = host.length > 0 && host.at[0] == '[' ? str_find_char(host, ']') : 0;
    size_t port = after + str_find_char(str_from(host, after), ':');
    url->host = str_upto(host, port);
    url->has_port = port < host.length;
    url->port = str_from(host, port + 1);
    unsigned long number;
    if (url->port.length > 0 && !str_to_number(url->port, 65535, &number))
        return false;
    return url->host.length > 0;
}

struct str url_trim(struct str text)
{
    while (text.length > 0 && text.at[text.length - 1] == '/')
        text.length--;
    return text;
}

struct str url_for_log(struct arena *arena, struct str text)
{
    struct url url;
    if (!url_split(text, &url) || url.userinfo.length == 0)
        return text;
    return arena_format(arena, "%.*s://***@%.*s%s%.*s%.*s%.*s", STR_ARGS(url.scheme), STR_ARGS(url.host),
                        url.has_port ? ":" : "", STR_ARGS(url.port), STR_ARGS(url.path), STR_ARGS(url.query));
}

struct str url_decode(struct arena *arena, struct str raw, bool form)
{
    if (str_find_char(raw, '%') == raw.length && (!form || str_find_char(raw, '+') == raw.length))
        return raw;
    char *at = arena_alloc(arena, raw.length + 1);
    size_t used = 0;
    for (size_t i = 0; i < raw.length; i++) {
        char c = raw.at[i];
        if (c == '%' && raw.length - i > 2 && g_ascii_isxdigit(raw.at[i + 1]) && g_ascii_isxdigit(raw.at[i + 2])) {
            c = (char)(g_ascii_xdigit_value(raw.at[i + 1]) * 16 + g_ascii_xdigit_value(raw.at[i + 2]));
            i += 2;
        } else if (form && c == '+') {
            c = ' ';
        }
        at[used++] = c;
    }
    return (struct str){ at, used };
}

void url_add_escaped(struct buffer *buffer, struct str text)
{
    char *escaped = text.length == 0 ? NULL : g_uri_escape_bytes((const guint8 *)text.at, text.length, NULL);
    buffer_add(buffer, str_of(escaped));
    g_free(escaped);
}
