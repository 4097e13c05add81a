/* Classes, and who is in which. Students are in student_store.c. */
#include "core/school/roster_store.h"

#include "core/outbox/owe_store.h"

/* The homeroom teacher must be a teacher of the school, in force; position ? is asked twice. */
#define SQL_IS_TEACHER                                                                \
	" AND (? IS NULL OR EXISTS (SELECT 1 FROM membership m WHERE m.school_id = ?" \
	" AND m.person_id = ? AND m.role = 2 AND m.state = 1))"

static const char sql_add_class[] =
		"INSERT INTO class (school_id, school_year_id, grade, name, homeroom_person_id)"
		" SELECT y.school_id, y.id, ?, ?, ? FROM school_year y"
		" WHERE y.school_id = ? AND y.id = ?" SQL_IS_TEACHER;
static const char sql_has_year[] = "SELECT 1 FROM school_year WHERE school_id = ? AND id = ?";
static const char sql_update_class[] =
		"UPDATE class SET grade = ?, name = ?, homeroom_person_id = ?"
		" WHERE school_id = ? AND id = ?" SQL_IS_TEACHER;
static const char sql_same_class[] =
		"SELECT name = ? AND grade = ? FROM class WHERE school_id = ? AND id = ?";
static const char sql_has_class[] = "SELECT 1 FROM class WHERE school_id = ? AND id = ?";

#define SQL_CLASS                                                                            \
	"SELECT c.id, c.school_year_id, c.grade, c.name, c.homeroom_person_id, p.full_name," \
	" (SELECT COUNT(*) FROM enrolment e WHERE e.class_id = c.id AND e.to_on IS NULL)"    \
	" FROM class c LEFT JOIN person p ON p.id = c.homeroom_person_id"                    \
	" WHERE c.school_id = ? AND "

/* "10A2" before "10A10": by length within the grade, then by name. */
static const char sql_classes[] =
		SQL_CLASS "c.school_year_id = ? ORDER BY c.grade, CHAR_LENGTH(c.name), c.name";
static const char sql_class[] = SQL_CLASS "c.id = ?";
static const char sql_find_class[] =
		"SELECT id FROM class WHERE school_id = ? AND school_year_id = ? AND name = ?";

/* Only when student and class are of the school, and no other class of the year has him or her. */
static const char sql_enrol[] =
		"INSERT INTO enrolment (school_id, class_id, student_id, position, from_on)"
		" SELECT c.school_id, c.id, s.id, ?, ? FROM class c"
		" JOIN student s ON s.school_id = c.school_id AND s.id = ?"
		" WHERE c.school_id = ? AND c.id = ? AND NOT EXISTS"
		" (SELECT 1 FROM enrolment e JOIN class o ON o.id = e.class_id"
		"  WHERE e.student_id = s.id AND e.to_on IS NULL AND o.id <> c.id"
		"  AND o.school_year_id = c.school_year_id)"
		" ON DUPLICATE KEY UPDATE position = VALUES(position),"
		" from_on = IF(to_on IS NULL, from_on, VALUES(from_on)), to_on = NULL";
/* Holds the student, so that two classes cannot take the same one at once. */
static const char sql_hold_student[] =
		"SELECT 1 FROM student WHERE school_id = ? AND id = ? FOR UPDATE";
static const char sql_position[] =
		"UPDATE enrolment SET position = ?"
		" WHERE school_id = ? AND class_id = ? AND student_id = ? AND to_on IS NULL";
static const char sql_leave[] =
		"UPDATE enrolment SET to_on = ?"
		" WHERE school_id = ? AND class_id = ? AND student_id = ? AND to_on IS NULL";

/* Whether a row with that id is there, by a query of school and id. */
static enum err need_row(struct db *db, const char *sql, uint64_t school_id, uint64_t id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, id);
	return db_next(stmt);
}

/* Values 0 to 7 of adding and changing a class: what it is, whose, which, its teacher. */
static void bind_class(struct db_stmt *stmt, unsigned grade, struct str name,
		uint64_t homeroom_person_id, uint64_t school_id, uint64_t id) {
	db_bind_u64(stmt, 0, grade);
	db_bind_str(stmt, 1, name);
	db_bind_id_or_null(stmt, 2, homeroom_person_id);
	db_bind_u64(stmt, 3, school_id);
	db_bind_u64(stmt, 4, id);
	db_bind_id_or_null(stmt, 5, homeroom_person_id);
	db_bind_u64(stmt, 6, school_id);
	db_bind_u64(stmt, 7, homeroom_person_id);
}

enum err roster_store_add_class(struct db *db, uint64_t school_id, uint64_t school_year_id,
		unsigned grade, struct str name, uint64_t homeroom_person_id, uint64_t *out_id) {
	if (grade == 0 || grade > ROSTER_GRADE_MAX) {
		return ERR_INVAL;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add_class, &stmt);
	if (e) {
		return e;
	}
	bind_class(stmt, grade, name, homeroom_person_id, school_id, school_year_id);
	struct outbox_deed deed = { .school_id = school_id, .topic = RECORD_OF_CLASS };
	deed.made = &deed.scope.class_id;
	e = outbox_exec_one(db, stmt, &deed);
	if (e == ERR_NOT_FOUND) {
		e = need_row(db, sql_has_year, school_id, school_year_id);
		return e ? e : ERR_MISSING;
	}
	if (e) {
		return e;
	}
	*out_id = deed.scope.class_id;
	return ERR_OK;
}

/* Whether name and grade stay: they stand in the keys and the data of all that is of the class.
 * False for no class. */
