/* hookswitch completion: what a shell offers when the tabulator is pressed; made from the table of subcommands. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/command.h"

/* The options that stand in a synopsis: --config, --json. */
static void print_options(struct text synopsis)
{
    for (size_t at = text_find(synopsis, TEXT("--")); at < synopsis.length; at = text_find(synopsis, TEXT("--"))) {
        size_t end = at + 2;
        while (end < synopsis.length &&
               ((synopsis.at[end] >= 'a' && synopsis.at[end] <= 'z') || synopsis.at[end] == '-'))
            end++;
        printf(" %.*s", TEXT_ARGS(text_upto(text_from(synopsis, at), end - at)));
        synopsis = text_from(synopsis, end);
    }
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
        print_options(text_of(command_at(i)->synopsis));
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
