#include "flow/voice.h"
#include "host/program.h"

static const struct program voice = { "voice.fcgi", "answers calls", 0, 1, voice_handle, 500 };

int main(int argc, char **argv)
{
    return program_run(argc, argv, &voice);
}
