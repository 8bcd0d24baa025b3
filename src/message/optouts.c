#include "message/optouts.h"

#include "base/words.h"

enum { NUMBER_MAX_BYTES = 100, BODY_MAX_BYTES = 100 };

static const struct {
    const char *language, *word;
    enum optouts_word means;
} all_words[] = {
    { "", "stop", OPTOUTS_STOP },         { "", "stopall", OPTOUTS_STOP },      { "", "stop all", OPTOUTS_STOP },
    { "", "unsubscribe", OPTOUTS_STOP },  { "", "cancel", OPTOUTS_STOP },       { "", "end", OPTOUTS_STOP },
    { "", "quit", OPTOUTS_STOP },         { "", "start", OPTOUTS_START },       { "", "unstop", OPTOUTS_START },
    { "", "help", OPTOUTS_HELP },         { "", "info", OPTOUTS_HELP },         { "es", "alto", OPTOUTS_STOP },
    { "es", "parar", OPTOUTS_STOP },      { "es", "cancelar", OPTOUTS_STOP },   { "es", "baja", OPTOUTS_STOP },
    { "es", "alta", OPTOUTS_START },      { "es", "comenzar", OPTOUTS_START },  { "es", "ayuda", OPTOUTS_HELP },
    { "fr", "arret", OPTOUTS_STOP },      { "fr", "arreter", OPTOUTS_STOP },    { "fr", "annuler", OPTOUTS_STOP },
    { "fr", "desabonner", OPTOUTS_STOP }, { "fr", "commencer", OPTOUTS_START }, { "fr", "aide", OPTOUTS_HELP },
    { "de", "stopp", OPTOUTS_STOP },      { "de", "abmelden", OPTOUTS_STOP },   { "de", "ende", OPTOUTS_STOP },
    { "de", "anmelden", OPTOUTS_START },  { "de", "hilfe", OPTOUTS_HELP },      { "pt", "parar", OPTOUTS_STOP },
    { "pt", "cancelar", OPTOUTS_STOP },   { "pt", "sair", OPTOUTS_STOP },       { "pt", "iniciar", OPTOUTS_START },
    { "pt", "ajuda", OPTOUTS_HELP },      { "it", "annulla", OPTOUTS_STOP },    { "it", "ferma", OPTOUTS_STOP },
    { "it", "inizia", OPTOUTS_START },    { "it", "aiuto", OPTOUTS_HELP },      { "nl", "stoppen", OPTOUTS_STOP },
    { "nl", "afmelden", OPTOUTS_STOP },   { "nl", "aanmelden", OPTOUTS_START },
};

static bool is_main(struct str language, const char *wanted)
{
    return str_equal_nocase(str_upto(language, str_find_char(language, '-')), str_of(wanted));
}

static bool is_spoken(const struct line *line, struct str default_language, const char *wanted)
{
    if (wanted[0] == '\0' || is_main(line->language, wanted) || is_main(default_language, wanted))
        return true;
    for (const struct word *word = line->languages; word != NULL; word = word->next)
        if (is_main(word->text, wanted))
            return true;
    return false;
}

enum optouts_word optouts_read(struct arena *arena, const struct line *line, struct str default_language,
                               struct str body)
{
    struct str folded = body.length > BODY_MAX_BYTES ? STR("") : str_trim(words_fold(arena, body));
    for (size_t i = 0; folded.length > 0 && i < sizeof all_words / sizeof *all_words; i++)
        if (str_is(folded, all_words[i].word) && is_spoken(line, default_language, all_words[i].language))
            return all_words[i].means;
    return OPTOUTS_NONE;
}

struct str optouts_row(struct arena *arena, struct str line, struct str number)
{
    return ARENA_JOIN(arena, STR(OPTOUTS_FRONT), line, STR(" "), str_upto(number, NUMBER_MAX_BYTES));
}

int optouts_has(struct store *store, struct arena *arena, struct str line, struct str number, int64_t now_us,
                struct error *error)
{
    struct kv_entry row;
    return kv_get(store, arena, optouts_row(arena, line, number), now_us, &row, error);
}

struct setting {
    struct arena *arena;
    int64_t now_us;
    bool out;
};

static enum kv_action set(void *context, bool there, struct kv_entry *entry)
{
    const struct setting *setting = context;
    if (there == setting->out)
        return KV_KEEP; /* of the first time */
    *entry = (struct kv_entry){ arena_format(setting->arena, "%lld", (long long)(setting->now_us / 1000000)), 0 };
    return setting->out ? KV_SET : KV_DELETE;
}

int optouts_set(struct store *store, struct arena *arena, struct str line, struct str number, bool out, int64_t now_us,
                struct error *error)
{
    struct setting setting = { arena, now_us, out };
    return kv_update(store, arena, optouts_row(arena, line, number), now_us, set, &setting, error);
}

void optouts_order(struct arena *arena, struct str number, bool out, int64_t due_us, struct event *event)
{
    struct job_request *order = ARENA_NEW(arena, struct job_request);
    struct str word = out ? STR(OPTOUTS_ORDER_OUT) : STR(OPTOUTS_ORDER_IN);
    *order = (struct job_request){ event->job_requests,
                                   ARENA_JOIN(arena, word, STR(" "), str_upto(number, NUMBER_MAX_BYTES)), due_us };
    event->job_requests = order;
}
