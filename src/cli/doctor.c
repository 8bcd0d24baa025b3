/* hookswitch doctor: diagnoses common setup problems. */
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/zone.h"
#include "cli/doctor.h"
#include "cli/terminal.h"
#include "cxml/cxml.h"
#include "host/kinds.h"
#include "store/jobs.h"
#include "store/kv.h"
#include "web/url.h"
#include "work/event_json.h"
#include "work/housekeeping.h"
#include "work/number_settings.h"
#include "work/work.h"

enum { LATE_S = 300, CLOCKS_APART_S = 60, LITTLE_SPACE_MB = 100 };

struct doctor_options {
    const char *config, *url, *ca_file, *user;
    bool offline;
};

enum { TEXT_MAX = 500 };

void report(struct doctor *doctor, enum doctor_result result, const char *subject, const char *format, ...)
{
    static const char *const words[] = { "ok", "warn", "FAIL" };
    static const enum colour colours[] = { COLOUR_GOOD, COLOUR_DOUBTFUL, COLOUR_BAD };
    char text[TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    printf("%s%-4s%s  %-15s %.*s\n", terminal_colour(colours[result]), words[result], terminal_colour(COLOUR_PLAIN),
           subject, STR_ARGS(terminal_safe(doctor->arena, str_of(text))));
    file_flush_output(); /* what follows may take a while */
    doctor->counts[result]++;
}

/* --- the configuration and its secrets --- */

static void look_at_configuration(struct doctor *doctor)
{
    const struct complaints *complaints = &doctor->service->config->complaints;
    long lines = 0;
    for (const struct section *at = doctor->service->config->first; at != NULL; at = at->next)
        lines += at->kind == &line_kind;
    for (const struct complaint *at = complaints->first; at != NULL; at = at->next)
        if (at->severity == COMPLAINT_ERROR || at->severity == COMPLAINT_WARNING)
            report(doctor, at->severity == COMPLAINT_ERROR ? DOCTOR_FAIL : DOCTOR_WARN, "configuration", "%s",
                   complaint_line(doctor->arena, at).at);
    if (complaints->errors == 0)
        report(doctor, DOCTOR_OK, "configuration", "%s: %ld line%s", doctor->config, lines, lines == 1 ? "" : "s");
}

static void look_at_key(struct doctor *doctor)
{
    size_t count = signature_keys_count(doctor->service->keys);
    if (count > 0)
        report(doctor, DOCTOR_OK, "signing key", "%zu read", count);
    else if (!doctor->service->lacks_key) /* which the configuration's warnings say */
        report(doctor, DOCTOR_FAIL, "signing key",
               "none is configured: every request is refused: copy it from the project's settings at the platform");
    else
        report(doctor, DOCTOR_FAIL, "signing key", "cannot be read: every request is refused: see the warning above");
}

/* --- time --- */

static void look_at_zones(struct doctor *doctor)
{
    static const char *const some[] = { "America/New_York", "Europe/Berlin", "Asia/Tokyo" };
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        struct zone *zone = zone_open(some[i]);
        if (zone == NULL) {
            report(doctor, DOCTOR_FAIL, "zone data", "no data for %s: install tzdata", some[i]);
            return;
        }
        zone_free(zone);
    }
    if (doctor->service->config->complaints.errors > 0)
        return; /* a zone may be among them */
    for (const struct section *at = doctor->service->config->first; at != NULL; at = at->next) {
        static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
        const struct line *line = at->kind == &line_kind ? at->keys : NULL;
        if (line == NULL)
            continue;
        struct zone_time now = zone_at(line->timezone != NULL ? line->timezone : doctor->service->settings->timezone,
                                       clock_wall_us() / 1000000);
        report(doctor, DOCTOR_OK, "zone data", "%s %02d:%02d for [line %.*s]", days[now.weekday], now.minute / 60,
               now.minute % 60, STR_ARGS(line->name));
        return; /* of the first: an example that its owner can hold against a watch */
    }
}

