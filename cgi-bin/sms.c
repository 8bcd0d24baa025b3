#include "message/sms.h"
#include "host/program.h"

static const struct program sms = { "sms.fcgi", "answers text messages", 0, 1, sms_handle, 2000 };

int main(int argc, char **argv)
{
    return program_run(argc, argv, &sms);
}
