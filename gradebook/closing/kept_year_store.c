#include "gradebook/closing/kept_year_store.h"

#include <assert.h>
#include <string.h>

#include "core/base/json.h"
#include "gradebook/results/class_primary.h"

/* The rows, and the last that the class's own chain says of each (11: closed). One student, or 0. */
static const char sql_kept[] =
		"SELECT r.pack, r.learning, r.conduct, r.promotion, r.award, r.absences, r.result,"
		" r.result_hash, r.closed_at_ms, l.why, r.student_id FROM student_result r"
		" LEFT JOIN (SELECT n.student_id, MAX(n.number) AS number FROM mark_ledger n"
		"  WHERE n.class_id = ? AND n.subject_id = 0 AND n.act = 11"
		"  AND n.why LIKE CONCAT(?, ' %') AND (? = 0 OR n.student_id = ?)"
		"  GROUP BY n.student_id) x ON x.student_id = r.student_id"
		" LEFT JOIN mark_ledger l ON l.class_id = r.class_id AND l.subject_id = 0"
		" AND l.number = x.number"
		" WHERE r.school_id = ? AND r.class_id = ? AND r.term_number = ?"
		" AND (? = 0 OR r.student_id = ?) ORDER BY r.closed_at_ms DESC, r.student_id";

/* What is being put over the present. */
struct overlay {
	const struct class_year_wanted *wanted;
	enum class_scope scope;
	struct class_year *year;
	const struct class_subject *now; /* the subjects of the present */
	size_t now_count;
	int64_t closed_at_ms; /* of the last closing, once a row was taken */
};

static unsigned code_of(const struct db_stmt *stmt, unsigned index) {
	return db_col_is_null(stmt, index) ? SNAPSHOT_NONE : (unsigned)db_col_u64(stmt, index);
}

