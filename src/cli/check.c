/* hookswitch check: is the configuration sound? */
#include <getopt.h>
#include <stdio.h>

#include "cli/command.h"
#include "host/kinds.h"
#include "host/options.h"
#include "service/service.h"

static void print_summary(const struct service *service, const char *path)
{
    const struct complaints *complaints = service_complaints(service);
    size_t lines = 0, others = 0;
    for (const struct section *at = config_first(service_config(service)); at != NULL; at = at->next) {
        lines += at->kind == &line_kind;
        others += at->kind->class != SECTION_PLAIN;
    }
    printf("%s: %zu error%s, %zu warning%s; %zu line%s, %zu node%s\n", path, complaints->errors,
           complaints->errors == 1 ? "" : "s", complaints->warnings, complaints->warnings == 1 ? "" : "s", lines,
           lines == 1 ? "" : "s", others, others == 1 ? "" : "s");
}

static int run(int argc, char **argv)
{
    static const struct option known[] = { { "config", required_argument, NULL, 'c' }, { NULL, 0, NULL, 0 } };
    const char *given = NULL;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option != 'c')
            return command_usage(&check_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
        given = optarg;
    }
    if (optind < argc)
        return command_usage(&check_command, "%s: no argument is expected here", argv[optind]);

    const char *path = options_config_path(given);
    struct service *service = service_read(path, all_kinds, true);
    struct complaints *complaints = (struct complaints *)(uintptr_t)service_complaints(service);
    struct arena *arena = arena_new();
    complaints_sort(complaints);
    for (const struct complaint *at = complaints->first; at != NULL; at = at->next)
        printf("%s\n", complaint_line(arena, at).at);
    print_summary(service, path);
    int status = service_settings(service) == NULL ? COMMAND_UNUSABLE
                 : complaints->errors > 0          ? COMMAND_FAILED
                                                   : COMMAND_OK;
    arena_free(arena);
    service_release(service);
    return status;
}

const struct command check_command = {
    "check",
    "[--config FILE]",
    "looks a configuration over: every error and warning with its place",
    "  --config FILE   the main file (else $HOOKSWITCH_CONFIG, else the installed one)\n\n"
    "Each complaint reads file:line: [section] key: what is wrong, what was expected.\n"
    "Exit status: 0 sound (perhaps with warnings), 1 errors, 2 unusable: the file\n"
    "cannot be read or has no [hookswitch] section.\n",
    run,
};
