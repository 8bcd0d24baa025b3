/* hookswitch jobs: lists, retries and drops what events triggered. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "store/jobs.h"
#include "work/event_json.h"

static const char *const states[] = {
    [JOB_WAITING] = "waiting", [JOB_DONE] = "done", [JOB_GIVEN_UP] = "given-up", [JOB_UNKNOWN] = "unknown"
};

struct jobs_options {
    const char *config, *state, *sid, *job;
    bool json, all, internal;
    long last;
};

static int open_store(struct context *context, const struct jobs_options *options, struct error *error)
{
    if (options->job != NULL && strlen(options->job) < JOB_ID_LEAST)
        return command_fail(COMMAND_USAGE, error, "%s: expected at least %d digits of a job's id", options->job,
                            JOB_ID_LEAST);
    return context_open_store(context, STORE_EXISTING, error);
}

struct listing {
    const struct jobs_options *options;
    struct arena *arena;
    int64_t now_us;
    long rows;
    struct table table;
    const struct zone *zone;
};

static bool is_running(const struct job *job, int64_t now_us)
{
    return job->state == JOB_WAITING && job->worker.length > 0 && job->due_us > now_us;
}

static int64_t due_or_end(const struct job *job)
{
    return job->state == JOB_WAITING ? job->due_us : job->ended_us;
}

static const char *state_of(const struct job *job, int64_t now_us)
{
    return is_running(job, now_us) ? "running" : states[job->state];
}

static void print_plain(const struct listing *listing, const struct job *job)
{
    struct arena *arena = listing->arena;
    table_print(&listing->table,
                (struct str[]){ job->id, str_of(state_of(job, listing->now_us)),
                                terminal_time(arena, listing->zone, due_or_end(job)),
                                arena_format(arena, "%3" PRId64, job->attempts), terminal_safe(arena, job->action),
                                terminal_safe(arena, job->sid), terminal_safe(arena, job->reason) });
}

static void print_json(const struct listing *listing, const struct job *job)
{
    struct arena *arena = listing->arena;
    const struct {
        const char *name;
        struct str value;
    } members[] = { { "id", job->id },
                    { "state", str_of(state_of(job, listing->now_us)) },
                    { "action", job->action },
                    { "kind", job->kind },
                    { "sid", job->sid },
                    { "cause", job->cause },
                    { "line", job->line },
                    { "reason", job->reason },
                    { "created", json_stamp(arena, job->created_us) } };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_object_set_new(object, members[i].name, json_text(arena, members[i].value));
    json_object_set_new(object, "attempts", json_integer(job->attempts));
    json_object_set_new(object, job->state == JOB_WAITING ? "due" : "ended",
                        json_text(arena, json_stamp(arena, due_or_end(job))));
    json_dumpf(object, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(object);
}

static void print(void *context, const struct job *job)
{
    struct listing *listing = context;
    if (listing->rows++ == 0 && !listing->options->json)
        table_print_titles(&listing->table);
    if (listing->options->json)
        print_json(listing, job);
    else
        print_plain(listing, job);
}

static const struct table_column columns[] = { { "JOB", 32, 8, 8, 7, TABLE_ID },
                                               { "STATE", 8, 8, 8, 6, TABLE_WORDS },
                                               { "DUE OR ENDED", 24, 19, 14, 5, TABLE_TIME },
                                               { "TRY", 3, 3, 3, 2, TABLE_WORDS },
                                               { "ACTION", 34, 34, 16, 3, TABLE_PATH },
                                               { "SID", 36, 36, 8, 1, TABLE_ID },
                                               { "REASON", 0, 30, 11, 4, TABLE_WORDS },
                                               { NULL, 0, 0, 0, 0, TABLE_WORDS } };

static int run_list(struct context *context, const void *values, struct error *error)
{
    const struct jobs_options *options = values;
    int failed = open_store(context, options, error);
    if (failed)
        return failed;
    struct str id = str_of(options->job);
    struct listing listing = { .options = options,
                               .arena = context->arena,
                               .now_us = clock_wall_us(),
                               .table = table_of(columns),
                               .zone = context->settings->timezone };
    struct job_filter filter = { .state = -1,
                                 .id = arena_lower(context->arena, id),
                                 .sid = str_of(options->sid),
                                 .limit = options->last,
                                 .hidden = options->internal || id.length > 0 ? NULL : task_internal_actions };
    for (int i = JOB_WAITING; i < JOB_UNKNOWN && options->state != NULL; i++)
        filter.state = strcmp(options->state, states[i]) == 0 ? i : filter.state;
    failed = jobs_list(context->store, &filter, print, &listing, error);
    filter.sid_begins = true; /* as a narrow table shortens it */
    if (!failed && listing.rows == 0 && filter.sid.length >= FILTER_SID_LEAST)
        failed = jobs_list(context->store, &filter, print, &listing, error);
    if (failed || listing.rows > 0)
        return failed;
    if (id.length > 0)
        return error_set(error, "job %.*s does not exist", STR_ARGS(id));
    if (filter_check_sid(filter.sid, error) != 0)
        return COMMAND_USAGE;
    if (!options->json)
        table_print_titles(&listing.table);
    return COMMAND_OK;
}

/* --- one job --- */

enum { NAMED_MAX = 8 };

struct match {
    struct arena *arena;
    int64_t now_us;
    long count;
    struct str id;
    const char *state;
    struct buffer others; /* the ids that match as well */
};

