/* hookswitch graph: draws which section leads to which. */
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/terminal.h"
#include "flow/kinds.h"
#include "host/kinds.h"

struct graph {
    struct arena *arena;
    const struct service *service;
    struct buffer out;
    GHashTable *seen; /* struct section: drawn already */
};

/* --- sections --- */

static bool is_root(const struct section *section)
{
    return section->kind == &line_kind;
}

/* Defaults, such as a call that just ends, are not drawn. */
static bool is_drawn(const struct section *section, const struct destination *to)
{
    const struct entry *entry = section->entries;
    if (to->kind == DESTINATION_HANGUP || (to->kind == DESTINATION_SECTION && to->section == NULL))
        return false;
    while (entry != NULL && entry->key.length > 0 && !str_equal(entry->key, to->key))
        entry++;
    return entry != NULL && entry->key.length > 0;
}

static struct str name_of(struct arena *arena, const struct section *section, const struct destination *to)
{
    return to->section != NULL              ? to->section->title
           : to->kind == DESTINATION_REPEAT ? section->title
                                            : arena_copy(arena, to->name);
}

/* "1", "no-answer": what leads there; "open" with the hours, each days behind `separator`. */
static struct str label_of(struct arena *arena, const struct section *section, const struct destination *to,
                           const char *separator)
{
    if (to->is_reference)
        return ARENA_JOIN(arena, to->key, STR(" (looks at)"));
    if (strcmp(section->kind->name, "hours") == 0 && str_is(to->key, "open"))
        return ARENA_JOIN(arena, to->key, str_of(separator), week_format(hours_week(section->keys), arena, separator));
    return to->key;
}

/* --- Graphviz --- */

static void add_escaped(struct graph *graph, struct str text)
{
    struct str shown = terminal_safe(graph->arena, text);
    for (size_t i = 0; i < shown.length; i++) {
        if (shown.at[i] == '"' || shown.at[i] == '\\')
            buffer_add_char(&graph->out, '\\');
        buffer_add_char(&graph->out, shown.at[i]);
    }
}

/* Draws one line or several. */
static void add_quoted(struct graph *graph, struct str text)
{
    struct str line;
    bool first = true;
    buffer_add_char(&graph->out, '"');
    for (; str_next(&text, '\n', &line); first = false) {
        buffer_add(&graph->out, first ? STR("") : STR("\\n"));
        add_escaped(graph, line);
    }
    buffer_add_char(&graph->out, '"');
}

static void draw_section(struct graph *graph, const struct section *section)
{
    const struct line *line = is_root(section) ? section->keys : NULL;
    bool dead = !section->reachable && line == NULL;
    if (!g_hash_table_add(graph->seen, (gpointer)(uintptr_t)section))
        return;
    buffer_add(&graph->out, STR("    "));
    add_quoted(graph, section->title);
    buffer_format(&graph->out, " [%s];\n",
                  line != NULL ? "shape=oval, style=filled, fillcolor=lightblue"
                  : dead       ? "color=grey, fontcolor=grey"
                               : "shape=box");
    for (const struct destination *to = section->destinations; to != NULL; to = to->next_in_section) {
        if (!is_drawn(section, to))
            continue;
        buffer_add(&graph->out, STR("    "));
        add_quoted(graph, section->title);
        buffer_add(&graph->out, STR(" -> "));
        add_quoted(graph, name_of(graph->arena, section, to));
        buffer_add(&graph->out, STR(" [label="));
        add_quoted(graph, label_of(graph->arena, section, to, "\n"));
        buffer_add(&graph->out, to->is_reference ? STR(", style=dashed];\n") : STR("];\n"));
        if (to->section != NULL)
            draw_section(graph, to->section);
    }
}

static void draw(struct graph *graph, const struct section *only)
{
    buffer_add(&graph->out, STR("digraph hookswitch {\n    rankdir=LR;\n    node [fontname=\"sans-serif\", shape=box, "
                                "style=rounded];\n    edge [fontname=\"sans-serif\", fontsize=10];\n"));
    for (const struct section *at = graph->service->config->first; at != NULL; at = at->next) {
        bool leads = at->kind->class != SECTION_PLAIN || is_root(at);
        if (only == NULL ? leads : at == only)
            draw_section(graph, at);
    }
    buffer_add(&graph->out, STR("}\n"));
}

/* --- a tree --- */

