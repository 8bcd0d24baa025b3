/* A simulated call: its state, the documents that it carries out, and the requests that it makes. */
#ifndef HOOKSWITCH_SIMULATOR_CALL_H
#define HOOKSWITCH_SIMULATOR_CALL_H

#include "simulator/platform.h"

/* The input that the call waits for. */
enum phone_waits {
    PHONE_INPUT,      /* Gather: keys, or words */
    PHONE_RECORDING,  /* Record: the caller speaks */
    PHONE_DIALLING,   /* Dial: somebody else's telephone rings */
    PHONE_CONFERENCE, /* Dial: others have come or will come */
    PHONE_QUEUE,      /* Enqueue: for somebody to take the call */
    PHONE_CONNECTED,  /* Connect, Refer, Echo: until it ends */
    PHONE_ENDED
};

/* The side of the call that a document is for: the caller; the caller in a queue; the caller before a conference
 * begins; the callee; a caller who is taken out of a queue. */
enum phone_side { PHONE_CALLER, PHONE_WAITING, PHONE_LOBBY, PHONE_CALLEE, PHONE_TAKEN };

enum { PHONE_LEGS_MAX = 10 };

/* A telephone that is dialled: a call of its own, within the call. */
struct phone_leg {
    const struct cxml_tree *noun; /* NULL: the number stands in Dial itself */
    struct str sid, to;
    int sequence; /* of its status callbacks */
};

struct phone_call {
    const struct platform *platform;
    struct arena *arena;
    struct str from, to;
    struct str sid, queue_sid, conference_sid, recording_sid, stream_sid;
    /* Called for all that is heard and happens: "say", "play", "dial", "text", "record" ..., and what. */
    void (*emit)(void *context, const char *kind, struct str what);
    void *context;
    enum phone_waits waits;
    enum phone_side side;
    bool answered;
    const struct cxml_tree *verb;           /* that waits */
    const struct cxml_tree *dial, *enqueue; /* that the other sides belong to */
    struct phone_leg legs[PHONE_LEGS_MAX];
    size_t leg_count, leg;   /* `leg`: which of them has answered */
    struct str lobby;        /* where who waits for a conference has been sent; or empty */
    int documents;           /* taken in without the caller doing anything */
    long seconds;            /* since it rang */
    long queued_s, talked_s; /* in the queue; with who was dialled */
};

/* All functions that return an int return 0, or -1 with the reason. */

/* --- phone.c: whoever holds the telephone says what the caller does next; -1 also where nothing waits for that --- */

int phone_ring(struct phone_call *call, struct str line, struct error *error);
int phone_press(struct phone_call *call, struct str keys, struct error *error);
int phone_say(struct phone_call *call, struct str words, struct error *error);
/* The caller does nothing: the time runs out, the queue's turn comes again. */
int phone_wait(struct phone_call *call, struct error *error);
/* How the other telephone's ringing ends: completed, busy, no-answer, failed, canceled; of a conference: answered; of a
 * place in a queue: bridged. Of several that ring, `number` is the one that answers; empty: the first. */
int phone_outcome(struct phone_call *call, struct str outcome, struct str number, struct error *error);
/* So many seconds are spoken, `words` (for a transcription), and a key is pressed; 0: nothing is said. */
int phone_record(struct phone_call *call, long seconds, struct str words, struct error *error);
int phone_hang_up(struct phone_call *call, struct error *error);

/* Lists the possible actions for a person: "press KEYS, say WORDS, wait, hang up". */
const char *phone_choices(const struct phone_call *call);

/* --- script.c: a call in words, "press 1", "expect dial +15551110001"; what is heard comes back as lines --- */

enum { SCRIPT_HEARD_MAX = 200 };

struct script_heard {
    const char *kind;
    struct str what;
};

struct script {
    struct phone_call call;
    /* A line of the transcript, in the call's arena. */
    void (*show)(void *context, struct str line);
    void *context;
    struct script_heard heard[SCRIPT_HEARD_MAX]; /* since the caller last did something */
    size_t count;
};

/* Rings the line. 0, or -1 with the reason. */
int script_begin(struct script *script, const struct platform *platform, struct arena *arena, struct str line,
                 struct str from, struct str to, struct error *error);

/* One step: press KEYS, say WORDS, wait, dial OUTCOME [NUMBER], bridged, record [SECONDS [WORDS]], hang up; or expect
 * KIND [WHAT], where KIND is say, play, dial, text, connect, enqueue, voicemail, bridged, declined, reject, elsewhere,
 * hang up. WORDS and WHAT may stand in quotation marks; what is said is compared without regard to case, accents and
 * punctuation. 0; or -1 with the reason: an expectation that was not met, with what was heard instead. */
