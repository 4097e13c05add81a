#include "gradebook/presence/presence_store.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/outbox/owe_store.h"
#include "gradebook/closing/closing_store.h"

enum { NOTES_BYTES_MAX = 1 << 20 };

static const char sql_head[] =
		"SELECT r.version, r.taken_at_ms, r.taken_by, p.full_name FROM class c"
		" LEFT JOIN roll_call r ON r.class_id = c.id AND r.on_date = ? AND r.session = ?"
		" LEFT JOIN person p ON p.id = r.taken_by WHERE c.school_id = ? AND c.id = ?";
/* Whoever was in the class on that day. */
static const char sql_rows[] =
		"SELECT s.id, s.code, p.full_name, COALESCE(a.kind, 0), a.note FROM enrolment e"
		" JOIN student s ON s.id = e.student_id JOIN person p ON p.id = s.person_id"
		" LEFT JOIN absence a ON a.student_id = s.id AND a.on_date = ? AND a.session = ?"
		" WHERE e.school_id = ? AND e.class_id = ? AND e.from_on <= ?"
		" AND (e.to_on IS NULL OR e.to_on >= ?)"
		" ORDER BY e.position = 0, e.position, p.sort_given, p.sort_rest, s.id";
static const char sql_by_key[] =
		"SELECT version FROM roll_call_take WHERE school_id = ? AND class_id = ?"
		" AND on_date = ? AND session = ? AND idem_key = ?";
static const char sql_version[] =
		"SELECT version FROM roll_call WHERE school_id = ? AND class_id = ?"
		" AND on_date = ? AND session = ? FOR UPDATE";
static const char sql_insert[] =
		"INSERT INTO roll_call (school_id, class_id, on_date, session, version, taken_by,"
		" taken_at_ms) VALUES (?, ?, ?, ?, 1, ?, ?)";
static const char sql_update[] =
		"UPDATE roll_call SET version = version + 1, taken_by = ?, taken_at_ms = ?"
		" WHERE school_id = ? AND class_id = ? AND on_date = ? AND session = ?"
		" AND version = ?";
static const char sql_take[] =
		"INSERT INTO roll_call_take (school_id, class_id, on_date, session, version,"
		" taken_by, at_ms, idem_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
static const char sql_change[] =
		"INSERT INTO roll_call_change (school_id, class_id, on_date, session, version,"
		" student_id, old_kind, new_kind, old_note, new_note)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char sql_set[] =
		"INSERT INTO absence (school_id, class_id, on_date, session, student_id, kind, note,"
		" changed_by, changed_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE class_id = VALUES(class_id), kind = VALUES(kind),"
		" note = VALUES(note), changed_by = VALUES(changed_by),"
		" changed_at_ms = VALUES(changed_at_ms)";
static const char sql_clear[] = "DELETE FROM absence WHERE school_id = ? AND on_date = ?"
				" AND session = ? AND student_id = ?";

/* School, class, day, session, in this order from `index`. */
static void bind_call(struct db_stmt *stmt, unsigned index, const struct presence_call *call) {
	db_bind_u64(stmt, index, call->school_id);
	db_bind_u64(stmt, index + 1, call->class_id);
	db_bind_date(stmt, index + 2, call->on);
	db_bind_u64(stmt, index + 3, call->session);
}

