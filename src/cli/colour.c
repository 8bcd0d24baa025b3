#include "cli/colour.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *colour(enum colour colour)
{
    static const char *const codes[] = {
        [COLOUR_PLAIN] = "\033[0m", [COLOUR_STRONG] = "\033[1m",    [COLOUR_QUIET] = "\033[36m",
        [COLOUR_GOOD] = "\033[32m", [COLOUR_DOUBTFUL] = "\033[33m", [COLOUR_BAD] = "\033[1;31m"
    };
    const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");
    bool wanted = (none == NULL || *none == '\0') && terminal != NULL && strcmp(terminal, "dumb") != 0;
    return wanted && isatty(STDOUT_FILENO) == 1 ? codes[colour] : "";
}
