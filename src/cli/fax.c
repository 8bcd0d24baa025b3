/* hookswitch fax: what does a line do with a fax? */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/simulate.h"
#include "cxml/tree.h"
#include "web/form.h"

enum { PAGES_MAX = 500 };

/* Asks what is to be done with a fax: `further` are parameters beside its sid and numbers. */
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
                   const char *pages, struct error *error)
{
    const struct cxml_tree *answer;
    bool failed = strcmp(pages, "failed") == 0;
    printf("%.*s> receives: %.*s, %.*s\n", STR_ARGS(simulation->line->name),
           STR_ARGS(cxml_tree_attribute(verb, "mediaType")), STR_ARGS(cxml_tree_attribute(verb, "pageSize")));
    struct str told =
        failed ? STR("&FaxStatus=failed&ErrorCode=35009&ErrorMessage=remote+hung+up&NumPages=0")
               : arena_format(arena,
                              "&FaxStatus=received&NumPages=%s&MediaUrl=https%%3A%%2F%%2Ffiles.example.com%%2Ffax.pdf",
                              pages);
    if (ask(simulation, arena, sid, cxml_tree_attribute(verb, "action"), told, &answer, error) != 0)
        return -1;
    printf("fax> %s%s\n", failed ? "failed: 35009 remote hung up" : pages, failed ? "" : " pages received");
    return 0;
}

static int play(struct simulation *simulation, const char *pages, struct error *error)
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
    else if (receive(simulation, arena, sid, verb, pages, error) != 0)
        return -1;
    simulate_print_actions(simulation);
    return 0;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        SIMULATE_OPTIONS,
        { "pages", required_argument, NULL, 'p' },
        { "failed", no_argument, NULL, 'x' },
        { NULL, 0, NULL, 0 },
    };
    struct simulate_options wish = { .config = NULL };
    const char *pages = "1";
    struct simulation simulation;
    struct error why;
    unsigned long count;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == 'x' || option == 'p')
            pages = option == 'x' ? "failed" : optarg;
        else if (!simulate_option(&wish, option, optarg))
            return command_usage(&fax_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
    }
    if (strcmp(pages, "failed") != 0 && (!str_to_number(str_of(pages), PAGES_MAX, &count) || count == 0))
        return command_usage(&fax_command, "--pages %s: expected 1 to %d", pages, PAGES_MAX);
    if (optind + 1 != argc)
        return command_usage(&fax_command, "which line? expected its name, or one of its numbers");
    wish.line = argv[optind];
    int failed = simulate_begin(&simulation, &wish, &why), status = failed ? COMMAND_UNUSABLE : COMMAND_FAILED;
    if (!failed)
        failed = play(&simulation, pages, &why);
    if (failed)
        fprintf(stderr, "hookswitch fax: %s\n", why.sentence);
    simulate_end(&simulation);
    return failed ? status : COMMAND_OK;
}

const struct command fax_command = {
    "fax",
    "[--config FILE] [--from NUMBER] [--at TIME] [--url URL] [--pages N | --failed] LINE|NUMBER",
    "sends a line a fax and shows what comes of it, without a fax machine",
    "  --config FILE   the main file (else $HOOKSWITCH_CONFIG, else the installed one)\n"
    "  --from NUMBER   who sends; " SIMULATE_CALLER " where nothing is said\n"
    "  --at TIME       as if it were then, by the line's clock: 2026-12-25T10:00\n"
    "  --pages N       so many pages; 1 where nothing is said\n"
    "  --failed        the sender breaks off\n" SIMULATE_SERVER_HELP "\n"
    "Nothing is sent. Without --url nothing is done of what is ordered, and nothing reaches\n"
    "the configured store.\n"
    "Exit status: 0 taken or rejected, 1 an answer that the platform would not take, 2 the\n"
    "configuration cannot be used, or has no such line, 64 usage.\n",
    run,
};
