/* [connect NAME]: connects the caller to a video room, a media stream or a virtual agent, or refers a sip: call
 * elsewhere. */
#include <stddef.h>

#include "config/value.h"
#include "flow/kinds.h"
#include "web/url.h"

static const char *const tracks[] = { "inbound", "outbound", "both", NULL };
static const char *const track_values[] = { "inbound_track", "outbound_track", "both_tracks" };

struct connect {
    struct prompt *prompt;
    struct str room, stream, stream_name, agent, refer;
    int track;
    bool realtime;
    struct destination *next, *otherwise;
};

#define AT(member) offsetof(struct connect, member)

static const struct field fields[] = {
    { "prompt", FIELD_PROMPT, AT(prompt), 0, 0, 0, NULL, NULL },
    { "room", FIELD_TEXT, AT(room), 0, 0, 0, NULL, NULL },
    { "stream", FIELD_TEXT, AT(stream), 0, 0, 0, NULL, NULL },
    { "stream_name", FIELD_TEXT, AT(stream_name), 0, 0, 0, NULL, NULL },
    { "track", FIELD_CHOICE, AT(track), 0, 0, 0, "inbound", tracks },
    { "realtime", FIELD_SWITCH, AT(realtime), 0, 0, 0, "no", NULL },
    { "agent", FIELD_TEXT, AT(agent), 0, 0, 0, NULL, NULL },
    { "refer", FIELD_TEXT, AT(refer), 0, 0, 0, NULL, NULL },
    { "next", FIELD_DESTINATION, AT(next), FIELD_WITHOUT_INPUT, 0, 0, "hangup", NULL },
    { "otherwise", FIELD_DESTINATION, AT(otherwise), FIELD_WITHOUT_INPUT, 0, 0, NULL, NULL },
    { NULL, FIELD_TEXT, 0, 0, 0, 0, NULL, NULL },
};

static void check(struct config_reader *reader, struct section *section)
{
    const struct connect *connect = section->keys;
    int ways = (connect->room.length > 0) + (connect->stream.length > 0) + (connect->agent.length > 0) +
               (connect->refer.length > 0);
    struct url url;
    if (ways != 1)
        config_error(reader, section, "expected one of room, stream, agent and refer");
    if (connect->stream.length > 0 && (!url_split(connect->stream, &url) || !str_is(url.scheme, "wss")))
        config_error(reader, section, "stream: '%.*s' is not an address; expected wss://host/path",
                     STR_ARGS(connect->stream));
    if (connect->refer.length > 0 && !value_sip(connect->refer))
        config_error(reader, section, "refer: '%.*s' is not an address; expected sip:...", STR_ARGS(connect->refer));
}

static void write_noun(struct call *call, const struct connect *connect)
{
    if (connect->room.length > 0) {
        cxml_leaf(call->out, CXML_ROOM, connect->room);
    } else if (connect->agent.length > 0) {
        cxml_open(call->out, CXML_VIRTUAL_AGENT);
        cxml_attribute(call->out, "connectorName", connect->agent);
        cxml_close(call->out);
    } else {
        cxml_open(call->out, CXML_STREAM);
        cxml_attribute(call->out, "url", connect->stream);
        if (connect->stream_name.length > 0)
            cxml_attribute(call->out, "name", connect->stream_name);
        cxml_attribute(call->out, "track", str_of(track_values[connect->track]));
        if (connect->realtime)
            cxml_attribute_switch(call->out, "realtime", true);
        cxml_attribute(
            call->out, "statusCallback",
            context_url(call->session.context, "status", STR("stream"), call->session.line->name, STR(""), STR("")));
        cxml_close(call->out);
    }
}

static void enter(struct call *call, const void *keys)
{
    const struct connect *connect = keys;
    bool refer = connect->refer.length > 0;
    call_prompt(call, connect->prompt);
    cxml_open(call->out, refer ? CXML_REFER : CXML_CONNECT);
    cxml_attribute(call->out, "action", call_step_url(call, "ended", STR("")));
    if (refer)
        cxml_leaf(call->out, CXML_SIP, connect->refer);
    else
        write_noun(call, connect);
    cxml_close(call->out);
    call->ended = true; /* the platform requests the action next */
}

static void ended(struct call *call, const void *keys)
{
    static const char *const failures[] = { "busy", "no-answer", "canceled", "failed", NULL };
    const struct connect *connect = keys;
    bool failed = false;
    for (int i = 0; failures[i] != NULL; i++)
        failed = failed || str_is(session_parameter(&call->session, "ReferCallStatus"), failures[i]);
    call_go(call, failed && connect->otherwise != NULL ? connect->otherwise : connect->next);
}

static const struct node_behaviour behaviour = {
    .enter = enter,
    .steps = { { "ended", "call.connected", CALL_KEEP_LATER, ended, false } },
};

const struct section_kind connect_kind = { .name = "connect",
                                           .class = SECTION_NODE,
                                           .size = sizeof(struct connect),
                                           .fields = fields,
                                           .finish = check,
                                           .behaviour = &behaviour };
