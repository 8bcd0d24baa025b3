#include "simulator/call.h"

#include <string.h>

#include "base/words.h"

enum { RECORDED_S = 10 };

/* --- what is heard --- */

static void hear(void *context, const char *kind, struct str what)
{
    struct script *script = context;
    struct arena *arena = script->call.arena;
    if (script->count < SCRIPT_HEARD_MAX)
        script->heard[script->count++] = (struct script_heard){ kind, what };
    if (strcmp(kind, "say") == 0)
        script->show(script->context, ARENA_JOIN(arena, STR("< "), what));
    else
        script->show(script->context,
                     arena_format(arena, "< [%s%s%.*s]", kind, what.length > 0 ? " " : "", STR_ARGS(what)));
}

int script_begin(struct script *script, const struct platform *platform, struct arena *arena, struct str line,
                 struct str from, struct str to, struct error *error)
{
    script->call = (struct phone_call){
        .platform = platform, .arena = arena, .from = from, .to = to, .emit = hear, .context = script
    };
    script->count = 0;
    return phone_ring(&script->call, line, error);
}

/* --- what is expected --- */

static bool fits(const struct script *script, const struct script_heard *heard, struct str kind, struct str what)
{
    struct arena *arena = script->call.arena;
    bool exact = str_is(kind, "dial") || str_is(kind, "play") || str_is(kind, "enqueue");
    if (!str_is(kind, heard->kind))
        return false;
    if (what.length == 0)
        return true;
    return exact ? str_equal(heard->what, what)
                 : words_contain(words_fold(arena, heard->what), words_fold(arena, what));
}

static int differ(const struct script *script, struct str kind, struct str what, struct error *error)
{
    struct buffer all = buffer_in(script->call.arena);
    for (size_t i = 0; i < script->count && all.length < 300; i++)
        buffer_format(&all, "%s%s%s%.*s", i == 0 ? "" : "; ", script->heard[i].kind,
                      script->heard[i].what.length > 0 ? " " : "", STR_ARGS(str_upto(script->heard[i].what, 120)));
    return error_set(error, "expected: %.*s%s%.*s; heard: %.*s", STR_ARGS(kind), what.length > 0 ? " " : "",
                     STR_ARGS(str_upto(what, 100)), STR_ARGS(all.length == 0 ? STR("nothing") : buffer_text(&all)));
}

static int expect(const struct script *script, struct str kind, struct str what, struct error *error)
{
    static const char *const kinds[] = { "say",     "play",     "dial",   "text",    "connect", "enqueue",  "voicemail",
                                         "bridged", "declined", "reject", "hang up", "queue",   "elsewhere" };
    size_t known = 0;
    if (str_is(kind, "hang") && str_is(what, "up")) {
        kind = STR("hang up");
        what = STR("");
    }
    while (known < sizeof kinds / sizeof *kinds && !str_is(kind, kinds[known]))
        known++;
    if (known == sizeof kinds / sizeof *kinds)
        return error_set(error,
                         "'%.*s' cannot be expected: expected say, play, dial, text, connect, "
                         "enqueue, voicemail, bridged, declined, reject, elsewhere, hang up",
                         STR_ARGS(str_upto(kind, 40)));
    if (str_is(kind, "voicemail"))
        return script->call.waits == PHONE_RECORDING ? 0 : differ(script, kind, what, error);
    for (size_t i = 0; i < script->count; i++)
        if (fits(script, &script->heard[i], kind, what))
            return 0;
    return differ(script, kind, what, error);
}

/* --- steps --- */

static struct str unquoted(struct str text)
{
    bool quoted = text.length >= 2 && text.at[0] == '"' && text.at[text.length - 1] == '"';
    return quoted ? str_from(str_upto(text, text.length - 1), 1) : text;
}

static int act(struct script *script, struct str verb, struct str what, struct error *error)
{
    struct phone_call *call = &script->call;
    unsigned long seconds = RECORDED_S;
    if (str_is(verb, "press"))
        return phone_press(call, what, error);
    if (str_is(verb, "say"))
        return phone_say(call, what, error);
    if (str_is(verb, "wait"))
        return phone_wait(call, error);
    size_t space = str_find_char(what, ' ');
    struct str first = str_upto(what, space), rest = str_trim(str_from(what, space));
    if (str_is(verb, "dial"))
        return phone_outcome(call, first, rest, error);
    if (str_is(verb, "bridged"))
        return phone_outcome(call, verb, STR(""), error);
    if (str_is(verb, "hang"))
        return phone_hang_up(call, error);
    if (!str_is(verb, "record"))
        return error_set(error, "'%.*s' is not a step: expected %s", STR_ARGS(str_upto(verb, 40)), phone_choices(call));
    if (what.length > 0 && !str_to_number(first, 3600, &seconds))
        return error_set(error, "record %.*s: expected seconds", STR_ARGS(str_upto(what, 40)));
    return phone_record(call, (long)seconds, rest.length > 0 ? unquoted(rest) : STR("A message."), error);
}

int script_step(struct script *script, struct str step, struct error *error)
{
    struct str rest = str_trim(step);
    size_t space = str_find_char(rest, ' ');
    struct str verb = str_upto(rest, space), what = str_trim(str_from(rest, space));
    if (str_is(verb, "expect")) {
        space = str_find_char(what, ' ');
        return expect(script, str_upto(what, space), unquoted(str_trim(str_from(what, space))), error);
    }
    script->count = 0;
    script->show(script->context, ARENA_JOIN(script->call.arena, STR("> "), rest));
    return act(script, verb, unquoted(what), error);
}
