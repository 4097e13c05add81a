/* Many rows by one execute: values are kept column-wise, as the connector sends them fastest. */
#include "core/db/db_inner.h"

#include <assert.h>
#include <stdlib.h>

enum bulk_kind {
	BULK_UNKNOWN, /* nothing but NULL so far */
	BULK_UNSIGNED,
	BULK_SIGNED,
	BULK_TEXT,
	BULK_BYTES,
};

struct bulk_column {
	enum bulk_kind kind;
	bool is_set; /* in the row under way */
	uint64_t *numbers;
	const void **texts;
	unsigned long *lengths;
	char *indicators;
};

struct db_bulk {
	struct db_stmt *stmt;
	size_t rows_max;
	size_t row_count;
	uint64_t changed; /* by the last run */
	unsigned column_count;
	struct bulk_column *columns;
	MYSQL_BIND *binds;
};

static enum err make_column(struct bulk_column *c, size_t rows_max) {
	c->numbers = calloc(rows_max, sizeof(*c->numbers));
	c->texts = calloc(rows_max, sizeof(*c->texts));
	c->lengths = calloc(rows_max, sizeof(*c->lengths));
	c->indicators = calloc(rows_max, sizeof(*c->indicators));
	return c->numbers && c->texts && c->lengths && c->indicators ? ERR_OK : ERR_NOMEM;
}

enum err db_bulk_open(struct db *db, const char *sql, size_t rows_max, struct db_bulk **out) {
	assert(rows_max > 0 && rows_max <= DB_BULK_ROWS_MAX);
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = calloc(1, sizeof(*bulk));
	if (!bulk) {
		return ERR_NOMEM;
	}
	bulk->rows_max = rows_max;
	enum err e = db_prepare(db, sql, &bulk->stmt);
	if (e) {
		return e;
	}
	assert(bulk->stmt->param_count > 0 && bulk->stmt->column_count == 0);
	bulk->stmt->is_bulk = true;
	unsigned count = bulk->stmt->param_count;
	bulk->columns = calloc(count, sizeof(*bulk->columns));
	bulk->binds = calloc(count, sizeof(*bulk->binds));
	if (!bulk->columns || !bulk->binds) {
		return ERR_NOMEM;
	}
	bulk->column_count = count;
	for (unsigned i = 0; i < count; i++) {
		e = make_column(&bulk->columns[i], rows_max);
		if (e) {
			return e;
		}
	}
	*out = STEAL(bulk);
	return ERR_OK;
}

void db_bulk_free(struct db_bulk *bulk) {
	if (!bulk) {
		return;
	}
	for (unsigned i = 0; i < bulk->column_count; i++) {
		struct bulk_column *c = &bulk->columns[i];
		free(c->numbers);
		free(c->texts);
		free(c->lengths);
		free(c->indicators);
	}
	free(bulk->columns);
	free(bulk->binds);
	if (bulk->stmt) {
		bulk->stmt->is_bulk = false;
		if (bulk->stmt->my) {
			unsigned none = 0;
			/* Cannot fail: an attribute the connector knows. */
			(void)mysql_stmt_attr_set(bulk->stmt->my, STMT_ATTR_ARRAY_SIZE, &none);
		}
		db_stmt_free(bulk->stmt);
	}
	free(bulk);
}

/* The column's place in the row under way. The kind of a column never changes. */
static struct bulk_column *place(struct db_bulk *bulk, unsigned index, enum bulk_kind kind) {
	assert(index < bulk->column_count);
	assert(bulk->row_count < bulk->rows_max);
	struct bulk_column *c = &bulk->columns[index];
	assert(c->kind == BULK_UNKNOWN || kind == BULK_UNKNOWN || c->kind == kind);
	if (kind != BULK_UNKNOWN) {
		c->kind = kind;
	}
	c->is_set = true;
	c->indicators[bulk->row_count] =
			kind == BULK_UNKNOWN ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
	return c;
}

