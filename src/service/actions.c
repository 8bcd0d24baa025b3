#include "service/actions.h"

#include <glib.h>
#include <string.h>

#include "base/template.h"
#include "config/value.h"

const struct actions *actions_of(const struct section *section)
{
    size_t offset = section->kind->actions;
    return offset == 0 ? NULL : (const struct actions *)(const void *)((const char *)section->keys + offset);
}

static void check_names(struct config_reader *reader, struct section *section, const char *key, struct str text)
{
    if (!template_is_closed(text))
        config_error(reader, section, "%s: '{{' is never closed; put '}}' behind the name", key);
}

/* Shell syntax: | > 2>&1 && ... as a word, or a ';' at the end of one. Quoted words are meant for the program. */
static bool is_for_a_shell(struct arena *arena, struct str run, const char *word)
{
    size_t length = strlen(word), digits = strspn(word, "0123456789");
    bool ends = length > 1 && word[length - 1] == ';';
    if (!ends && (strcspn(word + digits, "|&;<>") > 0 || (digits > 0 && strcspn(word + digits, "<>") > 0)))
        return false;
    struct str padded = ARENA_JOIN(arena, STR(" "), run, STR(" "));
    return length > digits && str_find(padded, ARENA_JOIN(arena, STR(" "), str_of(word), STR(" "))) < padded.length;
}

static void check_shell(struct config_reader *reader, struct section *section, struct str run, char **words)
{
    for (; *words != NULL; words++)
        if (is_for_a_shell(config_reader_arena(reader), run, *words)) {
            config_complain(reader, section, NULL, COMPLAINT_HINT,
                            "run: no shell reads this, so '%s' is passed to the program literally; expected a "
                            "script of your own, or /bin/sh -c '...'",
                            *words);
            return;
        }
}

static void check_run(struct config_reader *reader, struct section *section, struct str run)
{
    char **words = NULL;
    if (!g_shell_parse_argv(arena_copy(config_reader_arena(reader), run).at, NULL, &words, NULL))
        config_error(reader, section,
                     "run: a quotation mark is never closed; expected /path/to/program and its arguments");
    else if (words[0][0] != '/')
        config_error(reader, section, "run: '%s' is not an absolute path; expected /path/to/program and its arguments",
                     words[0]);
    else
        check_shell(reader, section, run, words + 1);
    g_strfreev(words);
}

static void check_types(struct config_reader *reader, struct section *section, const struct actions *actions)
{
    for (const struct word *word = actions->fetch_types; word != NULL; word = word->next) {
        size_t slash = str_find_char(word->text, '/');
        if (slash == 0 || slash + 1 >= word->text.length)
            config_error(reader, section,
                         "fetch_types: '%.*s' is not a type; expected for example image/jpeg or image/*",
                         STR_ARGS(word->text));
    }
}

static void check_text(struct config_reader *reader, struct section *section, const struct actions *actions)
{
    for (struct word *word = actions->text; word != NULL; word = word->next)
        if (!value_number(config_reader_arena(reader), word->text, &word->text))
            config_complain_of_number(reader, section, NULL, "text", word->text, "E.164 such as +15551230001");
    check_names(reader, section, "text_message", actions->text_message);
}

void actions_check(struct config_reader *reader, struct section *section)
{
    const struct actions *actions = actions_of(section);
    size_t recipients = 0;
    for (const struct word *word = actions->mail; word != NULL; word = word->next, recipients++)
        if (!value_mail(word->text))
            config_error(reader, section, "mail: '%.*s' is not an address: %s", STR_ARGS(word->text),
                         value_mail_advice(config_reader_arena(reader), word->text).at);
    if (recipients > ACTIONS_RECIPIENTS_MAX)
        config_error(reader, section, "mail: %zu addresses; a mail has at most %d: write to a list instead", recipients,
                     ACTIONS_RECIPIENTS_MAX);
    check_text(reader, section, actions);
    check_types(reader, section, actions);
    if (actions->run.length > 0)
        check_run(reader, section, actions->run);
    check_names(reader, section, "name", actions->name);
    check_names(reader, section, "subject", actions->subject);
    if (str_find_char(actions->name, '/') < actions->name.length)
        config_error(reader, section, "name: the name of a file cannot contain '/'; fetch names the folder");
    if (actions->secret.length > 0 && actions->secret_file.length > 0)
        config_error(reader, section, "either secret or secret_file, not both; remove one");
    if (actions->post.length > 0 && actions->secret.length == 0 && actions->secret_file.length == 0)
        config_complain(
            reader, section, NULL, COMPLAINT_WARNING,
            "post without a secret: the receiver cannot tell whose request it is; expected secret_file = FILE");
}

static const struct verb {
    const char *name;
    bool waits; /* for a transcription */
} verbs[] = { { "fetch", false }, { "mail", true }, { "run", false }, { "post", false }, { "text", true } };

static bool is_wanted(const struct actions *actions, size_t verb)
{
    const bool wanted[] = { actions->fetch.length > 0, actions->mail != NULL, actions->run.length > 0,
                            actions->post.length > 0, actions->text != NULL };
    return wanted[verb];
}

bool actions_are_none(const struct actions *actions)
{
    size_t i = 0;
    while (i < sizeof verbs / sizeof *verbs && !is_wanted(actions, i))
        i++;
    return i == sizeof verbs / sizeof *verbs;
}

void actions_request_job(struct arena *arena, const struct section *section, const char *verb, int64_t due_us,
                         struct event *event)
{
    struct job_request *order = ARENA_NEW(arena, struct job_request);
    order->next = event->job_requests;
    order->action = arena_format(arena, "%s%s%s%.*s/%s", section->scope != 0 ? "@" : "", section->kind->name,
                                 section->name.length > 0 ? " " : "", STR_ARGS(section->name), verb);
    order->due_us = due_us;
    event->job_requests = order;
}

void actions_request_jobs(struct arena *arena, const struct section *section, bool waits, struct event *event)
{
    const struct actions *actions = actions_of(section);
    for (size_t i = 0; actions != NULL && i < sizeof verbs / sizeof *verbs; i++)
        if (is_wanted(actions, i))
            actions_request_job(arena, section, verbs[i].name,
                                event->received_us + (waits && verbs[i].waits ? actions->wait_s * INT64_C(1000000) : 0),
                                event);
}

const struct section *actions_find(const struct config *config, unsigned scope, struct str action, struct str *verb)
{
    bool own = str_starts(action, STR("@"));
    *verb = str_behind_last(action, '/');
    if (verb->length == action.length)
        return NULL;
    struct str title = str_upto(str_from(action, own), action.length - own - verb->length - 1);
    size_t space = str_find_char(title, ' ');
    char kind[32];
    if (space >= sizeof kind)
        return NULL;
    memcpy(kind, title.at, space);
    kind[space] = '\0';
    return config_find_in(config, kind, own ? scope : 0, str_from(title, space + 1));
}
