#include "cli/simulate.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/terminal.h"
#include "config/value.h"
#include "cxml/cxml.h"
#include "store/jobs.h"
#include "web/form.h"
#include "web/url.h"
#include "work/task.h"

static int find_line(struct simulation *simulation, const char *name, struct error *error)
{
    struct str number, wanted = str_of(name);
    if (name == NULL)
        return error_set(error, "missing line: expected its name, or one of its numbers");
    bool is_number = value_number(simulation->arena, wanted, &number);
    simulation->line = is_number ? service_line_of_number(simulation->context->service, number)
                                 : service_line(simulation->context->service, wanted);
    if (simulation->line == NULL)
        return error_set(error, "no line %s '%s'", is_number ? "has the number" : "is called", name);
    simulation->to = is_number ? number : line_number(simulation->line);
    return 0;
}

/* 2026-12-25T10:00 by the line's clock. */
static int set_clock(struct simulation *simulation, const char *at, struct error *error)
{
    const struct zone *zone =
        simulation->line->timezone != NULL ? simulation->line->timezone : simulation->context->settings->timezone;
    simulation->platform.now_us = clock_wall_us();
    if (at == NULL || timestamp_parse_local(at, zone, &simulation->platform.now_us))
        return 0;
    return error_set(error, "--at %s: expected for example 2026-12-25T10:00", at);
}

static int open_store(struct simulation *simulation, struct error *error)
{
    const char *place = getenv("TMPDIR");
    place = place != NULL && strlen(place) < 30 ? place : "/tmp";
    snprintf(simulation->folder, sizeof simulation->folder, "%s/hookswitch-XXXXXX", place);
    if (mkdtemp(simulation->folder) == NULL) {
        simulation->folder[0] = '\0';
        return error_set(error, "%s: the temporary folder cannot be made: %s", place, strerror(errno));
    }
    const char *address = arena_format(simulation->arena, "sqlite:%s/events.db", simulation->folder).at;
    simulation->platform.store = store_open(address, STORE_DIRECT, &simulation->log, error);
    return simulation->platform.store == NULL ? -1 : 0;
}

static int add_parameters(struct simulation *simulation, const struct simulate_options *options, struct error *error)
{
    struct buffer form = buffer_in(simulation->arena);
    for (size_t i = 0; i < options->with.count; i++) {
        struct str pair = str_of(options->with.at[i]);
        size_t equals = str_find_char(pair, '=');
        if (equals == 0 || equals == pair.length)
            return error_set(error, "--with %s: expected NAME=VALUE, such as FromCountry=DE", options->with.at[i]);
        form_add(&form, str_upto(pair, equals), str_from(pair, equals + 1));
    }
    simulation->platform.further = buffer_text(&form);
    return 0;
}

/* https://host/hooks, with or without a '/' at its end. */
static int set_server(struct simulation *simulation, const struct simulate_options *options, struct error *error)
{
    struct str url = url_trim(str_of(options->url));
    struct url parts;
    if (!url_split(url, &parts) || str_is(parts.scheme, "wss") || parts.query.length > 0)
        return error_set(error, "--url %s: expected for example https://phone.example.com/hooks", options->url);
    simulation->platform.url = url;
    simulation->platform.ca_file = str_of(options->ca_file);
    return 0;
}

int simulate_begin(struct simulation *simulation, struct context *context, struct arena *arena,
                   const struct simulate_options *options, struct error *error)
{
    *simulation = (struct simulation){ .arena = arena,
                                       .context = context,
                                       .log = log_open("hookswitch", LOG_TARGET_STDERR),
                                       .from = str_of(options->from == NULL ? SIMULATE_CALLER : options->from) };
    cxml_start();
    if (context->service == NULL && context_read_sound(context, error) != 0)
        return COMMAND_UNUSABLE;
    simulation->platform.service = context->service;
    simulation->platform.log = &simulation->log;
    if (options->url != NULL && options->at != NULL)
        return command_fail(COMMAND_UNUSABLE, error, "--at does not go with --url: a server has its own clock");
    if (find_line(simulation, options->line, error) != 0 || set_clock(simulation, options->at, error) != 0 ||
        add_parameters(simulation, options, error) != 0 ||
        (options->url != NULL ? set_server(simulation, options, error) : open_store(simulation, error)) != 0)
        return COMMAND_UNUSABLE;
    return 0;
}

