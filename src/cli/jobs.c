/* hookswitch jobs: what was set off, and what became of it. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/filter.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "store/jobs.h"
#include "work/event_json.h"

enum { LIMIT_DEFAULT = 50 };

static const char *const states[] = {
    [JOB_WAITING] = "waiting", [JOB_DONE] = "done", [JOB_GIVEN_UP] = "given-up", [JOB_UNKNOWN] = "unknown"
};

struct wish {
    const char *config;
    bool json, all, internal;
    struct job_filter filter;
    struct arena *arena;
    int64_t now_us;
    long rows;
    struct table table;
    const struct zone *zone;
};

static bool is_in_hand(const struct job *job, int64_t now_us)
{
    return job->state == JOB_WAITING && job->worker.length > 0 && job->due_us > now_us;
}

static int64_t when(const struct job *job)
{
    return job->state == JOB_WAITING ? job->due_us : job->ended_us;
}

static const char *state_of(const struct job *job, int64_t now_us)
{
    return is_in_hand(job, now_us) ? "in-hand" : states[job->state];
}

static void print_plain(const struct wish *wish, const struct job *job)
{
    struct arena *arena = wish->arena;
    table_print(&wish->table,
                (struct str[]){ job->id, str_of(state_of(job, wish->now_us)),
                                terminal_time(arena, wish->zone, when(job)),
                                arena_format(arena, "%3" PRId64, job->attempts), terminal_safe(arena, job->action),
                                terminal_safe(arena, job->sid), terminal_safe(arena, job->reason) });
}

static void print_json(const struct wish *wish, const struct job *job)
{
    struct arena *arena = wish->arena;
    const struct {
        const char *name;
        struct str value;
    } members[] = { { "id", job->id },
                    { "state", str_of(state_of(job, wish->now_us)) },
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
                        json_text(arena, json_stamp(arena, when(job))));
    json_dumpf(object, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(object);
}

static void print(void *context, const struct job *job)
{
    struct wish *wish = context;
    if (wish->rows++ == 0 && !wish->json)
        table_print_titles(&wish->table);
    if (wish->json)
        print_json(wish, job);
    else
        print_plain(wish, job);
}

/* 0, -1 with the reason, or COMMAND_USAGE, which is told. */
static int list(const struct context *context, struct wish *wish, struct str id, struct error *error)
{
    wish->filter.id = arena_lower(context->arena, id);
    static const struct table_column columns[] = { { "JOB", 32, 8, 8, 7, TABLE_ID },
                                                   { "STATE", 8, 8, 8, 6, TABLE_WORDS },
                                                   { "DUE OR ENDED", 24, 19, 14, 5, TABLE_TIME },
                                                   { "TRY", 3, 3, 3, 2, TABLE_WORDS },
                                                   { "ACTION", 34, 34, 16, 3, TABLE_PATH },
                                                   { "SID", 36, 36, 8, 1, TABLE_ID },
                                                   { "REASON", 0, 30, 11, 4, TABLE_WORDS },
                                                   { NULL, 0, 0, 0, 0, TABLE_WORDS } };
    wish->table = table_of(columns);
    wish->filter.hidden = wish->internal || id.length > 0 ? NULL : task_internal_actions;
    int failed = jobs_list(context->store, &wish->filter, print, wish, error);
    wish->filter.sid_begins = true; /* as a narrow table shortens it */
    if (!failed && wish->rows == 0 && wish->filter.sid.length >= FILTER_SID_LEAST)
        failed = jobs_list(context->store, &wish->filter, print, wish, error);
    if (!failed && wish->rows == 0 && id.length > 0)
        return error_set(error, "there is no job %.*s", STR_ARGS(id));
    if (failed || wish->rows > 0)
        return failed;
    if (filter_check_sid(&jobs_command, wish->filter.sid) != COMMAND_OK)
        return COMMAND_USAGE;
    if (!wish->json)
        table_print_titles(&wish->table);
    return 0;
}

/* --- one job --- */

enum { NAMED_MAX = 8 };

struct result {
    const struct wish *wish;
    long count;
    struct str id;
    const char *state;
    struct buffer others; /* the ids that fit as well */
};

static void take_job(void *context, const struct job *job)
{
    struct result *result = context;
    result->id = arena_copy(result->wish->arena, job->id);
    result->state = state_of(job, result->wish->now_us);
    if (++result->count <= NAMED_MAX)
        buffer_format(&result->others, " %.*s", STR_ARGS(job->id));
}

/* The one whose id begins so, as the log and the table shorten it. */
static int find_job(const struct context *context, struct wish *wish, struct str id, struct result *result,
                    struct error *error)
{
    *result = (struct result){ .wish = wish, .others = buffer_in(context->arena) };
    wish->filter = (struct job_filter){ .state = -1, .id = arena_lower(context->arena, id) };
    if (jobs_list(context->store, &wish->filter, take_job, result, error) != 0)
        return -1;
    if (result->count == 0)
        return error_set(error, "there is no job %.*s", STR_ARGS(id));
    if (result->count > 1)
        return error_set(error, "%ld jobs begin with %.*s: give more of the id:%.*s%s", result->count, STR_ARGS(id),
                         STR_ARGS(buffer_text(&result->others)), result->count > NAMED_MAX ? " ..." : "");
    return 0;
}

