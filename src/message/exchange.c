#include "message/exchange.h"

#include "config/value.h"

enum { BODY_MAX_BYTES = 4 * REPLIES_MAX_CHARACTERS, VALUES_MAX = 80 };

void exchange_begin(struct exchange *exchange, const struct request_context *context, const struct line *line)
{
    *exchange = (struct exchange){ .context = *context, .call = { .line = line } };
    exchange->call.context = &exchange->context;
    exchange->end = &exchange->first;
}

struct str exchange_sender(const struct exchange *exchange)
{
    return call_parameter(&exchange->call, "From");
}

struct str exchange_body(const struct exchange *exchange)
{
    return str_trim(str_upto(call_parameter(&exchange->call, "Body"), BODY_MAX_BYTES));
}

void exchange_know(struct exchange *exchange, struct str name, struct str value)
{
    if (exchange->values.at == NULL)
        exchange->values.at = ARENA_ARRAY(exchange->context.arena, struct parameter, VALUES_MAX);
    for (size_t i = 0; i < exchange->values.count; i++)
        if (str_equal(exchange->values.at[i].name, name)) {
            exchange->values.at[i].value = value;
            return;
        }
    if (exchange->values.count < VALUES_MAX)
        exchange->values.at[exchange->values.count++] = (struct parameter){ name, value };
}

/* --- what is sent --- */

static struct outgoing *add(struct exchange *exchange, struct str to, struct str from, struct str text,
                            const struct word *media)
{
    struct outgoing *outgoing = ARENA_NEW(exchange->context.arena, struct outgoing);
    *outgoing = (struct outgoing){ NULL, to, from, text, media };
    *exchange->end = outgoing;
    exchange->end = &outgoing->next;
    return outgoing;
}

static struct word *filled_media(const struct exchange *exchange, const struct word *media)
{
    struct word *first = NULL, **end = &first;
    for (; media != NULL; media = media->next) {
        *end = ARENA_NEW(exchange->context.arena, struct word);
        (*end)->text = context_fill(&exchange->context, &exchange->values, media->text, true);
        end = &(*end)->next;
    }
    return first;
}

static struct str filled(const struct exchange *exchange, struct str text)
{
    return str_prefix(str_trim(context_fill(&exchange->context, &exchange->values, text, false)),
                      REPLIES_MAX_CHARACTERS);
}

void exchange_reply(struct exchange *exchange, const struct replies *replies)
{
    for (const struct reply *reply = replies == NULL ? NULL : replies->first; reply != NULL; reply = reply->next) {
        struct str text;
        struct error why;
        if (replies_text(exchange->context.arena, reply, &text, &why) != 0)
            log_line(exchange->context.log, LOG_LEVEL_ERROR, "no reply: %s", why.sentence);
        text = filled(exchange, text);
        if (text.length > 0 || reply->media != NULL)
            add(exchange, STR(""), replies->from, text, filled_media(exchange, reply->media));
    }
}

void exchange_say(struct exchange *exchange, struct str text)
{
    text = filled(exchange, text);
    if (text.length > 0)
        add(exchange, STR(""), STR(""), text, NULL);
}

void exchange_send(struct exchange *exchange, struct str to, struct str text, const struct word *media)
{
    do {
        struct str part = str_prefix(text, REPLIES_MAX_CHARACTERS);
        add(exchange, to, STR(""), part, media);
        text = str_from(text, part.length);
        media = NULL;
    } while (text.length > 0);
}

struct word *exchange_media(const struct exchange *exchange)
{
    struct word *first = NULL, **end = &first;
    for (int i = 0; i < REPLIES_MAX_MEDIA; i++) {
        struct str address = call_parameter(&exchange->call, arena_format(exchange->context.arena, "MediaUrl%d", i).at);
        if (address.length == 0)
            break;
        if (!value_url(address))
            continue;
        *end = ARENA_NEW(exchange->context.arena, struct word);
        (*end)->text = address;
        end = &(*end)->next;
    }
    return first;
}

static void write_one(const struct exchange *exchange, const struct outgoing *outgoing, struct cxml *out)
{
    const struct request_context *context = &exchange->context;
    cxml_open(out, CXML_MESSAGE);
    if (outgoing->to.length > 0)
        cxml_attribute(out, "to", outgoing->to);
    if (outgoing->from.length > 0)
        cxml_attribute(out, "from", outgoing->from);
    cxml_attribute(out, "statusCallback",
                   context_url(context, "status", STR("message"), exchange->call.line->name, STR(""), STR("")));
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

bool exchange_answers(const struct exchange *exchange)
{
    const struct outgoing *outgoing = exchange->first;
    while (outgoing != NULL && outgoing->to.length > 0)
        outgoing = outgoing->next;
    return outgoing != NULL;
}

void exchange_write(const struct exchange *exchange, bool silent, struct cxml *out)
{
    for (const struct outgoing *outgoing = exchange->first; outgoing != NULL; outgoing = outgoing->next)
        if (!silent || outgoing->to.length > 0)
            write_one(exchange, outgoing, out);
}
