#include "gradebook/completion/completion_store.h"

#include "core/base/grow.h"
#include "gradebook/marks/carried_store.h"

static const char sql_year[] = "SELECT y.code, t.id, t.number FROM school_year y"
			       " LEFT JOIN term t ON t.school_year_id = y.id"
			       " WHERE y.school_id = ? AND y.id = ? ORDER BY t.number";
static const char sql_classes[] = "SELECT c.id, c.grade, c.name, COALESCE(p.full_name, ''),"
				  " EXISTS (SELECT 1 FROM roll_call r WHERE r.class_id = c.id)"
				  " FROM class c LEFT JOIN person p ON p.id = c.homeroom_person_id"
				  " WHERE c.school_id = ? AND c.school_year_id = ?"
				  " ORDER BY c.grade, CHAR_LENGTH(c.name), c.name";

/* Begins at the classes of a year: the two parameters of every statement below. */
#define SQL_OF_YEAR " WHERE c.school_id = ? AND c.school_year_id = ?"

static const char sql_closed[] =
		"SELECT k.class_id, k.term_number, k.is_closed, k.version, k.changed_at_ms,"
		" k.changed_by, p.full_name FROM class c JOIN class_closing k ON k.class_id = c.id"
		" LEFT JOIN person p ON p.id = k.changed_by" SQL_OF_YEAR;
/* What is taught in a class, or has columns there. */
static const char sql_places[] =
		"SELECT x.class_id, s.id, s.name, s.kind, l.lessons_a_year, s.code FROM"
		" (SELECT t.class_id, t.subject_id FROM class c JOIN teaching t ON t.class_id = c.id" SQL_OF_YEAR
		" UNION SELECT k.class_id, k.subject_id FROM class c"
		"  JOIN mark_column k ON k.class_id = c.id" SQL_OF_YEAR ") x"
		" JOIN class c ON c.id = x.class_id JOIN subject s ON s.id = x.subject_id"
		" LEFT JOIN subject_load l ON l.school_year_id = c.school_year_id"
		" AND l.subject_id = s.id AND l.grade = c.grade"
		" ORDER BY c.grade, CHAR_LENGTH(c.name), c.name, s.position, s.name, s.id";
static const char sql_teachers[] =
		"SELECT t.class_id, t.subject_id, p.id, p.full_name FROM class c"
		" JOIN teaching t ON t.class_id = c.id JOIN person p ON p.id = t.person_id" SQL_OF_YEAR
		" ORDER BY t.class_id, t.subject_id, p.sort_given, p.sort_rest, p.id";
static const char sql_columns[] =
		"SELECT k.class_id, k.subject_id, k.term_id, k.kind, COUNT(*),"
		" COUNT(k.published_at_ms) FROM class c JOIN mark_column k ON k.class_id = c.id" SQL_OF_YEAR
		" GROUP BY k.class_id, k.subject_id, k.term_id, k.kind";

static const char sql_students[] =
		"SELECT e.class_id, e.student_id FROM class c JOIN enrolment e ON e.class_id = c.id"
		" AND e.to_on IS NULL" SQL_OF_YEAR " ORDER BY e.class_id, e.student_id";
static const char sql_exempt[] =
		"SELECT e.class_id, x.subject_id, x.term_id, x.student_id FROM class c"
		" JOIN enrolment e ON e.class_id = c.id AND e.to_on IS NULL"
		" JOIN exemption x ON x.student_id = e.student_id"
		" JOIN term t ON t.id = x.term_id AND t.school_year_id = c.school_year_id" SQL_OF_YEAR;
/* Every mark, as the tables' keys have them: counting by student in here is quicker by far than
 * having the database sort them. */
static const char sql_marks[] =
		"SELECT k.class_id, k.subject_id, k.term_id, k.kind, m.column_id, m.student_id, m.state"
		" FROM class c JOIN mark_column k ON k.class_id = c.id JOIN mark m ON m.column_id = k.id" SQL_OF_YEAR
		" AND k.term_id IN (?, ?) AND (m.state = 2 OR m.value_x10 IS NOT NULL)";
static const char sql_conduct[] =
		"SELECT e.class_id, t.number, COUNT(*) FROM class c"
		" JOIN enrolment e ON e.class_id = c.id AND e.to_on IS NULL"
		" JOIN conduct x ON x.student_id = e.student_id AND x.stage = 1"
		" AND x.level IS NOT NULL"
		" JOIN term t ON t.id = x.term_id AND t.school_year_id = c.school_year_id" SQL_OF_YEAR
		" GROUP BY e.class_id, t.number";

