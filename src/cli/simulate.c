#include "cli/simulate.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/zone.h"
#include "cli/context.h"
#include "config/value.h"
#include "cxml/cxml.h"
#include "host/kinds.h"
#include "host/options.h"
#include "message/form.h"
#include "service/derive.h"
#include "store/jobs.h"
#include "web/form.h"
#include "web/url.h"

static int find_line(struct simulation *simulation, const char *name, struct error *error)
{
    struct str number, wanted = str_of(name);
    bool is_number = value_number(simulation->arena, wanted, &number);
    simulation->shown = STR("");
    simulation->line =
        is_number ? service_line_of_number(simulation->service, number) : service_line(simulation->service, wanted);
    if (simulation->line == NULL)
        return error_set(error, "no line %s '%s'", is_number ? "has the number" : "is called", name);
    simulation->to = is_number ? number : line_number(simulation->line);
    return 0;
}

/* 2026-12-25T10:00 by the line's clock. */
static int set_clock(struct simulation *simulation, const char *at, struct error *error)
{
    const struct zone *zone = simulation->line->timezone != NULL ? simulation->line->timezone
                                                                 : service_settings(simulation->service)->timezone;
    simulation->platform.now_us = clock_wall_us();
    if (at == NULL || context_local_time(at, zone, &simulation->platform.now_us))
        return 0;
    return error_set(error, "--at %s: expected such as 2026-12-25T10:00", at);
}

static int open_store(struct simulation *simulation, struct error *error)
{
    const char *place = getenv("TMPDIR");
    snprintf(simulation->folder, sizeof simulation->folder, "%s/hookswitch-XXXXXX",
             place != NULL && strlen(place) < 30 ? place : "/tmp");
    if (mkdtemp(simulation->folder) == NULL) {
        simulation->folder[0] = '\0';
        return error_set(error, "no temporary folder can be made");
    }
    const char *address = arena_format(simulation->arena, "sqlite:%s/events.db", simulation->folder).at;
    simulation->platform.store = store_open(address, STORE_DIRECT, &simulation->log, error);
    return simulation->platform.store == NULL ? -1 : 0;
}

bool simulate_option(struct simulate_options *wish, int option, const char *value)
{
    const struct {
        int option;
        const char **value;
    } all[] = {
        { 'c', &wish->config }, { 'f', &wish->from }, { 'a', &wish->at }, { 'u', &wish->url }, { 'C', &wish->ca_file }
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (option == all[i].option) {
            *all[i].value = value;
            return true;
        }
    if (option != 'w' || wish->with_count == SIMULATE_WITH_MAX)
        return false;
    wish->with[wish->with_count++] = value;
    return true;
}

/* NAME=VALUE: what the platform says beside the rest. */
static int add_parameters(struct simulation *simulation, const struct simulate_options *wish, struct error *error)
{
    struct buffer form = buffer_in(simulation->arena);
    for (size_t i = 0; i < wish->with_count; i++) {
        struct str pair = str_of(wish->with[i]);
        size_t equals = str_find_char(pair, '=');
        if (equals == 0 || equals == pair.length)
            return error_set(error, "--with %s: expected NAME=VALUE, such as FromCountry=DE", wish->with[i]);
        form_add(&form, str_upto(pair, equals), str_from(pair, equals + 1));
    }
    simulation->platform.further = buffer_text(&form);
    return 0;
}

/* https://host/hooks, with or without a '/' at its end. */
static int set_server(struct simulation *simulation, const struct simulate_options *wish, struct error *error)
{
    struct str url = url_trim(str_of(wish->url));
    struct url parts;
    if (!url_split(url, &parts) || str_is(parts.scheme, "wss") || parts.query.length > 0)
        return error_set(error, "--url %s: expected such as https://phone.example.com/hooks", wish->url);
    if (wish->at != NULL)
        return error_set(error, "--at does not go with --url: a server has a clock of its own");
    simulation->platform.url = url;
    simulation->platform.ca_file = str_of(wish->ca_file);
    return 0;
}

int simulate_begin(struct simulation *simulation, const struct simulate_options *wish, struct error *error)
{
    *simulation = (struct simulation){ .arena = arena_new(),
                                       .service = service_read(options_config_path(wish->config), all_kinds, true),
                                       .log = log_open("hookswitch", LOG_TARGET_STDERR) };
    cxml_start();
    if (service_complaints(simulation->service)->errors > 0)
        return context_complain(simulation->arena, simulation->service, error);
    if (wish->line == NULL)
        return error_set(error, "which line? expected its name, or one of its numbers");
    if (find_line(simulation, wish->line, error) != 0 || set_clock(simulation, wish->at, error) != 0 ||
        add_parameters(simulation, wish, error) != 0)
        return -1;
    if ((wish->url != NULL ? set_server(simulation, wish, error) : open_store(simulation, error)) != 0)
        return -1;
    simulation->from = str_of(wish->from == NULL ? SIMULATE_CALLER : wish->from);
    simulation->platform.service = simulation->service;
    simulation->platform.log = &simulation->log;
    return 0;
}

enum { ORDERS_MAX = 200 };

struct orders {
    struct simulation *simulation;
    struct str actions[ORDERS_MAX];
    size_t count;
};

static void take_order(void *context, const struct job *job)
{
    struct orders *orders = context;
    struct simulation *simulation = orders->simulation;
    bool own_business = str_find(job->action, STR(FORM_LAPSE)) < job->action.length ||
                        str_is(job->action, DERIVE_CALL) || str_is(job->action, DERIVE_MESSAGE);
    if (str_find(simulation->shown, job->id) < simulation->shown.length)
        return;
    simulation->shown = ARENA_JOIN(simulation->arena, simulation->shown, job->id, STR(" "));
    if (!own_business && orders->count < ORDERS_MAX)
        orders->actions[orders->count++] = terminal_safe(simulation->arena, job->action);
}

static int compare_orders(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

void simulate_print_actions(struct simulation *simulation)
{
    struct job_filter all = { .state = -1 };
    struct orders orders = { .simulation = simulation };
    struct error why;
    if (simulation->platform.store == NULL)
        return; /* a server keeps that to itself */
    if (jobs_list(simulation->platform.store, &all, take_order, &orders, &why) != 0)
        printf("    what is ordered cannot be told: %s\n", why.sentence);
    qsort(orders.actions, orders.count, sizeof *orders.actions, compare_orders);
    for (size_t i = 0; i < orders.count; i++)
        printf("    ordered: %.*s\n", STR_ARGS(orders.actions[i]));
}

static void remove_folder(const char *folder)
{
    DIR *open = opendir(folder);
    const struct dirent *entry;
    while (open != NULL && (entry = readdir(open)) != NULL)
        unlinkat(dirfd(open), entry->d_name, 0);
    if (open != NULL)
        closedir(open);
    rmdir(folder);
}

void simulate_end(struct simulation *simulation)
{
    store_close(simulation->platform.store);
    if (simulation->folder[0] != '\0')
        remove_folder(simulation->folder);
    service_free(simulation->service);
    arena_free(simulation->arena);
}
