/* Whole requests, from gateway to answer, through all five handlers: method, address and body as the input's lines.
 * What comes back is always a known status, and well-formed cXML where it is 200. */
#include <libxml/parser.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cxml/cxml.h"
#include "fax/fax.h"
#include "flow/voice.h"
#include "host/kinds.h"
#include "message/sms.h"
#include "status/recording.h"
#include "status/status.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct input {
    const char *method, *target, *length;
    struct str body;
    size_t given;
};

static const char *variable(struct gateway *gateway, const char *name)
{
    const struct input *input = gateway->connection;
    if (strcmp(name, "REQUEST_METHOD") == 0)
        return input->method;
    if (strcmp(name, "REQUEST_URI") == 0)
        return input->target;
    if (strcmp(name, "CONTENT_LENGTH") == 0)
        return input->length;
    return strcmp(name, "CONTENT_TYPE") == 0 ? "application/x-www-form-urlencoded" : NULL;
}

static size_t read_body(struct gateway *gateway, char *at, size_t size)
{
    struct input *input = gateway->connection;
    size_t count = input->body.length - input->given < size ? input->body.length - input->given : size;
    memcpy(at, input->body.at + input->given, count);
    input->given += count;
    return count;
}

static struct service *make_service(void)
{
    char path[] = "/tmp/hookswitch-fuzz-XXXXXX";
    static const char config[] =
        "[hookswitch]\npublic_url = https://h/hooks\nunsigned = accept\n"
        "[line front-desk]\nnumbers = +15559870002\nvoice = main-menu\nsms = t\n[line f]\nnumbers = +15559870009\nfax "
        "= inbox\n[fax inbox]\n"
        "[menu main-menu]\nprompt = {{From}} {{SpeechResult}}\n1 = d\n1.words = sales\n2 = v\n0 = +15551110000\nstar = "
        "repeat\n"
        "3 = c\n4 = q\n5 = r\n6 = room\n7 = back\n8 = a\n9 = s\nextensions = s\nlanguage = es\n2.language = es\n"
        "[collect c]\nprompt = {{From.spelt}}?\nkeep = It\nspeech = yes\ncheck = luhn\nconfirm = {{It.spelt}}?\nnext = "
        "main-menu\n"
        "[queue q]\nposition = {{QueuePosition}} {{Waiting}}\nmax_wait = 60\ntoo_long = v\nleave_key = 1\nleave = "
        "back\n"
        "[route r]\n+1555* = d\ncountry.mx = v\narea.212 = v\nheader.x-a.b = v\ntime.sat-sun = v\n10% = v\notherwise = "
        "main-menu\n"
        "[conference room]\npin = 1234\n[callback back]\n[agent a]\nqueue = q\npin = 1234\n"
        "[directory s]\nspeech = yes\n201 = +15551110002\n201.name = Ada Lovelace\n202 = v\n202.name = Alan Lovelace\n"
        "[dial d]\nto = +15551110001, sip:a@b\norder = weighted\nwhisper = {{From}}\naccept = 1\nno-answer = v\n"
        "[voicemail v]\nmin_length = 2\nreview = x\n[texts t]\ntolerate_typos = yes\nhours = {{Body}}\nmap.media = "
        "https://h/{{Body}}\nmap.from = 12345\n"
        "hang = {{1}}\nhang.pattern = ^(\\w+\\s?)+$\nsale.next = u\notherwise = x {{From}}\n[texts u]\notherwise = "
        "{{Body}}\notherwise.2 = y\n";
    FILE *file = fdopen(mkstemp(path), "w");
    if (file == NULL)
        abort();
    fputs(config, file);
    fclose(file);
    struct service *service = service_read(path, all_kinds, true);
    remove(path);
    if (service->config->complaints.errors > 0)
        abort();
    cxml_start();
    return service;
}

static void check(struct response response)
{
    if (response.status != 200 && response.status != 503 && response.status != 500)
        abort();
    if (response.body.length > CXML_MAX_BYTES)
        abort();
    xmlDocPtr parsed = xmlReadMemory(response.body.at, (int)response.body.length, "answer", NULL,
                                     XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (parsed == NULL)
        abort();
    xmlFreeDoc(parsed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static void (*const handlers[])(const struct request_context *, struct request_outcome *) = { voice_handle, sms_handle, fax_handle,
                                                                         status_handle,
                                                                         recording_handle };
    static const struct log log = { LOG_TARGET_NONE, "fuzz" };
    static struct service *service;
    if (service == NULL)
        service = make_service();
    struct arena *arena = arena_new();
    struct str all = { (const char *)bytes, size };
    struct str method = str_upto(all, str_find_char(all, '\n'));
    struct str rest = str_from(all, method.length + 1);
    struct str target = str_upto(rest, str_find_char(rest, '\n'));
    struct input input = { arena_copy(arena, method).at, arena_copy(arena, target).at, NULL,
                           str_from(rest, target.length + 1), 0 };
    input.length = arena_format(arena, "%zu", input.body.length).at;
    struct gateway gateway = { &input, variable, read_body, NULL, NULL, NULL, 0 };
    struct request_limits limits = service_limits(service);
    struct request_origin origin = service_origin(service);
    struct request request;
    struct error why;
    if (request_read(&gateway, arena, "voice.fcgi", &limits, &origin, &request, &why) == 0)
        for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++) {
            struct request_context context = { arena, service, &request, NULL, &log, 1767625445000000, false };
            struct request_outcome outcome = { .secret = false };
            handlers[i](&context, &outcome);
            check(outcome.response);
        }
    arena_free(arena);
    return 0;
}
