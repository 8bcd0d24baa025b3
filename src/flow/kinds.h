/* Every kind of node; host/kinds.c lists them. */
#ifndef HOOKSWITCH_FLOW_KINDS_H
#define HOOKSWITCH_FLOW_KINDS_H

#include "config/config.h"

extern const struct section_kind agent_kind;
extern const struct section_kind announce_kind;
extern const struct section_kind callback_kind;
extern const struct section_kind collect_kind;
extern const struct section_kind conference_kind;
extern const struct section_kind connect_kind;
extern const struct section_kind dial_kind;
extern const struct section_kind directory_kind;
extern const struct section_kind document_kind;
extern const struct section_kind hours_kind;
extern const struct section_kind mailbox_kind;
extern const struct section_kind menu_kind;
extern const struct section_kind queue_kind;
extern const struct section_kind redirect_kind;
extern const struct section_kind route_kind;
extern const struct section_kind text_kind;
extern const struct section_kind voicemail_kind;

#endif
