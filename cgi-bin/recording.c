#include "status/recording.h"
#include "host/program.h"

static const struct program recording = {
    "recording.fcgi", "stores recording and transcription callbacks", 32, -1, recording_handle, 0
};

int main(int argc, char **argv)
{
    return program_run(argc, argv, &recording);
}