void db_bulk_u64(struct db_bulk *bulk, unsigned index, uint64_t v) {
	place(bulk, index, BULK_UNSIGNED)->numbers[bulk->row_count] = v;
}

void db_bulk_i64(struct db_bulk *bulk, unsigned index, int64_t v) {
	place(bulk, index, BULK_SIGNED)->numbers[bulk->row_count] = (uint64_t)v;
}

static void place_text(struct db_bulk *bulk, unsigned index, enum bulk_kind kind, struct str s) {
	struct bulk_column *c = place(bulk, index, kind);
	c->texts[bulk->row_count] = s.n ? s.p : "";
	c->lengths[bulk->row_count] = s.n;
}

void db_bulk_str(struct db_bulk *bulk, unsigned index, struct str s) {
	place_text(bulk, index, BULK_TEXT, s);
}

void db_bulk_bytes(struct db_bulk *bulk, unsigned index, const void *bytes, size_t n) {
	assert(bytes || n == 0);
	place_text(bulk, index, BULK_BYTES, (struct str){ bytes, n });
}

void db_bulk_null(struct db_bulk *bulk, unsigned index) {
	struct bulk_column *c = place(bulk, index, BULK_UNKNOWN);
	c->texts[bulk->row_count] = "";
	c->lengths[bulk->row_count] = 0;
	c->numbers[bulk->row_count] = 0;
}

void db_bulk_row(struct db_bulk *bulk) {
	for (unsigned i = 0; i < bulk->column_count; i++) {
		assert(bulk->columns[i].is_set);
		bulk->columns[i].is_set = false;
	}
	bulk->row_count++;
}

size_t db_bulk_count(const struct db_bulk *bulk) {
	return bulk->row_count;
}

bool db_bulk_is_full(const struct db_bulk *bulk) {
	return bulk->row_count == bulk->rows_max;
}

static void set_bind(MYSQL_BIND *b, struct bulk_column *c) {
	*b = (MYSQL_BIND){ .u.indicator = c->indicators };
	switch (c->kind) {
	case BULK_UNSIGNED:
	case BULK_SIGNED:
		b->buffer_type = MYSQL_TYPE_LONGLONG;
		b->buffer = c->numbers;
		b->is_unsigned = c->kind == BULK_UNSIGNED;
		return;
	case BULK_UNKNOWN:
	case BULK_TEXT:
	case BULK_BYTES:
		b->buffer_type = c->kind == BULK_BYTES ? MYSQL_TYPE_BLOB : MYSQL_TYPE_STRING;
		b->buffer = c->texts;
		b->length = c->lengths;
		return;
	}
}

static enum err send_rows(struct db_bulk *bulk, unsigned rows) {
	struct db_stmt *stmt = bulk->stmt;
	enum err e = db_ready(stmt->db);
	if (e) {
		return e;
	}
	e = db_stmt_ready(stmt);
	if (e) {
		return e;
	}
	for (unsigned i = 0; i < bulk->column_count; i++) {
		set_bind(&bulk->binds[i], &bulk->columns[i]);
	}
	if (mysql_stmt_attr_set(stmt->my, STMT_ATTR_ARRAY_SIZE, &rows) ||
			mysql_stmt_bind_param(stmt->my, bulk->binds) ||
			mysql_stmt_execute(stmt->my)) {
		return db_fail_stmt(stmt);
	}
	bulk->changed = mysql_stmt_affected_rows(stmt->my);
	return ERR_OK;
}

uint64_t db_bulk_changed(const struct db_bulk *bulk) {
	return bulk->changed;
}

enum err db_bulk_run(struct db_bulk *bulk) {
	assert(bulk->stmt->db->is_in_tx); /* a part of the rows must never stand alone */
	unsigned rows = (unsigned)bulk->row_count;
	bulk->changed = 0;
	if (rows == 0) {
		return ERR_OK;
	}
	bulk->row_count = 0;
	return send_rows(bulk, rows);
}
