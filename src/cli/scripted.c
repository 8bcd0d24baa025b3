#include "cli/scripted.h"

#include "base/file.h"

enum { SCRIPT_MAX_BYTES = 1 << 20 };

static bool is_header(struct scripted *scripted, struct str line)
{
    const struct {
        const char *word;
        const char **value;
    } all[] = { { "line", &scripted->wish.line }, { "from", &scripted->wish.from }, { "at", &scripted->wish.at } };
    size_t space = str_find_char(line, ' ');
    if (str_is(str_upto(line, space), "with"))
        return played_option(&scripted->wish, 'w', str_trim(str_from(line, space)).at);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (str_is(str_upto(line, space), all[i].word)) {
            *all[i].value = str_trim(str_from(line, space)).at; /* the line ends there */
            return true;
        }
    return false;
}

int scripted_read(struct arena *arena, const char *path, struct scripted *scripted, struct error *error)
{
    struct str content, rest, line;
    size_t lines = 1;
    *scripted = (struct scripted){ .path = path };
    if (file_read(arena, str_of(path), SCRIPT_MAX_BYTES, &content, error) != 0)
        return -1;
    for (size_t i = 0; i < content.length; i++)
        lines += content.at[i] == '\n';
    scripted->steps = ARENA_ARRAY(arena, struct scripted_step, lines);
    rest = content;
    for (int number = 1; str_next(&rest, '\n', &line); number++) {
        struct str own = arena_copy(arena, line);
        if (own.length > 0 && own.at[0] != '#' && !(scripted->count == 0 && is_header(scripted, own)))
            scripted->steps[scripted->count++] = (struct scripted_step){ own, number };
    }
    return 0;
}

int scripted_play(const struct scripted *scripted, struct script *script, struct error *error)
{
    struct error why;
    for (size_t i = 0; i < scripted->count; i++)
        if (script_step(script, scripted->steps[i].text, &why) != 0)
            return error_set(error, "%s:%d: %s", scripted->path, scripted->steps[i].line, why.sentence);
    return 0;
}

int scripted_begin(struct script *script, struct played *played, void (*show)(void *context, struct str line),
                   void *context, struct error *error)
{
    script->show = show;
    script->context = context;
    return script_begin(script, &played->carrier, played->arena, played->line->name, played->from, played->to, error);
}
