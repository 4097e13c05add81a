/* The part of roster_store.h about students. */
#include "core/school/roster_store.h"

#include "core/outbox/owe_store.h"

static const char sql_add[] =
		"INSERT INTO student (school_id, person_id, code, birth_place, ethnicity, address, note)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)";
static const char sql_update[] =
		"UPDATE student SET code = ?, birth_place = ?, ethnicity = ?, address = ?, note = ?,"
		" state = ?, version = version + 1 WHERE school_id = ? AND id = ? AND version = ?";
static const char sql_update_person[] =
		"UPDATE person p JOIN student s ON s.person_id = p.id SET p.full_name = ?,"
		" p.sort_given = ?, p.sort_rest = ?, p.search_name = ?, p.birth_date = ?, p.sex = ?,"
		" p.version = p.version + 1 WHERE s.school_id = ? AND s.id = ?";
static const char sql_has[] = "SELECT 1 FROM student WHERE school_id = ? AND id = ?";
static const char sql_has_code[] =
		"SELECT person_id, code = ? FROM student WHERE school_id = ? AND id = ?";
static const char sql_find[] = "SELECT id FROM student WHERE school_id = ? AND code = ?";
static const char sql_of_person[] = "SELECT id FROM student WHERE school_id = ? AND person_id = ?";

static const char sql_personal_id[] =
		"SELECT p.personal_id_box FROM student s JOIN person p ON p.id = s.person_id"
		" WHERE s.school_id = ? AND s.id = ?";
static const char sql_enrolments[] =
		"SELECT c.id, c.name, y.code, e.position, e.from_on, e.to_on FROM enrolment e"
		" JOIN class c ON c.id = e.class_id JOIN school_year y ON y.id = c.school_year_id"
		" WHERE e.school_id = ? AND e.student_id = ?"
		" ORDER BY y.starts_on DESC, e.to_on IS NULL DESC, e.to_on DESC, c.id";

#define SQL_STUDENT                                                                          \
	"SELECT s.id, s.person_id, s.code, p.full_name, p.birth_date, p.sex, s.birth_place," \
	" s.ethnicity, s.address, s.note, s.state, s.version, p.version,"                    \
	" a.password_hash IS NOT NULL, m.login, c.id, c.name, e.position"                    \
	" FROM student s JOIN person p ON p.id = s.person_id"                                \
	" LEFT JOIN account a ON a.person_id = s.person_id"                                  \
	" LEFT JOIN membership m ON m.school_id = s.school_id AND m.person_id = s.person_id" \
	" AND m.role = 3"

static const char sql_student[] =
		SQL_STUDENT " LEFT JOIN enrolment e ON e.student_id = s.id AND e.to_on IS NULL"
			    " LEFT JOIN class c ON c.id = e.class_id"
			    " LEFT JOIN school_year y ON y.id = c.school_year_id"
			    " WHERE s.school_id = ? AND s.id = ?"
			    " ORDER BY y.starts_on DESC LIMIT 1";
/* Students without a number come behind those who have one. */
static const char sql_class_students[] =
		SQL_STUDENT " JOIN enrolment e ON e.student_id = s.id AND e.to_on IS NULL"
			    " JOIN class c ON c.id = e.class_id AND c.school_id = s.school_id"
			    " WHERE s.school_id = ? AND c.id = ?"
			    " ORDER BY e.position = 0, e.position, p.sort_given, p.sort_rest, s.id";
static const char sql_school_students[] =
		SQL_STUDENT " LEFT JOIN (enrolment e JOIN class c ON c.id = e.class_id"
			    " AND c.school_year_id = ?)"
			    " ON e.student_id = s.id AND e.to_on IS NULL"
			    " WHERE s.school_id = ? ORDER BY s.id";

