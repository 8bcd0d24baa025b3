#include "cli/script_file.h"

#include "base/file.h"

enum { SCRIPT_MAX_BYTES = 1 << 20 };

static bool is_header(struct script_file *file, struct str line)
{
    const struct {
        const char *word;
        const char **value;
    } all[] = { { "line", &file->wish.line }, { "from", &file->wish.from }, { "at", &file->wish.at } };
    size_t space = str_find_char(line, ' ');
    if (str_is(str_upto(line, space), "with"))
        return simulate_option(&file->wish, 'w', str_trim(str_from(line, space)).at);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (str_is(str_upto(line, space), all[i].word)) {
            *all[i].value = str_trim(str_from(line, space)).at; /* the line ends there */
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
    rest = content;
    for (int number = 1; str_next(&rest, '\n', &line); number++) {
        struct str own = arena_copy(arena, line);
        if (own.length > 0 && own.at[0] != '#' && !(file->count == 0 && is_header(file, own)))
            file->steps[file->count++] = (struct script_file_step){ own, number };
    }
    return 0;
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
