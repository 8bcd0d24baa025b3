/* Inside of src/cxml: checks values by the types of the table. */
#ifndef HOOKSWITCH_CXML_VALUE_H
#define HOOKSWITCH_CXML_VALUE_H

#include "base/str.h"
#include "cxml/verbs.h"

/* False with what was expected. */
bool cxml_value_allowed(const struct cxml_attribute_rule *rule, struct str value, struct error *why);
bool cxml_text_allowed(const struct cxml_rule *rule, struct str text, struct error *why);

#endif
