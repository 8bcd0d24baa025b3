/* Colours, where standard output is a terminal that has them and NO_COLOR is not set. */
#ifndef HOOKSWITCH_CLI_COLOUR_H
#define HOOKSWITCH_CLI_COLOUR_H

enum colour { COLOUR_PLAIN, COLOUR_STRONG, COLOUR_QUIET, COLOUR_GOOD, COLOUR_DOUBTFUL, COLOUR_BAD };

/* What switches to it, or nothing; to be printed as it is. */
const char *colour(enum colour colour);

#endif