int script_step(struct script *script, struct str step, struct error *error);

/* --- document.c: its requests, and where the call goes on --- */

/* An address that a verb names, and how it is asked. */
struct phone_target {
    struct str address; /* may be empty */
    bool get;
};
struct phone_target phone_target(const struct cxml_tree *verb, const char *attribute);

/* The parameters of every voice request, for the caller's side and for a leg. */
struct buffer phone_parameters(const struct phone_call *call);
struct buffer phone_leg_parameters(const struct phone_call *call, const struct phone_leg *leg, struct str status);

void phone_add(struct buffer *form, const char *name, struct str value);
void phone_add_number(struct buffer *form, const char *name, long value);
/* Timestamp, by the call's clock (RFC 2822). */
void phone_add_time(const struct phone_call *call, struct buffer *form);

/* Reports: what is answered counts for nothing but its status. Where the verb names no address of the suite nothing is
 * sent. */
int phone_report(struct phone_call *call, struct phone_target target, struct buffer *form, struct error *error);

void document_emit(const struct phone_call *call, const char *kind, struct str what);
/* Always 0. */
int document_wait_for(struct phone_call *call, enum phone_waits waits, const struct cxml_tree *verb);
bool document_has(const struct cxml_tree *verb, const char *attribute, const char *value);

/* Asks for the next document, and carries it out. */
int document_continue(struct phone_call *call, struct phone_target target, struct buffer *form, struct error *error);
/* The call goes on at the verb's action, or behind the verb where it has none (Gather, Record and Dial always have one:
 * an answer in which they do not is refused). */
int document_continue_at_action(struct phone_call *call, const struct cxml_tree *verb, struct buffer *form,
                                struct error *error);
/* Requests the verb's action after the caller hung up: the answer is checked, and not carried out. */
int document_request_only(struct phone_call *call, const struct cxml_tree *verb, struct buffer *form,
                          struct error *error);
/* Ends the call, and emits `how`. */
int document_end(struct phone_call *call, const char *how, struct error *error);

/* --- verbs.c: documents are carried out, verb by verb, up to where the call waits for something --- */

/* Carries out the verb (or NULL: the end of the document) and those behind it. */
int verbs_run(struct phone_call *call, const struct cxml_tree *verb, struct error *error);

/* In a queue: its document is asked for again; the caller leaves it, with QueueResult. */
int verbs_take_turn(struct phone_call *call, struct error *error);
int verbs_leave_queue(struct phone_call *call, const char *result, struct error *error);
struct buffer verbs_queue_form(struct phone_call *call, const char *result);

/* --- dial.c: the telephones that ring, conferences, and callers who are taken out of a queue --- */

int dial_begin(struct phone_call *call, const struct cxml_tree *verb, struct error *error);
/* Plays the document of the callee, or of the caller who is taken out of a queue, where the leg names one. */
int dial_answer(struct phone_call *call, struct error *error);
/* The legs' own ends, and the recording of what was said. `form` gets the parameters of the action. */
int dial_close(struct phone_call *call, struct str status, struct buffer *form, struct error *error);
/* The same, and the call goes on at the action. */
int dial_end(struct phone_call *call, struct str status, struct error *error);

/* Plays the document for a caller who waits for a conference to begin, once more. */
int dial_lobby_turn(struct phone_call *call, struct error *error);
/* The caller leaves a conference, which ends. */
int dial_leave(struct phone_call *call, struct error *error);

/* --- report.c: status callbacks. Each is sent where the verb asks for it, for the events that it asks for --- */

/* initiated, ringing, answered or completed, with the CallStatus that goes with it. */
int report_leg(struct phone_call *call, struct phone_leg *leg, const char *event, const char *status,
               struct error *error);
/* "start", "end", "join" or "leave". */
int report_conference(struct phone_call *call, const char *event, struct error *error);
/* in-progress, completed or absent; `verb`: Record, Dial or Conference. */
int report_recording(struct phone_call *call, const struct cxml_tree *verb, const char *status, long seconds,
                     struct error *error);
int report_transcription(struct phone_call *call, const struct cxml_tree *record, struct str words,
                         struct error *error);
int report_text(struct phone_call *call, const struct cxml_tree *sms, struct str sid, struct error *error);
/* stream-started or stream-stopped; `stream` may be NULL. */
int report_stream(struct phone_call *call, const struct cxml_tree *stream, const char *event, struct error *error);
/* The number's own status callback, when the call is over. */
int report_end(struct phone_call *call, struct error *error);

/* Where the platform keeps what is recorded. */
#define REPORT_RECORDING_URL "https://files.example.com/recordings/played.wav"

#endif
