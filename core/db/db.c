/* Statements: the cache, binding, running, columns. */
#include "core/db/db_inner.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void db_stmt_close(struct db_stmt *stmt) {
	if (!stmt->my) {
		return;
	}
	MYSQL_STMT *my = STEAL(stmt->my);
	(void)mysql_stmt_close(my); /* frees in any case; a lost server needs no farewell */
	stmt->is_bound = false;
	stmt->has_row = false;
	if (stmt->state == DB_STMT_ROWS) {
		stmt->state = DB_STMT_LOST;
	}
}

void db_stmt_destroy(struct db_stmt *stmt) {
	if (!stmt) {
		return;
	}
	db_stmt_close(stmt);
	db_columns_free(stmt);
	free(stmt->params);
	free(stmt->param_binds);
	free(stmt->sql);
	free(stmt);
}
DEFINE_FREEP(struct db_stmt *, db_stmt_destroy);

static enum err set_params(struct db_stmt *stmt) {
	unsigned long count = mysql_stmt_param_count(stmt->my);
	if (count > DB_PARAMS_MAX) {
		return ERR_LIMIT;
	}
	if (stmt->params) {
		return stmt->param_count == count ? ERR_OK : ERR_DB;
	}
	stmt->params = calloc(count + 1, sizeof(*stmt->params));
	stmt->param_binds = calloc(count + 1, sizeof(*stmt->param_binds));
	if (!stmt->params || !stmt->param_binds) {
		return ERR_NOMEM;
	}
	stmt->param_count = (unsigned)count;
	return ERR_OK;
}

enum err db_stmt_ready(struct db_stmt *stmt) {
	if (stmt->my) {
		return ERR_OK;
	}
	assert(stmt->db->my);
	stmt->my = mysql_stmt_init(stmt->db->my);
	if (!stmt->my) {
		return ERR_NOMEM;
	}
	if (mysql_stmt_prepare(stmt->my, stmt->sql, stmt->sql_n)) {
		enum err e = db_fail_stmt(stmt);
		db_stmt_close(stmt);
		return e;
	}
	enum err e = set_params(stmt);
	if (!e) {
		e = db_columns_set(stmt);
	}
	if (e) {
		db_stmt_close(stmt);
	}
	return e;
}

static uint64_t text_hash(struct str s) {
	uint64_t h = 14695981039346656037ULL; /* FNV-1a */
	for (size_t i = 0; i < s.n; i++) {
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211ULL;
	}
	return h;
}

static struct db_stmt *find_free(struct db *db, struct str sql, uint64_t hash) {
	for (size_t i = 0; i < db->stmt_count; i++) {
		struct db_stmt *s = db->stmts[i];
		if (s->hash == hash && !s->is_taken &&
				str_eq((struct str){ s->sql, s->sql_n }, sql)) {
			return s;
		}
	}
	return NULL;
}

/* Room for one more: throws out the statement that nobody has used for longest. */
static enum err make_room(struct db *db) {
	if (db->stmt_count < DB_STATEMENTS_MAX) {
		return ERR_OK;
	}
	size_t oldest = DB_STATEMENTS_MAX;
	for (size_t i = 0; i < db->stmt_count; i++) {
		if (!db->stmts[i]->is_taken &&
				(oldest == DB_STATEMENTS_MAX ||
						db->stmts[i]->used_at <
								db->stmts[oldest]->used_at)) {
			oldest = i;
		}
	}
	if (oldest == DB_STATEMENTS_MAX) {
		return ERR_LIMIT; /* all are in use at once */
	}
	db_stmt_destroy(db->stmts[oldest]);
	db->stmts[oldest] = db->stmts[--db->stmt_count];
	return ERR_OK;
}

static enum err add_statement(struct db *db, struct str sql, uint64_t hash, struct db_stmt **out) {
	enum err e = make_room(db);
	if (e) {
		return e;
	}
	_cleanup_(db_stmt_destroyp) struct db_stmt *stmt = calloc(1, sizeof(*stmt));
	if (!stmt) {
		return ERR_NOMEM;
	}
	stmt->db = db;
	stmt->hash = hash;
	stmt->sql = strndup(sql.p, sql.n);
	stmt->sql_n = sql.n;
	if (!stmt->sql) {
		return ERR_NOMEM;
	}
	e = db_stmt_ready(stmt);
	if (e) {
		return e;
	}
	db->stmts[db->stmt_count++] = stmt;
	*out = STEAL(stmt);
	return ERR_OK;
}

