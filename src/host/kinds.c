#include "host/kinds.h"

#include "fax/fax.h"
#include "flow/kinds.h"
#include "message/questions.h"
#include "message/texts.h"
#include "service/language.h"
#include "service/on.h"
#include "work/work.h"

const struct section_kind *const all_kinds[] = {
    &settings_kind, &line_kind, &language_kind,
#define NODE_KIND(name) &name##_kind,
#include "flow/node_kinds.h"
    &texts_kind,    &form_kind, &fax_kind,      &on_kind, &work_kind, NULL,
};
