#include "gradebook/marks/request_store.h"

#include <assert.h>

#include "gradebook/marks/ledger.h"

#define SQL_ROW                                                                          \
	"SELECT r.id, r.school_id, k.class_id, k.subject_id, k.term_id, c.name, s.name," \
	" s.kind, t.number, r.column_id, k.kind, k.position, r.student_id, u.code,"      \
	" p.full_name, r.seen_version, COALESCE(m.version, 0), r.old_code, r.new_code,"  \
	" r.why, r.asked_by, a.full_name, r.asked_at_ms, r.state, r.decided_by,"         \
	" d.full_name, r.decided_at_ms, r.decision FROM mark_request r"                  \
	" JOIN mark_column k ON k.id = r.column_id JOIN class c ON c.id = k.class_id"    \
	" JOIN subject s ON s.id = k.subject_id JOIN term t ON t.id = k.term_id"         \
	" JOIN student u ON u.id = r.student_id JOIN person p ON p.id = u.person_id"     \
	" JOIN person a ON a.id = r.asked_by LEFT JOIN person d ON d.id = r.decided_by"  \
	" LEFT JOIN mark m ON m.column_id = r.column_id AND m.student_id = r.student_id" \
	" WHERE r.school_id = ?"

static const char sql_place[] = SQL_ROW " AND k.class_id = ? AND k.subject_id = ?"
					" AND k.term_id = ? AND r.state = 1 ORDER BY r.id";
static const char sql_list[] = SQL_ROW " AND (r.asked_by = ? OR ? = 0) AND (r.state = ? OR ? = 0)"
				       " AND (r.id < ? OR ? = 0) ORDER BY r.id DESC LIMIT ?";
static const char sql_one[] =
		"SELECT column_id, student_id, seen_version, new_code, why, asked_by, state"
		" FROM mark_request WHERE school_id = ? AND id = ? FOR UPDATE";
static const char sql_waits[] = "SELECT 1 FROM mark_request WHERE school_id = ? AND column_id = ?"
				" AND student_id = ? AND state = 1 LIMIT 1";
static const char sql_add[] =
		"INSERT INTO mark_request (school_id, column_id, student_id, seen_version, old_code,"
		" new_code, why, asked_by, asked_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char sql_decide[] =
		"UPDATE mark_request SET state = ?, decided_by = ?, decided_at_ms = ?, decision = ?"
		" WHERE school_id = ? AND id = ? AND state = 1";

static const char *const names[REQUEST_STATE_COUNT_] = {
	[REQUEST_WAITING] = "waiting",
	[REQUEST_APPROVED] = "approved",
	[REQUEST_REFUSED] = "refused",
	[REQUEST_WITHDRAWN] = "withdrawn",
};

const char *request_state_name(enum request_state state) {
	assert(state >= REQUEST_WAITING && state < REQUEST_STATE_COUNT_);
	return names[state];
}