/* The row must be what was hashed at closing. */
static enum err check(const struct db_stmt *stmt, const struct class_year_wanted *w,
		enum class_scope scope) {
	const struct snapshot s = { w->school_id, w->class_id, db_col_u64(stmt, 10), scope,
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
static uint64_t id_of(const struct overlay *o, struct str code) {
	for (size_t i = 0; i < o->now_count; i++) {
		if (str_eq(o->now[i].code, code)) {
			return o->now[i].id;
		}
	}
	return 0;
}

/* The class's subjects are those of its last closing. */
static enum err take_subjects(
		const struct overlay *o, const struct json *root, const struct tt22_student *in) {
	struct class_year *y = o->year;
	size_t count = 0;
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
		*s = (struct class_subject){ .id = id_of(o, code),
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

/* The texts of `in` end with the document. */
static enum err own_codes(struct class_year *y, struct tt22_student *in) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < in->subject_count && !e; i++) {
		bool is_same = i < y->subject_count &&
				str_eq(y->subjects[i].code, in->subjects[i].code);
		if (is_same) {
			in->subjects[i].code = y->subjects[i].code;
		} else { /* kept by a closing before the last one */
			e = arena_copy(&y->arena, in->subjects[i].code, &in->subjects[i].code);
		}
	}
	return e;
}

/* By the rules that said so then. */
static enum err read_result(const struct json *root, struct str pack, struct class_year *y,
		struct class_student *s) {
	if (y->primary) {
		enum err e = pack_primary_by_code(pack, &y->primary);
		return e ? e : class_primary_read(root, y, s);
	}
	enum err e = pack_by_code(pack, &y->pack);
	e = e ? e : tt22_read_line(json_get(root, "line"), &s->input);
	return e ? e : tt22_read_outcome(json_get(root, "result"), y->pack, &s->input, &s->outcome);
}

/* The student becomes what was kept. */
static enum err take_whole(struct overlay *o, const struct db_stmt *stmt, struct class_student *s) {
	struct class_year *y = o->year;
	_cleanup_(json_freep) struct json *root = NULL;
	enum err e = json_parse(db_col_str(stmt, 6), SNAPSHOT_JSON_BYTES_MAX, &root);
	e = e ? e : read_result(root, db_col_str(stmt, 0), y, s);
	e = e || o->closed_at_ms ? e : take_subjects(o, root, &s->input);
	e = e ? e : take_absences(root, s);
	e = e ? e : own_codes(y, &s->input);
	if (e) {
		return e == ERR_NOMEM || e == ERR_LIMIT ? e : ERR_CORRUPT;
	}
	memset(s->is_to_make_up, 0, sizeof(s->is_to_make_up));
	s->kept_at_ms = db_col_i64(stmt, 8);
	if (!o->closed_at_ms) { /* the rows come with the last closing first */
		o->closed_at_ms = s->kept_at_ms;
		if (o->scope == SCOPE_YEAR && !y->primary) {
			y->roll_calls = s->input.absences != TT22_ABSENCES_NONE;
		}
	}
	return ERR_OK;
}

/* Of a year that is not closed: a term that is. */
static enum err take_term(struct overlay *o, const struct db_stmt *stmt, struct class_student *s) {
	const unsigned k = o->scope == SCOPE_TERM_2;
	struct tt22_student kept;
	_cleanup_(json_freep) struct json *root = NULL;
	enum err e = json_parse(db_col_str(stmt, 6), SNAPSHOT_JSON_BYTES_MAX, &root);
	if (!e && o->year->primary) {
		e = class_primary_read_term(root, o->year, s, k + 1);
		return e == ERR_INVAL ? ERR_CORRUPT : e;
	}
	e = e ? e : tt22_read_line(json_get(root, "line"), &kept);
	if (e) {
		return e == ERR_NOMEM ? e : ERR_CORRUPT;
	}
	for (size_t i = 0; i < kept.subject_count; i++) {
		size_t at = class_year_place(s, i, kept.subjects[i].code);
		if (at < s->input.subject_count) {
			s->input.subjects[at].terms[k] = kept.subjects[i].terms[k];
			s->input.subjects[at].is_term_exempt[k] =
					kept.subjects[i].is_term_exempt[k];
		}
	}
	s->input.conduct[k] = kept.conduct[k];
	return ERR_OK;
}

/* Every row that was kept of the part, held against the class's history. */
static enum err each_kept(struct db *db, struct overlay *o,
		enum err (*take)(struct overlay *o, const struct db_stmt *stmt,
				struct class_student *s)) {
	const struct class_year_wanted *w = o->wanted;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_kept, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, w->class_id);
	db_bind_u64(stmt, 1, o->scope);
	db_bind_u64(stmt, 2, w->student_id);
	db_bind_u64(stmt, 3, w->student_id);
	db_bind_u64(stmt, 4, w->school_id);
	db_bind_u64(stmt, 5, w->class_id);
	db_bind_u64(stmt, 6, o->scope);
	db_bind_u64(stmt, 7, w->student_id);
	db_bind_u64(stmt, 8, w->student_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct class_student *s = class_year_student(o->year, db_col_u64(stmt, 10));
		e = s ? check(stmt, w, o->scope) : ERR_OK; /* else of somebody who left */
		e = e || !s ? e : take(o, stmt, s);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err load_whole(struct db *db, struct overlay *o) {
	struct class_subject now[TT22_SUBJECTS_MAX];
	memcpy(now, o->year->subjects, sizeof(now));
	o->now = now;
	o->now_count = o->year->subject_count;
	enum err e = each_kept(db, o, take_whole);
	o->now = NULL;
	o->now_count = 0;
	return e;
}

static enum err load_terms(struct db *db, struct overlay *o) {
	enum err e = ERR_OK;
	bool is_any = false;
	for (unsigned k = SCOPE_TERM_1; k <= SCOPE_TERM_2 && !e; k++) {
		if (o->year->closed[k].is_closed) {
			o->scope = (enum class_scope)k;
			e = each_kept(db, o, take_term);
			is_any = true;
		}
	}
	return e || !is_any ? e : class_year_work_out(o->year);
}

enum err kept_year_store_load(struct db *db, const struct class_year_wanted *wanted,
		enum class_scope scope, struct class_year *out, int64_t *out_closed_at_ms) {
	struct overlay o = { .wanted = wanted, .scope = scope, .year = out };
	enum err e = class_year_load(db, wanted, out);
	if (!e && out->closed[scope].is_closed) {
		e = load_whole(db, &o);
	} else if (!e && scope == SCOPE_YEAR) {
		e = load_terms(db, &o);
	}
	*out_closed_at_ms = o.closed_at_ms;
	return e;
}