enum err presence_store_head(struct db *db, const struct presence_call *call,
		enum err (*each)(const struct presence_head *head, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_head, &stmt);
	if (e) {
		return e;
	}
	db_bind_date(stmt, 0, call->on);
	db_bind_u64(stmt, 1, call->session);
	db_bind_u64(stmt, 2, call->school_id);
	db_bind_u64(stmt, 3, call->class_id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	const struct presence_head head = {
		.version = (unsigned)db_col_u64(stmt, 0),
		.taken_at_ms = db_col_i64(stmt, 1),
		.taken_by = db_col_u64(stmt, 2),
		.taken_by_name = db_col_str(stmt, 3),
	};
	return each(&head, ctx);
}

enum err presence_store_rows(struct db *db, const struct presence_call *call,
		enum err (*each)(const struct presence_row *row, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_rows, &stmt);
	if (e) {
		return e;
	}
	db_bind_date(stmt, 0, call->on);
	db_bind_u64(stmt, 1, call->session);
	db_bind_u64(stmt, 2, call->school_id);
	db_bind_u64(stmt, 3, call->class_id);
	db_bind_date(stmt, 4, call->on);
	db_bind_date(stmt, 5, call->on);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct presence_row row = {
			.student_id = db_col_u64(stmt, 0),
			.code = db_col_str(stmt, 1),
			.full_name = db_col_str(stmt, 2),
			.note = db_col_str(stmt, 4),
		};
		e = presence_kind_from_db(db_col_u64(stmt, 3), &row.kind);
		e = e ? e : each(&row, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ---- taking ---- */

/* What stands, and what is to stand. */
struct state {
	struct student {
		uint64_t id;
		enum presence_kind old_kind;
		enum presence_kind new_kind;
		struct str old_note;
		struct str new_note;
		bool is_named;
	} students[PRESENCE_STUDENTS_MAX];
	size_t count;
	struct arena arena;
};

static void state_free(struct state *s) {
	if (s) {
		arena_finish(&s->arena);
		free(s);
	}
}
DEFINE_FREEP(struct state *, state_free);

static enum err keep_row(const struct presence_row *row, void *ctx) {
	struct state *s = ctx;
	if (s->count == PRESENCE_STUDENTS_MAX) {
		return ERR_LIMIT;
	}
	struct student *one = &s->students[s->count++];
	*one = (struct student){ .id = row->student_id, .old_kind = row->kind };
	return arena_copy(&s->arena, row->note, &one->old_note);
}

static enum err name_student(struct state *s, const struct presence_mark *mark) {
	for (size_t i = 0; i < s->count; i++) {
		struct student *one = &s->students[i];
		if (one->id != mark->student_id) {
			continue;
		}
		if (one->is_named || mark->kind == PRESENCE_PRESENT) {
			return ERR_INVAL;
		}
		one->is_named = true;
		one->new_kind = mark->kind;
		one->new_note = mark->note;
		return ERR_OK;
	}
	return ERR_NOT_FOUND;
}

static bool differs(const struct student *s) {
	return s->old_kind != s->new_kind || !str_eq(s->old_note, s->new_note);
}

static enum err load_state(struct db *db, const struct presence_take *take, struct state *s) {
	s->arena = arena_make(NOTES_BYTES_MAX);
	enum err e = presence_store_rows(db, &take->call, keep_row, s);
	for (size_t i = 0; i < take->count && !e; i++) {
		e = name_student(s, &take->marks[i]);
	}
	return e;
}

static enum err read_version(
		struct db *db, const char *sql, const struct presence_take *take, unsigned *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	bind_call(stmt, 0, &take->call);
	if (sql == sql_by_key) {
		db_bind_bytes(stmt, 4, take->key, PRESENCE_KEY_BYTES);
	}
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out = (unsigned)db_col_u64(stmt, 0);
	return ERR_OK;
}

static enum err write_head(struct db *db, const struct presence_take *take) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	bool is_new = take->version == 0;
	enum err e = db_prepare(db, is_new ? sql_insert : sql_update, &stmt);
	if (e) {
		return e;
	}
	unsigned by = is_new ? 4 : 0;
	bind_call(stmt, is_new ? 0 : 2, &take->call);
	db_bind_u64(stmt, by, take->person_id);
	db_bind_i64(stmt, by + 1, take->now_ms);
	if (!is_new) {
		db_bind_u64(stmt, 6, take->version);
	}
	e = db_exec_one(stmt);
	return e == ERR_EXISTS || e == ERR_NOT_FOUND ? ERR_STALE : e;
}

static enum err write_take(struct db *db, const struct presence_take *take) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_take, &stmt);
	if (e) {
		return e;
	}
	bind_call(stmt, 0, &take->call);
	db_bind_u64(stmt, 4, take->version + 1);
	db_bind_u64(stmt, 5, take->person_id);
	db_bind_i64(stmt, 6, take->now_ms);
	if (take->has_key) {
		db_bind_bytes(stmt, 7, take->key, PRESENCE_KEY_BYTES);
	} else {
		db_bind_null(stmt, 7);
	}
	return db_exec(stmt, NULL);
}

