#include "host/kinds.h"

#include "fax/fax.h"
#include "flow/kinds.h"
#include "message/form.h"
#include "message/texts.h"
#include "service/language.h"
#include "service/line.h"
#include "service/on.h"
#include "service/settings.h"
#include "work/work.h"

const struct section_kind *const all_kinds[] = {
    &settings_kind,   &line_kind,    &language_kind, &agent_kind,     &announce_kind, &callback_kind, &collect_kind,
    &conference_kind, &connect_kind, &dial_kind,     &directory_kind, &document_kind, &hours_kind,    &mailbox_kind,
    &menu_kind,       &queue_kind,   &redirect_kind, &route_kind,     &text_kind,     &texts_kind,    &form_kind,
    &voicemail_kind,  &fax_kind,     &on_kind,       &work_kind,      NULL,
};
