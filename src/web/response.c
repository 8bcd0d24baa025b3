#include "web/response.h"

#include <stdio.h>
#include <string.h>

const struct str response_empty_xml = {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response/>\n",
    sizeof "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response/>\n" - 1,
};

static const struct refusal {
    int status;
    const char *reason, *headers, *body;
} refusals[] = {
    { 200, "OK", "", "" },
    { 400, "Bad Request", "", "The request could not be read.\n" },
    { 401, "Unauthorized", "WWW-Authenticate: SignalWire-Signature\r\n",
      "The request's signature was not accepted.\n" },
    { 405, "Method Not Allowed", "Allow: GET, HEAD, POST\r\n", "Only GET, HEAD and POST are answered here.\n" },
    { 413, "Content Too Large", "", "The request is too large.\n" },
    { 415, "Unsupported Media Type", "", "A form or JSON is expected.\n" },
    { 500, "Internal Server Error", "", "" },
    { 503, "Service Unavailable", "Retry-After: 2\r\n", "" },
};

static const struct refusal *find(int status)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (refusals[i].status == status)
            return &refusals[i];
    return find(500);
}

struct response response_xml(struct str body)
{
    return (struct response){ 200, STR("text/xml; charset=utf-8"), STR(""), body };
}

struct response response_empty(int status)
{
    struct response response = response_xml(response_empty_xml);
    response.status = status;
    response.headers = str_of(find(status)->headers);
    return response;
}

struct response response_refusal(int status)
{
    const struct refusal *refusal = find(status);
    return (struct response){ refusal->status, STR("text/plain; charset=utf-8"), str_of(refusal->headers),
                              str_of(refusal->body) };
}

bool response_send(const struct response *response, bool head, struct gateway *gateway)
{
    char header[512];
    int length =
        snprintf(header, sizeof header,
                 "Status: %d %s\r\nContent-Type: %.*s\r\nContent-Length: %zu\r\nCache-Control: no-store\r\n%.*s\r\n",
                 response->status, find(response->status)->reason, STR_ARGS(response->type), response->body.length,
                 STR_ARGS(response->headers));
    if (length < 0 || (size_t)length >= sizeof header)
        return false;
    return gateway->write(gateway, header, (size_t)length) &&
           (head || gateway->write(gateway, response->body.at, response->body.length));
}
