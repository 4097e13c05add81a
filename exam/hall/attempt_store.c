#include "exam/hall/attempt_store.h"

enum { STATE_DONE = 3 };

static const char sql_each[] =
		"SELECT " ATTEMPT_STORE_COLUMNS ", p.full_name, st.code,"
		" (SELECT IF(e.kind = 3 AND a.state <> 3, e.at_ms, NULL) FROM event e"
		"   WHERE e.attempt_id = a.id AND e.gen = a.gen ORDER BY e.seq DESC LIMIT 1)"
		" FROM attempt a JOIN person p ON p.id = a.person_id"
		" JOIN student st ON st.id = a.student_id AND st.school_id = a.school_id"
		" WHERE a.school_id = ? AND a.room_id = ?"
		" ORDER BY p.sort_given, p.sort_rest, a.student_id";

static const char sql_one[] =
		"SELECT " ATTEMPT_STORE_COLUMNS
		" FROM attempt a WHERE a.id = ? AND a.school_id = ? AND a.room_id = ?";

static const char sql_one_locked[] =
		"SELECT " ATTEMPT_STORE_COLUMNS
		" FROM attempt a WHERE a.id = ? AND a.school_id = ? AND a.room_id = ? FOR UPDATE";

static const char sql_sitter[] =
		"SELECT p.full_name, st.code, r.name FROM attempt a JOIN person p ON p.id = a.person_id"
		" JOIN room r ON r.id = a.room_id AND r.school_id = a.school_id"
		" JOIN student st ON st.id = a.student_id AND st.school_id = a.school_id"
		" WHERE a.id = ? AND a.school_id = ? AND a.room_id = ?";

static const char sql_sits[] =
		"SELECT 1 FROM attempt WHERE person_id = ? AND school_id = ? AND room_id = ? LIMIT 1";

static const char sql_due[] =
		"SELECT DISTINCT school_id, room_id FROM attempt WHERE state IN (1, 2)"
		" AND ends_at_ms <= ?";

static const char sql_newest[] =
		"SELECT COALESCE(MAX((SELECT e.at_ms FROM event e WHERE e.attempt_id = a.id"
		"   AND e.gen = a.gen ORDER BY e.seq DESC LIMIT 1)), 0)"
		" FROM attempt a WHERE a.state IN (1, 2)";

static enum err read_bytes(const struct db_stmt *stmt, struct attempt_row *r) {
	enum err e = db_col_bytes(stmt, 0, r->base.attempt.b, ID16_BYTES);
	if (!e) {
		e = db_col_bytes(stmt, 4, r->salt, EVENT_SALT_BYTES);
	}
	if (!e) {
		e = db_col_bytes(stmt, 17, r->head.b, HASH_BYTES);
	}
	if (!e) {
		e = db_col_bytes(stmt, 18, r->times.b, HASH_BYTES);
	}
	return e ? e : db_col_bytes(stmt, 19, r->sitting.b, ID16_BYTES);
}

enum err attempt_store_read(const struct db_stmt *stmt, struct attempt_row *r) {
	*r = (struct attempt_row){ .student = db_col_u64(stmt, 2),
		.variant = db_col_str(stmt, ATTEMPT_STORE_VARIANT),
		.seq = (uint32_t)db_col_u64(stmt, 16) };
	r->base.person = db_col_u64(stmt, 1);
	r->base.gen = (uint32_t)db_col_u64(stmt, 5);
	r->base.lease = (uint32_t)db_col_u64(stmt, 6);
	r->base.times.is_closed = db_col_u64(stmt, 7) == STATE_DONE;
	r->base.times.delay_ms = db_col_i64(stmt, 8);
	r->base.times.extra_ms = db_col_i64(stmt, 9);
	r->base.times.personal_limit_ms = db_col_i64(stmt, 10);
	r->base.times.started_at_ms = db_col_is_null(stmt, 11) ? PHASE_NEVER : db_col_i64(stmt, 11);
	r->base.ends_revision = (uint32_t)db_col_u64(stmt, 12);
	r->base.last_at_ms = db_col_i64(stmt, 13);
	r->base.close_why = (int)db_col_u64(stmt, 14);
	r->base.closed_ms = db_col_i64(stmt, 15);
	return read_bytes(stmt, r);
}

void attempt_store_bind_place(
		struct db_stmt *stmt, unsigned first, const struct attempt_place *place) {
	db_bind_bytes(stmt, first, place->attempt.b, ID16_BYTES);
	db_bind_u64(stmt, first + 1, place->school);
	db_bind_u64(stmt, first + 2, place->room);
}

enum err attempt_store_get(struct db *db, bool is_locked, const struct attempt_place *place,
		struct attempt_row *out, char *variant) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, is_locked ? sql_one_locked : sql_one, &stmt);
	if (e) {
		return e;
	}
	attempt_store_bind_place(stmt, 0, place);
	e = db_next(stmt);
	if (!e) {
		e = attempt_store_read(stmt, out);
	}
	return e ? e
		 : db_col_copy(stmt, ATTEMPT_STORE_VARIANT, variant, EVENT_VARIANT_BYTES_MAX + 1);
}

enum err attempt_store_each(struct db *db, uint64_t school, uint64_t room,
		enum err (*each)(void *ctx, const struct attempt_listed *listed), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_each, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school);
	db_bind_u64(stmt, 1, room);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct attempt_row r;
		e = attempt_store_read(stmt, &r);
		if (e) {
			return e;
		}
		struct attempt_listed listed = { .row = r.base,
			.variant_code = r.variant,
			.student = r.student,
			.name = db_col_str(stmt, 20),
			.code = db_col_str(stmt, 21),
			.is_submitted = !db_col_is_null(stmt, 22),
			.submitted_at_ms = db_col_i64(stmt, 22) };
		listed.row.salt = r.salt;
		listed.row.submitted_at_ms = listed.submitted_at_ms;
		e = each(ctx, &listed);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err attempt_store_sitter(
		struct db *db, const struct attempt_place *place, struct attempt_sitter *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_sitter, &stmt);
	if (e) {
		return e;
	}
	attempt_store_bind_place(stmt, 0, place);
	struct attempt_sitter sitter;
	e = db_next(stmt);
	e = e ? e : db_col_copy(stmt, 0, sitter.name, sizeof(sitter.name));
	e = e ? e : db_col_copy(stmt, 1, sitter.code, sizeof(sitter.code));
	e = e ? e : db_col_copy(stmt, 2, sitter.room, sizeof(sitter.room));
	if (!e) {
		*out = sitter;
	}
	return e;
}

enum err attempt_store_sits(struct db *db, uint64_t school, uint64_t room, uint64_t person) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_sits, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person);
	db_bind_u64(stmt, 1, school);
	db_bind_u64(stmt, 2, room);
	return db_next(stmt);
}

/* --- what is due --- */

enum err attempt_store_due_rooms(struct db *db, int64_t until_ms,
		enum err (*each)(void *ctx, uint64_t school, uint64_t room), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_due, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, until_ms);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = each(ctx, db_col_u64(stmt, 0), db_col_u64(stmt, 1));
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err attempt_store_newest_ms(struct db *db, int64_t *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_newest, &stmt);
	if (e) {
		return e;
	}
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out = db_col_i64(stmt, 0);
	return ERR_OK;
}
