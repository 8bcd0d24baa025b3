/* hookswitch completion: what a shell offers when the tabulator is pressed; made from the table of subcommands. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "config/value.h"
#include "event/event.h"
#include "flow/kinds.h"
#include "host/kinds.h"
#include "host/options.h"
#include "service/service.h"

enum { OPTIONS_MAX = 40 };

struct option_list {
    struct str names[OPTIONS_MAX];
    size_t count;
};

/* The options that stand in a text: --config, --json; each once. */
static void find_options(struct str text, struct option_list *options)
{
    for (size_t at = str_find(text, STR("--")); at < text.length; at = str_find(text, STR("--"))) {
        size_t end = at + 2, i = 0;
        while (end < text.length && ((text.at[end] >= 'a' && text.at[end] <= 'z') || text.at[end] == '-'))
            end++;
        struct str name = str_upto(str_from(text, at), end - at);
        while (i < options->count && !str_equal(options->names[i], name))
            i++;
        if (i == options->count && i < OPTIONS_MAX)
            options->names[options->count++] = name;
        text = str_from(text, end);
    }
}

/* Those of the synopsis, and those that have a line of their own in the help: "  --json  ..." */
static void print_options(const struct command *command)
{
    struct option_list options = { .count = 0 };
    struct str rest = str_of(command->details);
    find_options(str_of(command->synopsis), &options);
    while (rest.length > 0) {
        size_t end = str_find_char(rest, '\n');
        struct str line = str_upto(rest, end), name = str_from(line, 2);
        if (str_starts(line, STR("  --")))
            find_options(str_upto(name, str_find(name, STR("  "))), &options);
        rest = str_from(rest, end + 1);
    }
    for (size_t i = 0; i < options.count; i++)
        printf(" %.*s", STR_ARGS(options.names[i]));
}

/* --- words --- */

/* What may stand behind an option, or as the n-th word that is none: words, "@files", or what is found out: by this
 * program now (@kinds, @events, @states, @commands), or by the script when it is asked (@lines, @hours). */
static const struct offer {
    const char *command; /* NULL: any */
    const char *option;  /* NULL: a word */
    int position;        /* 2 is the first behind the command; 0: any */
    const char *words;
} offers[] = {
    { NULL, "--config", 0, "@files" },
    { NULL, "--ca-file", 0, "@files" },
    { "call", "--script", 0, "@files" },
    { "sign", "--key-file", 0, "@files" },
    { "sign", "--body", 0, "@files" },
    { "events", "--kind", 0, "@kinds" },
    { "events", "--event", 0, "@events" },
    { "events", "--state", 0, "@states" },
    { "events", "--line", 0, "@lines" },
    { "reconcile", "--kind", 0, "call message recording fax" },
    { "jobs", "--state", 0, "waiting done given-up" },
    { "call", NULL, 2, "@lines" },
    { "text", NULL, 2, "@lines" },
    { "fax", NULL, 2, "@lines" },
    { "graph", NULL, 2, "@lines" },
    { "urls", NULL, 2, "@lines" },
    { "hours", NULL, 2, "@hours" },
    { "hours", NULL, 3, "open closed auto" },
    { "optouts", NULL, 2, "@lines" },
    { "optouts", NULL, 3, "add remove" },
    { "events", NULL, 2, "prune" },
    { "jobs", NULL, 2, "list retry drop" },
    { "store", NULL, 2, "check backup export import" },
    { "store", NULL, 3, "@files" },
    { "completion", NULL, 2, "bash zsh" },
    { "help", NULL, 2, "@commands" },
    { "test", NULL, 0, "@files" },
    { "replay", NULL, 2, "@files" },
};

/* A pattern would be one to the shell as well. */
static void print_word(void *context, struct str word)
{
    (void)context;
    if (word.length > 0 && word.at[word.length - 1] != '*')
        printf("%.*s ", STR_ARGS(word));
}

static void print_states(struct arena *arena)
{
    struct str seen = STR(" ");
    for (size_t i = 0; event_state_name(i) != NULL; i++) {
        struct str padded = arena_format(arena, " %s ", event_state_name(i));
        if (str_find(seen, padded) < seen.length)
            continue;
        seen = ARENA_JOIN(arena, seen, str_from(padded, 1));
        print_word(NULL, str_of(event_state_name(i)));
    }
}

static void print_words(struct arena *arena, const char *words)
{
    if (strcmp(words, "@kinds") == 0)
        for (size_t i = 0; event_kind_name(i) != NULL; i++)
            print_word(NULL, str_of(event_kind_name(i)));
    else if (strcmp(words, "@events") == 0)
        event_each_name(arena, print_word, NULL);
    else if (strcmp(words, "@states") == 0)
        print_states(arena);
    else if (strcmp(words, "@commands") == 0)
        for (size_t i = 0; command_at(i) != NULL; i++)
            print_word(NULL, str_of(command_at(i)->name));
    else
        printf("%s", words);
}