static int change_job(const struct context *context, struct wish *wish, struct str id, bool dropped,
                      struct error *error)
{
    struct result result;
    if (find_job(context, wish, id, &result, error) != 0)
        return -1;
    long count = dropped ? jobs_delete(context->store, result.id, error)
                         : jobs_retry(context->store, result.id, wish->now_us, error);
    if (count == 0)
        return error_set(error, "job %.*s is %s", STR_ARGS(result.id),
                         strcmp(result.state, "done") == 0 ? "done" : "in hand: a worker is at it");
    if (count > 0)
        printf("1 job %s\n", dropped ? "dropped" : "will be tried again");
    return count > 0 ? 0 : -1;
}

static int retry(const struct context *context, struct wish *wish, struct str id, struct error *error)
{
    if (!wish->all)
        return change_job(context, wish, id, false, error);
    long count = jobs_retry(context->store, STR(""), wish->now_us, error);
    if (count == 0)
        return error_set(error, "no job was given up");
    if (count > 0)
        printf("%ld job%s will be tried again\n", count, count == 1 ? "" : "s");
    return count > 0 ? 0 : -1;
}

static int drop(const struct context *context, struct wish *wish, struct str id, struct error *error)
{
    return change_job(context, wish, id, true, error);
}

static const struct {
    const char *word;
    bool changes; /* and needs to be told which job */
    int (*act)(const struct context *context, struct wish *wish, struct str id, struct error *error);
} verbs[] = { { "list", false, list }, { "retry", true, retry }, { "drop", true, drop } };

static bool read_state(const char *word, int *state)
{
    for (int i = 0; i < 3; i++)
        if (strcmp(word, states[i]) == 0) {
            *state = i;
            return true;
        }
    return false;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        { "config", required_argument, NULL, 'c' }, { "state", required_argument, NULL, 's' },
        { "sid", required_argument, NULL, 'i' },    { "last", required_argument, NULL, 'n' },
        { "all", no_argument, NULL, 'a' },          { "internal", no_argument, NULL, 'o' },
        { "json", no_argument, NULL, 'j' },         { NULL, 0, NULL, 0 },
    };
    struct wish wish = { .filter = { .state = -1, .limit = LIMIT_DEFAULT } };
    struct context context;
    struct error why;
    unsigned long limit;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'c':
            wish.config = optarg;
            break;
        case 's':
            if (!read_state(optarg, &wish.filter.state))
                return command_usage(&jobs_command, "--state %s: expected waiting, done or given-up", optarg);
            break;
        case 'i':
            wish.filter.sid = str_of(optarg);
            break;
        case 'n':
            if (!str_to_number(str_of(optarg), 1000000000UL, &limit))
                return command_usage(&jobs_command, "--last %s: expected a number; 0 for all", optarg);
            wish.filter.limit = (long)limit;
            break;
        case 'a':
            wish.all = true;
            break;
        case 'o':
            wish.internal = true;
            break;
        case 'j':
            wish.json = true;
            break;
        default:
            return command_usage(&jobs_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
        }
    }
    const char *word = optind < argc ? argv[optind] : "list";
    struct str id = optind + 1 < argc ? str_of(argv[optind + 1]) : STR("");
    size_t verb = 0;
    while (verb < 3 && strcmp(verbs[verb].word, word) != 0)
        verb++;
    if (verb == 3 || optind + 2 < argc)
        return command_usage(&jobs_command, "%s: expected list, retry or drop", verb == 3 ? word : argv[optind + 2]);
    bool every = wish.all && verbs[verb].act == retry;
    if (verbs[verb].changes && (id.length == 0) != every)
        return command_usage(&jobs_command, "%s: expected the id of a job%s", word,
                             verbs[verb].act == retry ? ", or --all for all that were given up" : "");
    if (id.length > 0 && id.length < JOB_ID_LEAST)
        return command_usage(&jobs_command, "%.*s: expected at least %d digits of a job's id", STR_ARGS(id),
                             JOB_ID_LEAST);
    int failed = context_open(&context, wish.config, STORE_EXISTING, &why);
    wish.arena = context.arena;
    wish.zone = failed ? NULL : context.settings->timezone;
    wish.now_us = clock_wall_us();
    if (!failed)
        failed = verbs[verb].act(&context, &wish, id, &why);
    context_close(&context);
    if (failed < 0)
        fprintf(stderr, "hookswitch jobs: %s\n", why.sentence);
    return failed < 0 ? COMMAND_FAILED : failed;
}

const struct command jobs_command = {
    "jobs",
    "[list [JOB]] [--state STATE] [--sid SID] [--last N] [--internal] [--json]\n"
    "      retry JOB | retry --all | drop JOB",
    "shows what events have set off, tries again, drops",
    "  list           the default: what waits, was done, was given up, and why\n"
    "  retry JOB      a job that was given up, or waits for its time, is tried now;\n"
    "                 --all: all that were given up\n"
    "  drop JOB       a job that waits or was given up is no more\n"
    "  JOB            its id, or what it begins with, as the log names it\n"
    "  --state STATE  waiting, done or given-up\n"
    "  --sid SID      of the call, message, recording that it is about; its first characters\n"
    "                 will do, at least four\n"
    "  --last N       the newest N (default 50); 0: all\n"
    "  --internal     also what is done for the suite itself: calls looked back at, forms that\n"
    "                 expire, files that go; those given up are always listed\n"
    "  --json         one JSON object a line, in UTC\n"
    "  --config FILE  the configuration that names the store\n\n"
    "On a terminal the table is as wide as that is, and times are local: by TZ, or by the\n"
    "timezone of the configuration. 'hookswitch work' does the jobs.\n"
    "Exit status: 0, 1 when there is no such job or the store cannot be read, 64 usage.\n",
    run,
};