/* Of primary classes: what of each student was said in a term, without what awards ask for. */
static const char sql_judged[] = "SELECT e.class_id, (x.moment + 1) DIV 2, COUNT(*) FROM class c"
				 " JOIN enrolment e ON e.class_id = c.id AND e.to_on IS NULL"
				 " JOIN judgement x ON x.student_id = e.student_id"
				 " AND x.school_year_id = c.school_year_id"
				 " AND x.level IS NOT NULL AND x.item < 100" SQL_OF_YEAR
				 " GROUP BY e.class_id, e.student_id, 2";

enum {
	STATE_MISSING = 2,  /* of a mark */
	MOMENTS_A_TERM = 2, /* of a primary class */
};

struct load {
	struct db *db;
	struct completion *c;
	uint64_t school_id;
	uint64_t year_id;
	enum class_scope scope;
};

static enum err load_year(const struct load *l) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(l->db, sql_year, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, l->school_id);
	db_bind_u64(stmt, 1, l->year_id);
	bool is_there = false;
	while ((e = db_next(stmt)) == ERR_OK) {
		uint64_t number = db_col_u64(stmt, 2);
		is_there = true;
		e = pack_parse_year(db_col_str(stmt, 0), &l->c->first_year);
		if (e) {
			return e;
		}
		if (number >= 1 && number <= PACK_TERMS) {
			l->c->term_ids[number - 1] = db_col_u64(stmt, 1);
		}
	}
	l->c->school_id = l->school_id;
	l->c->year_id = l->year_id;
	return e == ERR_NOT_FOUND && is_there ? ERR_OK : e;
}

static enum err take_class(const struct load *l, const struct db_stmt *stmt) {
	struct completion *c = l->c;
	enum err e = grow_items((void **)&c->classes, &c->class_cap, c->class_count,
			sizeof(*c->classes), COMPLETION_CLASSES_MAX);
	if (e) {
		return e;
	}
	struct completion_class *in = &c->classes[c->class_count++];
	in->id = db_col_u64(stmt, 0);
	in->grade = (unsigned)db_col_u64(stmt, 1);
	in->has_roll_call = db_col_bool(stmt, 4);
	e = arena_copy(&c->arena, db_col_str(stmt, 2), &in->name);
	e = e ? e : arena_copy(&c->arena, db_col_str(stmt, 3), &in->homeroom_name);
	e = e ? e : pack_find(in->grade, c->first_year, &in->pack);
	e = e == ERR_UNSUPPORTED ? pack_find_primary(in->grade, c->first_year, &in->primary) : e;
	return e == ERR_UNSUPPORTED ? ERR_OK : e;
}

static enum err take_closed(const struct load *l, const struct db_stmt *stmt) {
	struct completion_class *in = completion_class_of(l->c, db_col_u64(stmt, 0));
	uint64_t scope = db_col_u64(stmt, 1);
	if (!in || scope >= CLASS_YEAR_SCOPES) {
		return ERR_CORRUPT;
	}
	in->closed[scope] = (struct class_closed){ .is_closed = db_col_bool(stmt, 2),
		.version = (unsigned)db_col_u64(stmt, 3),
		.at_ms = db_col_i64(stmt, 4),
		.by_id = db_col_u64(stmt, 5) };
	return arena_copy(&l->c->arena, db_col_str(stmt, 6), &in->closed[scope].by_name);
}

static enum err take_place(const struct load *l, const struct db_stmt *stmt) {
	struct completion *c = l->c;
	struct completion_class *in = completion_class_of(c, db_col_u64(stmt, 0));
	enum mark_subject kind = MARK_SUBJECT_MARK;
	enum err e = grow_items((void **)&c->places, &c->place_cap, c->place_count,
			sizeof(*c->places), COMPLETION_PLACES_MAX);
	if (e || !in) {
		return e ? e : ERR_CORRUPT;
	}
	if (in->place_count == 0) {
		in->first_place = c->place_count;
	}
	struct completion_place *place = &c->places[c->place_count++];
	in->place_count++;
	place->subject_id = db_col_u64(stmt, 1);
	place->lessons_a_year = (unsigned)db_col_u64(stmt, 4);
	e = mark_subject_from_db(db_col_u64(stmt, 3), &kind);
	place->is_comment = kind == MARK_SUBJECT_COMMENT;
	e = e ? e : arena_copy(&c->arena, db_col_str(stmt, 5), &place->subject_code);
	return e ? e : arena_copy(&c->arena, db_col_str(stmt, 2), &place->subject_name);
}

