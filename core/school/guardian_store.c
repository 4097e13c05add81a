#include "core/school/guardian_store.h"

static const char sql_set[] =
		"INSERT INTO guardian (school_id, student_id, person_id, relation)"
		" SELECT s.school_id, s.id, m.person_id, ? FROM student s"
		" JOIN membership m ON m.school_id = s.school_id AND m.person_id = ? AND m.role = 4"
		" AND m.state = 1 WHERE s.school_id = ? AND s.id = ?"
		" ON DUPLICATE KEY UPDATE relation = VALUES(relation)";
static const char sql_drop[] =
		"DELETE FROM guardian WHERE school_id = ? AND student_id = ? AND person_id = ?";

#define SQL_GUARDIAN                                                            \
	"SELECT g.student_id, g.person_id, p.full_name, a.phone, g.relation,"   \
	" a.password_hash IS NOT NULL AND NOT EXISTS (SELECT 1 FROM unproven u" \
	"  WHERE u.person_id = g.person_id AND u.school_id = g.school_id),"     \
	" p.version FROM student s"                                             \
	" JOIN guardian g ON g.student_id = s.id AND g.school_id = s.school_id" \
	" JOIN person p ON p.id = g.person_id LEFT JOIN account a ON a.person_id = g.person_id"
#define SQL_ORDER " ORDER BY g.student_id, g.relation, g.person_id"

static const char sql_of_student[] = SQL_GUARDIAN " WHERE s.school_id = ? AND s.id = ?" SQL_ORDER;
static const char sql_of_class[] =
		SQL_GUARDIAN " JOIN enrolment e ON e.student_id = s.id AND e.to_on IS NULL"
			     " WHERE s.school_id = ? AND e.school_id = s.school_id"
			     " AND e.class_id = ?" SQL_ORDER;
static const char sql_of_school[] = SQL_GUARDIAN " WHERE s.school_id = ?" SQL_ORDER;
/* The guardian is a parent at the child's school, in force, and has proven it (proof_store.h). */
#define SQL_IN_FORCE                                                          \
	" EXISTS (SELECT 1 FROM membership m WHERE m.school_id = g.school_id" \
	"  AND m.person_id = g.person_id AND m.role = 4 AND m.state = 1)"     \
	" AND NOT EXISTS (SELECT 1 FROM unproven u WHERE"                     \
	"  u.person_id = g.person_id AND u.school_id = g.school_id)"

#define SQL_CHILDREN                                                                       \
	"SELECT s.id, s.person_id, s.school_id, h.code, h.name, p.full_name, c.id, c.name" \
	" FROM guardian g JOIN student s ON s.id = g.student_id"                           \
	" JOIN school h ON h.id = s.school_id JOIN person p ON p.id = s.person_id"         \
	" LEFT JOIN (enrolment e JOIN class c ON c.id = e.class_id)"                       \
	" ON e.student_id = s.id AND e.to_on IS NULL AND e.class_id ="                     \
	"  (SELECT d.id FROM enrolment f JOIN class d ON d.id = f.class_id"                \
	"   JOIN school_year y ON y.id = d.school_year_id"                                 \
	"   WHERE f.student_id = s.id AND f.to_on IS NULL ORDER BY y.starts_on DESC LIMIT 1)"
#define SQL_CHILDREN_ORDER " ORDER BY p.birth_date, p.sort_given, p.sort_rest, s.id"

static const char sql_children[] =
		SQL_CHILDREN " WHERE g.person_id = ? AND" SQL_IN_FORCE SQL_CHILDREN_ORDER;
static const char sql_children_at[] =
		SQL_CHILDREN " WHERE g.person_id = ? AND g.school_id = ?" SQL_CHILDREN_ORDER;
static const char sql_has_children[] =
		"SELECT EXISTS (SELECT 1 FROM guardian WHERE school_id = ? AND person_id = ?)";
static const char sql_school_of_child[] =
		"SELECT s.school_id, s.person_id FROM guardian g JOIN student s ON s.id = g.student_id"
		" WHERE g.person_id = ? AND g.student_id = ? AND" SQL_IN_FORCE;
/* What the other has already stays the other's, and goes below. */
static const char sql_move[] =
		"UPDATE IGNORE guardian SET person_id = ? WHERE school_id = ? AND person_id = ?"
		" AND student_id NOT IN (SELECT s.id FROM student s WHERE s.person_id = ?)";
static const char sql_drop_all[] = "DELETE FROM guardian WHERE school_id = ? AND person_id = ?";

const char *relation_name(enum relation relation) {
	switch (relation) {
	case RELATION_FATHER:
		return "father";
	case RELATION_MOTHER:
		return "mother";
	case RELATION_OTHER:
		return "other";
	}
	return "";
}

