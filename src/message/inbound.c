#include "message/inbound.h"

#include "config/value.h"

enum { BODY_MAX_BYTES = 4 * REPLIES_MAX_CHARACTERS };

void inbound_begin(struct inbound *inbound, const struct request_context *context, const struct line *line)
{
    *inbound = (struct inbound){ .session = session_begin(context, line) };
    inbound->end = &inbound->first;
}

struct str inbound_sender(const struct inbound *inbound)
{
    return session_parameter(&inbound->session, "From");
}

struct str inbound_body(const struct inbound *inbound)
{
    return str_trim(str_upto(session_parameter(&inbound->session, "Body"), BODY_MAX_BYTES));
}

/* --- messages to send --- */

static struct outgoing *add(struct inbound *inbound, struct str to, struct str from, struct str text,
                            const struct word *media)
{
    struct outgoing *outgoing = ARENA_NEW(inbound->session.arena, struct outgoing);
    *outgoing = (struct outgoing){ NULL, to, from, text, media };
    *inbound->end = outgoing;
    inbound->end = &outgoing->next;
    return outgoing;
}

static struct word *filled_media(const struct inbound *inbound, const struct word *media)
{
    struct word *first = NULL, **end = &first;
    for (; media != NULL; media = media->next) {
        *end = ARENA_NEW(inbound->session.arena, struct word);
        (*end)->text = session_fill(&inbound->session, media->text, true);
        end = &(*end)->next;
    }
    return first;
}

static struct str filled(const struct inbound *inbound, struct str text)
{
    return str_prefix(str_trim(session_fill(&inbound->session, text, false)), REPLIES_MAX_CHARACTERS);
}

void inbound_reply(struct inbound *inbound, const struct replies *replies)
{
    for (const struct reply *reply = replies == NULL ? NULL : replies->first; reply != NULL; reply = reply->next) {
        struct str text;
        struct error why;
        if (replies_text(inbound->session.arena, reply, &text, &why) != 0)
            log_line(inbound->session.context->log, LOG_LEVEL_ERROR, "no reply: %s", why.sentence);
        text = filled(inbound, text);
        if (text.length > 0 || reply->media != NULL)
            add(inbound, STR(""), replies->from, text, filled_media(inbound, reply->media));
    }
}

void inbound_say(struct inbound *inbound, struct str text)
{
    text = filled(inbound, text);
    if (text.length > 0)
        add(inbound, STR(""), STR(""), text, NULL);
}

void inbound_send(struct inbound *inbound, struct str to, struct str text, const struct word *media)
{
    do {
        struct str part = str_prefix(text, REPLIES_MAX_CHARACTERS);
        add(inbound, to, STR(""), part, media);
        text = str_from(text, part.length);
        media = NULL;
    } while (text.length > 0);
}

struct word *inbound_media(const struct inbound *inbound)
{
    struct word *first = NULL, **end = &first;
    for (int i = 0; i < REPLIES_MAX_MEDIA; i++) {
        struct str address =
            session_parameter(&inbound->session, arena_format(inbound->session.arena, "MediaUrl%d", i).at);
        if (address.length == 0)
            break;
        if (!value_url(address))
            continue;
        *end = ARENA_NEW(inbound->session.arena, struct word);
        (*end)->text = address;
        end = &(*end)->next;
    }
    return first;
}

static void write_one(const struct inbound *inbound, const struct outgoing *outgoing, struct cxml *out)
{
    const struct request_context *context = inbound->session.context;
    cxml_open(out, CXML_MESSAGE);
    if (outgoing->to.length > 0)
        cxml_attribute(out, "to", outgoing->to);
    if (outgoing->from.length > 0)
        cxml_attribute(out, "from", outgoing->from);
    cxml_attribute(out, "statusCallback",
                   context_url(context, "status", STR("message"), inbound->session.line->name, STR(""), STR("")));
    if (outgoing->media == NULL) {
        cxml_text(out, outgoing->text);
    } else {
        if (outgoing->text.length > 0)
            cxml_leaf(out, CXML_BODY, outgoing->text);
        for (const struct word *media = outgoing->media; media != NULL; media = media->next)
            cxml_leaf(out, CXML_MEDIA, media->text);
    }
    cxml_close(out);
}

bool inbound_answers(const struct inbound *inbound)
{
    const struct outgoing *outgoing = inbound->first;
    while (outgoing != NULL && outgoing->to.length > 0)
        outgoing = outgoing->next;
    return outgoing != NULL;
}

void inbound_write(const struct inbound *inbound, bool silent, struct cxml *out)
{
    for (const struct outgoing *outgoing = inbound->first; outgoing != NULL; outgoing = outgoing->next)
        if (!silent || outgoing->to.length > 0)
            write_one(inbound, outgoing, out);
}
