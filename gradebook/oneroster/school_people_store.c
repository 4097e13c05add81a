/* The people of a school year, and who is in which class. */

#include "gradebook/oneroster/school_source_inner_store.h"

#include <stdlib.h>

#include "core/base/grow.h"
#include "gradebook/oneroster/days.h"

/*
 * Guardians have no natural key of their own but the phone number, which does not leave: one is named
 * by the first code among his or her children and a number.
 */
#define WITH_GUARDIANS                                                                           \
	"WITH oldest AS (SELECT g.person_id, MIN(st.code) AS code FROM guardian g"               \
	"  JOIN student st ON st.id = g.student_id WHERE g.school_id = ? GROUP BY g.person_id)," \
	" named AS (SELECT o.person_id, CONCAT(o.code, '-', ROW_NUMBER() OVER"                   \
	"  (PARTITION BY o.code ORDER BY p.sort_given, p.sort_rest, p.id)) AS name_key"          \
	"  FROM oldest o JOIN person p ON p.id = o.person_id)"
#define STUDENT_OF_YEAR                                                        \
	" EXISTS (SELECT 1 FROM enrolment e JOIN class c ON c.id = e.class_id" \
	"  WHERE e.student_id = st.id AND c.school_year_id = ?)"
#define STUDENT_COLUMNS                                                                        \
	" SELECT st.code, COALESCE((SELECT MIN(l.login) FROM membership l"                     \
	"  WHERE l.school_id = st.school_id AND l.person_id = st.person_id), LOWER(st.code))," \
	" p.full_name, p.birth_date, p.sex, st.ethnicity, st.birth_place, st.state = 1"
#define STUDENTS " FROM student st JOIN person p ON p.id = st.person_id"

static const char sql_students[] = STUDENT_COLUMNS
		", ''" STUDENTS " WHERE st.school_id = ? AND" STUDENT_OF_YEAR " ORDER BY st.code";
static const char sql_students_guarded[] = WITH_GUARDIANS STUDENT_COLUMNS
		", (SELECT GROUP_CONCAT(n.name_key ORDER BY n.name_key SEPARATOR '\\n') FROM guardian g"
		"  JOIN named n ON n.person_id = g.person_id WHERE g.student_id = st.id)" STUDENTS
		" WHERE st.school_id = ? AND" STUDENT_OF_YEAR " ORDER BY st.code";
static const char sql_guardians[] = WITH_GUARDIANS
		" SELECT n.name_key, n.name_key, p.full_name, CAST(NULL AS DATE), 0, '', '', 1,"
		" GROUP_CONCAT(st.code ORDER BY st.code SEPARATOR '\\n') FROM named n"
		" JOIN person p ON p.id = n.person_id JOIN guardian g ON g.person_id = n.person_id"
		" JOIN student st ON st.id = g.student_id WHERE st.school_id = ? AND" STUDENT_OF_YEAR
		" GROUP BY n.person_id, n.name_key, p.full_name ORDER BY n.name_key";
#define TEACHER_LOGIN                                                             \
	" (SELECT MIN(l.login) FROM membership l WHERE l.school_id = m.school_id" \
	"  AND l.person_id = m.person_id)"
static const char sql_teachers[] =
		"SELECT" TEACHER_LOGIN
		" AS name_key, p.full_name, p.birth_date, p.sex, m.state = 1,"
		" (SELECT GROUP_CONCAT(s.code ORDER BY s.position, s.name, s.code SEPARATOR ',')"
		"  FROM teacher_subject x JOIN subject s ON s.id = x.subject_id"
		"  WHERE x.school_id = m.school_id AND x.person_id = m.person_id)"
		" FROM membership m JOIN person p ON p.id = m.person_id"
		" WHERE m.school_id = ? AND m.role = 2 HAVING name_key IS NOT NULL ORDER BY name_key";
static const char sql_enrolled[] =
		"SELECT st.code, e.position, e.from_on, e.to_on FROM enrolment e"
		" JOIN student st ON st.id = e.student_id WHERE e.school_id = ? AND e.class_id = ?"
		" ORDER BY e.position = 0, e.position, st.code";