enum err relation_parse(struct str name, enum relation *out) {
	for (enum relation r = RELATION_FATHER; r <= RELATION_OTHER; r++) {
		if (str_eq_z(name, relation_name(r))) {
			*out = r;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

enum err guardian_store_set(struct db *db, uint64_t school_id, uint64_t student_id,
		uint64_t person_id, enum relation relation) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_set, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, relation);
	db_bind_u64(stmt, 1, person_id);
	db_bind_u64(stmt, 2, school_id);
	db_bind_u64(stmt, 3, student_id);
	return db_exec_one(stmt);
}

enum err guardian_store_drop(
		struct db *db, uint64_t school_id, uint64_t student_id, uint64_t person_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_drop, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, student_id);
	db_bind_u64(stmt, 2, person_id);
	return db_exec_one(stmt);
}

enum err guardian_store_has_children(
		struct db *db, uint64_t school_id, uint64_t person_id, bool *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_has_children, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	e = db_next(stmt);
	if (!e) {
		*out = db_col_bool(stmt, 0);
	}
	return e;
}

/* Reads the rows of a query whose values are bound. */
static enum err each_guardian(struct db_stmt *stmt,
		enum err (*each)(const struct guardian_row *row, void *ctx), void *ctx) {
	enum err e;
	while ((e = db_next(stmt)) == ERR_OK) {
		uint64_t relation = db_col_u64(stmt, 4);
		if (relation < RELATION_FATHER || relation > RELATION_OTHER) {
			return ERR_CORRUPT;
		}
		struct guardian_row row = {
			.student_id = db_col_u64(stmt, 0),
			.person_id = db_col_u64(stmt, 1),
			.full_name = db_col_str(stmt, 2),
			.phone = db_col_str(stmt, 3),
			.relation = (enum relation)relation,
			.is_activated = db_col_bool(stmt, 5),
			.version = (unsigned)db_col_u64(stmt, 6),
		};
		e = each(&row, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err each_of(struct db *db, const char *sql, uint64_t school_id, uint64_t id,
		enum err (*each)(const struct guardian_row *row, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	if (id > 0) {
		db_bind_u64(stmt, 1, id);
	}
	return each_guardian(stmt, each, ctx);
}

enum err guardian_store_of_student(struct db *db, uint64_t school_id, uint64_t student_id,
		enum err (*each)(const struct guardian_row *row, void *ctx), void *ctx) {
	if (student_id == 0) {
		return ERR_OK; /* no student has that id */
	}
	return each_of(db, sql_of_student, school_id, student_id, each, ctx);
}

enum err guardian_store_of_class(struct db *db, uint64_t school_id, uint64_t class_id,
		enum err (*each)(const struct guardian_row *row, void *ctx), void *ctx) {
	if (class_id == 0) {
		return ERR_OK;
	}
	return each_of(db, sql_of_class, school_id, class_id, each, ctx);
}

enum err guardian_store_of_school(struct db *db, uint64_t school_id,
		enum err (*each)(const struct guardian_row *row, void *ctx), void *ctx) {
	return each_of(db, sql_of_school, school_id, 0, each, ctx);
}

/* Runs a query of children whose values are bound. */
static enum err each_child(struct db_stmt *stmt,
		enum err (*each)(const struct guardian_child *child, void *ctx), void *ctx) {
	enum err e;
	while ((e = db_next(stmt)) == ERR_OK) {
		struct guardian_child child = {
			.student_id = db_col_u64(stmt, 0),
			.person_id = db_col_u64(stmt, 1),
			.school_id = db_col_u64(stmt, 2),
			.school_code = db_col_str(stmt, 3),
			.school_name = db_col_str(stmt, 4),
			.full_name = db_col_str(stmt, 5),
			.class_id = db_col_u64(stmt, 6),
			.class_name = db_col_str(stmt, 7),
		};
		e = each(&child, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err guardian_store_children(struct db *db, uint64_t person_id,
		enum err (*each)(const struct guardian_child *child, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_children, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person_id);
	return each_child(stmt, each, ctx);
}

enum err guardian_store_children_at(struct db *db, uint64_t school_id, uint64_t person_id,
		enum err (*each)(const struct guardian_child *child, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_children_at, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person_id);
	db_bind_u64(stmt, 1, school_id);
	return each_child(stmt, each, ctx);
}

enum err guardian_store_move(
		struct db *db, uint64_t school_id, uint64_t from_person_id, uint64_t to_person_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *move = NULL;
	_cleanup_(db_stmt_freep) struct db_stmt *drop = NULL;
	enum err e = db_prepare(db, sql_move, &move);
	e = e ? e : db_prepare(db, sql_drop_all, &drop);
	if (e) {
		return e;
	}
	db_bind_u64(move, 0, to_person_id);
	db_bind_u64(move, 1, school_id);
	db_bind_u64(move, 2, from_person_id);
	db_bind_u64(move, 3, to_person_id);
	e = db_exec(move, NULL);
	if (e) {
		return e;
	}
	db_bind_u64(drop, 0, school_id);
	db_bind_u64(drop, 1, from_person_id);
	return db_exec(drop, NULL);
}

enum err guardian_store_school_of_child(struct db *db, uint64_t person_id, uint64_t student_id,
		uint64_t *out_school_id, uint64_t *out_child_person_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_school_of_child, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person_id);
	db_bind_u64(stmt, 1, student_id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out_school_id = db_col_u64(stmt, 0);
	*out_child_person_id = db_col_u64(stmt, 1);
	return ERR_OK;
}