enum err roster_store_add_student(struct db *db, uint64_t school_id,
		const struct student_new *student, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, student->person_id);
	db_bind_str(stmt, 2, student->code);
	db_bind_str(stmt, 3, student->birth_place);
	db_bind_str(stmt, 4, student->ethnicity);
	db_bind_str(stmt, 5, student->address);
	db_bind_str(stmt, 6, student->note);
	struct outbox_deed deed = { .school_id = school_id, .topic = RECORD_OF_STUDENT };
	deed.made = &deed.scope.student_id;
	e = outbox_exec_one(db, stmt, &deed);
	if (e) {
		return e;
	}
	*out_id = deed.scope.student_id;
	return ERR_OK;
}

struct update {
	uint64_t school_id;
	uint64_t student_id;
	unsigned version;
	const struct student_change *change;
};

static enum err update_student(struct db *db, const struct update *u) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_update, &stmt);
	if (e) {
		return e;
	}
	db_bind_str(stmt, 0, u->change->code);
	db_bind_str(stmt, 1, u->change->birth_place);
	db_bind_str(stmt, 2, u->change->ethnicity);
	db_bind_str(stmt, 3, u->change->address);
	db_bind_str(stmt, 4, u->change->note);
	db_bind_u64(stmt, 5, u->change->state);
	db_bind_u64(stmt, 6, u->school_id);
	db_bind_u64(stmt, 7, u->student_id);
	db_bind_u64(stmt, 8, u->version);
	return db_exec_one(stmt);
}

/* A query of school and one id that gives one id back. */
static enum err find(
		struct db *db, const char *sql, uint64_t school_id, uint64_t id, uint64_t *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out = db_col_u64(stmt, 0);
	return ERR_OK;
}

/* What is about to be changed: the student, who is a person in other schools too, and maybe the
 * code, which is a part of many keys. ERR_NOT_FOUND. */
static enum err owe_update(struct db *db, const struct update *u) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_has_code, &stmt);
	if (e) {
		return e;
	}
	db_bind_str(stmt, 0, u->change->code);
	db_bind_u64(stmt, 1, u->school_id);
	db_bind_u64(stmt, 2, u->student_id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	const struct record_scope scope = { .student_id = u->student_id };
	e = outbox_owe_person(db, db_col_u64(stmt, 0));
	return e ? e
		 : outbox_owe(db, u->school_id,
				   db_col_bool(stmt, 1) ? RECORD_OF_STUDENT
							: RECORD_OF_STUDENT_CODE,
				   &scope);
}

