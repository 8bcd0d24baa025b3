#include "host/program.h"
#include "service/callback.h"

static const struct program status = { "status.fcgi", "keeps status callbacks", 32, -1, callback_handle_status, 0 };

int main(int argc, char **argv)
{
    return program_run(argc, argv, &status);
}