enum err db_prepare_text(struct db *db, struct str sql, struct db_stmt **out) {
	enum err e = db_ready(db);
	if (e) {
		return e;
	}
	uint64_t hash = text_hash(sql);
	struct db_stmt *stmt = find_free(db, sql, hash);
	e = stmt ? db_stmt_ready(stmt) : add_statement(db, sql, hash, &stmt);
	if (e) {
		return e;
	}
	stmt->is_taken = true;
	stmt->used_at = ++db->uses;
	stmt->state = DB_STMT_IDLE;
	*out = stmt;
	return ERR_OK;
}

enum err db_prepare(struct db *db, const char *sql, struct db_stmt **out) {
	return db_prepare_text(db, str_from(sql), out);
}

void db_stmt_end_rows(struct db_stmt *stmt) {
	if (stmt->state == DB_STMT_ROWS && stmt->my) {
		(void)mysql_stmt_free_result(stmt->my); /* a loss shows at the next statement */
	}
	if (stmt->db->stream == stmt) {
		stmt->db->stream = NULL;
	}
	stmt->state = DB_STMT_IDLE;
	stmt->has_row = false;
}

void db_stmt_free(struct db_stmt *stmt) {
	if (!stmt) {
		return;
	}
	db_stmt_end_rows(stmt);
	for (unsigned i = 0; i < stmt->param_count; i++) {
		stmt->params[i].is_bound = false;
	}
	stmt->is_bound = false;
	stmt->is_stream = false;
	stmt->is_taken = false;
}

/* The place of a parameter, made ready to be set. */
static MYSQL_BIND *param_bind(struct db_stmt *stmt, unsigned index) {
	assert(index < stmt->param_count);
	assert(!stmt->is_bulk);
	if (stmt->state != DB_STMT_IDLE) {
		db_stmt_end_rows(stmt);
	}
	struct db_param *p = &stmt->params[index];
	*p = (struct db_param){ .is_bound = true };
	MYSQL_BIND *b = &stmt->param_binds[index];
	*b = (MYSQL_BIND){ .length = &p->length, .is_null = &p->is_null };
	stmt->is_bound = false;
	return b;
}

static void bind_number(struct db_stmt *stmt, unsigned index, uint64_t v, bool is_unsigned) {
	MYSQL_BIND *b = param_bind(stmt, index);
	stmt->params[index].number = v;
	b->buffer_type = MYSQL_TYPE_LONGLONG;
	b->buffer = &stmt->params[index].number;
	b->buffer_length = sizeof(v);
	b->is_unsigned = is_unsigned;
}

void db_bind_u64(struct db_stmt *stmt, unsigned index, uint64_t v) {
	bind_number(stmt, index, v, true);
}

void db_bind_i64(struct db_stmt *stmt, unsigned index, int64_t v) {
	bind_number(stmt, index, (uint64_t)v, false);
}

void db_bind_bool(struct db_stmt *stmt, unsigned index, bool v) {
	bind_number(stmt, index, v, true);
}

static void bind_text(struct db_stmt *stmt, unsigned index, const void *p, size_t n,
		enum enum_field_types type) {
	assert(p || n == 0);
	MYSQL_BIND *b = param_bind(stmt, index);
	stmt->params[index].length = n;
	b->buffer_type = type;
	/* The connector takes a pointer that is not const, and only reads. */
	b->buffer = n ? (void *)(uintptr_t)p : &stmt->params[index].number;
	b->buffer_length = n;
}

void db_bind_str(struct db_stmt *stmt, unsigned index, struct str s) {
	bind_text(stmt, index, s.p, s.n, MYSQL_TYPE_STRING);
}

void db_bind_text(struct db_stmt *stmt, unsigned index, const char *z) {
	if (!z) {
		db_bind_null(stmt, index);
		return;
	}
	db_bind_str(stmt, index, str_from(z));
}

void db_bind_bytes(struct db_stmt *stmt, unsigned index, const void *bytes, size_t n) {
	bind_text(stmt, index, bytes, n, MYSQL_TYPE_BLOB);
}

void db_bind_null(struct db_stmt *stmt, unsigned index) {
	MYSQL_BIND *b = param_bind(stmt, index);
	stmt->params[index].is_null = 1;
	b->buffer_type = MYSQL_TYPE_NULL;
}

void db_bind_date(struct db_stmt *stmt, unsigned index, struct date d) {
	if (d.year == 0) {
		db_bind_null(stmt, index);
		return;
	}
	MYSQL_BIND *b = param_bind(stmt, index);
	struct db_param *p = &stmt->params[index];
	date_print_iso(d, p->date);
	p->length = DATE_ISO_BYTES - 1;
	b->buffer_type = MYSQL_TYPE_STRING;
	b->buffer = p->date;
	b->buffer_length = p->length;
}

void db_bind_id_or_null(struct db_stmt *stmt, unsigned index, uint64_t id) {
	if (id == 0) {
		db_bind_null(stmt, index);
		return;
	}
	db_bind_u64(stmt, index, id);
}