static void print_offer(struct arena *arena, const struct offer *offer)
{
    bool names = strcmp(offer->words, "@lines") == 0 || strcmp(offer->words, "@hours") == 0;
    const char *command = offer->command == NULL ? "*" : offer->command;
    if (offer->option != NULL)
        printf("    %s:%s:*) ", command, offer->option);
    else if (offer->position > 0)
        printf("    %s::%d) ", command, offer->position);
    else
        printf("    %s::*) ", command);
    if (strcmp(offer->words, "@files") == 0) {
        printf("COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n");
    } else if (names) {
        printf("words=$(hookswitch completion names %s ${config:+--config \"$config\"} 2>/dev/null) ;;\n",
               offer->words + 1);
    } else {
        printf("words='");
        print_words(arena, offer->words);
        printf("' ;;\n");
    }
}

/* Options behind which a value stands: "  --kind KIND  ..." */
static void print_value_options(void)
{
    const char *separator = "";
    for (size_t i = 0; command_at(i) != NULL; i++) {
        struct str rest = str_of(command_at(i)->details), line;
        while (str_next(&rest, '\n', &line)) {
            size_t end = str_find_char(line, ' ');
            if (!str_starts(line, STR("--")) || end + 1 >= line.length || line.at[end + 1] < 'A' ||
                line.at[end + 1] > 'Z')
                continue;
            printf("%s%s:%.*s", separator, command_at(i)->name, STR_ARGS(str_upto(line, end)));
            separator = "|";
        }
    }
}

static void print_script(struct arena *arena)
{
    printf("_hookswitch() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} option= words= config= verb= "
           "position=1 i=2\n"
           "    while [ $i -lt $COMP_CWORD ]; do\n"
           "        case $command:${COMP_WORDS[i]} in\n"
           "        *:--config) config=${COMP_WORDS[i+1]} ;;\n"
           "        esac\n"
           "        case $command:${COMP_WORDS[i]} in\n"
           "        *:--config|");
    print_value_options();
    printf(") option=${COMP_WORDS[i]}; i=$((i+1)) ;;\n"
           "        *:-*) ;;\n"
           "        *) position=$((position+1)); [ $position -eq 2 ] && verb=${COMP_WORDS[i]} ;;\n"
           "        esac\n"
           "        [ $i -lt $COMP_CWORD ] && option=\n"
           "        i=$((i+1))\n"
           "    done\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
           "        command= words='");
    print_words(arena, "@commands");
    printf("help --help --version'\n"
           "    elif [ -z \"$option\" ]; then\n"
           "        position=$((position+1))\n"
           "        case $current in -*) position= ;; esac\n"
           "    fi\n"
           "    case $command:$option:$position in\n");
    for (size_t i = 0; command_at(i) != NULL; i++) {
        printf("    %s::) words='--help", command_at(i)->name);
        print_options(command_at(i));
        printf("' ;;\n");
    }
    for (size_t i = 0; i < sizeof offers / sizeof *offers; i++)
        print_offer(arena, &offers[i]);
    printf("    esac\n"
           "    [ $command:$verb:$option:$position = events:prune:: ] && words='--help --kind --before --dry-run "
           "--config'\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
           "    return 0\n"
           "}\n"
           "complete -F _hookswitch hookswitch\n");
}

/* --- what the script asks for --- */

/* LINE/NAME of what stands in a line's own file. */
static int print_names(const struct section_kind *kind, const char *config)
{
    struct service *service = service_read(options_config_path(config), all_kinds, true);
    const struct section *first = config_first(service_config(service));
    for (const struct section *at = first; at != NULL; at = at->next) {
        if (at->kind != kind || !value_name(at->name))
            continue;
        for (const struct section *line = first; kind != &line_kind && at->scope != 0 && line != NULL;
             line = line->next)
            if (line->kind == &line_kind && line->scope == at->scope)
                printf("%.*s/", STR_ARGS(line->name));
        printf("%.*s\n", STR_ARGS(at->name));
    }
    service_free(service);
    return COMMAND_OK;
}

static int run(int argc, char **argv)
{
    bool zsh = argc == 2 && strcmp(argv[1], "zsh") == 0;
    if (argc > 2 && strcmp(argv[1], "names") == 0) {
        const char *config = argc == 5 && strcmp(argv[3], "--config") == 0 ? argv[4] : NULL;
        if ((argc == 3 || config != NULL) && strcmp(argv[2], "lines") == 0)
            return print_names(&line_kind, config);
        if ((argc == 3 || config != NULL) && strcmp(argv[2], "hours") == 0)
            return print_names(&hours_kind, config);
    }
    if (argc != 2 || (!zsh && strcmp(argv[1], "bash") != 0))
        return command_usage(&completion_command, "expected bash or zsh");
    if (zsh)
        printf("autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n");
    struct arena *arena = arena_new();
    print_script(arena);
    arena_free(arena);
    return COMMAND_OK;
}

const struct command completion_command = {
    "completion",
    "bash | zsh",
    "prints what makes a shell complete subcommands, options, and names",
    "In ~/.bashrc:  source <(hookswitch completion bash)\n"
    "In ~/.zshrc:   source <(hookswitch completion zsh)\n\n"
    "Names of lines and hours are asked of 'hookswitch completion names lines|hours\n"
    "[--config FILE]' when the tabulator is pressed.\n"
    "Exit status: 0 printed, 64 usage.\n",
    run,
};
