#include "fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cxml/cxml.h"
#include "promise.h"

static const char *get_variable(struct gateway *gateway, const char *name)
{
    const struct fake_gateway *fake = gateway->connection;
    size_t length = strlen(name);
    for (const char *const *at = fake->variables; *at != NULL; at++)
        if (strncmp(*at, name, length) == 0 && (*at)[length] == '=')
            return *at + length + 1;
    return NULL;
}

static size_t read_body(struct gateway *gateway, char *at, size_t size)
{
    struct fake_gateway *fake = gateway->connection;
    size_t left = fake->body.length - fake->given, count = size < left ? size : left;
    if (count > 0)
        memcpy(at, fake->body.at + fake->given, count);
    fake->given += count;
    return count;
}

static bool write_answer(struct gateway *gateway, const char *at, size_t size)
{
    struct fake_gateway *fake = gateway->connection;
    buffer_add(&fake->written, (struct str){ at, size });
    return true;
}

static bool finish(struct gateway *gateway)
{
    (void)gateway;
    return true;
}

void fake_gateway_init(struct fake_gateway *fake, struct arena *arena, const char *const *variables, struct str body)
{
    *fake = (struct fake_gateway){ .variables = variables, .body = body, .written = buffer_in(arena) };
    fake->gateway = (struct gateway){ fake, get_variable, read_body, write_answer, finish, NULL, 0 };
}

void fixture_begin(struct fixture *fixture, const char *config)
{
    char path[128];
    cxml_start();
    *fixture = (struct fixture){ .arena = arena_new(), .log = { LOG_TARGET_NONE, "test" } };
    strcpy(fixture->folder, "/tmp/hookswitch-unit-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    snprintf(path, sizeof path, "%s/hookswitch.ini", fixture->folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(config, file);
    fclose(file);
    fixture->service = service_read(path, all_kinds, true);
    fixture->now_us = (int64_t)time(NULL) * 1000000;
}

static void remove_folder(const char *folder)
{
    DIR *open = opendir(folder);
    const struct dirent *entry;
    char path[512];
    while (open != NULL && (entry = readdir(open)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    if (open != NULL)
        closedir(open);
    rmdir(folder);
}

void fixture_end(struct fixture *fixture)
{
    store_close(fixture->store);
    service_free(fixture->service);
    remove_folder(fixture->folder);
    arena_free(fixture->arena);
}

struct str fixture_complaints(struct fixture *fixture)
{
    struct buffer all = buffer_in(fixture->arena);
    complaints_sort(&fixture->service->config->complaints);
    for (const struct complaint *at = fixture->service->config->complaints.first; at != NULL; at = at->next)
        buffer_format(&all, "%s\n", complaint_line(fixture->arena, at).at);
    return buffer_text(&all);
}

void fixture_expect_error(const char *config, const char *sentence)
{
    struct fixture fixture;
    fixture_begin(&fixture, config);
    if (fixture.service->config->complaints.errors == 0)
        fail_msg("no error, where '%s' was expected", sentence);
    assert_contains(fixture_complaints(&fixture), sentence);
    fixture_end(&fixture);
}

struct response fixture_post(struct fixture *fixture, void (*handle)(const struct request_context *, struct request_outcome *),
                             const char *address, const char *form)
{
    struct str uri = arena_format(fixture->arena, "REQUEST_URI=/hooks/%s", address);
    struct str size = arena_format(fixture->arena, "CONTENT_LENGTH=%zu", strlen(form));
    const char *const variables[] = {
        "REQUEST_METHOD=POST",       uri.at,     size.at, "CONTENT_TYPE=application/x-www-form-urlencoded",
        "HTTP_HOST=pbx.example.com", "HTTPS=on", NULL
    };
    struct fake_gateway fake;
    struct request *request = ARENA_NEW(fixture->arena, struct request);
    struct request_limits limits = service_limits(fixture->service);
    struct request_origin origin = service_origin(fixture->service);
    struct error why;
    struct request_outcome outcome = { .secret = false };
    struct str program = str_upto(str_of(address), strcspn(address, "/?"));
    fake_gateway_init(&fake, fixture->arena, variables, str_of(form));
    int refused = request_read(&fake.gateway, fixture->arena, arena_copy(fixture->arena, program).at, &limits, &origin,
                               request, &why);
    assert_int_equal(refused, 0);
    struct request_context context = { fixture->arena, fixture->service, request, fixture->store,
                                       &fixture->log,  fixture->now_us,  false };
    handle(&context, &outcome);
    if (outcome.later.kind.length > 0)
        store_queue(fixture->store, &outcome.later);
    return outcome.response;
}

struct str fixture_data(struct arena *arena, const char *name)
{
    const char *source = getenv("HOOKSWITCH_SOURCE");
    struct str path = arena_format(arena, "%s/tests/data/%s", source == NULL ? "." : source, name);
    struct buffer bytes = buffer_in(arena);
    char piece[4096];
    size_t count;
    FILE *file = fopen(path.at, "r");
    if (file == NULL)
        fail_msg("%s cannot be opened", path.at);
    while ((count = fread(piece, 1, sizeof piece, file)) > 0)
        buffer_add(&bytes, (struct str){ piece, count });
    fclose(file);
    return buffer_text(&bytes);
}