enum err request_state_parse(struct str name, enum request_state *out) {
	for (unsigned i = REQUEST_WAITING; i < REQUEST_STATE_COUNT_; i++) {
		if (str_eq_z(name, names[i])) {
			*out = (enum request_state)i;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

static unsigned code_of(const struct db_stmt *stmt, unsigned index) {
	return db_col_is_null(stmt, index) ? CELL_NONE : (unsigned)db_col_u64(stmt, index);
}

static void bind_code(struct db_stmt *stmt, unsigned index, const struct cell *cell) {
	if (cell_is_empty(cell)) {
		db_bind_null(stmt, index);
	} else {
		db_bind_u64(stmt, index, cell_code(cell));
	}
}

static enum err read_row(const struct db_stmt *stmt, struct request_row *out) {
	struct request_row r = {
		.id = db_col_u64(stmt, 0),
		.place = { db_col_u64(stmt, 1), db_col_u64(stmt, 2), db_col_u64(stmt, 3),
				db_col_u64(stmt, 4) },
		.class_name = db_col_str(stmt, 5),
		.subject_name = db_col_str(stmt, 6),
		.term_number = (unsigned)db_col_u64(stmt, 8),
		.column_id = db_col_u64(stmt, 9),
		.position = (unsigned)db_col_u64(stmt, 11),
		.student_id = db_col_u64(stmt, 12),
		.student_code = db_col_str(stmt, 13),
		.student_name = db_col_str(stmt, 14),
		.seen_version = (unsigned)db_col_u64(stmt, 15),
		.version = (unsigned)db_col_u64(stmt, 16),
		.why = db_col_str(stmt, 19),
		.asked_by = db_col_u64(stmt, 20),
		.asked_by_name = db_col_str(stmt, 21),
		.asked_at_ms = db_col_i64(stmt, 22),
		.decided_by = db_col_u64(stmt, 24),
		.decided_by_name = db_col_str(stmt, 25),
		.decided_at_ms = db_col_i64(stmt, 26),
		.decision = db_col_str(stmt, 27),
	};
	uint64_t state = db_col_u64(stmt, 23);
	if (state < REQUEST_WAITING || state >= REQUEST_STATE_COUNT_) {
		return ERR_CORRUPT;
	}
	r.state = (enum request_state)state;
	enum err e = mark_subject_from_db(db_col_u64(stmt, 7), &r.subject);
	e = e ? e : mark_kind_from_db(db_col_u64(stmt, 10), &r.kind);
	e = e ? e : cell_from_code(code_of(stmt, 17), &r.was);
	e = e ? e : cell_from_code(code_of(stmt, 18), &r.wanted);
	if (!e) {
		*out = r;
	}
	return e;
}

static enum err each_row(struct db_stmt *stmt, const struct request_each *to) {
	enum err e = ERR_OK;
	while ((e = db_next(stmt)) == ERR_OK) {
		struct request_row row;
		e = read_row(stmt, &row);
		e = e ? e : to->row(&row, to->ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err request_store_place(
		struct db *db, const struct mark_place *place, const struct request_each *to) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_place, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, place->school_id);
	db_bind_u64(stmt, 1, place->class_id);
	db_bind_u64(stmt, 2, place->subject_id);
	db_bind_u64(stmt, 3, place->term_id);
	return each_row(stmt, to);
}

enum err request_store_list(
		struct db *db, const struct request_page *page, const struct request_each *to) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_list, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, page->school_id);
	db_bind_u64(stmt, 1, page->asked_by);
	db_bind_u64(stmt, 2, page->asked_by);
	db_bind_u64(stmt, 3, page->state);
	db_bind_u64(stmt, 4, page->state);
	db_bind_u64(stmt, 5, page->below_id);
	db_bind_u64(stmt, 6, page->below_id);
	db_bind_u64(stmt, 7, page->limit);
	return each_row(stmt, to);
}

/* ---- asking ---- */

static enum err check_none_waits(
		struct db *db, uint64_t school_id, const struct mark_stored *wanted) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_waits, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, wanted->column_id);
	db_bind_u64(stmt, 2, wanted->student_id);
	e = db_next(stmt);
	return e == ERR_NOT_FOUND ? ERR_OK : e ? e : ERR_EXISTS;
}

static enum err check_ask(const struct mark_desk *desk, const struct mark_stored *wanted) {
	struct mark_stored now = mark_desk_cell(desk, wanted->column_id, wanted->student_id);
	enum err e = mark_desk_check(desk, wanted);
	if (e) {
		return e;
	}
	switch (mark_desk_refusal(desk, wanted->column_id, wanted->student_id)) {
	case MARK_ALLOWED:
		return ERR_CONFLICT;
	case MARK_EXEMPT:
		return ERR_CLOSED;
	case MARK_LOCKED:
	case MARK_CLOSED:
		break;
	}
	if (now.version != wanted->version) {
		return ERR_STALE;
	}
	return cell_is_same(&now.cell, &wanted->cell) ? ERR_INVAL : ERR_OK;
}

static enum err ask_one(struct db *db, const struct mark_desk *desk,
		const struct mark_stored *wanted, uint64_t school_id,
		const struct mark_actor *actor, uint64_t *out_id) {
	enum err e = check_ask(desk, wanted);
	e = e ? e : check_none_waits(db, school_id, wanted);
	if (e) {
		return e;
	}
	struct mark_stored now = mark_desk_cell(desk, wanted->column_id, wanted->student_id);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, wanted->column_id);
	db_bind_u64(stmt, 2, wanted->student_id);
	db_bind_u64(stmt, 3, wanted->version);
	bind_code(stmt, 4, &now.cell);
	bind_code(stmt, 5, &wanted->cell);
	db_bind_str(stmt, 6, actor->why);
	db_bind_u64(stmt, 7, actor->person_id);
	db_bind_i64(stmt, 8, actor->now_ms);
	e = db_exec(stmt, NULL);
	if (!e) {
		*out_id = db_last_id(stmt);
	}
	return e;
}