static void look_at_clock(struct doctor *doctor)
{
    struct timex clock = { .modes = 0 };
    int state = adjtimex(&clock);
    if (state == TIME_ERROR || (clock.status & STA_UNSYNC) != 0)
        report(doctor, DOCTOR_WARN, "clock",
               "%s: not synchronized: hours and the order of events depend on it: run an NTP service",
               json_stamp(doctor->arena, clock_wall_us()).at);
    else
        report(doctor, DOCTOR_OK, "clock", "%s, synchronized", json_stamp(doctor->arena, clock_wall_us()).at);
}

/* --- the store --- */

static enum kv_action write_and_drop(void *context, bool there, struct kv_entry *entry)
{
    entry->value = STR("was here");
    entry->expires_us = *(const int64_t *)context;
    return there ? KV_DELETE : KV_SET;
}

static const char *user_name(struct doctor *doctor, unsigned uid)
{
    const struct passwd *entry = getpwuid(uid);
    return entry == NULL ? arena_format(doctor->arena, "user %u", uid).at
                         : arena_copy(doctor->arena, str_of(entry->pw_name)).at;
}

/* A database of SQLite's that the programs could not write, however well this user can: why, and what to do; else "".
 * Where no program runs, the user of doctor stands for theirs. */
static const char *look_at_owner(struct doctor *doctor, const char *path, bool written)
{
    struct stat status;
    unsigned uid;
    bool running = doctor_program_user(doctor, &uid);
    if (!running && written)
        return "";
    if (!running)
        uid = geteuid();
    if (stat(path, &status) != 0 || status.st_uid == uid || uid == 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return "";
    const char *user = user_name(doctor, uid);
    return arena_format(doctor->arena, "%s belongs to %s, and %s %s: chown %s: %s*", path,
                        user_name(doctor, status.st_uid), running ? "the programs run as" : "doctor checked as", user,
                        user, path)
        .at;
}

static void look_at_space(struct doctor *doctor, const char *path)
{
    struct statvfs space;
    char *folder = (char *)(uintptr_t)arena_copy(doctor->arena, str_of(path)).at, *slash = strrchr(folder, '/');
    if (slash == NULL)
        return;
    *slash = '\0';
    if (statvfs(folder, &space) == 0) {
        unsigned long long free_mb = (unsigned long long)space.f_bavail * space.f_frsize >> 20;
        if (free_mb < LITTLE_SPACE_MB)
            report(doctor, DOCTOR_WARN, "store", "%s: %llu MB are free", folder, free_mb);
    }
}

/* Reports a database that does not exist yet, as the first request creates it. */
static bool will_be_made(struct doctor *doctor, const char *path)
{
    struct stat status;
    if (stat(path, &status) == 0)
        return false;
    char *folder = (char *)(uintptr_t)arena_copy(doctor->arena, str_of(path)).at, *slash = strrchr(folder, '/');
    if (slash != NULL)
        *slash = '\0';
    if (access(folder, W_OK | X_OK) == 0)
        report(doctor, DOCTOR_OK, "store", "%s does not exist yet; the first request creates it", path);
    else
        report(doctor, DOCTOR_FAIL, "store",
               "%s does not exist, and cannot be created in %s: create that folder, and give it to the programs' user",
               path, folder);
    return true;
}

static void count_job(void *context, const struct job *job)
{
    (void)job;
    ++*(long *)context;
}

static void look_at_work(struct doctor *doctor, struct store *store, int64_t clock_us)
{
    struct str hosts;
    struct error why;
    int64_t due_us = 0;
    long given_up = 0;
    struct job_filter filter = { .state = JOB_GIVEN_UP };
    if (housekeeping_workers(store, doctor->arena, clock_us, &hosts, &why) != 0 ||
        jobs_next(store, &due_us, &why) != 0 || jobs_list(store, &filter, count_job, &given_up, &why) != 0) {
        report(doctor, DOCTOR_FAIL, "worker", "%s", why.sentence);
        return;
    }
    bool late = due_us > 0 && clock_us - due_us > LATE_S * INT64_C(1000000);
    if (late)
        report(doctor, DOCTOR_FAIL, "worker",
               "a job has waited for %lld minutes: run 'hookswitch work' as a user who may write the store",
               (long long)((clock_us - due_us) / 60000000));
    if (hosts.length > 0)
        report(doctor, DOCTOR_OK, "worker", "ran on %.*s in the last five minutes", STR_ARGS(hosts));
    else if (!late)
        report(doctor, DOCTOR_WARN, "worker",
               "none ran in the last five minutes: mails, programs and fetches wait: run 'hookswitch work'");
    if (given_up > 0)
        report(doctor, DOCTOR_WARN, "jobs", "%ld given up: 'hookswitch jobs --state given-up' says why", given_up);
}

static void look_at_store(struct doctor *doctor)
{
    const char *address = arena_copy(doctor->arena, doctor->service->settings->store).at;
    const char *path = strncmp(address, "sqlite:", 7) == 0 ? address + 7 : NULL;
    int64_t clock_us = 0, expires_us = clock_wall_us() + 60000000;
    struct error why;
    if (*address == '\0') {
        report(doctor, DOCTOR_FAIL, "store",
               "none is configured: nothing is stored, and status callbacks get 503: set store");
        return;
    }
    if (path != NULL && will_be_made(doctor, path))
        return;
    if (store_pooler_loses_sessions(address))
        report(doctor, DOCTOR_FAIL, "store",
               "the database is behind a pooler without sessions: set pool_mode = session in PgBouncer");
    struct store *store = store_open(address, STORE_EXISTING, NULL, &why);
    struct str row = arena_format(doctor->arena, "doctor %ld", (long)getpid());
    int failed = store == NULL ? -1 : 0;
    for (int i = 0; i < 2 && !failed; i++) /* an existing row is deleted again */
        failed = kv_update(store, doctor->arena, row, clock_wall_us(), write_and_drop, &expires_us, &why);
    if (!failed)
        failed = jobs_clock(store, &clock_us, &why);
    const char *owner = path != NULL ? look_at_owner(doctor, path, !failed) : "";
    if (failed) {
        report(doctor, DOCTOR_FAIL, "store", "cannot be written: %s%s%s", why.sentence, *owner != '\0' ? "; " : "",
               owner);
    } else {
        if (*owner != '\0')
            report(doctor, DOCTOR_FAIL, "store", "%s", owner);
        int64_t apart_s = (clock_us - clock_wall_us()) / 1000000;
        report(doctor, DOCTOR_OK, "store", "%s can be written", path != NULL ? path : "the database");
        if (apart_s > CLOCKS_APART_S || apart_s < -CLOCKS_APART_S)
            report(doctor, DOCTOR_WARN, "clock", "the database's is %lld seconds off this host's", (long long)apart_s);
        look_at_work(doctor, store, clock_us);
    }
    if (path != NULL)
        look_at_space(doctor, path);
    store_close(store);
}

/* --- the platform --- */

static void ignore_progress(size_t count)
{
    (void)count;
}

static void look_at_platform(struct doctor *doctor)
{
    const struct settings *settings = doctor->service->settings;
    struct rest rest;
    struct error why;
    struct platform_number *all = NULL;
    size_t lacking = 0, other = 0, fine = 0;
    if (settings->space.length == 0 && settings->project.length == 0)
        return; /* the REST interface is not asked for */
    if (rest_init(&rest, doctor->service, doctor->arena, 0, &why) != 0 ||
        platform_numbers_list(&rest, doctor->arena, ignore_progress, &all, &why) != 0) {
        report(doctor, DOCTOR_FAIL, "platform", "%s", why.sentence);
        return;
    }
    for (const struct section *at = doctor->service->config->first; at != NULL; at = at->next) {
        const struct line *line = at->kind == &line_kind ? at->keys : NULL;
        struct number_setting fields[NUMBER_SETTINGS_MAX];
        size_t count = line == NULL ? 0 : number_settings_of_line(doctor->arena, line, doctor->url, false, fields);
        for (const struct word *number = line == NULL ? NULL : line->numbers; number != NULL; number = number->next) {
            const struct platform_number *entered = platform_numbers_find(all, number->text);
            bool differs = entered != NULL && number_settings_differ(doctor->arena, entered, fields, count);
            *(entered == NULL ? &lacking : differs ? &other : &fine) += 1;
        }
    }
    platform_numbers_free(all);
    if (lacking + other > 0)
        report(doctor, DOCTOR_WARN, "platform",
               "%zu numbers have these addresses, %zu others, %zu are not the project's: run 'hookswitch urls --apply'",
               fine, other, lacking);
    else
        report(doctor, DOCTOR_OK, "platform", "project and token are right; %zu number%s these addresses", fine,
               fine == 1 ? " has" : "s have");
}

/* --- as whom --- */

/* Root runs the checks as the programs' user, as what root can do tells nothing about them. */
static int drop_privileges(const char *name, struct error *error)
{
    const struct passwd *entry = getpwnam(name);
    if (entry == NULL)
        return error_set(error, "--user %s: this user does not exist", name);
    if (initgroups(name, entry->pw_gid) == 0 && setgid(entry->pw_gid) == 0 && setuid(entry->pw_uid) == 0)
        return 0;
    return error_set(error, "--user %s: only root may check as another user", name);
}

static void look_at_user(struct doctor *doctor)
{
    const struct passwd *entry = getpwuid(geteuid());
    const char *name = entry == NULL ? "?" : entry->pw_name;
    if (geteuid() == 0)
        report(doctor, DOCTOR_WARN, "user",
               "root may read everything: check as the programs' user too: --user www-data");
    else
        report(doctor, DOCTOR_OK, "user", "checked as %s; the programs should run as the same user", name);
}

static int look(const struct doctor_options *options, struct context *context, const struct process *processes)
{
    struct service *service = service_read(context->config, all_kinds, true);
    struct doctor doctor = {
        .arena = context->arena, .service = service, .processes = processes, .config = context->config
    };
    context->service = service;
    cxml_start();
    look_at_user(&doctor);
    files_check(service);
    look_at_configuration(&doctor);
    bool usable = service->settings != NULL;
    if (usable) {
        doctor.url_given = options->url != NULL;
        doctor.url = doctor.url_given ? str_of(options->url) : service->settings->public_url;
        doctor.ca_file = str_of(options->ca_file);
        doctor.url = url_trim(doctor.url);
        look_at_key(&doctor);
        look_at_zones(&doctor);
        look_at_clock(&doctor);
        look_at_store(&doctor);
        doctor_check_processes(&doctor);
        if (!options->offline) {
            doctor_check_http(&doctor);
            look_at_platform(&doctor);
        }
    }
    int warnings = doctor.counts[DOCTOR_WARN], failures = doctor.counts[DOCTOR_FAIL];
    printf("%d ok, %d warning%s, %d failure%s\n", doctor.counts[DOCTOR_OK], warnings, warnings == 1 ? "" : "s",
           failures, failures == 1 ? "" : "s");
    return !usable ? COMMAND_UNUSABLE : doctor.counts[DOCTOR_FAIL] > 0 ? COMMAND_FAILED : COMMAND_OK;
}

static int run(struct context *context, const void *values, struct error *error)
{
    const struct doctor_options *options = values;
    const struct process *processes = doctor_list_processes(context->arena);
    if (options->user != NULL && drop_privileges(options->user, error) != 0)
        return COMMAND_USAGE;
    return look(options, context, processes);
}

static const struct argument arguments[] = {
    { ARGUMENT(TEXT, doctor_options, user), "--user", "NAME",
      .help = "Check as the user that runs the programs (for root)" },
    { ARGUMENT(TEXT, doctor_options, url), "--url", "URL", .help = "Check this address instead of public_url" },
    { ARGUMENT(FILE, doctor_options, ca_file), "--ca-file", "FILE",
      .help = "Trust these certificates instead of the system's" },
    { ARGUMENT(FLAG, doctor_options, offline), "--offline", NULL,
      .help = "Do not contact the address or the platform" },
    { .name = NULL },
};

const struct command doctor_command = {
    .name = "doctor",
    .summary = "Diagnose common setup problems: one line per finding, each with a fix",
    .size = sizeof(struct doctor_options),
    .run = run,
    .arguments = arguments,
    .details = "It sends signed requests to the server, as the platform would. They change nothing: they come from "
               "and go to 'hookswitch-doctor', which is not a telephone number.\n"
               "Exit status: 0 no problem found; 1 problems found; 2 the configuration cannot be used; 64 wrong "
               "arguments.\n",
};
