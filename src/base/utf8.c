#include "base/utf8.h"

#include "base/buffer.h"

struct text utf8_repair(struct arena *arena, struct text text)
{
    if (text_is_utf8(text) && text_find_char(text, '\0') == text.length)
        return text;
    struct buffer repaired = buffer_in(arena);
    while (text.length > 0) {
        size_t step = text.at[0] == '\0' ? 0 : text_utf8_length(text);
        buffer_add(&repaired, step == 0 ? TEXT("\xEF\xBF\xBD") : text_upto(text, step));
        text = text_from(text, step == 0 ? 1 : step);
    }
    return buffer_text(&repaired);
}
