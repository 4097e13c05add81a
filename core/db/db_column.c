/* The columns of a result: their buffers, and reading the current row. */
#include "core/db/db_inner.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	COLUMN_FIRST_BYTES = 64,   /* room for text before its length is known */
	COLUMN_GUESS_BYTES = 1024, /* most that is taken from the declared length */
};

void db_columns_free(struct db_stmt *stmt) {
	for (unsigned i = 0; i < stmt->column_count; i++) {
		free(stmt->columns[i].text);
	}
	free(stmt->columns);
	free(stmt->column_binds);
	stmt->columns = NULL;
	stmt->column_binds = NULL;
	stmt->column_count = 0;
}

/* Room for cap bytes of text, for the connector too. */
static enum err reserve(struct db_column *c, MYSQL_BIND *b, size_t cap) {
	char *text = realloc(c->text, cap);
	if (!text) {
		return ERR_NOMEM;
	}
	c->text = text;
	c->cap = cap;
	b->buffer = text;
	b->buffer_length = cap;
	return ERR_OK;
}

/* Whether the column comes as an integer in the binary protocol. */
static bool is_integer(enum enum_field_types type) {
	return type == MYSQL_TYPE_TINY || type == MYSQL_TYPE_SHORT || type == MYSQL_TYPE_INT24 ||
			type == MYSQL_TYPE_LONG || type == MYSQL_TYPE_LONGLONG ||
			type == MYSQL_TYPE_YEAR;
}

static enum err set_column(struct db_column *c, MYSQL_BIND *b, const MYSQL_FIELD *field) {
	c->is_number = is_integer(field->type);
	c->is_unsigned = field->flags & UNSIGNED_FLAG;
	b->is_null = &c->is_null;
	b->length = &c->length;
	b->error = &c->is_cut;
	if (c->is_number) {
		b->buffer_type = MYSQL_TYPE_LONGLONG;
		b->is_unsigned = c->is_unsigned;
		b->buffer = &c->number;
		b->buffer_length = sizeof(c->number);
		return ERR_OK;
	}
	b->buffer_type = MYSQL_TYPE_STRING;
	size_t cap = field->length < COLUMN_GUESS_BYTES ? field->length + 1 : COLUMN_FIRST_BYTES;
	return reserve(c, b, cap < COLUMN_FIRST_BYTES ? COLUMN_FIRST_BYTES : cap);
}

static enum err make_columns(struct db_stmt *stmt, unsigned count) {
	db_columns_free(stmt);
	stmt->columns = calloc(count, sizeof(*stmt->columns));
	if (!stmt->columns) {
		return ERR_NOMEM;
	}
	stmt->column_count = count;
	stmt->column_binds = calloc(count, sizeof(*stmt->column_binds));
	return stmt->column_binds ? ERR_OK : ERR_NOMEM;
}

enum err db_columns_set(struct db_stmt *stmt) {
	unsigned count = mysql_stmt_field_count(stmt->my);
	if (count == 0) {
		return ERR_OK;
	}
	if (count > DB_COLUMNS_MAX) {
		return ERR_LIMIT;
	}
	MYSQL_RES *about = mysql_stmt_result_metadata(stmt->my);
	if (!about) {
		return db_fail_stmt(stmt);
	}
	enum err e = make_columns(stmt, count);
	for (unsigned i = 0; i < count && !e; i++) {
		e = set_column(&stmt->columns[i], &stmt->column_binds[i],
				mysql_fetch_field_direct(about, i));
	}
	mysql_free_result(about);
	return e;
}

enum err db_column_fetch_again(struct db_stmt *stmt, unsigned index) {
	struct db_column *c = &stmt->columns[index];
	MYSQL_BIND *b = &stmt->column_binds[index];
	if (c->length > DB_COL_BYTES_MAX) {
		return ERR_LIMIT;
	}
	enum err e = reserve(c, b, c->length + 1);
	if (e) {
		return e;
	}
	if (mysql_stmt_fetch_column(stmt->my, b, index, 0)) {
		return db_fail_stmt(stmt);
	}
	return ERR_OK;
}

static const struct db_column *column(const struct db_stmt *stmt, unsigned index) {
	assert(stmt->has_row);
	assert(index < stmt->column_count);
	return &stmt->columns[index];
}

uint64_t db_col_u64(const struct db_stmt *stmt, unsigned index) {
	const struct db_column *c = column(stmt, index);
	if (c->is_null) {
		return 0;
	}
	if (c->is_number) {
		assert(c->is_unsigned || (int64_t)c->number >= 0);
		return c->number;
	}
	uint64_t v = 0;
	enum err e = str_parse_u64((struct str){ c->text, c->length }, &v);
	assert(!e); /* the column is no number: our mistake */
	return v;
}

int64_t db_col_i64(const struct db_stmt *stmt, unsigned index) {
	const struct db_column *c = column(stmt, index);
	if (c->is_null) {
		return 0;
	}
	if (c->is_number) {
		assert(!c->is_unsigned || c->number <= INT64_MAX);
		return (int64_t)c->number;
	}
	int64_t v = 0;
	enum err e = str_parse_i64((struct str){ c->text, c->length }, &v);
	assert(!e);
	return v;
}

bool db_col_bool(const struct db_stmt *stmt, unsigned index) {
	return db_col_i64(stmt, index) != 0;
}

struct str db_col_str(const struct db_stmt *stmt, unsigned index) {
	const struct db_column *c = column(stmt, index);
	if (c->is_null) {
		return (struct str){ "", 0 };
	}
	assert(!c->is_number);
	return (struct str){ c->text, c->length };
}

struct date db_col_date(const struct db_stmt *stmt, unsigned index) {
	struct date d = { 0 };
	if (!db_col_is_null(stmt, index)) {
		enum err e = date_parse_iso(db_col_str(stmt, index), &d);
		assert(!e); /* the column is no DATE: our mistake */
	}
	return d;
}

bool db_col_is_null(const struct db_stmt *stmt, unsigned index) {
	return column(stmt, index)->is_null;
}

enum err db_col_bytes(const struct db_stmt *stmt, unsigned index, void *out, size_t n) {
	struct str s = db_col_str(stmt, index);
	if (db_col_is_null(stmt, index) || s.n != n) {
		return ERR_CORRUPT;
	}
	memcpy(out, s.p, n);
	return ERR_OK;
}

enum err db_col_dup(const struct db_stmt *stmt, unsigned index, char **out) {
	struct str s = db_col_str(stmt, index);
	char *copy = malloc(s.n + 1);
	if (!copy) {
		return ERR_NOMEM;
	}
	memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	*out = copy;
	return ERR_OK;
}

enum err db_col_copy(const struct db_stmt *stmt, unsigned index, char *out, size_t size) {
	struct str s = db_col_str(stmt, index);
	if (s.n >= size) {
		return ERR_LIMIT;
	}
	memcpy(out, s.p, s.n);
	out[s.n] = '\0';
	return ERR_OK;
}
