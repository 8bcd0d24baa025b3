/* A line that is texted: what the tests of messages share. */
#ifndef HOOKSWITCH_TESTS_TEXTED_H
#define HOOKSWITCH_TESTS_TEXTED_H

#include "promise.h"

#include <stdio.h>
#include <string.h>

#include "../fixture.h"
#include "message/sms.h"
#include "web/form.h"

#define TOP "[hookswitch]\npublic_url = https://pbx.example.com/hooks\nunsigned = accept\ntimezone = UTC\n"
#define LINE "[line desk]\nnumbers = +15559870002\nsms = t\n"
#define HEAD TOP LINE
#define STORED TOP "store = sqlite:/nowhere/events.db\n" LINE
#define ANN "+15551230001"
#define BOB "+15551230002"
#define DESK "+15551110001"

/* 2026-01-05 11:00, a Monday */
#define MONDAY_11_US (1767610800LL * 1000000)
#define MINUTE_US (60 * 1000000LL)

static struct fixture fixture;

/* Sends a message that has further parameters ("&NumMedia=1"), under a sid. */
static struct str text_sid(const char *sid, const char *from, const char *body, const char *further)
{
    struct buffer form = buffer_in(fixture.arena);
    form_add(&form, STR("MessageSid"), str_of(sid));
    form_add(&form, STR("From"), str_of(from));
    form_add(&form, STR("To"), STR("+15559870002"));
    form_add(&form, STR("Body"), str_of(body));
    buffer_add(&form, str_of(further));
    struct response response =
        fixture_post(&fixture, sms_handle, "sms.fcgi", arena_copy(fixture.arena, buffer_text(&form)).at);
    assert_int_equal(response.status, 200);
    return response.body;
}

static inline struct str text(const char *from, const char *body)
{
    static int serial;
    return text_sid(arena_format(fixture.arena, "m%d", ++serial).at, from, body, "");
}

static inline void texted_begin(const char *config)
{
    fixture_begin(&fixture, config);
    if (fixture.service->config->complaints.errors > 0)
        fail_msg("%s", fixture_complaints(&fixture).at);
    fixture.now_us = MONDAY_11_US;
}

static inline void texted_begin_with_store(const char *config)
{
    char address[160];
    struct error why;
    texted_begin(config);
    snprintf(address, sizeof address, "sqlite:%s/events.db", fixture.folder);
    fixture.store = store_open(address, STORE_DIRECT, &fixture.log, &why);
    assert_non_null(fixture.store);
}

static inline void texted_end(void)
{
    fixture_end(&fixture);
}

/* How many times `part` stands in it. */
static inline size_t texted_count(struct str whole, const char *part)
{
    size_t count = 0;
    for (size_t at = str_find(whole, str_of(part)); at < whole.length; at = str_find(whole, str_of(part))) {
        count++;
        whole = str_from(whole, at + 1);
    }
    return count;
}

#endif