static enum err run_update(struct db *db, void *ctx) {
	const struct update *u = ctx;
	enum err e = owe_update(db, u);
	e = e ? e : update_student(db, u);
	if (e == ERR_NOT_FOUND) {
		uint64_t one = 0;
		e = find(db, sql_has, u->school_id, u->student_id, &one);
		return e ? e : ERR_STALE;
	}
	if (e) {
		return e;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = db_prepare(db, sql_update_person, &stmt);
	if (e) {
		return e;
	}
	db_bind_text(stmt, 0, u->change->name.full);
	db_bind_text(stmt, 1, u->change->name.given);
	db_bind_text(stmt, 2, u->change->name.rest);
	db_bind_text(stmt, 3, u->change->name.search);
	db_bind_date(stmt, 4, u->change->birth);
	db_bind_u64(stmt, 5, u->change->sex);
	db_bind_u64(stmt, 6, u->school_id);
	db_bind_u64(stmt, 7, u->student_id);
	return db_exec_one(stmt);
}

enum err roster_store_update_student(struct db *db, uint64_t school_id, uint64_t student_id,
		unsigned version, const struct student_change *change) {
	struct update u = { school_id, student_id, version, change };
	return db_transact(db, run_update, &u);
}

static enum err read_student(const struct db_stmt *stmt, struct student_row *out) {
	struct student_row row = {
		.id = db_col_u64(stmt, 0),
		.person_id = db_col_u64(stmt, 1),
		.code = db_col_str(stmt, 2),
		.full_name = db_col_str(stmt, 3),
		.birth = db_col_date(stmt, 4),
		.birth_place = db_col_str(stmt, 6),
		.ethnicity = db_col_str(stmt, 7),
		.address = db_col_str(stmt, 8),
		.note = db_col_str(stmt, 9),
		.state = db_col_u64(stmt, 10) == STUDENT_LEFT ? STUDENT_LEFT : STUDENT_LEARNING,
		.version = (unsigned)db_col_u64(stmt, 11),
		.person_version = (unsigned)db_col_u64(stmt, 12),
		.is_activated = db_col_bool(stmt, 13),
		.login = db_col_str(stmt, 14),
		.class_id = db_col_u64(stmt, 15),
		.class_name = db_col_str(stmt, 16),
		.position = (unsigned)db_col_u64(stmt, 17),
	};
	enum err e = sex_from_db(db_col_u64(stmt, 5), &row.sex);
	if (e) {
		return e;
	}
	*out = row;
	return ERR_OK;
}

/* Runs a query of two ids; ERR_NOT_FOUND when it gives no row. */
static enum err each_student(struct db *db, const char *sql, uint64_t first, uint64_t second,
		enum err (*each)(const struct student_row *row, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, first);
	db_bind_u64(stmt, 1, second);
	bool has_any = false;
	while ((e = db_next(stmt)) == ERR_OK) {
		struct student_row row;
		has_any = true;
		e = read_student(stmt, &row);
		if (!e) {
			e = each(&row, ctx);
		}
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND && has_any ? ERR_OK : e;
}

enum err roster_store_student(struct db *db, uint64_t school_id, uint64_t student_id,
		enum err (*each)(const struct student_row *row, void *ctx), void *ctx) {
	return each_student(db, sql_student, school_id, student_id, each, ctx);
}

enum err roster_store_class_students(struct db *db, uint64_t school_id, uint64_t class_id,
		enum err (*each)(const struct student_row *row, void *ctx), void *ctx) {
	enum err e = each_student(db, sql_class_students, school_id, class_id, each, ctx);
	return e == ERR_NOT_FOUND ? ERR_OK : e; /* an empty class */
}

enum err roster_store_school_students(struct db *db, uint64_t school_id, uint64_t school_year_id,
		enum err (*each)(const struct student_row *row, void *ctx), void *ctx) {
	enum err e = each_student(db, sql_school_students, school_year_id, school_id, each, ctx);
	return e == ERR_NOT_FOUND ? ERR_OK : e; /* a school without students */
}

enum err roster_store_find_student(
		struct db *db, uint64_t school_id, struct str code, uint64_t *out_student_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_find, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_str(stmt, 1, code);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out_student_id = db_col_u64(stmt, 0);
	return ERR_OK;
}

enum err roster_store_student_of_person(
		struct db *db, uint64_t school_id, uint64_t person_id, uint64_t *out_student_id) {
	return find(db, sql_of_person, school_id, person_id, out_student_id);
}

enum err roster_store_personal_id(
		struct db *db, uint64_t school_id, uint64_t student_id, struct buf *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_personal_id, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, student_id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	if (db_col_is_null(stmt, 0)) {
		return ERR_MISSING;
	}
	struct str box = db_col_str(stmt, 0);
	buf_add(out, box.p, box.n);
	return buf_err(out);
}

enum err roster_store_enrolments(struct db *db, uint64_t school_id, uint64_t student_id,
		enum err (*each)(const struct enrolment_row *row, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_enrolments, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, student_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct enrolment_row row = {
			.class_id = db_col_u64(stmt, 0),
			.class_name = db_col_str(stmt, 1),
			.year_code = db_col_str(stmt, 2),
			.position = (unsigned)db_col_u64(stmt, 3),
			.from_on = db_col_date(stmt, 4),
			.to_on = db_col_date(stmt, 5),
		};
		e = each(&row, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
