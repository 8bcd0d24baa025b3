/* Inside of src/store: statements with values on a PostgreSQL connection. Rows of values are sent together (pipeline
 * mode, libpq 14). The functions that take `opened` fill struct engine. */
#ifndef HOOKSWITCH_STORE_POSTGRESQL_STATEMENT_H
#define HOOKSWITCH_STORE_POSTGRESQL_STATEMENT_H

#include "store/engine.h"
#include "store/postgresql_connection.h"

int postgresql_run(void *opened, enum statement_name name, size_t count, const struct value *values, long *changed,
                   struct error *error);
int postgresql_query(void *opened, enum statement_name name, const struct value *values, engine_on_row *each,
                     void *context, struct error *error);
int postgresql_query_sql(void *opened, const char *sql, size_t count, const struct value *values, engine_on_row *each,
                         void *context, struct error *error);

/* Reads the first column of the row that `sql` returns; 0 without a row. 0, or -1 with the reason. */
int postgresql_read_number(struct postgresql *database, const char *sql, int64_t *number, struct error *error);

#endif
