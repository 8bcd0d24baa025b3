#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

int error_set(struct error *error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(error->sentence, sizeof error->sentence, format, args);
    va_end(args);
    return -1;
}
