/* A running server is asked what the platform would ask it, signed with the configuration's key. */
#ifndef HOOKSWITCH_SIMULATOR_SERVER_H
#define HOOKSWITCH_SIMULATOR_SERVER_H

#include "simulator/request.h"

/* Asks url/TARGET of the platform's server: "voice.fcgi/desk". The signature covers the address as the platform knows
 * it: below public_url, where that is configured. 0 with the answer, in the arena; or -1 with the reason. */
int server_post(const struct platform *platform, struct arena *arena, struct str target,
                const struct platform_request *request, struct response *response, struct error *error);

#endif
