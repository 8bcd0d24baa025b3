/* [fax NAME], and what fax.fcgi answers. */
#ifndef HOOKSWITCH_FAX_FAX_H
#define HOOKSWITCH_FAX_FAX_H

#include "service/visit.h"

extern const struct section_kind fax_kind;

struct response fax_handle(const struct visit *visit);

#endif
