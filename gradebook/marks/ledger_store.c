#include "gradebook/marks/ledger_store.h"

#include <assert.h>

#include "gradebook/marks/cell.h"

static const char sql_open[] =
		"INSERT INTO mark_ledger_head (class_id, subject_id, school_id, number, hash)"
		" VALUES (?, ?, ?, 0, ?) ON DUPLICATE KEY UPDATE number = number";
static const char sql_head[] =
		"SELECT number, hash FROM mark_ledger_head"
		" WHERE class_id = ? AND subject_id = ? AND school_id = ? FOR UPDATE";
static const char sql_add[] =
		"INSERT INTO mark_ledger (class_id, subject_id, number, school_id, column_id,"
		" student_id, act, old_x10, new_x10, why, person_id, at_ms, hash, approved_by, ref)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char sql_move[] = "UPDATE mark_ledger_head SET number = ?, hash = ?"
			       " WHERE class_id = ? AND subject_id = ? AND number = ?";

/* The table's key is (class, subject, number): a chain is read in its order. */
#define SQL_ANY_ROWS                                                                           \
	"SELECT school_id, class_id, subject_id, number, column_id, student_id, act, old_x10," \
	" new_x10, why, person_id, at_ms, hash, approved_by, ref FROM mark_ledger WHERE"
#define SQL_ROWS SQL_ANY_ROWS " school_id = ? AND class_id = ? AND subject_id = ?"

static const char sql_chain[] = SQL_ROWS " ORDER BY number";
static const char sql_rows[] = SQL_ANY_ROWS " class_id = ? AND subject_id = ? ORDER BY number";
static const char sql_kept[] = SQL_ROWS " AND column_id = ? AND act = ? ORDER BY number";
static const char sql_peek[] = "SELECT number, hash FROM mark_ledger_head"
			       " WHERE class_id = ? AND subject_id = ? AND school_id = ?";

static enum err open_chain(struct db *db, const struct ledger_row *row) {
	static const struct hash zeros = { { 0 } };
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_open, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, row->class_id);
	db_bind_u64(stmt, 1, row->subject_id);
	db_bind_u64(stmt, 2, row->school_id);
	db_bind_bytes(stmt, 3, zeros.b, HASH_BYTES);
	return db_exec(stmt, NULL);
}

static enum err read_head(struct db *db, const char *sql, const struct ledger_row *of,
		struct ledger_head *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, of->class_id);
	db_bind_u64(stmt, 1, of->subject_id);
	db_bind_u64(stmt, 2, of->school_id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	out->number = (uint32_t)db_col_u64(stmt, 0);
	return db_col_bytes(stmt, 1, out->hash.b, HASH_BYTES);
}

static void bind_code(struct db_stmt *stmt, unsigned index, uint8_t code) {
	if (code == CELL_NONE) {
		db_bind_null(stmt, index);
	} else {
		db_bind_u64(stmt, index, code);
	}
}

static enum err insert(
		struct db *db, const struct ledger_row *row, const struct ledger_head *head) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, row->class_id);
	db_bind_u64(stmt, 1, row->subject_id);
	db_bind_u64(stmt, 2, head->number);
	db_bind_u64(stmt, 3, row->school_id);
	db_bind_u64(stmt, 4, row->column_id);
	db_bind_u64(stmt, 5, row->student_id);
	db_bind_u64(stmt, 6, row->act);
	bind_code(stmt, 7, row->old_code);
	bind_code(stmt, 8, row->new_code);
	db_bind_str(stmt, 9, row->why.n ? row->why : str_from(""));
	db_bind_u64(stmt, 10, row->person_id);
	db_bind_i64(stmt, 11, row->at_ms);
	db_bind_bytes(stmt, 12, head->hash.b, HASH_BYTES);
	db_bind_u64(stmt, 13, row->approved_by);
	if (row->has_ref) {
		db_bind_bytes(stmt, 14, row->ref, LEDGER_REF_BYTES);
	} else {
		db_bind_null(stmt, 14);
	}
	return db_exec(stmt, NULL);
}

static enum err move_head(
		struct db *db, const struct ledger_row *row, const struct ledger_head *head) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_move, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, head->number);
	db_bind_bytes(stmt, 1, head->hash.b, HASH_BYTES);
	db_bind_u64(stmt, 2, row->class_id);
	db_bind_u64(stmt, 3, row->subject_id);
	db_bind_u64(stmt, 4, head->number - 1);
	e = db_exec_one(stmt);
	return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