static enum err is_same_class(struct db *db, uint64_t school_id, uint64_t class_id, unsigned grade,
		struct str name, bool *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_same_class, &stmt);
	if (e) {
		return e;
	}
	db_bind_str(stmt, 0, name);
	db_bind_u64(stmt, 1, grade);
	db_bind_u64(stmt, 2, school_id);
	db_bind_u64(stmt, 3, class_id);
	e = db_next(stmt);
	*out = !e && db_col_bool(stmt, 0);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err roster_store_update_class(struct db *db, uint64_t school_id, uint64_t class_id,
		unsigned grade, struct str name, uint64_t homeroom_person_id) {
	if (grade == 0 || grade > ROSTER_GRADE_MAX) {
		return ERR_INVAL;
	}
	bool is_same = false;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = is_same_class(db, school_id, class_id, grade, name, &is_same);
	e = e ? e : db_prepare(db, sql_update_class, &stmt);
	if (e) {
		return e;
	}
	bind_class(stmt, grade, name, homeroom_person_id, school_id, class_id);
	struct outbox_deed deed = { .school_id = school_id,
		.topic = is_same ? RECORD_OF_CLASS : RECORD_OF_CLASS_NAME,
		.scope = { .class_id = class_id } };
	e = outbox_exec_one(db, stmt, &deed);
	if (e == ERR_NOT_FOUND) {
		e = need_row(db, sql_has_class, school_id, class_id);
		return e ? e : ERR_MISSING;
	}
	return e;
}

static enum err each_class(struct db *db, const char *sql, uint64_t school_id, uint64_t id,
		enum err (*each)(const struct class_row *row, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, id);
	bool has_any = false;
	while ((e = db_next(stmt)) == ERR_OK) {
		struct class_row row = {
			.id = db_col_u64(stmt, 0),
			.school_year_id = db_col_u64(stmt, 1),
			.grade = (unsigned)db_col_u64(stmt, 2),
			.name = db_col_str(stmt, 3),
			.homeroom_person_id = db_col_u64(stmt, 4),
			.homeroom_name = db_col_str(stmt, 5),
			.student_count = (unsigned)db_col_u64(stmt, 6),
		};
		has_any = true;
		e = each(&row, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND && has_any ? ERR_OK : e;
}

enum err roster_store_classes(struct db *db, uint64_t school_id, uint64_t school_year_id,
		enum err (*each)(const struct class_row *row, void *ctx), void *ctx) {
	enum err e = need_row(db, sql_has_year, school_id, school_year_id);
	if (e) {
		return e;
	}
	e = each_class(db, sql_classes, school_id, school_year_id, each, ctx);
	return e == ERR_NOT_FOUND ? ERR_OK : e; /* a year without classes */
}

enum err roster_store_class(struct db *db, uint64_t school_id, uint64_t class_id,
		enum err (*each)(const struct class_row *row, void *ctx), void *ctx) {
	return each_class(db, sql_class, school_id, class_id, each, ctx);
}

enum err roster_store_find_class(struct db *db, uint64_t school_id, uint64_t school_year_id,
		struct str name, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_find_class, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, school_year_id);
	db_bind_str(stmt, 2, name);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out_id = db_col_u64(stmt, 0);
	return ERR_OK;
}

struct enrolment {
	uint64_t school_id;
	uint64_t class_id;
	uint64_t student_id;
	unsigned position;
	struct date from_on;
};

static struct outbox_deed owe_enrolment(
		uint64_t school_id, uint64_t class_id, uint64_t student_id) {
	return (struct outbox_deed){ .school_id = school_id,
		.topic = RECORD_OF_ENROLMENT,
		.scope = { .class_id = class_id, .student_id = student_id } };
}

static enum err run_enrol(struct db *db, void *ctx) {
	const struct enrolment *en = ctx;
	enum err e = need_row(db, sql_hold_student, en->school_id, en->student_id);
	if (!e) {
		e = need_row(db, sql_has_class, en->school_id, en->class_id);
	}
	if (e) {
		return e;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = db_prepare(db, sql_enrol, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, en->position);
	db_bind_date(stmt, 1, en->from_on);
	db_bind_u64(stmt, 2, en->student_id);
	db_bind_u64(stmt, 3, en->school_id);
	db_bind_u64(stmt, 4, en->class_id);
	struct outbox_deed deed = owe_enrolment(en->school_id, en->class_id, en->student_id);
	e = outbox_exec_one(db, stmt, &deed);
	return e == ERR_NOT_FOUND ? ERR_CONFLICT : e; /* class and student are there */
}

enum err roster_store_enrol(struct db *db, uint64_t school_id, uint64_t class_id,
		uint64_t student_id, unsigned position, struct date from_on) {
	struct enrolment en = { school_id, class_id, student_id, position, from_on };
	return db_transact(db, run_enrol, &en);
}

enum err roster_store_set_position(struct db *db, uint64_t school_id, uint64_t class_id,
		uint64_t student_id, unsigned position) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_position, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, position);
	db_bind_u64(stmt, 1, school_id);
	db_bind_u64(stmt, 2, class_id);
	db_bind_u64(stmt, 3, student_id);
	struct outbox_deed deed = owe_enrolment(school_id, class_id, student_id);
	return outbox_exec_one(db, stmt, &deed);
}

enum err roster_store_leave(struct db *db, uint64_t school_id, uint64_t class_id,
		uint64_t student_id, struct date to_on) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_leave, &stmt);
	if (e) {
		return e;
	}
	db_bind_date(stmt, 0, to_on);
	db_bind_u64(stmt, 1, school_id);
	db_bind_u64(stmt, 2, class_id);
	db_bind_u64(stmt, 3, student_id);
	struct outbox_deed deed = owe_enrolment(school_id, class_id, student_id);
	return outbox_exec_one(db, stmt, &deed);
}
