/* Passwords of nodes, and PINs that callers enter: from a key or a file, compared in constant time, never shown or
 * logged; PINs are locked after too many wrong ones. */
#ifndef HOOKSWITCH_FLOW_SECRET_H
#define HOOKSWITCH_FLOW_SECRET_H

#include "flow/call.h"

/* Reads `file` into `value` when it is given. Reports an error when both are given or the file cannot be read. `key` is
 * the key of the value. For section_kind.finish. */
void secret_read(struct config_reader *reader, struct section *section, const char *key, struct str *value,
                 struct str file);
/* The same for a PIN of 4 to 10 digits. */
void secret_read_pin(struct config_reader *reader, struct section *section, const char *key, struct str *value,
                     struct str file);

/* The keys of a node that asks for a PIN. */
struct pin {
    struct str value, file;
    struct prompt *ask, *wrong;
    struct destination *otherwise;
};
#define PIN_FIELDS(base)                                                                                               \
    { "pin", FIELD_TEXT, (base) + offsetof(struct pin, value), FIELD_SECRET, 0, 0, NULL, NULL },                       \
        { "pin_file", FIELD_FILE, (base) + offsetof(struct pin, file), FIELD_SECRET, 0, 0, NULL, NULL },               \
        { "ask_pin", FIELD_PROMPT, (base) + offsetof(struct pin, ask), 0, 0, 0, ASK_PIN, NULL },                       \
        { "wrong_pin", FIELD_PROMPT, (base) + offsetof(struct pin, wrong), 0, 0, 0, "That PIN is not right.", NULL },  \
    {                                                                                                                  \
        "otherwise", FIELD_DESTINATION, (base) + offsetof(struct pin, otherwise), FIELD_WITHOUT_INPUT, 0, 0, "hangup", \
            NULL                                                                                                       \
    }
#define ASK_PIN "Please enter your PIN, and press pound."

/* Asks for a PIN; the node's step "pin" (with node_step.secret) receives it, and calls pin_entered. */
void pin_ask(struct call *call, const struct pin *pin);
/* 0 when the caller entered the PIN, 1 for the `other` one (or empty); else less, and the caller is asked again or goes
 * to `otherwise`. With a store, ten wrong ones lock the node for a quarter of an hour for everyone; it is locked also
 * while the store fails. */
int pin_entered(struct call *call, const struct pin *pin, struct str other);

#endif
