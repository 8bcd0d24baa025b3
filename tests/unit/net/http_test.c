#include "promise.h"

#include <arpa/inet.h>
#include <string.h>

#include "net/http.h"

static bool is_private(const char *text)
{
    struct sockaddr_storage storage = { .ss_family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET };
    struct sockaddr_in *four = (struct sockaddr_in *)&storage;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&storage;
    void *to = storage.ss_family == AF_INET ? (void *)&four->sin_addr : (void *)&six->sin6_addr;
    assert_int_equal(inet_pton(storage.ss_family, text, to), 1);
    return http_address_is_private((const struct sockaddr *)&storage);
}

static void addresses(void **state)
{
    static const char *const closed[] = { "127.0.0.1",
                                          "127.255.255.254",
                                          "10.1.2.3",
                                          "172.16.0.1",
                                          "172.31.255.255",
                                          "192.168.1.1",
                                          "169.254.169.254",
                                          "0.0.0.0",
                                          "100.64.0.1",
                                          "192.0.0.8",
                                          "198.18.0.1",
                                          "224.0.0.1",
                                          "255.255.255.255",
                                          "203.0.113.9",
                                          "::",
                                          "::1",
                                          "fe80::1",
                                          "fc00::1",
                                          "fd12::1",
                                          "ff02::1",
                                          "::ffff:127.0.0.1",
                                          "::ffff:10.0.0.1",
                                          "64:ff9b::7f00:1",
                                          "2002:7f00:1::",
                                          "2001:db8::1",
                                          "2001::1",
                                          "::7f00:1" };
    static const char *const open[] = { "8.8.8.8",         "172.32.0.1",   "100.128.0.1",      "1.1.1.1",
                                        "2606:4700::1111", "2a00:1450::1", "64:ff9b::808:808", "::ffff:8.8.8.8" };
    (void)state;
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        if (!is_private(closed[i]))
            fail_msg("%s is open", closed[i]);
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (is_private(open[i]))
            fail_msg("%s is closed", open[i]);
}

static void hosts(void **state)
{
    struct word below = { NULL, STR("*.signalwire.com") }, list = { &below, STR("files.example") };
    (void)state;
    assert_true(http_host_listed(&list, STR("files.example")));
    assert_true(http_host_listed(&list, STR("FILES.example")));
    assert_true(http_host_listed(&list, STR("acme.signalwire.com")));
    assert_true(http_host_listed(&list, STR("a.b.SignalWire.com")));
    assert_false(http_host_listed(&list, STR("signalwire.com")));
    assert_false(http_host_listed(&list, STR(".signalwire.com")));
    assert_false(http_host_listed(&list, STR("evilsignalwire.com")));
    assert_false(http_host_listed(&list, STR("signalwire.com.evil.example")));
    assert_false(http_host_listed(&list, STR("files.example.")));
    assert_false(http_host_listed(&list, STR("")));
    assert_false(http_host_listed(NULL, STR("files.example")));
}

static const struct CMUnitTest promises[] = {
    PROMISE("tells private, local, metadata and reserved addresses from public ones, IPv4 within IPv6 too", addresses),
    PROMISE("lists hosts by name and by what they are below, and nothing that looks like it", hosts),
};

KEEP_PROMISES(promises)
