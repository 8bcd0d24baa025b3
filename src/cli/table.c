#include "cli/table.h"

#include <glib.h>
#include <stdio.h>

#include "cli/terminal.h"

enum { GAP = 2 };

/* --- fitting --- */

static size_t column_that_yields(const struct table *table, int turn)
{
    size_t found = 0;
    while (found < table->count && table->columns[found].yields != turn)
        found++;
    return found;
}

struct table table_of(const struct table_column *columns)
{
    struct table table = { .columns = columns };
    int width = terminal_width(), excess = -width - GAP;
    table.fitted = width > 0;
    for (; columns[table.count].title != NULL; table.count++) {
        const struct table_column *column = &columns[table.count];
        table.widths[table.count] = table.fitted ? column->usual : column->piped;
        excess += column->usual + GAP;
    }
    if (!table.fitted)
        return table;
    for (int turn = 1; excess > 0 && turn <= (int)table.count; turn++) {
        size_t i = column_that_yields(&table, turn);
        int room = i < table.count ? columns[i].usual - columns[i].least : 0, less = room < excess ? room : excess;
        if (less > 0) {
            table.widths[i] -= less;
            excess -= less;
        }
    }
    for (int turn = 1; excess > 0 && turn <= (int)table.count; turn++) {
        size_t i = column_that_yields(&table, turn);
        if (i < table.count) {
            excess -= table.widths[i] + GAP;
            table.widths[i] = 0;
        }
    }
    if (table.widths[table.count - 1] > 0)
        table.widths[table.count - 1] -= excess;
    return table;
}

/* --- printing --- */

/* How many columns of a terminal the character at the start takes; `step` gets its bytes. */
static int width_at(struct str text, size_t *step)
{
    size_t length = str_utf8_length(text);
    *step = length == 0 ? 1 : length;
    if (length == 0)
        return 1;
    gunichar character = g_utf8_get_char(text.at);
    return g_unichar_iszerowidth(character) ? 0 : g_unichar_iswide(character) ? 2 : 1;
}

static int width_of(struct str text)
{
    int width = 0;
    for (size_t step; text.length > 0; text = str_from(text, step))
        width += width_at(text, &step);
    return width;
}

/* The longest beginning that is not wider. */
static struct str beginning(struct str text, int width)
{
    struct str rest = text;
    for (size_t step; rest.length > 0; rest = str_from(rest, step))
        if ((width -= width_at(rest, &step)) < 0)
            break;
    return str_upto(text, text.length - rest.length);
}

static void print_cell(struct str cell, const struct table_column *column, int width, bool fitted, bool last)
{
    int taken = width_of(cell);
    bool cut = fitted && taken > width;
    struct str tail = STR("");
    for (size_t i = cell.length; cut && column->type == TABLE_PATH && i-- > 0 && tail.length == 0;)
        if (cell.at[i] == '/' && width_of(str_from(cell, i)) < width - 1)
            tail = str_from(cell, i);
    if (cut && column->type == TABLE_TIME)
        cell = str_from(cell, cell.length - (size_t)width);
    else if (cut)
        cell = beginning(cell, column->type == TABLE_ID ? width : width - 1 - width_of(tail));
    printf("%.*s", STR_ARGS(cell));
    bool marked = cut && (column->type == TABLE_WORDS || column->type == TABLE_PATH);
    if (marked)
        printf("\u2026%.*s", STR_ARGS(tail));
    if (cut)
        taken = width_of(cell) + marked + width_of(tail);
    if (!last)
        printf("%*s", (taken < width ? width - taken : 0) + GAP, "");
}

void table_print(const struct table *table, const struct str *cells)
{
    size_t last = table->count - 1;
    while (table->fitted && last > 0 && table->widths[last] == 0)
        last--;
    for (size_t i = 0; i <= last; i++)
        if (!table->fitted || table->widths[i] > 0)
            print_cell(cells[i], &table->columns[i], table->widths[i], table->fitted, i == last);
    putchar('\n');
}

void table_print_titles(const struct table *table)
{
    struct str titles[TABLE_COLUMNS_MAX] = { { NULL, 0 } };
    for (size_t i = 0; i < table->count; i++)
        titles[i] = str_of(table->columns[i].title);
    table_print(table, titles);
}
