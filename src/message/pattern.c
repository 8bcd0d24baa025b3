#include "message/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

enum { HEAP_MAX_KIB = 1024, REASON_MAX_BYTES = 200 };

struct pattern {
    pcre2_code *code;
};

static void *allocate(size_t size, void *arena)
{
    return arena_alloc(arena, size);
}

static void keep_allocated(void *memory, void *arena)
{
    (void)memory; /* the arena frees it */
    (void)arena;
}

struct pattern *pattern_compile(struct arena *arena, struct str text, struct error *error)
{
    static const uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C;
    pcre2_general_context *memory = pcre2_general_context_create(allocate, keep_allocated, arena);
    pcre2_compile_context *context = pcre2_compile_context_create(memory);
    struct pattern *pattern = ARENA_NEW(arena, struct pattern);
    uint32_t groups = 0;
    PCRE2_SIZE where = 0;
    int code = 0;
    pattern->code = pcre2_compile((PCRE2_SPTR)text.at, text.length, options, &code, &where, context);
    if (pattern->code == NULL) {
        PCRE2_UCHAR reason[REASON_MAX_BYTES];
        pcre2_get_error_message(code, reason, sizeof reason);
        error_set(error, "%s, at character %zu", (const char *)reason, str_characters(str_upto(text, where)) + 1);
        return NULL;
    }
    pcre2_pattern_info(pattern->code, PCRE2_INFO_CAPTURECOUNT, &groups);
    if (groups > PATTERN_GROUPS_MAX) {
        error_set(error, "%u groups; a pattern has at most %d", groups, PATTERN_GROUPS_MAX);
        return NULL;
    }
    return pattern;
}

static void add_group(struct form *groups, struct arena *arena, const char *name, struct str whole,
                      const PCRE2_SIZE *ends, uint32_t number)
{
    PCRE2_SIZE from = ends[2 * number], end = ends[2 * number + 1];
    if (from == PCRE2_UNSET || end < from) /* it did not participate, or contains \K, which groups need not support */
        return;
    groups->at[groups->count++] = (struct parameter){ arena_copy(arena, str_of(name)),
                                                      arena_copy(arena, str_upto(str_from(whole, from), end - from)) };
}

/* An entry of the name table: two bytes with the group's number, then the name and a NUL. */
static void add_groups(const struct pattern *pattern, struct arena *arena, struct str whole, const PCRE2_SIZE *ends,
                       uint32_t matched, struct form *groups)
{
    PCRE2_SPTR names = NULL;
    uint32_t count = 0, size = 0;
    pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMETABLE, &names);
    pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    groups->at = ARENA_ARRAY(arena, struct parameter, matched + count);
    for (uint32_t number = 1; number < matched; number++)
        add_group(groups, arena, arena_format(arena, "%u", number).at, whole, ends, number);
    for (uint32_t i = 0; i < count; i++) {
        const unsigned char *entry = names + (size_t)i * size;
        uint32_t number = (uint32_t)(entry[0] << 8 | entry[1]);
        if (number < matched)
            add_group(groups, arena, (const char *)entry + 2, whole, ends, number);
    }
}

enum pattern_result pattern_match(const struct pattern *pattern, struct arena *arena, struct str text,
                                  struct form *groups)
{
    pcre2_general_context *memory = pcre2_general_context_create(allocate, keep_allocated, arena);
    pcre2_match_context *context = pcre2_match_context_create(memory);
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(pattern->code, memory);
    struct str whole = utf8_repair(arena, text);
    pcre2_set_match_limit(context, PATTERN_STEPS_MAX);
    pcre2_set_heap_limit(context, HEAP_MAX_KIB);
    int matched = pcre2_match(pattern->code, (PCRE2_SPTR)whole.at, whole.length, 0, 0, data, context);
    if (matched == PCRE2_ERROR_NOMATCH)
        return PATTERN_NO;
    if (matched < 0)
        return PATTERN_GAVE_UP;
    if (groups != NULL)
        add_groups(pattern, arena, whole, pcre2_get_ovector_pointer(data), (uint32_t)matched, groups);
    return PATTERN_YES;
}
