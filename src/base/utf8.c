#include "base/utf8.h"

#include "base/buffer.h"

struct str utf8_repair(struct arena *arena, struct str text)
{
    if (str_is_utf8(text) && str_find_char(text, '\0') == text.length)
        return text;
    struct buffer repaired = buffer_in(arena);
    while (text.length > 0) {
        size_t step = text.at[0] == '\0' ? 0 : str_utf8_length(text);
        buffer_add(&repaired, step == 0 ? STR("\xEF\xBF\xBD") : str_upto(text, step));
        text = str_from(text, step == 0 ? 1 : step);
    }
    return buffer_text(&repaired);
}