static void take_job(void *context, const struct job *job)
{
    struct match *match = context;
    match->id = arena_copy(match->arena, job->id);
    match->state = state_of(job, match->now_us);
    if (++match->count <= NAMED_MAX)
        buffer_format(&match->others, " %.*s", STR_ARGS(job->id));
}

/* The job whose id begins so, as the log and the table shorten it. */
static int find_job(const struct context *context, struct str id, struct match *match, struct error *error)
{
    struct job_filter filter = { .state = -1, .id = arena_lower(context->arena, id) };
    *match = (struct match){ .arena = context->arena, .now_us = clock_wall_us(), .others = buffer_in(context->arena) };
    if (jobs_list(context->store, &filter, take_job, match, error) != 0)
        return -1;
    if (match->count == 0)
        return error_set(error, "job %.*s does not exist", STR_ARGS(id));
    if (match->count > 1)
        return error_set(error, "%ld jobs begin with %.*s: give more of the id:%.*s%s", match->count, STR_ARGS(id),
                         STR_ARGS(buffer_text(&match->others)), match->count > NAMED_MAX ? " ..." : "");
    return 0;
}

static int change_job(struct context *context, const struct jobs_options *options, bool drop, struct error *error)
{
    struct match match;
    int status = open_store(context, options, error);
    if (status == 0)
        status = find_job(context, str_of(options->job), &match, error);
    if (status != 0)
        return status;
    long count =
        drop ? jobs_delete(context->store, match.id, error) : jobs_retry(context->store, match.id, match.now_us, error);
    if (count == 0)
        return error_set(error, "job %.*s is %s", STR_ARGS(match.id),
                         strcmp(match.state, "done") == 0 ? "done" : "in progress: wait for its worker");
    if (count > 0)
        printf("1 job %s\n", drop ? "dropped" : "will be tried again");
    return count > 0 ? 0 : -1;
}

static int run_retry(struct context *context, const void *values, struct error *error)
{
    const struct jobs_options *options = values;
    if (options->all == (options->job != NULL))
        return command_fail(COMMAND_USAGE, error, "%s",
                            options->all ? "--all does not go with JOB" : "missing job id (or --all)");
    if (!options->all)
        return change_job(context, options, false, error);
    int status = open_store(context, options, error);
    if (status != 0)
        return status;
    long count = jobs_retry(context->store, STR(""), clock_wall_us(), error);
    if (count == 0)
        return error_set(error, "no job was given up");
    if (count > 0)
        printf("%ld job%s will be tried again\n", count, count == 1 ? "" : "s");
    return count > 0 ? 0 : -1;
}

static int run_drop(struct context *context, const void *values, struct error *error)
{
    return change_job(context, values, true, error);
}

#define JOB_ARGUMENT ARGUMENT(TEXT, jobs_options, job), "JOB", NULL, .help = "A job's id, or its first digits"

static const struct argument jobs_list_arguments[] = {
    { ARGUMENT(CHOICE, jobs_options, state), "--state", "STATE", .help = "Only jobs in this state",
      .choices = "waiting|done|given-up" },
    { ARGUMENT(TEXT, jobs_options, sid), "--sid", "SID",
      .help = "Only jobs of this call, message, recording or fax; the first four or more characters are enough" },
    { ARGUMENT(NUMBER, jobs_options, last), "--last", "N", .help = "List the newest N; 0: all", .fallback = "50",
      .most = 1000000000 },
    { ARGUMENT(FLAG, jobs_options, internal), "--internal", NULL,
      .help = "Include the suite's own jobs; those that were given up are always listed" },
    { ARGUMENT(FLAG, jobs_options, json), "--json", NULL, .help = "Print JSON lines, in UTC" },
    { JOB_ARGUMENT, .optional = true },
    { .name = NULL },
};

const struct command jobs_list_command = {
    .name = "jobs",
    .verb = "list",
    .usual = true,
    .summary = "List the jobs that events triggered: waiting, done, given up and why",
    .size = sizeof(struct jobs_options),
    .run = run_list,
    .arguments = jobs_list_arguments,
    .details = "On a terminal the table fits its width, and times are local: in TZ, or in the timezone of the "
               "configuration. 'hookswitch work' runs the jobs.\n"
               "Exit status: 0 listed; 1 no such job, or the store cannot be read; 2 the configuration cannot be "
               "used; 64 wrong arguments.\n",
};

static const struct argument jobs_retry_arguments[] = {
    { ARGUMENT(FLAG, jobs_options, all), "--all", NULL, .help = "Retry all jobs that were given up" },
    { JOB_ARGUMENT, .optional = true },
    { .name = NULL },
};

const struct command jobs_retry_command = {
    .name = "jobs",
    .verb = "retry",
    .summary = "Run a job now that waits or was given up",
    .size = sizeof(struct jobs_options),
    .run = run_retry,
    .arguments = jobs_retry_arguments,
    .details = "Exit status: 0 it will run; 1 no such job, or the store cannot be read; 2 the configuration cannot "
               "be used; 64 wrong arguments.\n",
};

static const struct argument jobs_drop_arguments[] = {
    { JOB_ARGUMENT },
    { .name = NULL },
};

const struct command jobs_drop_command = {
    .name = "jobs",
    .verb = "drop",
    .summary = "Delete a job that waits or was given up",
    .size = sizeof(struct jobs_options),
    .run = run_drop,
    .arguments = jobs_drop_arguments,
    .details = "Exit status: 0 deleted; 1 no such job, or the store cannot be read; 2 the configuration cannot be "
               "used; 64 wrong arguments.\n",
};
