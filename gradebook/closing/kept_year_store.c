#include "gradebook/closing/kept_year_store.h"

#include <assert.h>
#include <string.h>

#include "core/base/json.h"

/* The row, and the last that the class's own chain says of it (11: closed). */
static const char sql_kept[] =
		"SELECT r.pack, r.learning, r.conduct, r.promotion, r.award, r.absences, r.result,"
		" r.result_hash, r.closed_at_ms, (SELECT l.why FROM mark_ledger l"
		"  WHERE l.class_id = r.class_id AND l.subject_id = 0 AND l.student_id = r.student_id"
		"  AND l.act = 11 AND l.why LIKE CONCAT(r.term_number, ' %')"
		"  ORDER BY l.number DESC LIMIT 1)"
		" FROM student_result r WHERE r.school_id = ? AND r.class_id = ? AND r.student_id = ?"
		" AND r.term_number = ?";

static unsigned code_of(const struct db_stmt *stmt, unsigned index) {
	return db_col_is_null(stmt, index) ? SNAPSHOT_NONE : (unsigned)db_col_u64(stmt, index);
}

/* The row must be what was hashed at closing. */
static enum err check(const struct db_stmt *stmt, const struct class_year_wanted *w,
		enum class_scope scope) {
	const struct snapshot s = { w->school_id, w->class_id, w->student_id, scope,
		db_col_str(stmt, 0), code_of(stmt, 1), code_of(stmt, 2), code_of(stmt, 3),
		code_of(stmt, 4), (unsigned)db_col_u64(stmt, 5), db_col_str(stmt, 6) };
	enum class_scope noted_scope = SCOPE_YEAR;
	struct hash hash;
	struct hash stored;
	struct hash noted;
	if (db_col_is_null(stmt, 9) ||
			snapshot_note_parse(db_col_str(stmt, 9), &noted_scope, &noted) ||
			db_col_bytes(stmt, 7, stored.b, HASH_BYTES)) {
		return ERR_CORRUPT;
	}
	snapshot_hash(&s, &hash);
	return hash_equal(&hash, &stored) && hash_equal(&hash, &noted) ? ERR_OK : ERR_CORRUPT;
}

/* The id that a subject of the closing has now, by its code: remarks are found by it. 0: none. */
static uint64_t id_of(const struct class_subject *now, size_t count, struct str code) {
	for (size_t i = 0; i < count; i++) {
		if (str_eq(now[i].code, code)) {
			return now[i].id;
		}
	}
	return 0;
}

static enum err take_subjects(
		const struct json *root, const struct tt22_student *in, struct class_year *y) {
	struct class_subject now[TT22_SUBJECTS_MAX];
	const size_t now_count = y->subject_count;
	size_t count = 0;
	memcpy(now, y->subjects, sizeof(now));
	for (const struct json *it = json_first(json_get(root, "subjects")); it;
			it = json_next(it)) {
		struct str code;
		struct str name;
		struct str teachers;
		struct class_subject *s = &y->subjects[count];
		if (count == in->subject_count || json_get_str(it, "code", &code) ||
				json_get_str(it, "name", &name) ||
				json_get_str(it, "teachers", &teachers)) {
			return ERR_CORRUPT;
		}
		*s = (struct class_subject){ .id = id_of(now, now_count, code),
			.is_comment = in->subjects[count].is_comment,
			.lessons_a_year = in->subjects[count].lessons_a_year };
		enum err e = arena_copy(&y->arena, code, &s->code);
		e = e ? e : arena_copy(&y->arena, name, &s->name);
		e = e ? e : arena_copy(&y->arena, teachers, &s->teachers);
		if (e) {
			return e;
		}
		count++;
	}
	y->subject_count = count;
	return count == in->subject_count ? ERR_OK : ERR_CORRUPT;
}

static enum err take_absences(const struct json *root, struct class_student *s) {
	const struct json *it = json_first(json_get(root, "absences"));
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		int64_t excused = 0;
		int64_t unexcused = 0;
		if (!it || json_get_i64(it, "excused", &excused) ||
				json_get_i64(it, "unexcused", &unexcused) || excused < 0 ||
				unexcused < 0) {
			return ERR_CORRUPT;
		}
		s->absences[k] = (struct class_absences){ (unsigned)excused, (unsigned)unexcused };
		it = json_next(it);
	}
	return ERR_OK;
}

/* The texts of `in` end with the document: the subjects' codes are those of the year. */
static void own_codes(struct class_year *y, struct tt22_student *in) {
	for (size_t i = 0; i < in->subject_count; i++) {
		in->subjects[i].code = y->subjects[i].code;
	}
}

static enum err take(const struct db_stmt *stmt, enum class_scope scope, struct class_year *y) {
	_cleanup_(json_freep) struct json *root = NULL;
	struct class_student *s = &y->students[0];
	enum err e = pack_by_code(db_col_str(stmt, 0), &y->pack);
	e = e ? e : json_parse(db_col_str(stmt, 6), SNAPSHOT_JSON_BYTES_MAX, &root);
	e = e ? e : tt22_read_line(json_get(root, "line"), &s->input);
	e = e ? e : tt22_read_outcome(json_get(root, "result"), y->pack, &s->input, &s->outcome);
	e = e ? e : take_subjects(root, &s->input, y);
	e = e ? e : take_absences(root, s);
	if (e) {
		return e == ERR_NOMEM ? e : ERR_CORRUPT;
	}
	own_codes(y, &s->input);
	if (scope == SCOPE_YEAR) {
		y->roll_calls = s->input.absences != TT22_ABSENCES_NONE;
	}
	return ERR_OK;
}

enum err kept_year_store_load(struct db *db, const struct class_year_wanted *wanted,
		enum class_scope scope, struct class_year *out, int64_t *out_closed_at_ms) {
	assert(wanted->student_id);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = class_year_load(db, wanted, out);
	if (e || !out->closed[scope].is_closed) {
		*out_closed_at_ms = 0;
		return e;
	}
	e = db_prepare(db, sql_kept, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, wanted->school_id);
	db_bind_u64(stmt, 1, wanted->class_id);
	db_bind_u64(stmt, 2, wanted->student_id);
	db_bind_u64(stmt, 3, scope);
	e = db_next(stmt);
	if (e == ERR_NOT_FOUND) { /* came to the class after it was closed */
		*out_closed_at_ms = 0;
		return ERR_OK;
	}
	e = e ? e : check(stmt, wanted, scope);
	e = e ? e : take(stmt, scope, out);
	if (!e) {
		*out_closed_at_ms = db_col_i64(stmt, 8);
	}
	return e;
}
