#include "gradebook/marks/remark_store.h"

#include <assert.h>

#include "core/outbox/owe_store.h"

static const char sql_term[] = "SELECT t.number FROM class c JOIN term t"
			       " ON t.school_year_id = c.school_year_id"
			       " WHERE c.school_id = ? AND c.id = ? AND t.id = ?";
#define SQL_REMARK                                                                            \
	"SELECT r.student_id, r.text, r.version, r.changed_by, r.changed_at_ms FROM remark r" \
	" JOIN enrolment e ON e.student_id = r.student_id AND e.class_id = ?"                 \
	" AND e.to_on IS NULL WHERE r.school_id = ? AND r.term_id = ? AND r.subject_id = ?"
static const char sql_list[] = SQL_REMARK " ORDER BY r.student_id";
static const char sql_one[] = SQL_REMARK " AND r.student_id = ?";
static const char sql_in_class[] = "SELECT 1 FROM enrolment WHERE school_id = ? AND class_id = ?"
				   " AND student_id = ? AND to_on IS NULL";
static const char sql_insert[] =
		"INSERT INTO remark (school_id, class_id, student_id, term_id, subject_id, text,"
		" version, changed_by, changed_at_ms) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)";
static const char sql_update[] =
		"UPDATE remark SET text = ?, class_id = ?, version = version + 1, changed_by = ?,"
		" changed_at_ms = ? WHERE school_id = ? AND student_id = ? AND term_id = ?"
		" AND subject_id = ? AND version = ?";

static const char sql_class[] = "SELECT class_id FROM remark WHERE school_id = ?"
				" AND student_id = ? AND term_id = ? AND subject_id = ?";

static const char sql_phrases[] =
		"SELECT id, person_id, text, used_count FROM phrase WHERE school_id = ?"
		" AND person_id IN (0, ?) ORDER BY used_count DESC, id";
static const char sql_phrase_count[] =
		"SELECT COUNT(*) FROM phrase WHERE school_id = ? AND person_id = ?";
static const char sql_phrase_add[] =
		"INSERT INTO phrase (school_id, person_id, text) VALUES (?, ?, ?)";
static const char sql_phrase_drop[] =
		"DELETE FROM phrase WHERE school_id = ? AND person_id = ? AND id = ?";
static const char sql_phrase_use[] = "UPDATE phrase SET used_count = used_count + 1"
				     " WHERE school_id = ? AND person_id IN (0, ?) AND id = ?";

enum err remark_store_term(struct db *db, const struct mark_place *place, unsigned *out_number) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_term, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, place->school_id);
	db_bind_u64(stmt, 1, place->class_id);
	db_bind_u64(stmt, 2, place->term_id);
	e = db_next(stmt);
	if (!e) {
		*out_number = (unsigned)db_col_u64(stmt, 0);
	}
	return e;
}

static void bind_place(struct db_stmt *stmt, const struct mark_place *place) {
	db_bind_u64(stmt, 0, place->class_id);
	db_bind_u64(stmt, 1, place->school_id);
	db_bind_u64(stmt, 2, place->term_id);
	db_bind_u64(stmt, 3, place->subject_id);
}

static struct remark read_remark(const struct db_stmt *stmt) {
	return (struct remark){ db_col_u64(stmt, 0), db_col_str(stmt, 1),
		(unsigned)db_col_u64(stmt, 2), db_col_u64(stmt, 3), db_col_i64(stmt, 4) };
}

enum err remark_store_list(struct db *db, const struct mark_place *place,
		enum err (*each)(const struct remark *r, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_list, &stmt);
	if (e) {
		return e;
	}
	bind_place(stmt, place);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct remark r = read_remark(stmt);
		e = each(&r, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err remark_store_one(struct db *db, const struct mark_place *place, uint64_t student_id,
		struct remark *out, struct buf *text) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_one, &stmt);
	if (e) {
		return e;
	}
	bind_place(stmt, place);
	db_bind_u64(stmt, 4, student_id);
	struct remark r = { .student_id = student_id };
	e = db_next(stmt);
	if (e && e != ERR_NOT_FOUND) {
		return e;
	}
	buf_clear(text);
	if (!e) {
		r = read_remark(stmt);
		buf_add(text, r.text.p, r.text.n);
	}
	r.text = (struct str){ buf_str(text), text->len };
	*out = r;
	return buf_err(text);
}

static enum err check_student(struct db *db, const struct mark_place *place, uint64_t student_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_in_class, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, place->school_id);
	db_bind_u64(stmt, 1, place->class_id);
	db_bind_u64(stmt, 2, student_id);
	return db_next(stmt);
}