static const char sql_teaching[] =
		"SELECT s.id, (SELECT MIN(l.login) FROM membership l WHERE l.school_id = t.school_id"
		"  AND l.person_id = t.person_id) AS name_key FROM teaching t"
		" JOIN subject s ON s.id = t.subject_id JOIN membership m"
		" ON m.school_id = t.school_id AND m.person_id = t.person_id AND m.role = 2"
		" WHERE t.school_id = ? AND t.class_id = ? HAVING name_key IS NOT NULL"
		" ORDER BY s.position, s.name, s.code, name_key";

enum { CLASS_STUDENTS_MAX = 1000, CLASS_TEACHERS_MAX = 1000, CLASS_TEXT_BYTES = 1 << 20 };

/* ---- people ---- */

/* Rows of the columns of STUDENT_COLUMNS and the agents behind them. */
static enum err give_rows(const struct school_source *s, struct db_stmt *stmt,
		enum oneroster_role role, const struct oneroster_take *to) {
	enum err e = ERR_OK;
	while ((e = db_next(stmt)) == ERR_OK) {
		struct oneroster_fact f = source_fact(s, ONEROSTER_PART_PEOPLE);
		f.of.person = (struct oneroster_person_fact){ .role = role,
			.key = db_col_str(stmt, 0),
			.username = db_col_str(stmt, 1),
			.full_name = db_col_str(stmt, 2),
			.birth = db_col_date(stmt, 3),
			.sex = (unsigned)db_col_u64(stmt, 4),
			.ethnicity = db_col_str(stmt, 5),
			.birth_place = db_col_str(stmt, 6),
			.is_active = db_col_bool(stmt, 7),
			.agents = db_col_str(stmt, 8) };
		e = to->take(to->ctx, &f);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err give_students(const struct school_source *s, const struct oneroster_take *to) {
	bool is_guarded = s->wish.has_guardians;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(s->db, is_guarded ? sql_students_guarded : sql_students, &stmt);
	if (e) {
		return e;
	}
	unsigned at = 0;
	if (is_guarded) {
		db_bind_u64(stmt, at++, s->wish.school_id);
	}
	db_bind_u64(stmt, at++, s->wish.school_id);
	db_bind_u64(stmt, at, s->wish.year_id);
	return give_rows(s, stmt, ONEROSTER_STUDENT, to);
}

static enum err give_guardians(const struct school_source *s, const struct oneroster_take *to) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(s->db, sql_guardians, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, s->wish.school_id);
	db_bind_u64(stmt, 1, s->wish.school_id);
	db_bind_u64(stmt, 2, s->wish.year_id);
	return give_rows(s, stmt, ONEROSTER_GUARDIAN, to);
}

static enum err give_teachers(const struct school_source *s, const struct oneroster_take *to) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(s->db, sql_teachers, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, s->wish.school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct oneroster_fact f = source_fact(s, ONEROSTER_PART_PEOPLE);
		f.of.person = (struct oneroster_person_fact){ .role = ONEROSTER_TEACHER,
			.key = db_col_str(stmt, 0),
			.username = db_col_str(stmt, 0),
			.full_name = db_col_str(stmt, 1),
			.birth = db_col_date(stmt, 2),
			.sex = (unsigned)db_col_u64(stmt, 3),
			.is_active = db_col_bool(stmt, 4),
			.subjects = db_col_str(stmt, 5) };
		e = to->take(to->ctx, &f);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err source_people(struct school_source *s, const struct oneroster_take *to) {
	enum err e = give_teachers(s, to);
	e = e ? e : give_students(s, to);
	return e || !s->wish.has_guardians ? e : give_guardians(s, to);
}

/* ---- classes ---- */

/* Those of one class: each subject gives its students once more. */
struct members {
	struct arena arena;
	struct {
		struct oneroster_enrolment_fact *items;
		size_t count;
		size_t cap;
	} students;
	struct {
		struct class_teacher {
			uint64_t subject_id;
			struct str key;
		} * items;
		size_t count;
		size_t cap;
	} teachers;
};

static void members_finish(struct members *m) {
	free(m->students.items);
	free(m->teachers.items);
	arena_finish(&m->arena);
}

static enum err load_students(const struct school_source *s, uint64_t class_id, struct members *m) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = source_begin(s, sql_enrolled, class_id, &stmt);
	while (!e && (e = db_next(stmt)) == ERR_OK) {
		e = GROW(&m->students, CLASS_STUDENTS_MAX);
		if (e) {
			return e;
		}
		struct oneroster_enrolment_fact *n = &m->students.items[m->students.count++];
		*n = (struct oneroster_enrolment_fact){ .role = ONEROSTER_STUDENT,
			.position = (unsigned)db_col_u64(stmt, 1),
			.from_on = db_col_date(stmt, 2),
			.to_on = db_col_date(stmt, 3) };
		e = arena_copy(&m->arena, db_col_str(stmt, 0), &n->key);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err load_teachers(const struct school_source *s, uint64_t class_id, struct members *m) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = source_begin(s, sql_teaching, class_id, &stmt);
	while (!e && (e = db_next(stmt)) == ERR_OK) {
		e = GROW(&m->teachers, CLASS_TEACHERS_MAX);
		if (e) {
			return e;
		}
		struct class_teacher *t = &m->teachers.items[m->teachers.count++];
		t->subject_id = db_col_u64(stmt, 0);
		e = arena_copy(&m->arena, db_col_str(stmt, 1), &t->key);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

struct giving {
	const struct school_source *s;
	const struct oneroster_take *to;
	const struct members *m;
	struct oneroster_class_fact class;
};

static enum err give_one(const struct giving *g, struct oneroster_enrolment_fact n) {
	struct oneroster_fact f = source_fact(g->s, ONEROSTER_PART_ENROLMENTS);
	n.class = g->class;
	oneroster_enrolment_within(&n, &g->s->sessions[0]);
	f.of.enrolment = n;
	return g->to->take(g->to->ctx, &f);
}

static enum err give_class_students(const struct giving *g) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < g->m->students.count && !e; i++) {
		e = give_one(g, g->m->students.items[i]);
	}
	return e;
}

/* The first of a subject is its primary one. */
static enum err give_class_teachers(const struct giving *g, uint64_t subject_id) {
	bool is_first = true;
	enum err e = ERR_OK;
	for (size_t i = 0; i < g->m->teachers.count && !e; i++) {
		const struct class_teacher *t = &g->m->teachers.items[i];
		if (t->subject_id == subject_id) {
			e = give_one(g,
					(struct oneroster_enrolment_fact){
							.role = ONEROSTER_TEACHER,
							.key = t->key,
							.is_primary = is_first });
			is_first = false;
		}
	}
	return e;
}

static enum err give_class(const struct school_source *s, const struct source_class *c,
		const struct members *m, const struct oneroster_take *to) {
	struct giving g = { s, to, m, source_class_fact(c, NULL) };
	enum err e = ERR_OK;
	if (c->homeroom.n) {
		e = give_one(&g,
				(struct oneroster_enrolment_fact){ .role = ONEROSTER_TEACHER,
						.key = c->homeroom,
						.is_primary = true });
	}
	e = e ? e : give_class_students(&g);
	for (size_t i = 0; i < c->pair_count && !e; i++) {
		const struct source_subject *subject =
				&s->subjects.items[s->pairs.items[c->first_pair + i]];
		g.class = source_class_fact(c, subject);
		e = give_class_teachers(&g, subject->id);
		e = e ? e : give_class_students(&g);
	}
	return e;
}

enum err source_enrolments(struct school_source *s, const struct oneroster_take *to) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < s->classes.count && !e; i++) {
		const struct source_class *c = &s->classes.items[i];
		_cleanup_(members_finish) struct members m = { .arena = arena_make(
									       CLASS_TEXT_BYTES) };
		e = load_students(s, c->id, &m);
		e = e ? e : load_teachers(s, c->id, &m);
		e = e ? e : give_class(s, c, &m, to);
	}
	return e;
}