/* The place that a row's first two columns name. */
static struct completion_place *place_of(const struct load *l, const struct db_stmt *stmt) {
	const struct completion_class *in = completion_class_of(l->c, db_col_u64(stmt, 0));
	return in ? completion_place_of(l->c, in, db_col_u64(stmt, 1)) : NULL;
}

/* The term of it that the third names; NULL when it is none of the year's. */
static struct completion_term *term_of(const struct load *l, const struct db_stmt *stmt) {
	struct completion_place *place = place_of(l, stmt);
	unsigned k = completion_term_of(l->c, db_col_u64(stmt, 2));
	return place && k < PACK_TERMS ? &place->terms[k] : NULL;
}

static enum err take_teacher(const struct load *l, const struct db_stmt *stmt) {
	struct completion *c = l->c;
	struct completion_place *place = place_of(l, stmt);
	enum err e = grow_items((void **)&c->teachers, &c->teacher_cap, c->teacher_count,
			sizeof(*c->teachers), COMPLETION_TEACHERS_MAX);
	if (e || !place) {
		return e ? e : ERR_CORRUPT;
	}
	if (place->teacher_count == 0) {
		place->first_teacher = c->teacher_count;
	}
	place->teacher_count++;
	struct completion_teacher *t = &c->teachers[c->teacher_count++];
	t->person_id = db_col_u64(stmt, 2);
	return arena_copy(&c->arena, db_col_str(stmt, 3), &t->full_name);
}

static enum err take_columns(const struct load *l, const struct db_stmt *stmt) {
	struct completion_term *term = term_of(l, stmt);
	enum mark_kind kind = MARK_TX;
	enum err e = mark_kind_from_db(db_col_u64(stmt, 3), &kind);
	if (!e && term) {
		term->kinds[kind].there = (unsigned)db_col_u64(stmt, 4);
		term->kinds[kind].published = (unsigned)db_col_u64(stmt, 5);
	}
	return e;
}

static enum err take_student(const struct load *l, const struct db_stmt *stmt) {
	struct completion *c = l->c;
	struct completion_class *in = completion_class_of(c, db_col_u64(stmt, 0));
	enum err e = grow_items((void **)&c->students, &c->student_cap, c->student_count,
			sizeof(*c->students), COMPLETION_STUDENTS_MAX);
	if (e || !in) {
		return e ? e : ERR_CORRUPT;
	}
	if (in->student_count == 0) {
		in->first_student = c->student_count;
	}
	in->student_count++;
	c->students[c->student_count++] = db_col_u64(stmt, 1);
	return ERR_OK;
}

static enum err take_exempt(const struct load *l, const struct db_stmt *stmt) {
	const struct completion_class *in = completion_class_of(l->c, db_col_u64(stmt, 0));
	const struct completion_place *place = place_of(l, stmt);
	unsigned k = completion_term_of(l->c, db_col_u64(stmt, 2));
	struct completion_counts *counts = NULL;
	if (in && place && k < PACK_TERMS) { /* else a subject that the class does not have */
		counts = completion_counts_of(l->c, in, place, db_col_u64(stmt, 3));
	}
	if (counts) {
		counts->is_exempt[k] = true;
	}
	return ERR_OK;
}

/* The column that marks are of, while they come one after another. */
struct at_column {
	uint64_t id;
	const struct completion_class *in;
	struct completion_place *place;
	unsigned k;
	enum mark_kind kind;
};

static enum err move_to(const struct load *l, const struct db_stmt *stmt, struct at_column *out) {
	struct at_column at = { .id = db_col_u64(stmt, 4),
		.in = completion_class_of(l->c, db_col_u64(stmt, 0)),
		.place = place_of(l, stmt),
		.k = completion_term_of(l->c, db_col_u64(stmt, 2)) };
	enum err e = mark_kind_from_db(db_col_u64(stmt, 3), &at.kind);
	if (e || !at.in || !at.place || at.k == PACK_TERMS) {
		return e ? e : ERR_CORRUPT;
	}
	*out = at;
	return ERR_OK;
}

static void take_mark(
		const struct load *l, const struct db_stmt *stmt, const struct at_column *at) {
	struct completion_counts *counts =
			completion_counts_of(l->c, at->in, at->place, db_col_u64(stmt, 5));
	if (!counts || counts->is_exempt[at->k]) {
		return; /* of somebody who has left the class */
	}
	if (db_col_u64(stmt, 6) == STATE_MISSING) {
		at->place->terms[at->k].to_make_up++;
	} else if (counts->have[at->k][at->kind] < UINT8_MAX) {
		counts->have[at->k][at->kind]++;
	}
}

