/* A page of the platform's lists, of calls and so on and of numbers. */
#include <stdint.h>
#include <stdlib.h>

#include "web/form.h"
#include "work/number_settings.h"
#include "work/platform_lists.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    struct error why;
    struct str query;
    json_t *items, *object;
    size_t i;
    if (size > 0) {
        const struct platform_list *list = &platform_lists[bytes[0] % PLATFORM_LISTS_COUNT];
        struct str json = arena_copy(arena, (struct str){ (const char *)bytes + 1, size - 1 });
        items = rest_read_page(arena, json, list->items, &query, &why);
        json_array_foreach(items, i, object)
        {
            struct form_limits limits = { 1000, (size_t)-1 };
            struct platform_item item;
            struct form form;
            if (platform_item_read(arena, list, STR("example.signalwire.com"), object, &item) &&
                form_parse(arena, item.parameters, &limits, &form, &why) != 0)
                abort(); /* what is kept can be read again */
        }
        json_decref(items);
        struct number_setting field = { NULL, "VoiceUrl", "voice_url",
                                        STR("https://pbx.example.com/hooks/voice.fcgi") };
        items = rest_read_page(arena, json, "incoming_phone_numbers", &query, &why);
        json_array_foreach(items, i, object)
        {
            struct platform_number *at = platform_number_read(arena, object);
            if (at != NULL &&
                (at->sid.length == 0 || str_find_char(at->sid, '/') < at->sid.length ||
                 number_setting_differs(arena, at, &field) == str_equal(number_setting_current(arena, at, &field), field.wanted)))
                abort();
            platform_numbers_free(at);
        }
        json_decref(items);
    }
    arena_free(arena);
    return 0;
}