enum { ACTIONS_MAX = 200 };

struct actions_seen {
    struct simulation *simulation;
    struct str actions[ACTIONS_MAX];
    size_t count;
};

static void add_action(void *context, const struct job *job)
{
    struct actions_seen *seen = context;
    struct simulation *simulation = seen->simulation;
    if (str_find(simulation->shown, job->id) < simulation->shown.length || seen->count == ACTIONS_MAX)
        return;
    simulation->shown = ARENA_JOIN(simulation->arena, simulation->shown, job->id, STR(" "));
    seen->actions[seen->count++] = terminal_safe(simulation->arena, job->action);
}

static int compare_actions(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

void simulate_print_actions(struct simulation *simulation)
{
    struct job_filter filter = { .state = -1, .hidden = task_internal_actions };
    struct actions_seen seen = { .simulation = simulation };
    struct error why;
    if (simulation->platform.store == NULL)
        return; /* a server does not tell */
    if (jobs_list(simulation->platform.store, &filter, add_action, &seen, &why) != 0)
        printf("    the actions cannot be listed: %s\n", why.sentence);
    qsort(seen.actions, seen.count, sizeof *seen.actions, compare_actions);
    for (size_t i = 0; i < seen.count; i++)
        printf("    ordered: %.*s\n", STR_ARGS(seen.actions[i]));
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
}

/* --- a call in a file --- */

enum { SCRIPT_MAX_BYTES = 1 << 20 };

static bool read_header(struct simulate_options *options, struct str line)
{
    const struct {
        const char *word;
        const char **value;
    } all[] = { { "line", &options->line },
                { "from", &options->from },
                { "at", &options->at },
                { "with", &options->with.at[options->with.count] } };
    size_t space = str_find_char(line, ' ');
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (str_is(str_upto(line, space), all[i].word)) {
            *all[i].value = str_trim(str_from(line, space)).at; /* the line ends there */
            options->with.count += all[i].word[0] == 'w';
            return true;
        }
    return false;
}

int script_file_read(struct arena *arena, const char *path, struct script_file *file, struct error *error)
{
    struct str content, rest, line;
    size_t lines = 1;
    *file = (struct script_file){ .path = path };
    if (file_read(arena, str_of(path), SCRIPT_MAX_BYTES, &content, error) != 0)
        return -1;
    for (size_t i = 0; i < content.length; i++)
        lines += content.at[i] == '\n';
    file->steps = ARENA_ARRAY(arena, struct script_file_step, lines);
    file->options.with.at = ARENA_ARRAY(arena, const char *, lines);
    rest = content;
    for (int number = 1; str_next(&rest, '\n', &line); number++) {
        struct str own = arena_copy(arena, line);
        if (own.length > 0 && own.at[0] != '#' && !(file->count == 0 && read_header(&file->options, own)))
            file->steps[file->count++] = (struct script_file_step){ own, number };
    }
    return 0;
}

struct simulate_options script_file_merge(struct arena *arena, const struct simulate_options *first,
                                          const struct simulate_options *second)
{
    struct simulate_options merged = *first;
    const struct argument_list *const lists[] = { &first->with, &second->with };
    merged.line = first->line == NULL ? second->line : first->line;
    merged.from = first->from == NULL ? second->from : first->from;
    merged.at = first->at == NULL ? second->at : first->at;
    merged.with = (struct argument_list){ ARENA_ARRAY(arena, const char *, first->with.count + second->with.count), 0 };
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < lists[i]->count; j++)
            merged.with.at[merged.with.count++] = lists[i]->at[j];
    return merged;
}

int script_file_play(const struct script_file *file, struct script *script, struct error *error)
{
    struct error why;
    for (size_t i = 0; i < file->count; i++)
        if (script_step(script, file->steps[i].text, &why) != 0)
            return error_set(error, "%s:%d: %s", file->path, file->steps[i].line, why.sentence);
    return 0;
}

int script_file_begin(struct script *script, struct simulation *simulation,
                      void (*show)(void *context, struct str line), void *context, struct error *error)
{
    script->show = show;
    script->context = context;
    return script_begin(script, &simulation->platform, simulation->arena, simulation->line->name, simulation->from,
                        simulation->to, error);
}
