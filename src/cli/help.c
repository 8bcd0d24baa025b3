#include "cli/command.h"

enum { WIDTH = 80, HELP_COLUMN = 18, NAME_COLUMN = 18 };

/* Breaks the text at its spaces, but not within brackets of options; the first line continues at column `at`. */
static void print_wrapped(FILE *to, struct str text, size_t at, size_t indent)
{
    struct str word;
    bool first = true;
    for (; text.length > 0; first = false) {
        size_t end = str_starts(text, STR("[--")) ? str_find_char(text, ']') : 0;
        end += str_find_char(str_from(text, end), ' ');
        word = str_upto(text, end);
        text = str_from(text, end + 1);
        bool breaks = !first && at + 1 + word.length > WIDTH;
        if (breaks)
            fprintf(to, "\n%*s", (int)indent, "");
        else if (!first)
            fputc(' ', to);
        fprintf(to, "%.*s", STR_ARGS(word));
        at = (breaks ? indent : at + !first) + word.length;
    }
    fputc('\n', to);
}

/* --- the synopsis --- */

static struct str name_of(struct arena *arena, const struct argument *argument)
{
    bool valued = argument->value != NULL;
    return arena_format(arena, "%s%s%s", argument->name, valued ? " " : "", valued ? argument->value : "");
}

static void add_options(struct buffer *text, const struct argument *arguments)
{
    bool is_open = false;
    for (const struct argument *at = arguments; at->name != NULL && argument_is_option(at); at++) {
        buffer_format(text, "%s%.*s", at->either ? " | " : is_open ? "] [" : "[", STR_ARGS(name_of(text->arena, at)));
        is_open = true;
        if (at->type == ARGUMENT_LIST)
            buffer_format(text, " ...");
    }
    if (is_open)
        buffer_format(text, "] ");
}

static void add_words(struct buffer *text, const struct argument *arguments)
{
    int open = 0;
    for (const struct argument *at = arguments; at->name != NULL; at++) {
        if (argument_is_option(at))
            continue;
        buffer_format(text, "%s%s%s ", at->optional ? "[" : "", at->name, at->type == ARGUMENT_LIST ? "..." : "");
        open += at->optional;
    }
    if (open > 0)
        text->length--;
    while (open-- > 0)
        buffer_format(text, "]");
}

static struct str synopsis(struct arena *arena, const struct command *command)
{
    struct buffer text = buffer_in(arena);
    buffer_format(&text, "hookswitch %s ", command->name);
    if (command->verb != NULL)
        buffer_format(&text, command->usual ? "[%s] " : "%s ", command->verb);
    buffer_format(&text, "[%s %s] ", argument_config.name, argument_config.value);
    add_options(&text, command->arguments);
    add_words(&text, command->arguments);
    return str_trim(buffer_text(&text));
}

void help_print_usage(FILE *to, const struct command *command)
{
    struct arena *arena = arena_new();
    fprintf(to, "usage: ");
    print_wrapped(to, synopsis(arena, command), 7, 11);
    arena_free(arena);
}

/* --- help --- */

static void print_argument(const struct argument *argument)
{
    struct arena *arena = arena_new();
    struct str name = name_of(arena, argument);
    const char *choices = argument_choices(arena, argument);
    struct buffer text = buffer_in(arena);
    buffer_format(&text, "%s%s%s", argument->help, choices != NULL && argument_is_option(argument) ? ": " : "",
                  choices != NULL && argument_is_option(argument) ? choices_text(arena, choices) : "");
    if (argument->fallback != NULL)
        buffer_format(&text, " (default: %s)", argument->fallback);
    printf("  %-*.*s", HELP_COLUMN - 4, STR_ARGS(name));
    if (name.length > HELP_COLUMN - 4)
        printf("\n%*s", HELP_COLUMN, "");
    else
        printf("  ");
    print_wrapped(stdout, buffer_text(&text), HELP_COLUMN, HELP_COLUMN);
    arena_free(arena);
}

void help_print_command(const struct command *command)
{
    help_print_usage(stdout, command);
    printf("\n%s.\n\n", command->summary);
    for (const struct argument *at = command->arguments; at->name != NULL; at++)
        print_argument(at);
    print_argument(&argument_config);
    struct str rest = str_of(command->details), line;
    putchar('\n');
    for (; rest.length > 0; rest = str_from(rest, line.length + 1)) {
        line = str_upto(rest, str_find_char(rest, '\n'));
        print_wrapped(stdout, line, 0, 0);
    }
}

void help_print_commands(FILE *to)
{
    fprintf(to, "usage: hookswitch COMMAND [ARGUMENT...]\n\n"
                "Run the phones of a SignalWire project from one INI file.\n\n");
    for (size_t i = 0; command_at(i) != NULL; i++) {
        const struct command *at = command_at(i);
        char name[40];
        snprintf(name, sizeof name, "%s%s%s", at->name, at->verb != NULL ? " " : "", at->verb != NULL ? at->verb : "");
        fprintf(to, "  %-*s", NAME_COLUMN - 2, name);
        print_wrapped(to, str_of(at->summary), NAME_COLUMN, NAME_COLUMN);
    }
    fprintf(to, "\n  hookswitch help COMMAND   more on a command\n"
                "  hookswitch --version\n\nSee hookswitch(1).\n");
}
