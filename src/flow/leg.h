/* The legs of a [dial]: numbers, sip: and verto: addresses with their options. */
#ifndef HOOKSWITCH_FLOW_LEG_H
#define HOOKSWITCH_FLOW_LEG_H

#include "flow/call.h"

enum { LEGS_MAX = 100 }; /* of a [dial] */

enum leg_kind { LEG_NUMBER, LEG_SIP, LEG_VERTO };

struct leg {
    struct leg *next;
    enum leg_kind kind;
    struct str address; /* E.164, sip:user@host, or the part after verto: */
    long ring_s;        /* 0: that of the [dial] */
    long weight;        /* for order = weighted */
    struct str send;    /* keys to press once it is answered; w waits half a second */
};

/* Reads "+15551110001 ring=15 weight=3, sip:desk@example.com". Returns NULL after reporting an error. */
struct leg *leg_read(struct config_reader *reader, struct section *section, const struct entry *entry);

/* The leg to try at `turn` (from 1) in the order that `seed` draws, by weight when `weighted`. Each leg comes once. The
 * seed 0 keeps the order of the file. */
const struct leg *leg_at_turn(const struct leg *legs, long turn, unsigned long seed, bool weighted);

/* Whether the leg may be dialled: dial_allow and the line permit the number, and it causes no forwarding loop.
 * Otherwise logs the reason. */
bool leg_may_ring(struct call *call, const struct leg *leg);
/* The caller ID: the caller's (empty: the platform shows it), or the line's when the caller has none or `own` is true.
 */
struct str leg_caller_id(const struct call *call, const struct leg *leg, bool own);

#endif