void db_bind_str_or_null(struct db_stmt *stmt, unsigned index, struct str s) {
	if (s.n == 0) {
		db_bind_null(stmt, index);
		return;
	}
	db_bind_str(stmt, index, s);
}

/* Sends the statement with its values. */
static enum err run(struct db_stmt *stmt) {
	for (unsigned i = 0; i < stmt->param_count; i++) {
		assert(stmt->params[i].is_bound);
	}
	enum err e = db_ready(stmt->db);
	if (e) {
		return e;
	}
	e = db_stmt_ready(stmt);
	if (e) {
		return e;
	}
	if (!stmt->is_bound && stmt->param_count > 0 &&
			mysql_stmt_bind_param(stmt->my, stmt->param_binds)) {
		return db_fail_stmt(stmt);
	}
	stmt->is_bound = true;
	if (mysql_stmt_execute(stmt->my)) {
		return db_fail_stmt(stmt);
	}
	return ERR_OK;
}

/* An error in the middle of the rows. The connector would wait for the rest of them when the
 * statement runs again, and there is none: so it is prepared anew. */
static enum err fail_rows(struct db_stmt *stmt) {
	enum err e = db_fail_stmt(stmt);
	if (stmt->db->stream == stmt) {
		stmt->db->stream = NULL;
	}
	stmt->state = DB_STMT_IDLE;
	db_stmt_close(stmt);
	return e;
}

static enum err start_rows(struct db_stmt *stmt) {
	enum err e = run(stmt);
	if (e) {
		return e;
	}
	assert(stmt->column_count > 0); /* a statement without rows is for db_exec() */
	if (mysql_stmt_field_count(stmt->my) != stmt->column_count) {
		return ERR_DB; /* the table changed its shape behind a SELECT with "*" */
	}
	if (mysql_stmt_bind_result(stmt->my, stmt->column_binds)) {
		return db_fail_stmt(stmt);
	}
	stmt->state = DB_STMT_ROWS;
	if (stmt->is_stream) {
		stmt->db->stream = stmt;
		return ERR_OK;
	}
	if (mysql_stmt_store_result(stmt->my)) {
		return fail_rows(stmt);
	}
	return ERR_OK;
}

static enum err take_row(struct db_stmt *stmt) {
	bool has_grown = false;
	for (unsigned i = 0; i < stmt->column_count; i++) {
		const struct db_column *c = &stmt->columns[i];
		if (!c->is_number && !c->is_null && c->length > c->cap) {
			enum err e = db_column_fetch_again(stmt, i);
			if (e) {
				return e;
			}
			has_grown = true;
		}
	}
	if (has_grown && mysql_stmt_bind_result(stmt->my, stmt->column_binds)) {
		return db_fail_stmt(stmt);
	}
	stmt->has_row = true;
	return ERR_OK;
}

enum err db_next(struct db_stmt *stmt) {
	assert(!stmt->is_bulk);
	if (stmt->state == DB_STMT_LOST) {
		stmt->state = DB_STMT_IDLE;
		return ERR_DB_AWAY;
	}
	if (stmt->state == DB_STMT_IDLE) {
		enum err e = start_rows(stmt);
		if (e) {
			db_stmt_end_rows(stmt);
			return e;
		}
	}
	stmt->has_row = false;
	int got = mysql_stmt_fetch(stmt->my);
	if (got == MYSQL_NO_DATA) {
		db_stmt_end_rows(stmt);
		return ERR_NOT_FOUND;
	}
	enum err e = got == 0 || got == MYSQL_DATA_TRUNCATED ? take_row(stmt) : fail_rows(stmt);
	if (e) {
		db_stmt_end_rows(stmt);
	}
	return e;
}

void db_stream(struct db_stmt *stmt) {
	assert(stmt->state == DB_STMT_IDLE);
	stmt->is_stream = true;
}

enum err db_exec(struct db_stmt *stmt, uint64_t *out_changed) {
	assert(!stmt->is_bulk);
	assert(stmt->column_count == 0); /* a statement with rows is for db_next() */
	enum err e = run(stmt);
	if (e) {
		return e;
	}
	stmt->last_id = mysql_stmt_insert_id(stmt->my);
	if (out_changed) {
		*out_changed = mysql_stmt_affected_rows(stmt->my);
	}
	return ERR_OK;
}

enum err db_exec_one(struct db_stmt *stmt) {
	uint64_t changed = 0;
	enum err e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed > 0 ? ERR_OK : ERR_NOT_FOUND;
}

uint64_t db_last_id(const struct db_stmt *stmt) {
	return stmt->last_id;
}
