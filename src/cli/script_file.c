#include "cli/script_file.h"

#include "base/file.h"

enum { SCRIPT_MAX_BYTES = 1 << 20 };

static bool read_header(struct simulate_options *options, struct str line)
{
    const struct {
        const char *word;
        const char **value;
    } all[] = { { "line", &options->line },
                { "from", &options->from },
                { "at", &options->at },
                { "with", &options->with.at[options->with.count] } };
    size_t space = str_find_char(line, ' ');
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (str_is(str_upto(line, space), all[i].word)) {
            *all[i].value = str_trim(str_from(line, space)).at; /* the line ends there */
            options->with.count += all[i].word[0] == 'w';
            return true;
        }
    return false;
}

int script_file_read(struct arena *arena, const char *path, struct script_file *file, struct error *error)
{
    struct str content, rest, line;
    size_t lines = 1;
    *file = (struct script_file){ .path = path };
    if (file_read(arena, str_of(path), SCRIPT_MAX_BYTES, &content, error) != 0)
        return -1;
    for (size_t i = 0; i < content.length; i++)
        lines += content.at[i] == '\n';
    file->steps = ARENA_ARRAY(arena, struct script_file_step, lines);
    file->options.with.at = ARENA_ARRAY(arena, const char *, lines);
    rest = content;
    for (int number = 1; str_next(&rest, '\n', &line); number++) {
        struct str own = arena_copy(arena, line);
        if (own.length > 0 && own.at[0] != '#' && !(file->count == 0 && read_header(&file->options, own)))
            file->steps[file->count++] = (struct script_file_step){ own, number };
    }
    return 0;
}

struct simulate_options script_file_merge(struct arena *arena, const struct simulate_options *first,
                                          const struct simulate_options *second)
{
    struct simulate_options merged = *first;
    const struct argument_list *const lists[] = { &first->with, &second->with };
    merged.line = first->line == NULL ? second->line : first->line;
    merged.from = first->from == NULL ? second->from : first->from;
    merged.at = first->at == NULL ? second->at : first->at;
    merged.with = (struct argument_list){ ARENA_ARRAY(arena, const char *, first->with.count + second->with.count), 0 };
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < lists[i]->count; j++)
            merged.with.at[merged.with.count++] = lists[i]->at[j];
    return merged;
}

int script_file_play(const struct script_file *file, struct script *script, struct error *error)
{
    struct error why;
    for (size_t i = 0; i < file->count; i++)
        if (script_step(script, file->steps[i].text, &why) != 0)
            return error_set(error, "%s:%d: %s", file->path, file->steps[i].line, why.sentence);
    return 0;
}

int script_file_begin(struct script *script, struct simulation *simulation,
                      void (*show)(void *context, struct str line), void *context, struct error *error)
{
    script->show = show;
    script->context = context;
    return script_begin(script, &simulation->platform, simulation->arena, simulation->line->name, simulation->from,
                        simulation->to, error);
}
