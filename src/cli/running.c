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
#include "host/places.h"

enum { STRINGS_MAX_BYTES = 64 * 1024, SOCKETS_MAX_BYTES = 16 << 20, PROGRAMS = 5 };

static const char *const programs[PROGRAMS] = { "voice.fcgi", "sms.fcgi", "fax.fcgi", "status.fcgi", "recording.fcgi" };

/* A file of a process: its arguments, or its environment, each ended by a NUL; empty when it cannot be read. */
static struct text strings_of(long pid, const char *name, char bytes[STRINGS_MAX_BYTES])
{
    char path[40];
    snprintf(path, sizeof path, "/proc/%ld/%s", pid, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    ssize_t count;
    while (file >= 0 && length < STRINGS_MAX_BYTES - 1 &&
           (count = read(file, bytes + length, STRINGS_MAX_BYTES - 1 - length)) > 0)
        length += (size_t)count;
    if (file >= 0)
        close(file);
    bytes[length] = '\0';
    return (struct text){ bytes, length };
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

/* What follows `front` among strings: "--listen=", "HOOKSWITCH_CONFIG="; of an option also the string behind it. NULL
 * when there is none. */
static const char *value_of(struct text strings, const char *front)
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

/* The configuration that a process runs with, in the arena; empty when it cannot be told. */
static struct text configuration_of(struct arena *arena, long pid, struct text arguments)
{
    char bytes[STRINGS_MAX_BYTES];
    const char *given = value_of(arguments, "--config=");
    if (given != NULL)
        return arena_copy(arena, text_of(given));
    struct text environment = strings_of(pid, "environ", bytes);
    given = value_of(environment, "HOOKSWITCH_CONFIG=");
    return given != NULL             ? arena_copy(arena, text_of(given))
           : environment.length == 0 ? TEXT("")
                                     : TEXT(HOOKSWITCH_CONFIG_FILE);
}

/* Calls `each` for every process of the suite until it says false. */
static void each_process(bool (*each)(void *context, long pid, int program, struct text arguments), void *context)
{
    DIR *all = opendir("/proc");
    const struct dirent *entry;
    char bytes[STRINGS_MAX_BYTES];
    bool more = true;
    while (all != NULL && more && (entry = readdir(all)) != NULL) {
        unsigned long pid;
        if (!text_to_number(text_of(entry->d_name), 1UL << 30, &pid))
            continue;
        struct text arguments = strings_of((long)pid, "cmdline", bytes);
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

static bool is_of(const struct findings *findings, long pid, struct text arguments)
{
    struct text own = configuration_of(findings->arena, pid, arguments);
    return own.length == 0 || text_is(own, findings->config);
}

struct user {
    const struct findings *findings;
    unsigned uid;
    bool known;
};

static bool take_user(void *context, long pid, int program, struct text arguments)
{
    struct user *user = context;
    (void)program;
    user->known = is_of(user->findings, pid, arguments) && owner_of(pid, &user->uid);
    return !user->known;
}

bool running_user(const struct findings *findings, unsigned *uid)
{
    struct user user = { .findings = findings };
    each_process(take_user, &user);
    *uid = user.uid;
    return user.known;
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
    int seen[PROGRAMS], others;
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
    const char *listen = value_of(arguments, "--listen=");
    struct text zero = link_of(findings->arena, pid, "fd/0"), binary = link_of(findings->arena, pid, "exe"), path;
    if (!is_of(findings, pid, arguments)) {
        look->others++;
        return true;
    }
    look->seen[program]++;
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
    if (look.others > 0)
        found(findings, FINDING_FINE, "processes", "%d more run with another configuration", look.others);
}
