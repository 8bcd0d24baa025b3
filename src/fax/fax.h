/* [fax NAME], and requests to fax.fcgi. */
#ifndef HOOKSWITCH_FAX_FAX_H
#define HOOKSWITCH_FAX_FAX_H

#include "service/outcome.h"

extern const struct section_kind fax_kind;

void fax_handle(const struct request_context *context, struct request_outcome *outcome);

#endif
