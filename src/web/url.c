#include "web/url.h"

#include <string.h>

static bool scheme_is_known(struct text scheme)
{
    return text_is(scheme, "https") || text_is(scheme, "http") || text_is(scheme, "wss");
}

static bool is_clean(struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c <= ' ' || c == 0x7F || strchr("\"<>\\^`{|}", c) != NULL)
            return false;
    }
    return true;
}

bool url_split(struct text text, struct url *url)
{
    size_t colon = text_find(text, TEXT("://"));
    if (colon == text.length || !is_clean(text))
        return false;
    *url = (struct url){ .scheme = text_upto(text, colon) };
    if (!scheme_is_known(url->scheme))
        return false;
    struct text rest = text_from(text, colon + 3);
    size_t end = 0;
    while (end < rest.length && strchr("/?#", rest.at[end]) == NULL)
        end++;
    struct text authority = text_upto(rest, end);
    rest = text_from(rest, end);
    rest = text_upto(rest, text_find_char(rest, '#'));
    size_t mark = text_find_char(rest, '?');
    url->path = text_upto(rest, mark);
    url->query = text_from(rest, mark);

    size_t at = authority.length;
    while (at > 0 && authority.at[at - 1] != '@')
        at--;
    url->userinfo = text_upto(authority, at);
    struct text host = text_from(authority, at);
    size_t after = host.length > 0 && host.at[0] == '[' ? text_find_char(host, ']') : 0;
    size_t port = after + text_find_char(text_from(host, after), ':');
    url->host = text_upto(host, port);
    url->has_port = port < host.length;
    url->port = text_from(host, port + 1);
    unsigned long number;
    if (url->port.length > 0 && !text_to_number(url->port, 65535, &number))
        return false;
    return url->host.length > 0;
}

struct text url_trim(struct text text)
{
    while (text.length > 0 && text.at[text.length - 1] == '/')
        text.length--;
    return text;
}

struct text url_for_log(struct arena *arena, struct text text)
{
    struct url url;
    if (!url_split(text, &url) || url.userinfo.length == 0)
        return text;
    return arena_format(arena, "%.*s://***@%.*s%s%.*s%.*s%.*s", TEXT_ARGS(url.scheme), TEXT_ARGS(url.host),
                        url.has_port ? ":" : "", TEXT_ARGS(url.port), TEXT_ARGS(url.path), TEXT_ARGS(url.query));
}

struct text url_decode_segment(struct arena *arena, struct text raw)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    char *at = arena_alloc(arena, raw.length + 1);
    size_t used = 0;
    for (size_t i = 0; i < raw.length; i++) {
        char c = raw.at[i];
        if (c == '%' && raw.length - i > 2 && raw.at[i + 1] != '\0' && raw.at[i + 2] != '\0') {
            const char *high = strchr(digits, raw.at[i + 1]), *low = strchr(digits, raw.at[i + 2]);
            if (high != NULL && low != NULL) {
                c = (char)((high - digits) % 16 * 16 + (low - digits) % 16);
                i += 2;
            }
        }
        at[used++] = c;
    }
    return (struct text){ at, used };
}

void url_add_escaped(struct buffer *buffer, struct text text)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                     (c != '\0' && strchr("-_.~", c) != NULL);
        unsigned char byte = (unsigned char)c;
        char escape[3] = { '%', digits[byte >> 4], digits[byte & 15] };
        buffer_add(buffer, plain ? (struct text){ &c, 1 } : (struct text){ escape, 3 });
    }
}
