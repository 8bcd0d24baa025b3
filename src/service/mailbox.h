/* Messages that can be heard by phone, and callers' choices about their recordings: rows of shared state. */
#ifndef HOOKSWITCH_SERVICE_MAILBOX_H
#define HOOKSWITCH_SERVICE_MAILBOX_H

#include "service/line.h"
#include "store/kv.h"

struct mailbox_message {
    struct str row;      /* its name */
    struct str key;      /* unique in the mailbox, for an address */
    struct str url;      /* of the recording */
    struct str from;     /* empty: not known */
    struct str duration; /* seconds */
    int64_t left_us;
    bool urgent, heard;
};

/* The prefix of the rows of a voicemail node's messages; for that line where the node is in a line's own file. */
struct str mailbox_prefix(struct arena *arena, const struct section *node, const struct line *line);

/* Adds a message, unless it is there; it expires after so many days. 0, or -1 with the reason. */
int mailbox_add(struct store *store, struct arena *arena, struct str prefix, const struct mailbox_message *message,
                long days, struct error *error);
/* Decodes a row, in the arena. */
struct mailbox_message mailbox_read(struct arena *arena, struct str prefix, struct str name,
                                    const struct kv_entry *entry);
/* Rewrites a row as the message has it now (heard). For kv_update. */
struct str mailbox_value(struct arena *arena, const struct mailbox_message *message);

/* The row of what a caller said of a recording: "dropped", "urgent" or "sent". */
struct str mailbox_choice_row(struct arena *arena, struct str recording_url);

#endif
