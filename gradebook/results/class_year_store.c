#include "gradebook/results/class_year_store.h"

#include <string.h>

#include "core/base/grow.h"
#include "gradebook/marks/carried_store.h"
#include "gradebook/primary/judgement_store.h"
#include "gradebook/results/class_primary.h"

static const char sql_class[] =
		"SELECT c.school_year_id, c.grade, c.name, y.code, COALESCE(p.full_name, ''), s.name"
		" FROM class c JOIN school_year y ON y.id = c.school_year_id"
		" JOIN school s ON s.id = c.school_id"
		" LEFT JOIN person p ON p.id = c.homeroom_person_id"
		" WHERE c.school_id = ? AND c.id = ?";
static const char sql_terms[] = "SELECT id, number, starts_on FROM term"
				" WHERE school_id = ? AND school_year_id = ? ORDER BY number";
static const char sql_closed[] =
		"SELECT k.term_number, k.is_closed, k.version, k.changed_at_ms, k.changed_by, p.full_name"
		" FROM class_closing k LEFT JOIN person p ON p.id = k.changed_by"
		" WHERE k.school_id = ? AND k.class_id = ?";
static const char sql_roll_calls[] =
		"SELECT COUNT(*) FROM roll_call WHERE school_id = ? AND class_id = ?";
static const char sql_subjects[] =
		"SELECT s.id, s.code, s.name, s.kind, l.lessons_a_year,"
		" (SELECT GROUP_CONCAT(p.full_name ORDER BY p.sort_given, p.sort_rest, p.id"
		"  SEPARATOR ', ') FROM teaching t JOIN person p ON p.id = t.person_id"
		"  WHERE t.class_id = c.id AND t.subject_id = s.id)"
		" FROM class c JOIN subject s ON s.school_id = c.school_id"
		" LEFT JOIN subject_load l ON l.school_year_id = c.school_year_id"
		" AND l.subject_id = s.id AND l.grade = c.grade"
		" WHERE c.school_id = ? AND c.id = ?"
		" AND (EXISTS (SELECT 1 FROM teaching t WHERE t.class_id = c.id"
		"  AND t.subject_id = s.id)"
		" OR EXISTS (SELECT 1 FROM mark_column k WHERE k.class_id = c.id"
		"  AND k.subject_id = s.id))"
		" ORDER BY s.position, s.name, s.id";
static const char sql_columns[] =
		"SELECT subject_id, term_id, COUNT(*) FROM mark_column"
		" WHERE school_id = ? AND class_id = ? AND kind = 1 GROUP BY subject_id, term_id";

/* 0 for all who are in the class now; one student may have left it. */
static const char sql_students[] =
		"SELECT s.id, s.person_id, s.code, p.full_name, p.birth_date, p.sex"
		" FROM enrolment e JOIN student s ON s.id = e.student_id"
		" JOIN person p ON p.id = s.person_id"
		" WHERE e.school_id = ? AND e.class_id = ? AND IF(? = 0, e.to_on IS NULL, s.id = ?)"
		" ORDER BY e.position = 0, e.position, p.sort_given, p.sort_rest, s.id";

/* Of the class's columns, whoever the student is; the second is one student's cells alone, of
 * which nothing is read but what the key by student holds. */
#define SQL_MARKS                                                                        \
	"SELECT m.student_id, k.subject_id, k.term_id, k.kind, k.position, m.value_x10," \
	" m.state FROM mark_column k JOIN mark m ON m.column_id = k.id"                  \
	" WHERE k.school_id = ? AND k.class_id = ? AND (? = 0 OR k.published_at_ms IS NOT NULL)"
static const char sql_marks[] = SQL_MARKS;
static const char sql_marks_of_one[] = SQL_MARKS " AND m.student_id = ?";

#define SQL_OF_CLASS " JOIN enrolment e ON e.student_id = x.student_id AND e.class_id = ?"
static const char sql_exemptions[] =
		"SELECT x.student_id, x.subject_id, x.term_id FROM exemption x" SQL_OF_CLASS
		" JOIN term t ON t.id = x.term_id AND t.school_year_id = ? WHERE x.school_id = ?";
