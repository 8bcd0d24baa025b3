/* hookswitch doctor: the programs that run on this host, by /proc, and what descriptor 0 is to them. One that has no
 * socket there, is told of none and is asked nothing by a web server ends at once and says so. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/doctor.h"
#include "host/places.h"

enum { PROC_MAX_BYTES = 16 << 20, PROGRAMS = 5 };

static const char *const programs[PROGRAMS] = { "voice.fcgi", "sms.fcgi", "fax.fcgi", "status.fcgi", "recording.fcgi" };

/* A file of a process: its arguments, or its environment, each ended by a NUL; empty when it cannot be read. */
static struct str strings_of(struct arena *arena, long pid, const char *name)
{
    struct str strings, path = arena_format(arena, "/proc/%ld/%s", pid, name);
    struct error ignored;
    return file_read(arena, path, PROC_MAX_BYTES, &strings, &ignored) == 0 ? strings : STR("");
}

static int program_of(struct str arguments)
{
    struct str name = str_of(arguments.at);
    for (size_t slash; (slash = str_find_char(name, '/')) < name.length;)
        name = str_from(name, slash + 1);
    for (int i = 0; i < PROGRAMS; i++)
        if (str_is(name, programs[i]))
            return i;
    return -1;
}

/* What follows `front` among strings: "--listen=", "HOOKSWITCH_CONFIG="; of an option also the string behind it. NULL
 * when there is none. */
static const char *value_of(struct str strings, const char *front)
{
    const char *end = strings.at + strings.length;
    size_t length = strlen(front);
    for (const char *at = strings.at; at < end; at += strlen(at) + 1) {
        if (strncmp(at, front, length) == 0)
            return at + length;
        if (strlen(at) == length - 1 && strncmp(at, front, length - 1) == 0 && at + length < end)
            return at + length;
    }
    return NULL;
}

struct process {
    struct process *next;
    long pid;
    int program;
    unsigned uid;
    struct str arguments, environment;
    struct str binary, zero; /* where its program and its descriptor 0 lead */
};

static struct str link_of(struct arena *arena, long pid, const char *name)
{
    char path[60], target[1024];
    snprintf(path, sizeof path, "/proc/%ld/%s", pid, name);
    ssize_t length = readlink(path, target, sizeof target);
    return length < 0 ? STR("") : arena_copy(arena, (struct str){ target, (size_t)length });
}

/* By its status: the files of a process that hides its memory belong to root. */
static unsigned user_of(struct arena *arena, long pid)
{
    struct str status = strings_of(arena, pid, "status"), name = STR("\nUid:");
    struct str rest = str_trim(str_from(status, str_find(status, name) + name.length));
    unsigned long uid = (unsigned)-1;
    str_to_number(str_upto(rest, str_find_char(rest, '\t')), (unsigned)-1, &uid);
    return (unsigned)uid;
}

const struct process *doctor_list_processes(struct arena *arena)
{
    DIR *all = opendir("/proc");
    const struct dirent *entry;
    struct process *first = NULL, **end = &first;
    while (all != NULL && (entry = readdir(all)) != NULL) {
        unsigned long pid;
        if (!str_to_number(str_of(entry->d_name), 1UL << 30, &pid))
            continue;
        struct str arguments = strings_of(arena, (long)pid, "cmdline");
        int program = arguments.length == 0 ? -1 : program_of(arguments);
        if (program < 0)
            continue;
        struct process *process = ARENA_NEW(arena, struct process);
        *process = (struct process){ .pid = (long)pid, .program = program, .uid = user_of(arena, (long)pid) };
        process->arguments = arguments;
        process->environment = strings_of(arena, (long)pid, "environ");
        process->binary = link_of(arena, (long)pid, "exe");
        process->zero = link_of(arena, (long)pid, "fd/0");
        *end = process;
        end = &process->next;
    }
    if (all != NULL)
        closedir(all);
    return first;
}

/* Whether the process runs with the configuration that is looked at; one that hides its own counts as such. */
static bool is_of(const struct doctor *doctor, const struct process *process)
{
    const char *given = value_of(process->arguments, "--config=");
    if (given == NULL)
        given = value_of(process->environment, "HOOKSWITCH_CONFIG=");
    return given != NULL ? strcmp(given, doctor->config) == 0
                         : process->environment.length == 0 || strcmp(HOOKSWITCH_CONFIG_FILE, doctor->config) == 0;
}

bool doctor_program_user(const struct doctor *doctor, unsigned *uid)
{
    for (const struct process *process = doctor->processes; process != NULL; process = process->next)
        if (is_of(doctor, process)) {
            *uid = process->uid;
            return true;
        }
    return false;
}

/* The path of a socket, by its inode, from /proc/net/unix: "...: 00000002 00000000 00010000 0001 01 INODE PATH". */
static struct str socket_path(struct arena *arena, struct str inode)
{
    struct str rest, line, wanted = ARENA_JOIN(arena, STR(" "), inode, STR(" "));
    struct error ignored;
    file_read(arena, STR("/proc/net/unix"), PROC_MAX_BYTES, &rest, &ignored);
    while (str_next(&rest, '\n', &line)) {
        size_t at = str_find(line, wanted);
        if (at < line.length)
            return str_trim(str_from(line, at + wanted.length));
    }
    return STR("");
}

static void tell_of(struct doctor *doctor, const struct process *process)
{
    const char *listen = value_of(process->arguments, "--listen="), *program = programs[process->program];
    if (str_find(process->binary, STR(" (deleted)")) < process->binary.length)
        report(doctor, DOCTOR_WARN, program, "process %ld runs a replaced program: restart it", process->pid);
    if (listen != NULL) {
        report(doctor, DOCTOR_OK, program, "process %ld listens on %s", process->pid, listen);
    } else if (str_starts(process->zero, STR("socket:["))) {
        struct str path = socket_path(doctor->arena, str_upto(str_from(process->zero, 8), process->zero.length - 9));
        report(doctor, DOCTOR_OK, program, "process %ld: descriptor 0 is the socket %.*s", process->pid,
               STR_ARGS(path.length > 0 ? path : STR("of its parent")));
    } else if (process->zero.length > 0) {
        report(doctor, DOCTOR_OK, program, "process %ld answers one request, as plain CGI", process->pid);
    } else {
        report(doctor, DOCTOR_OK, program, "process %ld runs; only root can see its socket", process->pid);
    }
}

void doctor_check_processes(struct doctor *doctor)
{
    struct buffer absent = buffer_in(doctor->arena);
    bool seen[PROGRAMS] = { false };
    int others = 0;
    for (const struct process *process = doctor->processes; process != NULL; process = process->next) {
        if (is_of(doctor, process)) {
            seen[process->program] = true;
            tell_of(doctor, process);
        } else {
            others++;
        }
    }
    for (int i = 0; i < PROGRAMS; i++)
        if (!seen[i])
            buffer_format(&absent, "%s%s", absent.length > 0 ? ", " : "", programs[i]);
    if (absent.length > 0)
        report(doctor, DOCTOR_OK, "processes", "not running: %.*s; normal for plain CGI, and before the first request",
               STR_ARGS(buffer_text(&absent)));
    if (others > 0)
        report(doctor, DOCTOR_OK, "processes", "%d more run with another configuration", others);
}
