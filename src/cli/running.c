/* hookswitch doctor: the programs that run on this host, by /proc, and what descriptor 0 is to them. One that has no
 * socket there, is told of none and is asked nothing by a web server ends at once and says so. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "cli/findings.h"

enum { ARGUMENTS_MAX_BYTES = 4096, SOCKETS_MAX_BYTES = 16 << 20, PROGRAMS = 5 };

static const char *const programs[PROGRAMS] = { "voice.fcgi", "sms.fcgi", "fax.fcgi", "status.fcgi", "recording.fcgi" };

/* The arguments of a process, each ended by a NUL; empty when they cannot be read. */
static struct text arguments_of(long pid, char bytes[ARGUMENTS_MAX_BYTES])
{
    char path[40];
    snprintf(path, sizeof path, "/proc/%ld/cmdline", pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t count = file < 0 ? -1 : read(file, bytes, ARGUMENTS_MAX_BYTES - 1);
    if (file >= 0)
        close(file);
    bytes[count < 0 ? 0 : count] = '\0';
    return (struct text){ bytes, count < 0 ? 0 : (size_t)count };
}

static int program_of(struct text arguments)
{
    struct text name = text_of(arguments.at);
    for (size_t slash; (slash = text_find_char(name, '/')) < name.length;)
        name = text_from(name, slash + 1);
    for (int i = 0; i < PROGRAMS; i++)
        if (text_is(name, programs[i]))
            return i;
    return -1;
}

/* The value of an option among arguments, or NULL. */
static const char *option_of(struct text arguments, const char *option)
{
    const char *end = arguments.at + arguments.length;
    size_t length = strlen(option);
    for (const char *at = arguments.at; at < end; at += strlen(at) + 1) {
        if (strncmp(at, option, length) == 0 && at[length] == '=')
            return at + length + 1;
        if (strcmp(at, option) == 0 && at + length + 1 < end)
            return at + length + 1;
    }
    return NULL;
}

/* Calls `each` for every process of the suite until it says false. */
static void each_process(bool (*each)(void *context, long pid, int program, struct text arguments), void *context)
{
    DIR *all = opendir("/proc");
    const struct dirent *entry;
    char bytes[ARGUMENTS_MAX_BYTES];
    bool more = true;
    while (all != NULL && more && (entry = readdir(all)) != NULL) {
        unsigned long pid;
        if (!text_to_number(text_of(entry->d_name), 1UL << 30, &pid))
            continue;
        struct text arguments = arguments_of((long)pid, bytes);
        int program = arguments.length == 0 ? -1 : program_of(arguments);
        if (program >= 0)
            more = each(context, (long)pid, program, arguments);
    }
    if (all != NULL)
        closedir(all);
}

static bool owner_of(long pid, unsigned *uid)
{
    char path[40];
    struct stat status;
    snprintf(path, sizeof path, "/proc/%ld", pid);
    if (stat(path, &status) != 0)
        return false;
    *uid = (unsigned)status.st_uid;
    return true;
}

static bool take_user(void *context, long pid, int program, struct text arguments)
{
    unsigned *uid = context;
    (void)program;
    (void)arguments;
    return !owner_of(pid, uid);
}

bool running_user(unsigned *uid)
{
    *uid = (unsigned)-1;
    each_process(take_user, uid);
    return *uid != (unsigned)-1;
}

/* --- what a program serves on --- */

/* The path of a socket, by its inode, from /proc/net/unix: "...: 00000002 00000000 00010000 0001 01 INODE PATH". */
static struct text socket_path(struct arena *arena, struct text inode)
{
    int file = open("/proc/net/unix", O_RDONLY | O_CLOEXEC);
    struct buffer content = buffer_in(arena);
    char piece[8192];
    ssize_t count;
    while (file >= 0 && content.length < SOCKETS_MAX_BYTES && (count = read(file, piece, sizeof piece)) > 0)
        buffer_add(&content, (struct text){ piece, (size_t)count });
    if (file >= 0)
        close(file);
    struct text rest = buffer_text(&content), line, wanted = ARENA_JOIN(arena, TEXT(" "), inode, TEXT(" "));
    while (text_next(&rest, '\n', &line)) {
        size_t at = text_find(line, wanted);
        if (at < line.length)
            return text_trim(text_from(line, at + wanted.length));
    }
    return TEXT("");
}

struct look {
    struct findings *findings;
    int seen[PROGRAMS];
};

static struct text link_of(struct arena *arena, long pid, const char *name)
{
    char path[60], target[1024];
    snprintf(path, sizeof path, "/proc/%ld/%s", pid, name);
    ssize_t length = readlink(path, target, sizeof target);
    return length < 0 ? TEXT("") : arena_copy(arena, (struct text){ target, (size_t)length });
}

static bool tell_of(void *context, long pid, int program, struct text arguments)
{
    struct look *look = context;
    struct findings *findings = look->findings;
    const char *listen = option_of(arguments, "--listen"), *config = option_of(arguments, "--config");
    struct text zero = link_of(findings->arena, pid, "fd/0"), binary = link_of(findings->arena, pid, "exe"), path;
    look->seen[program]++;
    if (config != NULL && strcmp(config, findings->config) != 0)
        found(findings, FINDING_DOUBTFUL, programs[program], "process %ld runs with another configuration: %s", pid,
              config);
    if (text_find(binary, TEXT(" (deleted)")) < binary.length)
        found(findings, FINDING_DOUBTFUL, programs[program],
              "process %ld is of a program that has been replaced since: restart it", pid);
    if (listen != NULL) {
        found(findings, FINDING_FINE, programs[program], "process %ld listens on %s", pid, listen);
    } else if (text_starts(zero, TEXT("socket:["))) {
        path = socket_path(findings->arena, text_upto(text_from(zero, 8), zero.length - 9));
        found(findings, FINDING_FINE, programs[program], "process %ld: descriptor 0 is the socket %.*s", pid,
              TEXT_ARGS(path.length > 0 ? path : TEXT("that it was started with")));
    } else if (zero.length > 0) {
        found(findings, FINDING_FINE, programs[program], "process %ld answers one request, as plain CGI", pid);
    } else {
        found(findings, FINDING_FINE, programs[program],
              "process %ld runs; what it serves on only its user and root see", pid);
    }
    return true;
}

void running_look(struct findings *findings)
{
    struct look look = { .findings = findings };
    struct buffer absent = buffer_in(findings->arena);
    each_process(tell_of, &look);
    for (int i = 0; i < PROGRAMS; i++)
        if (look.seen[i] == 0)
            buffer_format(&absent, "%s%s", absent.length > 0 ? ", " : "", programs[i]);
    if (absent.length > 0)
        found(findings, FINDING_FINE, "processes",
              "not running by themselves: %.*s; so it is with plain CGI, and before the first request",
              TEXT_ARGS(buffer_text(&absent)));
}
