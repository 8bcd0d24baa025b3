/* hookswitch completion: what a shell offers when the tabulator is pressed; made from the table of subcommands. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/command.h"

enum { OPTIONS_MAX = 40 };

struct options {
    struct text names[OPTIONS_MAX];
    size_t count;
};

/* The options that stand in a text: --config, --json; each once. */
static void find_options(struct text text, struct options *options)
{
    for (size_t at = text_find(text, TEXT("--")); at < text.length; at = text_find(text, TEXT("--"))) {
        size_t end = at + 2, i = 0;
        while (end < text.length && ((text.at[end] >= 'a' && text.at[end] <= 'z') || text.at[end] == '-'))
            end++;
        struct text name = text_upto(text_from(text, at), end - at);
        while (i < options->count && !text_equal(options->names[i], name))
            i++;
        if (i == options->count && i < OPTIONS_MAX)
            options->names[options->count++] = name;
        text = text_from(text, end);
    }
}

/* Those of the synopsis, and those that have a line of their own in the help: "  --json  ..." */
static void print_options(const struct command *command)
{
    struct options options = { .count = 0 };
    struct text rest = text_of(command->details);
    find_options(text_of(command->synopsis), &options);
    while (rest.length > 0) {
        size_t end = text_find_char(rest, '\n');
        struct text line = text_upto(rest, end), name = text_from(line, 2);
        if (text_starts(line, TEXT("  --")))
            find_options(text_upto(name, text_find(name, TEXT("  "))), &options);
        rest = text_from(rest, end + 1);
    }
    for (size_t i = 0; i < options.count; i++)
        printf(" %.*s", TEXT_ARGS(options.names[i]));
}

static void print_script(void)
{
    printf("_hookswitch() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=\n"
           "    case $before in\n"
           "    --config|--script|--key-file|--ca-file|--body) COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n"
           "    esac\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
           "        words='");
    for (size_t i = 0; command_at(i) != NULL; i++)
        printf("%s ", command_at(i)->name);
    printf("--help --version'\n"
           "    else\n"
           "        case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; command_at(i) != NULL; i++) {
        printf("        %s) words='--help", command_at(i)->name);
        print_options(command_at(i));
        printf("' ;;\n");
    }
    printf("        esac\n"
           "        case ${COMP_WORDS[1]}$current in\n"
           "        *-*) ;;\n"
           "        call*|text*|fax*|graph*|urls*)\n"
           "            words=\"$words $(hookswitch urls 2>/dev/null | sed -n 's/.*\\[line \\(.*\\)\\]$/\\1/p')\" ;;\n"
           "        esac\n"
           "    fi\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
           "    case $current in -*) ;; *) [ \"$COMP_CWORD\" -gt 1 ] && COMPREPLY+=($(compgen -f -- \"$current\")) ;; "
           "esac\n"
           "    return 0\n"
           "}\n"
           "complete -F _hookswitch hookswitch\n");
}

static int run(int argc, char **argv)
{
    bool zsh = argc == 2 && strcmp(argv[1], "zsh") == 0;
    if (argc != 2 || (!zsh && strcmp(argv[1], "bash") != 0))
        return command_usage(&completion_command, "expected bash or zsh");
    if (zsh)
        printf("autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n");
    print_script();
    return COMMAND_OK;
}

const struct command completion_command = {
    "completion",
    "bash | zsh",
    "prints what makes a shell complete subcommands and options",
    "In ~/.bashrc:  source <(hookswitch completion bash)\n"
    "In ~/.zshrc:   source <(hookswitch completion zsh)\n",
    run,
};
