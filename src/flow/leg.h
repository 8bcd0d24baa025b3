/* Whom a [dial] rings: numbers, sip: and verto: addresses, each with what is its own. */
#ifndef HOOKSWITCH_FLOW_LEG_H
#define HOOKSWITCH_FLOW_LEG_H

#include "config/config.h"

enum leg_kind { LEG_NUMBER, LEG_SIP, LEG_VERTO };

struct leg {
    struct leg *next;
    enum leg_kind kind;
    struct str address; /* E.164, sip:user@host, or what stands behind verto: */
    long ring_s;        /* 0: as the others */
    long weight;        /* of a weighted order */
    struct str send;    /* keys pressed once it is answered; w waits half a second */
};

enum { LEG_WEIGHT_MAX = 1000 };

/* "+15551110001 ring=15 weight=3, sip:desk@example.com": the legs, or NULL (and a complaint with its place). */
struct leg *leg_read(struct config_reader *reader, struct section *section, const struct entry *entry);

size_t leg_count(const struct leg *legs);
/* The leg to be tried as number `turn` (from 1) of those in the order that `seed` draws: each weighs in by its weight,
 * and none comes twice. The seed 0 leaves them as they stand. */
const struct leg *leg_of_turn(const struct leg *legs, long turn, unsigned long seed, bool weighted);

#endif