static const char sql_conduct[] =
		"SELECT x.student_id, t.number, x.stage, x.level FROM conduct x" SQL_OF_CLASS
		" JOIN term t ON t.id = x.term_id AND t.school_year_id = ? WHERE x.school_id = ?"
		" AND x.level IS NOT NULL";
static const char sql_reassessments[] =
		"SELECT x.student_id, x.subject_id, x.item, x.value_x10 FROM reassessment x" SQL_OF_CLASS
		" WHERE x.school_year_id = ? AND x.school_id = ? AND x.value_x10 IS NOT NULL";
static const char sql_absences[] =
		"SELECT x.student_id, x.kind, x.on_date >= t.starts_on, COUNT(*) FROM absence x" SQL_OF_CLASS
		" JOIN school_year y ON y.id = ? AND x.on_date BETWEEN y.starts_on AND y.ends_on"
		" JOIN term t ON t.school_year_id = y.id AND t.number = 2"
		" WHERE x.school_id = ? AND x.kind IN (1, 2) GROUP BY x.student_id, x.kind, 3";

enum {
	CONDUCT_TERM = 1, /* stages of the table */
	CONDUCT_AFTER_SUMMER = 2,
	ABSENCE_EXCUSED = 1,
	MARK_STATE_MISSING = 2,
};

struct load {
	struct db *db;
	const struct class_year_wanted *wanted;
	struct class_year *year;
};

/* ---- finding what a row is about ---- */

/* subject_count when it is none of the class's. */
static size_t find_subject(const struct class_year *y, uint64_t id) {
	size_t i = 0;
	while (i < y->subject_count && y->subjects[i].id != id) {
		i++;
	}
	return i;
}

/* PACK_TERMS when it is none of the year's. */
static unsigned find_term(const struct class_year *y, uint64_t id) {
	unsigned k = 0;
	while (k < PACK_TERMS && y->term_ids[k] != id) {
		k++;
	}
	return k;
}

/* 1 Tốt … 4 Chưa đạt in the tables. */
static enum err level_from_db(uint64_t v, enum pack_level *out) {
	if (v < 1 || v > PACK_LEVELS) {
		return ERR_CORRUPT;
	}
	*out = (enum pack_level)(PACK_LEVELS - v);
	return ERR_OK;
}

static enum err keep(const struct load *l, const struct db_stmt *stmt, unsigned column,
		struct str *out) {
	return arena_copy(&l->year->arena, db_col_str(stmt, column), out);
}

/* ---- the class ---- */