enum err ledger_store_add(struct db *db, const struct ledger_row *row) {
	assert(db_in_transaction(db));
	struct ledger_head head = { 0 };
	enum err e = read_head(db, sql_head, row, &head);
	if (e == ERR_NOT_FOUND) { /* the first of its chain */
		e = open_chain(db, row);
		e = e ? e : read_head(db, sql_head, row, &head);
	}
	if (e) {
		return e;
	}
	struct ledger_row next = *row;
	next.number = head.number + 1;
	e = ledger_next(&head, &next, &head);
	if (!e) {
		e = insert(db, &next, &head);
	}
	return e ? e : move_head(db, &next, &head);
}

static uint8_t code_of(const struct db_stmt *stmt, unsigned index) {
	return db_col_is_null(stmt, index) ? CELL_NONE : (uint8_t)db_col_u64(stmt, index);
}

static enum err read_row(const struct db_stmt *stmt, struct ledger_stored *out) {
	out->row = (struct ledger_row){
		.school_id = db_col_u64(stmt, 0),
		.class_id = db_col_u64(stmt, 1),
		.subject_id = db_col_u64(stmt, 2),
		.number = (uint32_t)db_col_u64(stmt, 3),
		.column_id = db_col_u64(stmt, 4),
		.student_id = db_col_u64(stmt, 5),
		.act = (enum ledger_act)db_col_u64(stmt, 6),
		.old_code = code_of(stmt, 7),
		.new_code = code_of(stmt, 8),
		.why = db_col_str(stmt, 9),
		.person_id = db_col_u64(stmt, 10),
		.at_ms = db_col_i64(stmt, 11),
		.approved_by = db_col_u64(stmt, 13),
		.has_ref = !db_col_is_null(stmt, 14),
	};
	enum err e = db_col_bytes(stmt, 12, out->hash.b, HASH_BYTES);
	if (!e && out->row.has_ref) {
		e = db_col_bytes(stmt, 14, out->row.ref, LEDGER_REF_BYTES);
	}
	return e;
}

static enum err each_row(struct db *db, const char *sql, const uint64_t *ids, unsigned id_count,
		const struct ledger_each *to) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	for (unsigned i = 0; i < id_count; i++) {
		db_bind_u64(stmt, i, ids[i]);
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		struct ledger_stored s;
		e = read_row(stmt, &s);
		if (!e) {
			e = to->row(&s, to->ctx);
		}
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err ledger_store_chain(
		struct db *db, const struct ledger_chain *chain, const struct ledger_each *to) {
	const uint64_t ids[] = { chain->school_id, chain->class_id, chain->subject_id };
	return each_row(db, sql_chain, ids, 3, to);
}

enum err ledger_store_rows(struct db *db, uint64_t class_id, uint64_t subject_id,
		const struct ledger_each *to) {
	const uint64_t ids[] = { class_id, subject_id };
	return each_row(db, sql_rows, ids, 2, to);
}

enum err ledger_store_kept(struct db *db, const struct ledger_chain *chain, uint64_t column_id,
		const struct ledger_each *to) {
	const uint64_t ids[] = { chain->school_id, chain->class_id, chain->subject_id, column_id,
		LEDGER_KEPT };
	return each_row(db, sql_kept, ids, 5, to);
}

enum err ledger_store_lock(struct db *db, const struct ledger_chain *chain) {
	assert(db_in_transaction(db));
	const struct ledger_row of = { .school_id = chain->school_id,
		.class_id = chain->class_id,
		.subject_id = chain->subject_id };
	struct ledger_head head;
	enum err e = open_chain(db, &of);
	return e ? e : read_head(db, sql_head, &of, &head);
}

static enum err check_row(const struct ledger_stored *row, void *ctx) {
	return ledger_check(ctx, &row->row, &row->hash);
}

enum err ledger_store_check(struct db *db, const struct ledger_chain *chain, uint32_t *out_number) {
	struct ledger_head walk = { 0 };
	struct ledger_head stored = { 0 };
	const struct ledger_each to = { check_row, &walk };
	enum err e = ledger_store_chain(db, chain, &to);
	*out_number = walk.number;
	if (e) {
		return e;
	}
	const struct ledger_row of = { .school_id = chain->school_id,
		.class_id = chain->class_id,
		.subject_id = chain->subject_id };
	e = read_head(db, sql_peek, &of, &stored);
	if (e) {
		return e == ERR_NOT_FOUND && walk.number == 0 ? ERR_OK : e;
	}
	bool is_whole = stored.number == walk.number && hash_equal(&stored.hash, &walk.hash);
	return is_whole ? ERR_OK : ERR_CORRUPT;
}
