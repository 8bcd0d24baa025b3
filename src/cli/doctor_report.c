#include "cli/doctor_report.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/file.h"
#include "cli/terminal.h"

enum { TEXT_MAX = 500 };

void report(struct doctor *doctor, enum doctor_result result, const char *subject, const char *format, ...)
{
    static const char *const words[] = { "ok", "warn", "FAIL" };
    static const enum colour colours[] = { COLOUR_GOOD, COLOUR_DOUBTFUL, COLOUR_BAD };
    char text[TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    printf("%s%-4s%s  %-15s %.*s\n", terminal_colour(colours[result]), words[result], terminal_colour(COLOUR_PLAIN),
           subject, STR_ARGS(terminal_safe(doctor->arena, str_of(text))));
    file_flush_output(); /* what follows may take a while */
    doctor->counts[result]++;
}
