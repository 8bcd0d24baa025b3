#include "net/http.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "web/url.h"

enum { START_BYTES = 200, STALL_BYTES_A_SECOND = 64, CONNECT_S = 20, RETRY_AFTER_MAX_S = 3600 };

bool http_host_listed(const struct word *list, struct str host)
{
    for (; list != NULL; list = list->next) {
        bool below = str_starts(list->text, STR("*."));
        struct str name = str_from(list->text, below ? 1 : 0); /* ".example.com" */
        if (below ? host.length > name.length && str_equal_nocase(str_from(host, host.length - name.length), name)
                  : str_equal_nocase(host, name))
            return true;
    }
    return false;
}

static bool ipv4_is_private(uint32_t address)
{
    static const struct {
        uint32_t network;
        int bits;
    } blocks[] = { { 0x00000000, 8 },  { 0x0A000000, 8 },  { 0x64400000, 10 }, { 0x7F000000, 8 },  { 0xA9FE0000, 16 },
                   { 0xAC100000, 12 }, { 0xC0000000, 24 }, { 0xC0000200, 24 }, { 0xC0586300, 24 }, { 0xC0A80000, 16 },
                   { 0xC6120000, 15 }, { 0xC6336400, 24 }, { 0xCB007100, 24 }, { 0xE0000000, 4 },  { 0xF0000000, 4 } };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (address >> (32 - blocks[i].bits) == blocks[i].network >> (32 - blocks[i].bits))
            return true;
    return false;
}

static uint32_t ipv4_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool ipv6_is_private(const uint8_t bytes[16])
{
    static const uint8_t zeros[10], nat64[12] = { 0x00, 0x64, 0xFF, 0x9B };
    bool global = (bytes[0] & 0xE0) == 0x20; /* 2000::/3 */
    if (memcmp(bytes, nat64, 12) == 0)
        return ipv4_is_private(ipv4_at(bytes + 12));
    if (memcmp(bytes, zeros, 10) == 0 && bytes[10] == 0xFF && bytes[11] == 0xFF)
        return ipv4_is_private(ipv4_at(bytes + 12));
    if (bytes[0] == 0x20 && bytes[1] == 0x02) /* 6to4 */
        return ipv4_is_private(ipv4_at(bytes + 2));
    if (bytes[0] == 0x20 && bytes[1] == 0x01 && (bytes[2] & 0xFE) == 0) /* 2001::/23: Teredo, benchmarks, ORCHID */
        return true;
    return !global || (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0D && bytes[3] == 0xB8);
}

bool http_address_is_private(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in own;
        memcpy(&own, address, sizeof own);
        return ipv4_is_private(ntohl(own.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 own;
        memcpy(&own, address, sizeof own);
        return ipv6_is_private(own.sin6_addr.s6_addr);
    }
    return true;
}

struct exchange {
    const struct http_request *request;
    CURL *curl;
    struct buffer start;
    int64_t bytes;
    bool guarded, was_private, too_large, rejected;
};

/* A host name can resolve to another address each time, so the address of the connection is checked. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct exchange *exchange = context;
    (void)purpose;
    if (exchange->guarded && http_address_is_private(&address->addr)) {
        exchange->was_private = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    struct str text = { bytes, size * count };
    long status = 0;
    curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
    if (exchange->start.length < START_BYTES)
        buffer_add(&exchange->start, str_upto(text, START_BYTES - exchange->start.length));
    exchange->bytes += (int64_t)text.length;
    if (exchange->bytes > exchange->request->max_bytes) {
        exchange->too_large = true;
        return 0;
    }
    if (status >= 200 && status < 300 && exchange->request->on_chunk != NULL &&
        exchange->request->on_chunk(exchange->request->context, text) != 0) {
        exchange->rejected = true;
        return 0;
    }
    return text.length;
}

static const char *as_string(struct arena *arena, struct str text)
{
    return arena_copy(arena, text).at;
}

/* RFC 7617. Given to libcurl as a user it would come back in the addresses of redirects. */
static const char *basic_authorization(struct arena *arena, struct str user)
{
    char *coded = arena_alloc(arena, 4 * (user.length / 3 + 1) + 1);
    EVP_EncodeBlock((unsigned char *)coded, (const unsigned char *)user.at, (int)user.length);
    return arena_format(arena, "Authorization: Basic %s", coded).at;
}

static void set_up(struct exchange *exchange, struct arena *arena, struct str url, struct curl_slist *headers)
{
    const struct http_request *request = exchange->request;
    CURL *curl = exchange->curl;
    curl_easy_setopt(curl, CURLOPT_URL, as_string(arena, url));
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, request->hosts != NULL ? "https" : "https,http");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L); /* each step is looked at here */
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, request->time_s);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, request->time_s < CONNECT_S ? request->time_s : (long)CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)STALL_BYTES_A_SECOND);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, request->stall_s);
    curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)request->max_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, exchange);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "hookswitch/" PACKAGE_VERSION);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (request->ca_file.length > 0)
        curl_easy_setopt(curl, CURLOPT_CAINFO, as_string(arena, request->ca_file));
    if (request->head)
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    if (request->body.at != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body.at);
    }
}