static enum err load_marks(const struct load *l) {
	struct at_column at = { 0 };
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(l->db, sql_marks, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, l->school_id);
	db_bind_u64(stmt, 1, l->year_id);
	db_bind_u64(stmt, 2, l->c->term_ids[l->scope == SCOPE_TERM_2 ? 1 : 0]);
	db_bind_u64(stmt, 3, l->c->term_ids[l->scope == SCOPE_TERM_1 ? 0 : 1]);
	while ((e = db_next(stmt)) == ERR_OK) {
		if (!at.place || at.id != db_col_u64(stmt, 4)) {
			e = move_to(l, stmt, &at);
		}
		if (e) {
			return e;
		}
		take_mark(l, stmt, &at);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* A mark that somebody brought along from a former class. */
static enum err take_carried(const struct carried_place *mark, void *ctx) {
	const struct load *l = ctx;
	const struct completion_class *in = completion_class_of(l->c, mark->class_id);
	const struct completion_place *place =
			in ? completion_place_of(l->c, in, mark->subject_id) : NULL;
	unsigned k = completion_term_of(l->c, mark->term_id);
	if (!place || k == PACK_TERMS) {
		return ERR_OK; /* of a subject that the class does not have */
	}
	struct completion_counts *counts = completion_counts_of(l->c, in, place, mark->student_id);
	bool is_wanted = l->scope == SCOPE_YEAR || l->scope == (enum class_scope)(k + 1);
	if (counts && is_wanted && counts->have[k][mark->kind] < UINT8_MAX) {
		counts->have[k][mark->kind]++;
	}
	return ERR_OK;
}

static enum err take_conduct(const struct load *l, const struct db_stmt *stmt) {
	struct completion_class *in = completion_class_of(l->c, db_col_u64(stmt, 0));
	uint64_t number = db_col_u64(stmt, 1);
	if (!in || number < 1 || number > PACK_TERMS) {
		return ERR_CORRUPT;
	}
	in->conduct[number - 1] = (unsigned)db_col_u64(stmt, 2);
	return ERR_OK;
}

static enum err take_judged(const struct load *l, const struct db_stmt *stmt) {
	struct completion_class *in = completion_class_of(l->c, db_col_u64(stmt, 0));
	uint64_t number = db_col_u64(stmt, 1);
	if (!in || number < 1 || number > PACK_TERMS) {
		return ERR_CORRUPT;
	}
	bool is_whole = in->primary &&
			db_col_u64(stmt, 2) >= MOMENTS_A_TERM *
							pack_primary_trait_count(
									in->primary, in->grade);
	in->conduct[number - 1] += is_whole;
	return ERR_OK;
}

/* One statement, with the school and the year as often as it asks for them. */
static enum err each(const struct load *l, const char *sql, unsigned times,
		enum err (*take)(const struct load *l, const struct db_stmt *stmt)) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(l->db, sql, &stmt);
	if (e) {
		return e;
	}
	for (unsigned i = 0; i < times; i++) {
		db_bind_u64(stmt, 2 * i, l->school_id);
		db_bind_u64(stmt, 2 * i + 1, l->year_id);
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		e = take(l, stmt);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err run(struct db *db, void *ctx) {
	struct load *l = ctx;
	l->db = db;
	completion_finish(l->c); /* a run before this one may have failed half way */
	completion_init(l->c);
	enum err e = load_year(l);
	e = e ? e : each(l, sql_classes, 1, take_class);
	e = e ? e : each(l, sql_closed, 1, take_closed);
	e = e ? e : each(l, sql_places, 2, take_place);
	e = e ? e : each(l, sql_teachers, 1, take_teacher);
	e = e ? e : each(l, sql_columns, 1, take_columns);
	e = e ? e : each(l, sql_students, 1, take_student);
	e = e ? e : completion_make_room(l->c);
	e = e ? e : each(l, sql_exempt, 1, take_exempt);
	e = e ? e : load_marks(l);
	e = e ? e : carried_store_places(l->db, l->school_id, l->year_id, take_carried, l);
	e = e ? e : each(l, sql_conduct, 1, take_conduct);
	return e ? e : each(l, sql_judged, 1, take_judged);
}

enum err completion_load(struct db *db, uint64_t school_id, uint64_t year_id,
		enum class_scope scope, struct completion *out) {
	struct load l = { .c = out, .school_id = school_id, .year_id = year_id, .scope = scope };
	enum err e = db_transact_with(db, DB_TX_READ, run, &l);
	if (!e) {
		completion_work_out(out);
	}
	return e;
}