enum err request_store_ask(struct db *db, const struct mark_place *place,
		const struct mark_stored *wanted, size_t count, const struct mark_actor *actor,
		uint64_t *out_id) {
	_cleanup_(mark_desk_freep) struct mark_desk *desk = NULL;
	uint64_t first = 0;
	enum err e = mark_desk_open(db, place, actor->now_ms, &desk);
	for (size_t i = 0; i < count && !e; i++) {
		uint64_t id = 0;
		e = ask_one(db, desk, &wanted[i], place->school_id, actor, &id);
		first = first ? first : id;
	}
	if (!e) {
		*out_id = first;
	}
	return e;
}

/* ---- deciding ---- */

struct waiting {
	struct mark_stored wanted;
	uint64_t asked_by;
	struct buf why;
};

static void waiting_finish(struct waiting *w) {
	buf_finish(&w->why);
}

/* Locks the request until the transaction ends. */
static enum err load_waiting(struct db *db, uint64_t school_id, uint64_t id, struct waiting *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_one, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	out->wanted = (struct mark_stored){ .column_id = db_col_u64(stmt, 0),
		.student_id = db_col_u64(stmt, 1),
		.version = (unsigned)db_col_u64(stmt, 2) };
	out->asked_by = db_col_u64(stmt, 5);
	struct str why = db_col_str(stmt, 4);
	buf_add(&out->why, why.p, why.n);
	e = cell_from_code(code_of(stmt, 3), &out->wanted.cell);
	if (!e && db_col_u64(stmt, 6) != REQUEST_WAITING) {
		e = ERR_CONFLICT;
	}
	return e ? e : buf_err(&out->why);
}

static enum err note_decision(
		struct db *db, const struct request_decision *d, enum request_state state) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_decide, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, state);
	db_bind_u64(stmt, 1, d->person_id);
	db_bind_i64(stmt, 2, d->now_ms);
	db_bind_str(stmt, 3, d->note.n ? d->note : str_from(""));
	db_bind_u64(stmt, 4, d->school_id);
	db_bind_u64(stmt, 5, d->id);
	e = db_exec_one(stmt);
	return e == ERR_NOT_FOUND ? ERR_CONFLICT : e;
}

enum err request_store_decide(struct db *db, const struct request_decision *d) {
	assert(db_in_transaction(db));
	_cleanup_(waiting_finish) struct waiting w = { .why = buf_make(LEDGER_WHY_BYTES_MAX) };
	enum err e = load_waiting(db, d->school_id, d->id, &w);
	if (!e && w.asked_by == d->person_id) {
		e = ERR_DENIED;
	}
	if (!e && d->is_approved) {
		const struct mark_actor actor = { .person_id = w.asked_by,
			.now_ms = d->now_ms,
			.why = { buf_str(&w.why), w.why.len },
			.approved_by = d->person_id };
		unsigned version = 0;
		e = mark_store_set(db, d->school_id, &w.wanted, &actor, &version);
	}
	return e ? e : note_decision(db, d, d->is_approved ? REQUEST_APPROVED : REQUEST_REFUSED);
}

enum err request_store_withdraw(struct db *db, uint64_t school_id, uint64_t id, uint64_t person_id,
		int64_t now_ms) {
	assert(db_in_transaction(db));
	_cleanup_(waiting_finish) struct waiting w = { .why = buf_make(LEDGER_WHY_BYTES_MAX) };
	enum err e = load_waiting(db, school_id, id, &w);
	if ((!e || e == ERR_CONFLICT) && w.asked_by != person_id) {
		e = ERR_NOT_FOUND;
	}
	const struct request_decision d = {
		.school_id = school_id, .id = id, .person_id = person_id, .now_ms = now_ms
	};
	return e ? e : note_decision(db, &d, REQUEST_WITHDRAWN);
}
