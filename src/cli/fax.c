/* hookswitch fax: what does a line do with a fax? */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "cli/command.h"
#include "cli/opened.h"
#include "cli/played.h"
#include "cxml/tree.h"
#include "web/form.h"

enum { PAGES_MAX = 500 };

/* Asks what is to be done with a fax: `further` are parameters beside its sid and numbers. */
static int ask(const struct played *played, struct arena *arena, struct str sid, struct str address, struct str further,
               const struct cxml_tree **document, struct error *error)
{
    struct buffer form = buffer_in(arena);
    form_add(&form, STR("FaxSid"), sid);
    form_add(&form, STR("AccountSid"), carrier_account(&played->carrier));
    form_add(&form, STR("ApiVersion"), STR("2010-04-01"));
    form_add(&form, STR("From"), played->from);
    form_add(&form, STR("To"), played->to);
    buffer_add(&form, further);
    struct carrier_request request = { .address = address, .form = buffer_text(&form) };
    return carrier_ask(&played->carrier, arena, &request, CXML_FAX, document, error);
}

static int receive(struct played *played, struct arena *arena, struct str sid, const struct cxml_tree *verb,
                   const char *pages, struct error *error)
{
    const struct cxml_tree *answer;
    bool failed = strcmp(pages, "failed") == 0;
    printf("%.*s> receives: %.*s, %.*s\n", STR_ARGS(played->line->name),
           STR_ARGS(cxml_tree_attribute(verb, "mediaType")), STR_ARGS(cxml_tree_attribute(verb, "pageSize")));
    struct str told =
        failed ? STR("&FaxStatus=failed&ErrorCode=35009&ErrorMessage=remote+hung+up&NumPages=0")
               : arena_format(arena,
                              "&FaxStatus=received&NumPages=%s&MediaUrl=https%%3A%%2F%%2Ffiles.example.com%%2Ffax.pdf",
                              pages);
    if (ask(played, arena, sid, cxml_tree_attribute(verb, "action"), told, &answer, error) != 0)
        return -1;
    printf("fax> %s%s\n", failed ? "failed: 35009 remote hung up" : pages, failed ? "" : " pages received");
    return 0;
}

static int play(struct played *played, const char *pages, struct error *error)
{
    struct arena *arena = played->arena;
    struct str sid = carrier_sid(arena), address = ARENA_JOIN(arena, STR("fax.fcgi/"), played->line->name);
    const struct cxml_tree *answer;
    if (ask(played, arena, sid, address, STR(""), &answer, error) != 0)
        return -1;
    printf("fax> from %.*s\n", STR_ARGS(opened_shown(arena, played->from)));
    const struct cxml_tree *verb = cxml_tree_child(answer, "Receive");
    if (verb == NULL)
        printf("%.*s> rejects it\n", STR_ARGS(played->line->name));
    else if (receive(played, arena, sid, verb, pages, error) != 0)
        return -1;
    played_show_orders(played);
    return 0;
}

static int run(int argc, char **argv)
{
    static const struct option known[] = {
        PLAYED_OPTIONS,
        { "pages", required_argument, NULL, 'p' },
        { "failed", no_argument, NULL, 'x' },
        { NULL, 0, NULL, 0 },
    };
    struct played_wish wish = { .config = NULL };
    const char *pages = "1";
    struct played played;
    struct error why;
    unsigned long count;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == 'x' || option == 'p')
            pages = option == 'x' ? "failed" : optarg;
        else if (!played_option(&wish, option, optarg))
            return command_usage(&fax_command, "%s: unknown option, or its value is missing", argv[optind - 1]);
    }
    if (strcmp(pages, "failed") != 0 && (!str_to_number(str_of(pages), PAGES_MAX, &count) || count == 0))
        return command_usage(&fax_command, "--pages %s: expected 1 to %d", pages, PAGES_MAX);
    if (optind + 1 != argc)
        return command_usage(&fax_command, "which line? expected its name, or one of its numbers");
    wish.line = argv[optind];
    int failed = played_begin(&played, &wish, &why), status = failed ? COMMAND_UNUSABLE : COMMAND_FAILED;
    if (!failed)
        failed = play(&played, pages, &why);
    if (failed)
        fprintf(stderr, "hookswitch fax: %s\n", why.sentence);
    played_end(&played);
    return failed ? status : COMMAND_OK;
}

const struct command fax_command = {
    "fax",
    "[--config FILE] [--from NUMBER] [--at TIME] [--url URL] [--pages N | --failed] LINE|NUMBER",
    "sends a line a fax and shows what comes of it, without a fax machine",
    "  --config FILE   the main file (else $HOOKSWITCH_CONFIG, else the installed one)\n"
    "  --from NUMBER   who sends; " PLAYED_CALLER " where nothing is said\n"
    "  --at TIME       as if it were then, by the line's clock: 2026-12-25T10:00\n"
    "  --pages N       so many pages; 1 where nothing is said\n"
    "  --failed        the sender breaks off\n" PLAYED_SERVER_HELP "\n"
    "Nothing is sent. Without --url nothing is done of what is ordered, and nothing reaches\n"
    "the configured store.\n"
    "Exit status: 0 taken or rejected, 1 an answer that the platform would not take, 2 the\n"
    "configuration cannot be used, or has no such line, 64 usage.\n",
    run,
};
