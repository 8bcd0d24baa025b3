/* hookswitch fax: sends a line a fax, and shows what it does. */
#include <stdio.h>

#include "cli/simulate.h"
#include "cli/terminal.h"
#include "cxml/tree.h"
#include "web/form.h"

struct fax_options {
    struct simulate_options simulate;
    long pages;
    bool failed;
};

/* Asks what to do with a fax: `further` are parameters beside its sid and numbers. */
static int ask(const struct simulation *simulation, struct arena *arena, struct str sid, struct str address,
               struct str further, const struct cxml_tree **document, struct error *error)
{
    struct buffer form = buffer_in(arena);
    form_add(&form, STR("FaxSid"), sid);
    form_add(&form, STR("AccountSid"), platform_account(&simulation->platform));
    form_add(&form, STR("ApiVersion"), STR("2010-04-01"));
    form_add(&form, STR("From"), simulation->from);
    form_add(&form, STR("To"), simulation->to);
    buffer_add(&form, further);
    struct platform_request request = { .address = address, .form = buffer_text(&form) };
    return platform_ask(&simulation->platform, arena, &request, CXML_FAX, document, error);
}

static int receive(struct simulation *simulation, struct arena *arena, struct str sid, const struct cxml_tree *verb,
                   const struct fax_options *options, struct error *error)
{
    const struct cxml_tree *answer;
    printf("%.*s> receives: %.*s, %.*s\n", STR_ARGS(simulation->line->name),
           STR_ARGS(cxml_tree_attribute(verb, "mediaType")), STR_ARGS(cxml_tree_attribute(verb, "pageSize")));
    struct str status =
        options->failed
            ? STR("&FaxStatus=failed&ErrorCode=35009&ErrorMessage=remote+hung+up&NumPages=0")
            : arena_format(arena,
                           "&FaxStatus=received&NumPages=%ld&MediaUrl=https%%3A%%2F%%2Ffiles.example.com%%2Ffax.pdf",
                           options->pages);
    if (ask(simulation, arena, sid, cxml_tree_attribute(verb, "action"), status, &answer, error) != 0)
        return -1;
    if (options->failed)
        printf("fax> failed: 35009 remote hung up\n");
    else
        printf("fax> %ld pages received\n", options->pages);
    return 0;
}

static int play(struct simulation *simulation, const struct fax_options *options, struct error *error)
{
    struct arena *arena = simulation->arena;
    struct str sid = platform_sid(arena), address = ARENA_JOIN(arena, STR("fax.fcgi/"), simulation->line->name);
    const struct cxml_tree *answer;
    if (ask(simulation, arena, sid, address, STR(""), &answer, error) != 0)
        return -1;
    printf("fax> from %.*s\n", STR_ARGS(terminal_safe(arena, simulation->from)));
    const struct cxml_tree *verb = cxml_tree_child(answer, "Receive");
    if (verb == NULL)
        printf("%.*s> rejects it\n", STR_ARGS(simulation->line->name));
    else if (receive(simulation, arena, sid, verb, options, error) != 0)
        return -1;
    simulate_print_actions(simulation);
    return 0;
}

static int run(struct context *context, const void *values, struct error *error)
{
    const struct fax_options *options = values;
    struct simulation simulation;
    int status = simulate_begin(&simulation, context, context->arena, &options->simulate, error);
    if (status == COMMAND_OK)
        status = play(&simulation, options, error);
    simulate_end(&simulation);
    return status;
}

static const struct argument arguments[] = {
    SIMULATE_ARGUMENTS,
    { ARGUMENT(NUMBER, fax_options, pages), "--pages", "N", .help = "Number of pages", .fallback = "1", .least = 1,
      .most = 500 },
    { ARGUMENT(FLAG, fax_options, failed), "--failed", NULL, .help = "Break off the transmission", .either = true },
    { SIMULATE_LINE_ARGUMENT },
    { .name = NULL },
};

const struct command fax_command = {
    .name = "fax",
    .summary = "Send a fax to a line, and show whether it is accepted and which actions it triggers",
    .size = sizeof(struct fax_options),
    .run = run,
    .arguments = arguments,
    .details = "Nothing is sent. Without --url, no action runs, and the configured store stays untouched.\n"
               "Exit status: 0 received or rejected; 1 the platform would refuse an answer; 2 the configuration "
               "cannot be used, or has no such line; 64 wrong arguments.\n",
};
