/* The lines of an export, as `hookswitch store import` reads them. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/core.h"
#include "store/jobs.h"
#include "store/transfer.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static int database;

static void *open_nothing(const char *location, unsigned flags, int patience_ms, struct error *error)
{
    (void)location, (void)flags, (void)patience_ms, (void)error;
    return &database;
}

static void end_nothing(void *opened)
{
    (void)opened;
}

static bool is_usable(void *opened)
{
    (void)opened;
    return true;
}

static int begin(void *opened, enum engine_purpose purpose, int patience_ms, struct error *error)
{
    (void)opened, (void)purpose, (void)patience_ms, (void)error;
    return 0;
}

static int commit(void *opened, struct error *error)
{
    (void)opened, (void)error;
    return 0;
}

/* What goes where databases want text is text. */
static int run(void *opened, enum statement_name name, size_t count, const struct value *values, long *changed, struct error *error)
{
    size_t width = strlen(statements[name].values);
    (void)opened, (void)changed, (void)error;
    for (size_t i = 0; i < count * width; i++)
        if (values[i].type == VALUE_TEXT && !str_is_utf8(values[i].text))
            abort();
    if (name == STATEMENT_ADD_JOB)
        for (size_t i = 0; i < count; i++)
            if (values[i * width + 9].number < JOB_WAITING || values[i * width + 9].number > JOB_GIVEN_UP)
                abort();
    return 0;
}

static void no_progress(void *context, long rows)
{
    (void)context, (void)rows;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char head[] = "{\"row\":\"hookswitch\",\"version\":1}\n";
    static const struct engine engine = { .open = open_nothing, .close = end_nothing, .is_usable = is_usable, .begin = begin,
                                          .commit = commit, .rollback = end_nothing, .run = run };
    struct store *store = store_open_engine(&engine, "", STORE_EXISTING, NULL);
    struct error why = { "" };
    long rows;
    FILE *from = tmpfile();
    fwrite(head, 1, sizeof head - 1, from);
    fwrite(bytes, 1, size, from);
    rewind(from);
    if (transfer_import(store, from, no_progress, NULL, &rows, &why) != 0 && why.sentence[0] == '\0')
        abort(); /* never without a reason */
    fclose(from);
    store_close(store);
    return 0;
}