static enum err insert(struct db *db, const struct mark_place *place, const struct remark *wanted,
		const struct mark_actor *actor) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_insert, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, place->school_id);
	db_bind_u64(stmt, 1, place->class_id);
	db_bind_u64(stmt, 2, wanted->student_id);
	db_bind_u64(stmt, 3, place->term_id);
	db_bind_u64(stmt, 4, place->subject_id);
	db_bind_str(stmt, 5, wanted->text.n ? wanted->text : str_from(""));
	db_bind_u64(stmt, 6, actor->person_id);
	db_bind_i64(stmt, 7, actor->now_ms);
	e = db_exec(stmt, NULL);
	return e == ERR_EXISTS ? ERR_STALE : e;
}

static enum err update(struct db *db, const struct mark_place *place, const struct remark *wanted,
		const struct mark_actor *actor) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_update, &stmt);
	if (e) {
		return e;
	}
	db_bind_str(stmt, 0, wanted->text.n ? wanted->text : str_from(""));
	db_bind_u64(stmt, 1, place->class_id);
	db_bind_u64(stmt, 2, actor->person_id);
	db_bind_i64(stmt, 3, actor->now_ms);
	db_bind_u64(stmt, 4, place->school_id);
	db_bind_u64(stmt, 5, wanted->student_id);
	db_bind_u64(stmt, 6, place->term_id);
	db_bind_u64(stmt, 7, place->subject_id);
	db_bind_u64(stmt, 8, wanted->version);
	e = db_exec_one(stmt);
	return e == ERR_NOT_FOUND ? ERR_STALE : e;
}

/* A remark is of the class in which it was written last: the one before has it no more. */
static enum err owe_before(struct db *db, const struct mark_place *place, uint64_t student_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_class, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, place->school_id);
	db_bind_u64(stmt, 1, student_id);
	db_bind_u64(stmt, 2, place->term_id);
	db_bind_u64(stmt, 3, place->subject_id);
	e = db_next(stmt);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e; /* its version is not found either */
	}
	const struct record_scope scope = { .class_id = db_col_u64(stmt, 0) };
	return outbox_owe(db, place->school_id, RECORD_OF_REMARK, &scope);
}

enum err remark_store_set(struct db *db, const struct mark_place *place,
		const struct remark *wanted, const struct mark_actor *actor) {
	assert(db_in_transaction(db));
	enum err e = check_student(db, place, wanted->student_id);
	if (e) {
		return e;
	}
	e = wanted->version ? owe_before(db, place, wanted->student_id) : ERR_OK;
	e = e                             ? e
			: wanted->version ? update(db, place, wanted, actor)
					  : insert(db, place, wanted, actor);
	const struct record_scope scope = { .class_id = place->class_id };
	return e ? e : outbox_owe(db, place->school_id, RECORD_OF_REMARK, &scope);
}

enum err phrase_store_list(struct db *db, uint64_t school_id, uint64_t person_id,
		enum err (*each)(const struct phrase *p, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_phrases, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct phrase p = { db_col_u64(stmt, 0), db_col_u64(stmt, 1), db_col_str(stmt, 2),
			(unsigned)db_col_u64(stmt, 3) };
		e = each(&p, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err count_phrases(
		struct db *db, uint64_t school_id, uint64_t person_id, uint64_t *out_count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_phrase_count, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	e = db_next(stmt);
	if (!e) {
		*out_count = db_col_u64(stmt, 0);
	}
	return e;
}

enum err phrase_store_add(struct db *db, uint64_t school_id, uint64_t person_id, struct str text,
		uint64_t *out_id) {
	uint64_t count = 0;
	enum err e = count_phrases(db, school_id, person_id, &count);
	if (e || count >= PHRASES_MAX) {
		return e ? e : ERR_LIMIT;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = db_prepare(db, sql_phrase_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	db_bind_str(stmt, 2, text);
	e = db_exec(stmt, NULL);
	if (!e) {
		*out_id = db_last_id(stmt);
	}
	return e;
}

enum err phrase_store_drop(struct db *db, uint64_t school_id, uint64_t person_id, uint64_t id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_phrase_drop, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	db_bind_u64(stmt, 2, id);
	return db_exec_one(stmt);
}

enum err phrase_store_use(struct db *db, uint64_t school_id, uint64_t person_id, uint64_t id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_phrase_use, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	db_bind_u64(stmt, 2, id);
	return db_exec_one(stmt);
}
