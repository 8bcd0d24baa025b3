#include "status/status.h"
#include "host/program.h"

static const struct program status = { "status.fcgi", "stores status callbacks", 32, -1, status_handle, 0 };

int main(int argc, char **argv)
{
    return program_run(argc, argv, &status);
}
