/* Messages that can be listened to by phone, and what callers said of a recording of theirs: rows of shared state. */
#ifndef HOOKSWITCH_SERVICE_MAILBOX_H
#define HOOKSWITCH_SERVICE_MAILBOX_H

#include "config/config.h"
#include "service/line.h"
#include "store/kv.h"

struct mailbox_message {
    struct str row;      /* its name */
    struct str key;      /* what tells it from the mailbox's others, for an address */
    struct str url;      /* of the recording */
    struct str from;     /* empty: not known */
    struct str duration; /* seconds */
    int64_t left_us;
    bool urgent, heard;
};

/* The front of the names of a voicemail node's messages; of a node in a line's own file, for that line. */
struct str mailbox_prefix(struct arena *arena, const struct section *node, const struct line *line);

/* Puts a message in, unless it is there; it goes by itself after so many days. 0, or -1 with the reason. */
int mailbox_add(struct store *store, struct arena *arena, struct str front, const struct mailbox_message *message,
                long days, struct error *error);
/* What a row holds, in the arena. */
struct mailbox_message mailbox_read(struct arena *arena, struct str front, struct str name,
                                    const struct kv_entry *entry);
/* Rewrites a row as the message has it now (heard). For kv_update. */
struct str mailbox_value(struct arena *arena, const struct mailbox_message *message);

/* The row of what a caller said of a recording: "dropped", "urgent" or "sent". */
struct str mailbox_choice_row(struct arena *arena, struct str recording_url);

#endif
