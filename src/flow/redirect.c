/* [redirect NAME]: transfers the call to another address for good. */
#include <stddef.h>

#include "flow/kinds.h"

struct redirect {
    struct prompt *prompt;
    struct str url;
    int method; /* index in `methods` */
};

static const char *const methods[] = { "post", "get", NULL };
static const char *const method_values[] = { "POST", "GET" };

#define AT(member) offsetof(struct redirect, member)

static const struct field fields[] = {
    { "prompt", FIELD_PROMPT, AT(prompt), 0, 0, 0, NULL, NULL },
    { "url", FIELD_URL, AT(url), FIELD_REQUIRED, 0, 0, NULL, NULL },
    { "method", FIELD_CHOICE, AT(method), 0, 0, 0, "post", methods },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

static void enter(struct call *call, const void *keys)
{
    const struct redirect *redirect = keys;
    call_prompt(call, redirect->prompt);
    cxml_open(call->out, CXML_REDIRECT);
    cxml_attribute(call->out, "method", str_of(method_values[redirect->method]));
    cxml_text(call->out, redirect->url);
    cxml_close(call->out);
    call->ended = true; /* the platform runs nothing after Redirect */
}

static const struct node_behaviour behaviour = { .enter = enter };

const struct section_kind redirect_kind = { .name = "redirect",
                                            .class = SECTION_NODE,
                                            .size = sizeof(struct redirect),
                                            .fields = fields,
                                            .behaviour = &behaviour };
