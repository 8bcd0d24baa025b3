#include "host/program.h"
#include "service/callback.h"

static const struct program recording = {
    "recording.fcgi", "keeps recording and transcription callbacks", 32, -1, callback_handle_recording, 0
};

int main(int argc, char **argv)
{
    return program_run(argc, argv, &recording);
}