static void grow(struct graph *graph, const struct section *section, struct str front)
{
    const struct destination *last = NULL;
    for (const struct destination *to = section->destinations; to != NULL; to = to->next_in_section)
        last = is_drawn(section, to) ? to : last;
    for (const struct destination *to = section->destinations; to != NULL; to = to->next_in_section) {
        if (!is_drawn(section, to))
            continue;
        bool inner = to->section != NULL && !to->is_reference && to->section->destinations != NULL;
        bool fresh = !inner || g_hash_table_add(graph->seen, (gpointer)(uintptr_t)to->section);
        buffer_format(&graph->out, "%.*s%s %.*s: %.*s%s\n", STR_ARGS(front), to == last ? "└─" : "├─",
                      STR_ARGS(terminal_safe(graph->arena, label_of(graph->arena, section, to, "; "))),
                      STR_ARGS(terminal_safe(graph->arena, name_of(graph->arena, section, to))),
                      fresh ? "" : " (as above)");
        if (inner && fresh)
            grow(graph, to->section, ARENA_JOIN(graph->arena, front, to == last ? STR("   ") : STR("│  ")));
    }
}

static void write_trees(struct graph *graph, const struct section *only)
{
    for (const struct section *at = graph->service->config->first; at != NULL; at = at->next) {
        if (!is_root(at) || (only != NULL && at != only))
            continue;
        const struct line *line = at->keys;
        struct str number = line_number(line);
        buffer_format(&graph->out, "%.*s%s%.*s\n", STR_ARGS(at->name), number.length > 0 ? " " : "", STR_ARGS(number));
        grow(graph, at, STR(""));
    }
    for (const struct section *at = graph->service->config->first; at != NULL && only == NULL; at = at->next)
        if (at->kind->class != SECTION_PLAIN && !at->reachable)
            buffer_format(&graph->out, "nothing leads to %.*s\n", STR_ARGS(at->title));
}

/* --- a picture --- */

/* Through Graphviz, which reads all of it before it draws; onto standard output, whose end it would not check. */
static int write_picture(struct str dot, bool svg, struct error *error)
{
    gchar program[] = "dot", as_svg[] = "-Tsvg", as_png[] = "-Tpng";
    gchar *arguments[] = { program, svg ? as_svg : as_png, NULL };
    gint input = -1, output = -1, status = 0;
    char piece[4096];
    ssize_t count;
    GPid child;
    if (!g_spawn_async_with_pipes(NULL, arguments, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                                  &child, &input, &output, NULL, NULL))
        return error_set(error, "Graphviz's 'dot' is not installed: apt-get install graphviz");
    while (dot.length > 0) {
        count = write(input, dot.at, dot.length);
        if (count <= 0)
            break;
        dot = str_from(dot, (size_t)count);
    }
    close(input);
    while ((count = read(output, piece, sizeof piece)) > 0)
        fwrite(piece, 1, (size_t)count, stdout);
    close(output);
    waitpid(child, &status, 0);
    g_spawn_close_pid(child);
    return status == 0 ? COMMAND_OK : COMMAND_FAILED;
}

struct graph_options {
    const char *config, *line;
    bool text, svg, png;
};

static int run(struct context *context, const void *values, struct error *error)
{
    const struct graph_options *options = values;
    const struct section *only = NULL;
    if (context_read_sound(context, error) != 0)
        return COMMAND_UNUSABLE;
    if (options->line != NULL) {
        only =
            config_find(context->service->config, line_kind.name, arena_lower(context->arena, str_of(options->line)));
        if (only == NULL && filter_check_line(context, "", str_of(options->line), error) != 0)
            return COMMAND_UNUSABLE;
    }
    struct graph graph = { .arena = context->arena,
                           .service = context->service,
                           .seen = g_hash_table_new(g_direct_hash, g_direct_equal),
                           .out = buffer_in(context->arena) };
    if (options->text)
        write_trees(&graph, only);
    else
        draw(&graph, only);
    g_hash_table_destroy(graph.seen);
    if (options->svg || options->png)
        return write_picture(buffer_text(&graph.out), options->svg, error);
    printf("%.*s", STR_ARGS(buffer_text(&graph.out)));
    return COMMAND_OK;
}

static const struct argument arguments[] = {
    { ARGUMENT(FLAG, graph_options, text), "--text", NULL, .help = "Draw a tree in the terminal" },
    { ARGUMENT(FLAG, graph_options, svg), "--svg", NULL, .help = "Draw a picture as SVG; needs Graphviz",
      .either = true },
    { ARGUMENT(FLAG, graph_options, png), "--png", NULL, .help = "Draw a picture as PNG; needs Graphviz",
      .either = true },
    { ARGUMENT(LINE, graph_options, line), "LINE", NULL, .help = "The line to draw", .optional = true },
    { .name = NULL },
};

const struct command graph_command = {
    .name = "graph",
    .summary = "Draw where calls and messages of one line, or of all, can go",
    .size = sizeof(struct graph_options),
    .run = run,
    .arguments = arguments,
    .details = "Without --text, --svg and --png it prints DOT, Graphviz's language. Arrows show the key; hours that "
               "are only tested are dashed; unreachable nodes are grey. The end of a call is not drawn.\n"
               "Exit status: 0 drawn; 1 Graphviz is missing or failed; 2 the configuration has errors, or no such "
               "line; 64 wrong arguments.\n",
};