static enum http_result explain(const struct exchange *exchange, CURLcode code, struct str host, const char *said,
                                struct error *error)
{
    if (exchange->was_private) {
        error_set(error, "%.*s has a private address: refused", STR_ARGS(host));
        return HTTP_REFUSED;
    }
    if (exchange->too_large || code == CURLE_FILESIZE_EXCEEDED) {
        error_set(error, "%.*s sends more than %lld bytes: refused", STR_ARGS(host),
                  (long long)exchange->request->max_bytes);
        return HTTP_REFUSED;
    }
    if (exchange->rejected)
        return HTTP_FAILED; /* who took it has said why */
    error_set(error, "%.*s: %s", STR_ARGS(host), *said != '\0' ? said : curl_easy_strerror(code));
    return HTTP_FAILED;
}

static struct str content_type(CURL *curl, struct arena *arena)
{
    const char *type = NULL;
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    struct str text = str_of(type);
    return arena_lower(arena, str_trim(str_upto(text, str_find_char(text, ';'))));
}

/* Asks one address. `next` gets where it sends to, or stays empty. */
static enum http_result perform_once(struct arena *arena, const struct http_request *request, struct str url,
                                     struct http_response *answer, struct str *next, struct error *error)
{
    struct exchange exchange = { .request = request, .start = buffer_in(arena) };
    struct url parts;
    char said[CURL_ERROR_SIZE] = "";
    const char *redirect = NULL;
    struct curl_slist *headers = NULL;
    if (!url_split(url, &parts)) {
        error_set(error, "not an http(s) address");
        return HTTP_REFUSED;
    }
    const char *refused = request->hosts == NULL           ? NULL
                          : !str_is(parts.scheme, "https") ? "is not an https address"
                          : !http_host_listed(request->hosts, parts.host) || parts.userinfo.length > 0
                              ? "is not in fetch_hosts"
                              : NULL;
    if (refused != NULL) {
        error_set(error, "%.*s %s: refused", STR_ARGS(str_upto(parts.host, 200)), refused);
        return HTTP_REFUSED;
    }
    exchange.guarded = request->hosts != NULL && !http_host_listed(request->private_hosts, parts.host);
    exchange.curl = curl_easy_init();
    for (size_t i = 0; i < request->header_count; i++)
        headers = curl_slist_append(headers, as_string(arena, request->headers[i]));
    if (request->user.length > 0 && request->hosts != NULL)
        headers = curl_slist_append(headers, basic_authorization(arena, request->user));
    if (request->content_type.length > 0)
        headers =
            curl_slist_append(headers, arena_format(arena, "Content-Type: %.*s", STR_ARGS(request->content_type)).at);
    curl_easy_setopt(exchange.curl, CURLOPT_ERRORBUFFER, said);
    set_up(&exchange, arena, url, headers);
    CURLcode code = curl_easy_perform(exchange.curl);
    curl_off_t retry_after = 0;
    curl_easy_getinfo(exchange.curl, CURLINFO_RESPONSE_CODE, &answer->status);
    curl_easy_getinfo(exchange.curl, CURLINFO_RETRY_AFTER, &retry_after);
    curl_easy_getinfo(exchange.curl, CURLINFO_REDIRECT_URL, &redirect);
    answer->retry_after_s = retry_after > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : (long)retry_after;
    answer->content_type = content_type(exchange.curl, arena);
    answer->start = buffer_text(&exchange.start);
    answer->bytes = exchange.bytes;
    *next = answer->location = arena_copy(arena, str_of(redirect));
    enum http_result result =
        code == CURLE_OK ? HTTP_DONE : explain(&exchange, code, str_upto(parts.host, 200), said, error);
    curl_slist_free_all(headers);
    curl_easy_cleanup(exchange.curl);
    return result;
}

static void start_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

enum http_result http_perform(struct arena *arena, const struct http_request *request, struct http_response *answer,
                              struct error *error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct str url = request->url, next;
    pthread_once(&once, start_curl);
    for (int redirects = 0;; redirects++) {
        *answer = (struct http_response){ .status = 0 };
        enum http_result result = perform_once(arena, request, url, answer, &next, error);
        if (result != HTTP_DONE || next.length == 0)
            return result;
        if (redirects >= request->redirects) {
            if (request->redirects == 0)
                return HTTP_DONE; /* the caller sees the 3xx */
            error_set(error, "more than %d redirects: refused", request->redirects);
            return HTTP_REFUSED;
        }
        url = next;
    }
}
