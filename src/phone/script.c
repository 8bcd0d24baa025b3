#include "phone/script.h"

#include <string.h>

#include "base/buffer.h"
#include "base/words.h"

enum { RECORDED_S = 10 };

/* --- what is heard --- */

static void show(const struct script *script, struct text line)
{
    if (script->show != NULL)
        script->show(script->context, line);
}

static void hear(void *context, const char *kind, struct text what)
{
    struct script *script = context;
    struct arena *arena = script->call.arena;
    if (script->count < SCRIPT_HEARD_MAX)
        script->heard[script->count++] = (struct script_heard){ kind, what };
    if (strcmp(kind, "say") == 0)
        show(script, ARENA_JOIN(arena, TEXT("< "), what));
    else
        show(script, arena_format(arena, "< [%s%s%.*s]", kind, what.length > 0 ? " " : "", TEXT_ARGS(what)));
}

int script_begin(struct script *script, const struct carrier *carrier, struct arena *arena, struct text line,
                 struct text from, struct text to, struct error *error)
{
    script->call = (struct phone_call){
        .carrier = carrier, .arena = arena, .from = from, .to = to, .tell = hear, .context = script
    };
    script->count = 0;
    return phone_ring(&script->call, line, error);
}

/* --- what is expected --- */

static bool fits(const struct script *script, const struct script_heard *heard, struct text kind, struct text what)
{
    struct arena *arena = script->call.arena;
    bool exact = text_is(kind, "dial") || text_is(kind, "play") || text_is(kind, "enqueue");
    if (!text_is(kind, heard->kind))
        return false;
    if (what.length == 0)
        return true;
    return exact ? text_equal(heard->what, what)
                 : words_contain(words_fold(arena, heard->what), words_fold(arena, what));
}

static int differ(const struct script *script, struct text kind, struct text what, struct error *error)
{
    struct buffer all = buffer_in(script->call.arena);
    for (size_t i = 0; i < script->count && all.length < 300; i++)
        buffer_format(&all, "%s%s%s%.*s", i == 0 ? "" : "; ", script->heard[i].kind,
                      script->heard[i].what.length > 0 ? " " : "", TEXT_ARGS(text_upto(script->heard[i].what, 120)));
    return error_set(error, "expected: %.*s%s%.*s; there was: %.*s", TEXT_ARGS(kind), what.length > 0 ? " " : "",
                     TEXT_ARGS(text_upto(what, 100)), TEXT_ARGS(all.length == 0 ? TEXT("nothing") : buffer_text(&all)));
}

static int expect(const struct script *script, struct text kind, struct text what, struct error *error)
{
    static const char *const kinds[] = { "say",     "play",     "dial",   "text",    "connect", "enqueue",  "voicemail",
                                         "bridged", "declined", "reject", "hang up", "queue",   "elsewhere" };
    size_t known = 0;
    if (text_is(kind, "hang") && text_is(what, "up")) {
        kind = TEXT("hang up");
        what = TEXT("");
    }
    while (known < sizeof kinds / sizeof *kinds && !text_is(kind, kinds[known]))
        known++;
    if (known == sizeof kinds / sizeof *kinds)
        return error_set(error,
                         "nothing is called '%.*s' that could be expected; there are say, play, dial, text, connect, "
                         "enqueue, voicemail, bridged, declined, reject, elsewhere, hang up",
                         TEXT_ARGS(text_upto(kind, 40)));
    if (text_is(kind, "voicemail"))
        return script->call.waits == PHONE_RECORDING ? 0 : differ(script, kind, what, error);
    for (size_t i = 0; i < script->count; i++)
        if (fits(script, &script->heard[i], kind, what))
            return 0;
    return differ(script, kind, what, error);
}

/* --- steps --- */

static struct text unquoted(struct text text)
{
    bool quoted = text.length >= 2 && text.at[0] == '"' && text.at[text.length - 1] == '"';
    return quoted ? text_from(text_upto(text, text.length - 1), 1) : text;
}

static int act(struct script *script, struct text verb, struct text what, struct error *error)
{
    struct phone_call *call = &script->call;
    unsigned long seconds = RECORDED_S;
    if (text_is(verb, "press"))
        return phone_press(call, what, error);
    if (text_is(verb, "say"))
        return phone_say(call, what, error);
    if (text_is(verb, "wait"))
        return phone_wait(call, error);
    size_t space = text_find_char(what, ' ');
    struct text first = text_upto(what, space), rest = text_trim(text_from(what, space));
    if (text_is(verb, "dial"))
        return phone_outcome(call, first, rest, error);
    if (text_is(verb, "bridged"))
        return phone_outcome(call, verb, TEXT(""), error);
    if (text_is(verb, "hang"))
        return phone_hang_up(call, error);
    if (!text_is(verb, "record"))
        return error_set(error, "no step is called '%.*s'; now there are: %s", TEXT_ARGS(text_upto(verb, 40)),
                         phone_choices(call));
    if (what.length > 0 && !text_to_number(first, 3600, &seconds))
        return error_set(error, "record %.*s: expected seconds", TEXT_ARGS(text_upto(what, 40)));
    return phone_record(call, (long)seconds, rest.length > 0 ? unquoted(rest) : TEXT("A message."), error);
}

int script_step(struct script *script, struct text step, struct error *error)
{
    struct text rest = text_trim(step);
    size_t space = text_find_char(rest, ' ');
    struct text verb = text_upto(rest, space), what = text_trim(text_from(rest, space));
    if (text_is(verb, "expect")) {
        space = text_find_char(what, ' ');
        return expect(script, text_upto(what, space), unquoted(text_trim(text_from(what, space))), error);
    }
    script->count = 0;
    show(script, ARENA_JOIN(script->call.arena, TEXT("> "), rest));
    return act(script, verb, unquoted(what), error);
}
