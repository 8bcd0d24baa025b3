/* The requests of a call, as the platform makes them. */
#ifndef HOOKSWITCH_SIMULATOR_WIRE_H
#define HOOKSWITCH_SIMULATOR_WIRE_H

#include "simulator/call.h"

/* An address that a verb names, and how it is asked. */
struct wire_target {
    struct str address; /* may be empty */
    bool get;
};
struct wire_target wire_target(const struct cxml_tree *verb, const char *attribute);

/* The parameters of every voice request, for the caller's side and for a leg. */
struct buffer wire_parameters(const struct phone_call *call);
struct buffer wire_leg_parameters(const struct phone_call *call, const struct phone_leg *leg, struct str status);

void wire_add(struct buffer *form, const char *name, struct str value);
void wire_add_number(struct buffer *form, const char *name, long value);
/* Timestamp, by the call's clock (RFC 2822). */
void wire_add_time(const struct phone_call *call, struct buffer *form);

/* Asks for a document. 0 with it, or -1 with the reason: no answer, or none that the platform would take. */
int wire_ask(struct phone_call *call, struct wire_target target, struct buffer *form, const struct cxml_tree **document,
             struct error *error);
/* Reports: what is answered counts for nothing but its status. Where the verb names no address of the suite nothing is
 * sent. */
int wire_report(struct phone_call *call, struct wire_target target, struct buffer *form, struct error *error);

#endif