static enum err load_class(const struct load *l) {
	struct class_year *y = l->year;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(l->db, sql_class, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, l->wanted->school_id);
	db_bind_u64(stmt, 1, l->wanted->class_id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	y->school_id = l->wanted->school_id;
	y->class_id = l->wanted->class_id;
	y->year_id = db_col_u64(stmt, 0);
	y->grade = (unsigned)db_col_u64(stmt, 1);
	e = keep(l, stmt, 2, &y->class_name);
	e = e ? e : keep(l, stmt, 3, &y->year_code);
	e = e ? e : keep(l, stmt, 4, &y->homeroom_name);
	e = e ? e : keep(l, stmt, 5, &y->school_name);
	e = e ? e : pack_parse_year(y->year_code, &y->first_year);
	if (e) {
		return e;
	}
	e = pack_find(y->grade, y->first_year, &y->pack);
	e = e == ERR_UNSUPPORTED ? pack_find_primary(y->grade, y->first_year, &y->primary) : e;
	return e == ERR_UNSUPPORTED ? ERR_OK : e;
}

static enum err load_terms(const struct load *l) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(l->db, sql_terms, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, l->wanted->school_id);
	db_bind_u64(stmt, 1, l->year->year_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		uint64_t number = db_col_u64(stmt, 1);
		if (number < 1 || number > PACK_TERMS) {
			return ERR_CORRUPT;
		}
		l->year->term_ids[number - 1] = db_col_u64(stmt, 0);
		if (number == PACK_TERMS) {
			l->year->term_2_from = db_col_date(stmt, 2);
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* Binds school and class, the beginning of most statements. */
static enum err begin(const struct load *l, const char *sql, struct db_stmt **out) {
	enum err e = db_prepare(l->db, sql, out);
	if (e) {
		return e;
	}
	db_bind_u64(*out, 0, l->wanted->school_id);
	db_bind_u64(*out, 1, l->wanted->class_id);
	return ERR_OK;
}

static enum err load_closed(const struct load *l) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = begin(l, sql_closed, &stmt);
	if (e) {
		return e;
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		uint64_t scope = db_col_u64(stmt, 0);
		if (scope >= CLASS_YEAR_SCOPES) {
			return ERR_CORRUPT;
		}
		struct class_closed *closed = &l->year->closed[scope];
		*closed = (struct class_closed){ .is_closed = db_col_bool(stmt, 1),
			.version = (unsigned)db_col_u64(stmt, 2),
			.at_ms = db_col_i64(stmt, 3),
			.by_id = db_col_u64(stmt, 4) };
		e = keep(l, stmt, 5, &closed->by_name);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err load_roll_calls(const struct load *l) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = begin(l, sql_roll_calls, &stmt);
	e = e ? e : db_next(stmt);
	if (!e) {
		l->year->roll_calls = (unsigned)db_col_u64(stmt, 0);
	}
	return e;
}

static enum err load_subjects(const struct load *l) {
	struct class_year *y = l->year;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = begin(l, sql_subjects, &stmt);
	if (e) {
		return e;
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		if (y->subject_count == TT22_SUBJECTS_MAX) {
			return ERR_LIMIT;
		}
		struct class_subject *s = &y->subjects[y->subject_count++];
		enum mark_subject kind = MARK_SUBJECT_MARK;
		s->id = db_col_u64(stmt, 0);
		s->lessons_a_year = (unsigned)db_col_u64(stmt, 4);
		e = mark_subject_from_db(db_col_u64(stmt, 3), &kind);
		e = e ? e : keep(l, stmt, 1, &s->code);
		e = e ? e : keep(l, stmt, 2, &s->name);
		e = e ? e : keep(l, stmt, 5, &s->teachers);
		if (e) {
			return e;
		}
		s->is_comment = kind == MARK_SUBJECT_COMMENT;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err load_columns(const struct load *l) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = begin(l, sql_columns, &stmt);
	if (e) {
		return e;
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		size_t subject = find_subject(l->year, db_col_u64(stmt, 0));
		unsigned term = find_term(l->year, db_col_u64(stmt, 1));
		if (subject < l->year->subject_count && term < PACK_TERMS) {
			l->year->subjects[subject].regular_columns[term] =
					(unsigned)db_col_u64(stmt, 2);
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ---- its students ---- */

/* All places of all subjects, empty. */
static void empty_input(const struct class_year *y, struct tt22_student *in) {
	tt22_student_init(in);
	for (size_t i = 0; i < y->subject_count; i++) {
		struct tt22_subject *s = tt22_student_add(in, y->subjects[i].code);
		s->is_comment = y->subjects[i].is_comment;
		s->lessons_a_year = y->subjects[i].lessons_a_year;
		for (unsigned k = 0; k < PACK_TERMS; k++) {
			for (size_t n = 0; n < TT22_REGULAR_MAX; n++) {
				s->terms[k].regular_x10[n] = TT22_MARK_NONE;
			}
		}
	}
}

static enum err load_student(const struct load *l, const struct db_stmt *stmt) {
	struct class_year *y = l->year;
	enum err e = grow_items((void **)&y->students, &y->student_cap, y->student_count,
			sizeof(*y->students), CLASS_YEAR_STUDENTS_MAX);
	if (e) {
		return e;
	}
	struct class_student *s = &y->students[y->student_count++];
	s->id = db_col_u64(stmt, 0);
	s->person_id = db_col_u64(stmt, 1);
	s->birth = db_col_date(stmt, 4);
	s->sex = (unsigned)db_col_u64(stmt, 5);
	empty_input(y, &s->input);
	e = y->primary ? class_primary_new(y, &s->primary) : ERR_OK;
	e = e ? e : keep(l, stmt, 2, &s->code);
	return e ? e : keep(l, stmt, 3, &s->full_name);
}

static enum err load_students(const struct load *l) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = begin(l, sql_students, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 2, l->wanted->student_id);
	db_bind_u64(stmt, 3, l->wanted->student_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = load_student(l, stmt);
		if (e) {
			return e;
		}
	}
	if (e == ERR_NOT_FOUND && l->wanted->student_id && l->year->student_count == 0) {
		return ERR_NOT_FOUND;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* To its place by the rules of the class. */
static void place_mark(const struct class_year *y, struct class_student *student, size_t subject,
		unsigned term, const struct mark_cell *cell) {
	if (student->primary) {
		class_primary_take_mark(student->primary, subject, term, cell);
	} else {
		class_year_take_mark(y, student, subject, term, cell);
	}
}

static enum err take_mark(const struct load *l, const struct db_stmt *stmt) {
	struct class_year *y = l->year;
	struct class_student *student = class_year_student(y, db_col_u64(stmt, 0));
	size_t subject = find_subject(y, db_col_u64(stmt, 1));
	unsigned term = find_term(y, db_col_u64(stmt, 2));
	if (!student || subject == y->subject_count || term == PACK_TERMS) {
		return ERR_OK; /* of somebody who has left the class */
	}
	struct mark_cell cell = { .position = (unsigned)db_col_u64(stmt, 4),
		.value_x10 = db_col_is_null(stmt, 5) ? MARK_NONE : (int)db_col_u64(stmt, 5) };
	enum err e = mark_kind_from_db(db_col_u64(stmt, 3), &cell.kind);
	if (e) {
		return e;
	}
	if (db_col_u64(stmt, 6) == MARK_STATE_MISSING) {
		student->is_to_make_up[subject][term] = true;
		cell.value_x10 = MARK_NONE;
	} else if (cell.value_x10 == MARK_NONE) {
		return ERR_OK; /* a cell that was cleared: what was brought along stays */
	}
	place_mark(y, student, subject, term, &cell);
	return ERR_OK;
}

static enum err take_carried(const struct carried *mark, void *ctx) {
	const struct load *l = ctx;
	struct class_year *y = l->year;
	struct class_student *student = class_year_student(y, mark->student_id);
	size_t subject = find_subject(y, mark->subject_id);
	unsigned term = find_term(y, mark->term_id);
	if (student && subject < y->subject_count && term < PACK_TERMS) {
		place_mark(y, student, subject, term, &mark->cell);
	}
	return ERR_OK;
}

/* Before those of the class itself, which take their places. */
static enum err load_carried(const struct load *l) {
	const struct carried_wanted wanted = { .school_id = l->wanted->school_id,
		.class_id = l->wanted->class_id,
		.student_id = l->wanted->student_id,
		.is_for_family = l->wanted->is_for_family };
	struct load to = *l;
	return carried_store_list(l->db, &wanted, take_carried, &to);
}

static enum err load_marks(const struct load *l) {
	bool is_one = l->wanted->student_id != 0;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = begin(l, is_one ? sql_marks_of_one : sql_marks, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 2, l->wanted->is_for_family);
	if (is_one) {
		db_bind_u64(stmt, 3, l->wanted->student_id);
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		e = take_mark(l, stmt);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ---- what is said of the students ---- */

static enum err take_exemption(
		const struct load *l, struct class_student *student, const struct db_stmt *stmt) {
	size_t subject = find_subject(l->year, db_col_u64(stmt, 1));
	unsigned term = find_term(l->year, db_col_u64(stmt, 2));
	if (subject < l->year->subject_count && term < PACK_TERMS) {
		student->input.subjects[subject].is_term_exempt[term] = true;
	}
	return ERR_OK;
}

static enum err take_conduct(
		const struct load *l, struct class_student *student, const struct db_stmt *stmt) {
	enum pack_level level = PACK_LEVEL_NONE;
	uint64_t number = db_col_u64(stmt, 1);
	enum err e = level_from_db(db_col_u64(stmt, 3), &level);
	if (e || number < 1 || number > PACK_TERMS) {
		return ERR_CORRUPT;
	}
	bool is_after = db_col_u64(stmt, 2) == CONDUCT_AFTER_SUMMER;
	const struct class_closed *closed = l->year->closed;
	bool is_known = closed[is_after ? SCOPE_YEAR : number].is_closed ||
			closed[SCOPE_YEAR].is_closed;
	if (l->wanted->is_for_family && !is_known) {
		return ERR_OK;
	}
	if (is_after) {
		student->input.has_summer = true;
		student->input.conduct_again = level;
	} else {
		student->input.conduct[number - 1] = level;
	}
	return ERR_OK;
}

static enum err take_reassessment(
		const struct load *l, struct class_student *student, const struct db_stmt *stmt) {
	uint64_t subject_id = db_col_u64(stmt, 1);
	size_t subject = find_subject(l->year, subject_id);
	unsigned item = (unsigned)db_col_u64(stmt, 2);
	int value = (int)db_col_u64(stmt, 3);
	bool is_known = l->year->closed[SCOPE_YEAR].is_closed || !l->wanted->is_for_family;
	bool is_there = subject_id == 0 || subject < l->year->subject_count;
	if (is_known && is_there && student->primary) {
		class_primary_take_again(l->year->primary, student->primary, subject, item, value);
	} else if (is_known && is_there && subject_id != 0 && item == REASSESS_RESULT) {
		student->input.has_summer = true;
		student->input.subjects[subject].again = value;
	}
	return ERR_OK;
}

static enum err take_absences(
		const struct load *l, struct class_student *student, const struct db_stmt *stmt) {
	(void)l;
	struct class_absences *a = &student->absences[db_col_bool(stmt, 2) ? 1 : 0];
	unsigned sessions = (unsigned)db_col_u64(stmt, 3);
	*(db_col_u64(stmt, 1) == ABSENCE_EXCUSED ? &a->excused : &a->unexcused) = sessions;
	return ERR_OK;
}

/* One statement about everybody who is or was in the class; those who are not asked for are
 * passed over. */
static enum err load_said(const struct load *l, const char *sql,
		enum err (*take)(const struct load *l, struct class_student *student,
				const struct db_stmt *stmt)) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(l->db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, l->wanted->class_id);
	db_bind_u64(stmt, 1, l->year->year_id);
	db_bind_u64(stmt, 2, l->wanted->school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct class_student *student = class_year_student(l->year, db_col_u64(stmt, 0));
		e = student ? take(l, student, stmt) : ERR_OK;
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err take_judgement(const struct judgement_cell *cell, void *ctx) {
	const struct load *l = ctx;
	const struct class_year *y = l->year;
	struct class_student *student = class_year_student(y, cell->student_id);
	const struct class_closed *closed = y->closed;
	bool is_known = closed[judgement_term(cell->moment)].is_closed ||
			closed[SCOPE_YEAR].is_closed || !l->wanted->is_for_family;
	if (student && is_known) {
		class_primary_take_judgement(y->primary, student->primary, cell->moment, cell->item,
				cell->value);
	}
	return ERR_OK;
}

static enum err load_judgements(const struct load *l) {
	const struct judgement_place place = { .school_id = l->wanted->school_id,
		.class_id = l->wanted->class_id,
		.year_id = l->year->year_id };
	struct load to = *l;
	return !l->year->primary ? ERR_OK
				 : judgement_store_cells(l->db, &place, l->wanted->student_id,
						   take_judgement, &to);
}

static enum err run(struct db *db, void *ctx) {
	struct load *l = ctx;
	l->db = db;
	class_year_finish(l->year); /* a run before this one may have failed half way */
	class_year_init(l->year);
	enum err e = load_class(l);
	e = e ? e : load_terms(l);
	e = e ? e : load_closed(l);
	e = e ? e : load_roll_calls(l);
	e = e ? e : load_subjects(l);
	e = e ? e : load_columns(l);
	e = e ? e : load_students(l);
	e = e ? e : load_carried(l);
	e = e ? e : load_marks(l);
	e = e ? e : load_said(l, sql_exemptions, take_exemption);
	e = e ? e : load_said(l, sql_conduct, take_conduct);
	e = e ? e : load_said(l, sql_reassessments, take_reassessment);
	e = e ? e : load_said(l, sql_absences, take_absences);
	return e ? e : load_judgements(l);
}

enum err class_year_load(
		struct db *db, const struct class_year_wanted *wanted, struct class_year *out) {
	struct load l = { db, wanted, out };
	enum err e = db_transact_with(db, DB_TX_READ, run, &l);
	return e ? e : class_year_work_out(out);
}