static enum err write_change(
		struct db *db, const struct presence_take *take, const struct student *s) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_change, &stmt);
	if (e) {
		return e;
	}
	bind_call(stmt, 0, &take->call);
	db_bind_u64(stmt, 4, take->version + 1);
	db_bind_u64(stmt, 5, s->id);
	db_bind_u64(stmt, 6, s->old_kind);
	db_bind_u64(stmt, 7, s->new_kind);
	db_bind_str(stmt, 8, s->old_note);
	db_bind_str(stmt, 9, s->new_note);
	return db_exec(stmt, NULL);
}

static enum err write_absence(
		struct db *db, const struct presence_take *take, const struct student *s) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	bool is_there = s->new_kind == PRESENCE_PRESENT;
	enum err e = db_prepare(db, is_there ? sql_clear : sql_set, &stmt);
	if (e) {
		return e;
	}
	if (is_there) {
		db_bind_u64(stmt, 0, take->call.school_id);
		db_bind_date(stmt, 1, take->call.on);
		db_bind_u64(stmt, 2, take->call.session);
		db_bind_u64(stmt, 3, s->id);
		return db_exec(stmt, NULL);
	}
	bind_call(stmt, 0, &take->call);
	db_bind_u64(stmt, 4, s->id);
	db_bind_u64(stmt, 5, s->new_kind);
	db_bind_str(stmt, 6, s->new_note);
	db_bind_u64(stmt, 7, take->person_id);
	db_bind_i64(stmt, 8, take->now_ms);
	return db_exec(stmt, NULL);
}

static enum err write_all(struct db *db, const struct presence_take *take, const struct state *s) {
	enum err e = write_head(db, take);
	e = e ? e : write_take(db, take);
	for (size_t i = 0; i < s->count && !e; i++) {
		if (differs(&s->students[i])) {
			e = write_change(db, take, &s->students[i]);
			e = e ? e : write_absence(db, take, &s->students[i]);
			const struct record_scope scope = { .student_id = s->students[i].id };
			e = e ? e : outbox_owe(db, take->call.school_id, RECORD_OF_ABSENCE, &scope);
		}
	}
	return e;
}

enum err presence_store_take(
		struct db *db, const struct presence_take *take, unsigned *out_version) {
	assert(db_in_transaction(db));
	unsigned version = 0;
	enum err e = read_version(db, sql_version, take, &version);
	if (e && e != ERR_NOT_FOUND) {
		return e;
	}
	unsigned done = 0;
	e = take->has_key ? read_version(db, sql_by_key, take, &done) : ERR_NOT_FOUND;
	if (e != ERR_NOT_FOUND) {
		*out_version = e ? *out_version : version;
		return e;
	}
	if (version != take->version) {
		return ERR_STALE;
	}
	e = closing_store_check(db, take->call.school_id, take->call.class_id, take->term_number);
	if (e) {
		return e;
	}
	_cleanup_(state_freep) struct state *s = calloc(1, sizeof(*s));
	if (!s) {
		return ERR_NOMEM;
	}
	e = load_state(db, take, s);
	bool is_change = version == 0;
	for (size_t i = 0; i < s->count && !e; i++) {
		is_change = is_change || differs(&s->students[i]);
	}
	e = e || !is_change ? e : write_all(db, take, s);
	if (!e) {
		*out_version = version + is_change;
	}
	return e;
}
