/* The reason of a failure, in one sentence; owned by the caller. */
#ifndef HOOKSWITCH_BASE_ERROR_H
#define HOOKSWITCH_BASE_ERROR_H

struct error {
    char sentence[480];
};

/* Writes the sentence (cut to fit) and returns -1, so that a failing function can end in `return error_set(...)`. */
int error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
