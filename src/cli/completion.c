/* hookswitch completion: prints a script for the shell, and the words that it asks for, by the tables of arguments. */
#include <string.h>

#include "cli/command.h"
#include "config/value.h"
#include "event/event.h"
#include "flow/kinds.h"
#include "host/kinds.h"

static const char script[] =
    "_hookswitch() {\n"
    "    local words current=${COMP_WORDS[COMP_CWORD]}\n"
    "    words=$(hookswitch completion words -- \"${COMP_WORDS[@]:1:$COMP_CWORD}\" 2>/dev/null)\n"
    "    case $words in\n"
    "    FILE) COMPREPLY=($(compgen -f -- \"$current\")) ;;\n"
    "    *) COMPREPLY=($(compgen -W \"$words\" -- \"$current\")) ;;\n"
    "    esac\n"
    "}\n"
    "complete -F _hookswitch hookswitch\n";

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

/* LINE/NAME of what stands in a line's own file. */
static void print_names(struct context *context, const struct section_kind *kind)
{
    context->service = service_read(context->config, all_kinds, true);
    const struct section *first = context->service->config->first;
    for (const struct section *at = first; at != NULL; at = at->next) {
        if (at->kind != kind || !value_name(at->name))
            continue;
        for (const struct section *line = first; kind != &line_kind && at->scope != 0 && line != NULL;
             line = line->next)
            if (line->kind == &line_kind && line->scope == at->scope)
                printf("%.*s/", STR_ARGS(line->name));
        printf("%.*s ", STR_ARGS(at->name));
    }
}

/* The values of one argument. */
static void offer_values(struct context *context, const struct argument *argument)
{
    const char *choices = argument_choices(context->arena, argument);
    struct str rest = str_of(choices), choice;
    bool files = argument->type == ARGUMENT_LIST && strstr(argument->name, "FILE") != NULL;
    if (argument->type == ARGUMENT_FILE || files)
        printf("FILE");
    if (argument->type == ARGUMENT_LINE || argument->type == ARGUMENT_HOURS)
        print_names(context, argument->type == ARGUMENT_LINE ? &line_kind : &hours_kind);
    if (argument->type == ARGUMENT_EVENT)
        event_each_name(context->arena, print_word, NULL);
    if (argument->type == ARGUMENT_STATE)
        print_states(context->arena);
    while (choices != NULL && str_next(&rest, '|', &choice))
        print_word(NULL, choice);
}

static void offer_commands(const char *others)
{
    for (size_t i = 0; command_at(i) != NULL; i++)
        if (i == 0 || strcmp(command_at(i)->name, command_at(i - 1)->name) != 0)
            printf("%s ", command_at(i)->name);
    printf("%s", others);
}

static void offer_options(const struct command *command)
{
    printf("--help %s ", argument_config.name);
    for (const struct argument *at = command->arguments; at->name != NULL; at++)
        if (argument_is_option(at))
            printf("%s ", at->name);
}

/* The values of the positional argument number `position`, from 1. */
static void offer_position(struct context *context, const struct command *command, int position)
{
    for (const struct argument *at = command->arguments; at->name != NULL; at++)
        if (!argument_is_option(at) && (--position == 0 || at->type == ARGUMENT_LIST)) {
            offer_values(context, at);
            return;
        }
}

static void offer_verbs(const struct command *const *group)
{
    for (const struct command *const *at = group; command_is_of(at, group); at++)
        if ((*at)->verb != NULL)
            printf("%s ", (*at)->verb);
}

/* Offers what the last of the words may be, for a subcommand whose name is the first. */
static void offer(struct context *context, const struct command *const *group, const struct argument_list *words)
{
    const struct command *command = *group;
    const struct argument *option = NULL; /* whose value the last word is */
    const char *last = words->at[words->count - 1];
    bool grouped = command_is_of(group + 1, group);
    int position = 1;
    for (size_t i = 1; i + 1 < words->count; i++) {
        if (option == &argument_config)
            context->config = words->at[i];
        if (option != NULL) {
            option = NULL;
        } else if (words->at[i][0] == '-') {
            option = argument_find(group, str_of(words->at[i]));
            option = option == NULL || option->value == NULL ? NULL : option;
        } else if (position++ == 1) {
            for (const struct command *const *at = group; command_is_of(at, group); at++)
                if ((*at)->verb != NULL && strcmp((*at)->verb, words->at[i]) == 0) {
                    command = *at;
                    position--;
                    grouped = false;
                }
        }
    }
    if (option != NULL)
        offer_values(context, option);
    else if (last[0] == '-')
        offer_options(command);
    else if (grouped && position == 1)
        offer_verbs(group);
    else
        offer_position(context, command, position);
}

struct completion_options {
    const char *config, *wanted;
    struct argument_list words;
};

static int run(struct context *context, const void *values, struct error *error)
{
    const struct completion_options *options = values;
    const struct argument_list *words = &options->words;
    (void)error;
    if (strcmp(options->wanted, "zsh") == 0)
        printf("autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n");
    if (strcmp(options->wanted, "words") != 0)
        printf("%s", script);
    else if (words->count < 2)
        offer_commands("help --help --version");
    else if (strcmp(words->at[0], "help") == 0)
        offer_commands("");
    else if (command_group(words->at[0]) != NULL)
        offer(context, command_group(words->at[0]), words);
    return COMMAND_OK;
}

static const struct argument arguments[] = {
    { ARGUMENT(CHOICE, completion_options, wanted), "bash|zsh|words", NULL,
      .help = "The shell; or words for its script, which complete the last of those that follow",
      .choices = "bash|zsh|words" },
    { ARGUMENT(LIST, completion_options, words), "WORD", NULL, .help = "A word typed so far", .optional = true },
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
