#include "fax/fax.h"
#include "host/program.h"

static const struct program fax = { "fax.fcgi", "takes faxes", 0, 1, fax_handle, 2000 };

int main(int argc, char **argv)
{
    return program_run(argc, argv, &fax);
}
