/* hookswitch completion: prints a script for the shell, made of the tables of arguments. */
#include <stdio.h>
#include <string.h>

#include "cli/arguments.h"
#include "config/value.h"
#include "event/event.h"
#include "flow/kinds.h"
#include "host/kinds.h"
#include "host/options.h"
#include "service/service.h"

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

static void print_commands(void)
{
    for (size_t i = 0; command_at(i) != NULL; i++)
        if (i == 0 || strcmp(command_at(i)->name, command_at(i - 1)->name) != 0)
            printf("%s ", command_at(i)->name);
}

/* Sets what the shell offers for one argument. */
static void print_offer(struct arena *arena, const struct argument *argument)
{
    const char *choices = argument_choices(arena, argument);
    struct str rest = str_of(choices), choice;
    switch (argument->type) {
    case ARGUMENT_FILE:
        printf("COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n");
        return;
    case ARGUMENT_LINE:
    case ARGUMENT_HOURS:
        printf("words=$(hookswitch completion %s ${config:+--config \"$config\"} 2>/dev/null) ;;\n",
               argument->type == ARGUMENT_LINE ? "lines" : "hours");
        return;
    default:
        break;
    }
    printf("words='");
    if (argument->type == ARGUMENT_EVENT)
        event_each_name(arena, print_word, NULL);
    if (argument->type == ARGUMENT_STATE)
        print_states(arena);
    while (choices != NULL && str_next(&rest, '|', &choice))
        print_word(NULL, choice);
    printf("' ;;\n");
}

/* --- the script --- */

/* The words that follow `key`: "events" or "events prune". */
static void print_command(struct arena *arena, const struct command *command, const char *key)
{
    int position = 0;
    printf("    '%s'::) words='--help %s ", key, argument_config.name);
    for (const struct argument *at = command->arguments; at->name != NULL; at++)
        if (argument_is_option(at))
            printf("%s ", at->name);
    printf("' ;;\n");
    for (const struct argument *at = command->arguments; at->name != NULL; at++) {
        bool list = !argument_is_option(at) && at->type == ARGUMENT_LIST;
        if (argument_is_option(at) && at->value != NULL)
            printf("    '%s':%s:*) ", key, at->name);
        else if (!argument_is_option(at))
            printf(list ? "    '%s'::*) " : "    '%s'::%d) ", key, ++position);
        else
            continue;
        if (list && strstr(at->name, "FILE") != NULL)
            printf("COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n");
        else
            print_offer(arena, at);
    }
}

/* The verbs of a name, where one is needed or may be given. */
static void print_verbs(const char *name)
{
    printf("    '%s'::1) words='", name);
    for (size_t i = 0; command_at(i) != NULL; i++)
        if (strcmp(command_at(i)->name, name) == 0 && command_at(i)->verb != NULL)
            printf("%s ", command_at(i)->verb);
    printf("' ;;\n");
}

static void print_keys(struct arena *arena)
{
    for (size_t i = 0; command_at(i) != NULL; i++) {
        const struct command *command = command_at(i);
        if (command->verb != NULL)
            print_command(arena, command, arena_format(arena, "%s %s", command->name, command->verb).at);
        bool first_verb =
            i == 0 || strcmp(command_at(i - 1)->name, command->name) != 0 || command_at(i - 1)->verb == NULL;
        if (command->verb != NULL && first_verb)
            print_verbs(command->name);
        if (command->verb == NULL || command->usual)
            print_command(arena, command, command->name);
    }
}

/* Options with a value: '*:--config|...', so that the value is not taken for a word. */
static void print_value_options(void)
{
    printf("        *:%s", argument_config.name);
    for (size_t i = 0; command_at(i) != NULL; i++)
        for (const struct argument *at = command_at(i)->arguments; at->name != NULL; at++)
            if (argument_is_option(at) && at->value != NULL)
                printf("|%s:%s", command_at(i)->name, at->name);
    printf(") option=${COMP_WORDS[i]}; i=$((i+1)) ;;\n");
}

static void print_key_of_verbs(void)
{
    printf("    case $key:$verb in\n    ");
    for (size_t i = 0; command_at(i) != NULL; i++)
        if (command_at(i)->verb != NULL)
            printf("%s:%s|", command_at(i)->name, command_at(i)->verb);
    printf("-) key=\"$key $verb\"; position=$((position-1)) ;;\n    esac\n");
}

static void print_script(struct arena *arena)
{
    printf(
        "_hookswitch() {\n"
        "    local current=${COMP_WORDS[COMP_CWORD]} key=${COMP_WORDS[1]} option= words= config= verb= position=0 i=2\n"
        "    while [ $i -lt $COMP_CWORD ]; do\n"
        "        [ \"${COMP_WORDS[i]}\" = --config ] && config=${COMP_WORDS[i+1]}\n"
        "        case $key:${COMP_WORDS[i]} in\n");
    print_value_options();
    printf("        *:-*) ;;\n"
           "        *) position=$((position+1)); [ $position -eq 1 ] && verb=${COMP_WORDS[i]} ;;\n"
           "        esac\n"
           "        [ $i -lt $COMP_CWORD ] && option=\n"
           "        i=$((i+1))\n"
           "    done\n");
    print_key_of_verbs();
    printf("    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
           "        key= words='");
    print_commands();
    printf("help --help --version'\n"
           "    elif [ -z \"$option\" ]; then\n"
           "        position=$((position+1))\n"
           "        case $current in -*) position= ;; esac\n"
           "    fi\n"
           "    case $key:$option:$position in\n"
           "    *:%s:*) COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n"
           "    help::1) words='",
           argument_config.name);
    print_commands();
    printf("' ;;\n");
    print_keys(arena);
    printf("    esac\n"
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
    const struct section *first = service->config->first;
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

struct completion_options {
    const char *config, *wanted;
};

static int run(struct arena *arena, const void *values, struct error *error)
{
    const struct completion_options *options = values;
    (void)error;
    if (strcmp(options->wanted, "lines") == 0)
        return print_names(&line_kind, options->config);
    if (strcmp(options->wanted, "hours") == 0)
        return print_names(&hours_kind, options->config);
    if (strcmp(options->wanted, "zsh") == 0)
        printf("autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n");
    print_script(arena);
    return COMMAND_OK;
}

static const struct argument arguments[] = {
    { ARGUMENT(CHOICE, completion_options, wanted), "bash|zsh|lines|hours", NULL,
      .help = "The shell; or the names that its script asks for", .choices = "bash|zsh|lines|hours" },
    { .name = NULL },
};

const struct command completion_command = {
    .name = "completion",
    .summary = "Print a script that makes a shell complete subcommands, options and names",
    .size = sizeof(struct completion_options),
    .run = run,
    .arguments = arguments,
    .details = "In ~/.bashrc:  source <(hookswitch completion bash)\n"
               "In ~/.zshrc:   source <(hookswitch completion zsh)\n"
               "\n"
               "Exit status: 0 printed; 64 wrong arguments.\n",
};
