/* hookswitch text: writes to a line, and shows its answer. */
#include <stdio.h>
#include <unistd.h>

#include "cli/simulate.h"
#include "cli/terminal.h"
#include "config/value.h"
#include "cxml/tree.h"
#include "web/form.h"

enum { MESSAGE_MAX_BYTES = 8192 };

static void show_one(const struct simulation *simulation, struct arena *arena, const struct cxml_tree *message)
{
    const struct cxml_tree *body = cxml_tree_child(message, "Body");
    struct str to = cxml_tree_attribute(message, "to"), from = cxml_tree_attribute(message, "from");
    printf("%.*s", STR_ARGS(terminal_safe(arena, from.length > 0 ? from : simulation->line->name)));
    if (to.length > 0)
        printf(" to %.*s", STR_ARGS(terminal_safe(arena, to)));
    printf("> %.*s\n", STR_ARGS(terminal_safe(arena, body == NULL ? message->text : body->text)));
    for (const struct cxml_tree *at = message->children; at != NULL; at = at->next)
        if (str_is(at->name, "Media"))
            printf("    picture %.*s\n", STR_ARGS(terminal_safe(arena, at->text)));
}

static struct str parameters(const struct simulation *simulation, struct arena *arena, struct str sid, struct str from,
                             struct str to, struct str body)
{
    struct buffer form = buffer_in(arena);
    const struct {
        const char *name;
        struct str value;
    } all[] = { { "MessageSid", sid },
                { "SmsSid", sid },
                { "AccountSid", platform_account(&simulation->platform) },
                { "From", from },
                { "To", to },
                { "Body", body },
                { "NumMedia", STR("0") },
                { "NumSegments", STR("1") } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        form_add(&form, str_of(all[i].name), all[i].value);
    return buffer_text(&form);
}

/* Reports the delivery of a reply that asks for it: sent, then delivered. */
static int report(const struct simulation *simulation, struct arena *arena, const struct cxml_tree *message,
                  struct str writer, struct error *error)
{
    static const char *const statuses[] = { "sent", "delivered" };
    struct str to = cxml_tree_attribute(message, "to"), from = cxml_tree_attribute(message, "from");
    struct str form = parameters(simulation, arena, platform_sid(arena), from.length > 0 ? from : simulation->to,
                                 to.length > 0 ? to : writer, STR(""));
    struct platform_request request = { .address = cxml_tree_attribute(message, "statusCallback") };
    for (size_t i = 0; i < 2 && platform_knows(&simulation->platform, request.address); i++) {
        request.form = ARENA_JOIN(arena, form, STR("&MessageStatus="), str_of(statuses[i]));
        if (platform_report(&simulation->platform, arena, &request, error) != 0)
            return -1;
    }
    return 0;
}

static int show_answer(const struct simulation *simulation, struct arena *arena, const struct cxml_tree *answer,
                       struct str writer, struct error *error)
{
    if (answer->children == NULL)
        printf("    (no reply)\n");
    for (const struct cxml_tree *at = answer->children; at != NULL; at = at->next) {
        if (!str_is(at->name, "Message"))
            continue;
        show_one(simulation, arena, at);
        if (report(simulation, arena, at, writer, error) != 0)
            return -1;
    }
    return 0;
}

static int send(struct simulation *simulation, struct str from, struct str message, struct error *error)
{
    struct arena *arena = arena_new();
    const struct cxml_tree *answer;
    struct platform_request request = {
        .address = ARENA_JOIN(arena, STR("sms.fcgi/"), simulation->line->name),
        .form = parameters(simulation, arena, platform_sid(arena), from, simulation->to, message),
    };
    int failed = platform_ask(&simulation->platform, arena, &request, CXML_MESSAGING, &answer, error);
    printf("%.*s> %.*s\n", STR_ARGS(terminal_safe(arena, from)), STR_ARGS(terminal_safe(arena, message)));
    if (!failed)
        failed = show_answer(simulation, arena, answer, from, error);
    if (!failed)
        simulate_print_actions(simulation);
    arena_free(arena);
    return failed;
}

/* "+15551110001: yes" is written by somebody else. */
static int send_line(struct simulation *simulation, struct str line, struct error *error)
{
    size_t colon = str_find_char(line, ':');
    struct str number;
    if (str_starts(line, STR("+")) && colon < line.length &&
        value_number(simulation->arena, str_upto(line, colon), &number))
        return send(simulation, number, str_trim(str_from(line, colon + 1)), error);
    return send(simulation, simulation->from, line, error);
}

static int converse(struct simulation *simulation, struct error *error)
{
    char line[MESSAGE_MAX_BYTES];
    bool terminal = isatty(STDIN_FILENO) == 1;
    if (terminal)
        printf("Write to %.*s; an empty line ends it. '+15551110001: text' comes from another telephone.\n",
               STR_ARGS(simulation->line->name));
    while (fgets(line, sizeof line, stdin) != NULL) {
        struct str message = str_trim(str_of(line));
        if (message.length == 0 && terminal)
            return 0;
        if (message.length > 0 && send_line(simulation, message, error) != 0)
            return -1;
    }
    return 0;
}

struct text_options {
    struct simulate_options simulate;
    struct argument_list messages;
};

static int run(struct context *context, const void *values, struct error *error)
{
    const struct text_options *options = values;
    struct simulation simulation;
    int status = simulate_begin(&simulation, context, context->arena, &options->simulate, error);
    if (status == COMMAND_OK && options->messages.count == 0)
        status = converse(&simulation, error);
    for (size_t i = 0; status == COMMAND_OK && i < options->messages.count; i++)
        status = send_line(&simulation, str_of(options->messages.at[i]), error);
    simulate_end(&simulation);
    return status;
}

static const struct argument arguments[] = {
    SIMULATE_ARGUMENTS,
    { SIMULATE_LINE_ARGUMENT },
    { ARGUMENT(LIST, text_options, messages), "MESSAGE", NULL,
      .help = "A text of the conversation; +15551110001: TEXT is from that number", .optional = true },
    { .name = NULL },
};

const struct command text_command = {
    .name = "text",
    .summary = "Send messages to a line and show the replies, without a telephone",
    .size = sizeof(struct text_options),
    .run = run,
    .arguments = arguments,
    .details = "All messages are one conversation. Without arguments, messages are read from standard input, one a "
               "line.\n"
               "Nothing is sent. Without --url, the configured store stays untouched: forms and opt-outs are kept in "
               "a temporary one.\n"
               "Exit status: 0 answered; 1 the platform would refuse an answer; 2 the configuration cannot be used, "
               "or has no such line; 64 wrong arguments.\n",
};
