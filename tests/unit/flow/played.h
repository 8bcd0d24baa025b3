/* A line called desk, whose call is played request by request. */
#ifndef HOOKSWITCH_TESTS_PLAYED_H
#define HOOKSWITCH_TESTS_PLAYED_H

#include "promise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../fixture.h"
#include "flow/voice.h"

#define HEAD                                                                                                           \
    "[hookswitch]\npublic_url = https://pbx.example.com/hooks\nunsigned = accept\nvoice = woman\nlanguage = en-US\n"   \
    "timezone = America/New_York\n[line desk]\nnumbers = +15559870002\n"
#define RING "CallSid=c1&CallStatus=ringing&From=%2B15551230001&To=%2B15559870002"
#define TALK "CallSid=c1&CallStatus=in-progress&From=%2B15551230001&To=%2B15559870002"

static struct fixture fixture;

static inline void begin(const char *config)
{
    fixture_begin(&fixture, config);
    if (fixture.service->config->complaints.errors > 0)
        fail_msg("%s", fixture_complaints(&fixture).at);
}

static inline struct str post(const char *address, const char *form)
{
    struct response response = fixture_post(&fixture, voice_handle, address, form);
    assert_int_equal(response.status, 200);
    return response.body;
}

/* Gives the fixture a store in its folder. */
static inline void begin_with_store(const char *config)
{
    struct error why;
    begin(config);
    char address[160];
    snprintf(address, sizeof address, "sqlite:%s/events.db", fixture.folder);
    fixture.store = store_open(address, STORE_DIRECT, &fixture.log, &why);
    assert_non_null(fixture.store);
}

#endif
