#include "core/school/teaching_store.h"

#include "core/outbox/owe_store.h"

static const char sql_add[] =
		"INSERT INTO teaching (school_id, class_id, subject_id, person_id)"
		" SELECT c.school_id, c.id, s.id, m.person_id FROM class c"
		" JOIN subject s ON s.school_id = c.school_id AND s.id = ?"
		" JOIN membership m ON m.school_id = c.school_id AND m.person_id = ? AND m.role = 2"
		" AND m.state = 1 WHERE c.school_id = ? AND c.id = ?";
static const char sql_drop[] = "DELETE FROM teaching WHERE school_id = ? AND class_id = ?"
			       " AND subject_id = ? AND person_id = ?";
static const char sql_list[] =
		"SELECT c.id, c.name, c.grade, s.id, s.name, p.id, p.full_name FROM teaching t"
		" JOIN class c ON c.id = t.class_id JOIN subject s ON s.id = t.subject_id"
		" JOIN person p ON p.id = t.person_id"
		" WHERE t.school_id = ? AND c.school_year_id = ? AND (? = 0 OR t.person_id = ?)"
		" ORDER BY c.grade, CHAR_LENGTH(c.name), c.name, s.position, s.name, p.sort_given,"
		" p.sort_rest, p.id";

#define SQL_COUNT "(SELECT COUNT(*) FROM enrolment e WHERE e.class_id = c.id AND e.to_on IS NULL)"

static const char sql_mine[] =
		"SELECT c.id, c.name AS class_name, c.grade AS grade, s.id, s.name, " SQL_COUNT ","
		" c.homeroom_person_id <=> t.person_id, s.position AS position, s.name AS subject_name"
		" FROM teaching t JOIN class c ON c.id = t.class_id"
		" JOIN subject s ON s.id = t.subject_id"
		" WHERE t.school_id = ? AND c.school_year_id = ? AND t.person_id = ?"
		" UNION ALL"
		" SELECT c.id, c.name, c.grade, 0, '', " SQL_COUNT ", 1, 0, '' FROM class c"
		" WHERE c.school_id = ? AND c.school_year_id = ? AND c.homeroom_person_id = ?"
		" AND NOT EXISTS (SELECT 1 FROM teaching t WHERE t.class_id = c.id"
		" AND t.person_id = c.homeroom_person_id)"
		" ORDER BY grade, CHAR_LENGTH(class_name), class_name, position, subject_name";
static const char sql_access[] =
		"SELECT c.homeroom_person_id <=> ?,"
		" EXISTS (SELECT 1 FROM teaching t WHERE t.class_id = c.id AND t.person_id = ?),"
		" EXISTS (SELECT 1 FROM teaching t WHERE t.class_id = c.id AND t.person_id = ?"
		"  AND t.subject_id = ?)"
		" FROM class c WHERE c.school_id = ? AND c.id = ? AND (? = 0 OR EXISTS"
		" (SELECT 1 FROM subject s WHERE s.school_id = c.school_id AND s.id = ?))";

static struct outbox_deed owe_teaching(uint64_t school_id, uint64_t class_id, uint64_t person_id) {
	return (struct outbox_deed){ .school_id = school_id,
		.topic = RECORD_OF_TEACHING,
		.scope = { .class_id = class_id, .place_id = person_id } };
}

enum err teaching_store_add(struct db *db, uint64_t school_id, uint64_t class_id,
		uint64_t subject_id, uint64_t person_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, subject_id);
	db_bind_u64(stmt, 1, person_id);
	db_bind_u64(stmt, 2, school_id);
	db_bind_u64(stmt, 3, class_id);
	struct outbox_deed deed = owe_teaching(school_id, class_id, person_id);
	return outbox_exec_one(db, stmt, &deed);
}

enum err teaching_store_drop(struct db *db, uint64_t school_id, uint64_t class_id,
		uint64_t subject_id, uint64_t person_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_drop, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, class_id);
	db_bind_u64(stmt, 2, subject_id);
	db_bind_u64(stmt, 3, person_id);
	struct outbox_deed deed = owe_teaching(school_id, class_id, person_id);
	return outbox_exec_one(db, stmt, &deed);
}

enum err teaching_store_list(struct db *db, uint64_t school_id, uint64_t school_year_id,
		uint64_t person_id, enum err (*each)(const struct teaching_row *row, void *ctx),
		void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_list, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, school_year_id);
	db_bind_u64(stmt, 2, person_id);
	db_bind_u64(stmt, 3, person_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct teaching_row row = {
			.class_id = db_col_u64(stmt, 0),
			.class_name = db_col_str(stmt, 1),
			.grade = (unsigned)db_col_u64(stmt, 2),
			.subject_id = db_col_u64(stmt, 3),
			.subject_name = db_col_str(stmt, 4),
			.person_id = db_col_u64(stmt, 5),
			.person_name = db_col_str(stmt, 6),
		};
		e = each(&row, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err teaching_store_mine(struct db *db, uint64_t school_id, uint64_t school_year_id,
		uint64_t person_id, enum err (*each)(const struct teaching_mine *row, void *ctx),
		void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_mine, &stmt);
	if (e) {
		return e;
	}
	for (unsigned i = 0; i < 6; i += 3) {
		db_bind_u64(stmt, i, school_id);
		db_bind_u64(stmt, i + 1, school_year_id);
		db_bind_u64(stmt, i + 2, person_id);
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		struct teaching_mine row = {
			.class_id = db_col_u64(stmt, 0),
			.class_name = db_col_str(stmt, 1),
			.grade = (unsigned)db_col_u64(stmt, 2),
			.subject_id = db_col_u64(stmt, 3),
			.subject_name = db_col_str(stmt, 4),
			.student_count = (unsigned)db_col_u64(stmt, 5),
			.is_homeroom = db_col_bool(stmt, 6),
		};
		e = each(&row, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err teaching_store_access(struct db *db, uint64_t school_id, uint64_t class_id,
		uint64_t subject_id, uint64_t person_id, struct access_class *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_access, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person_id);
	db_bind_u64(stmt, 1, person_id);
	db_bind_u64(stmt, 2, person_id);
	db_bind_u64(stmt, 3, subject_id);
	db_bind_u64(stmt, 4, school_id);
	db_bind_u64(stmt, 5, class_id);
	db_bind_u64(stmt, 6, subject_id);
	db_bind_u64(stmt, 7, subject_id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out = (struct access_class){
		.school_id = school_id,
		.is_homeroom = db_col_bool(stmt, 0),
		.teaches_any = db_col_bool(stmt, 1),
		.teaches_subject = db_col_bool(stmt, 2),
	};
	return ERR_OK;
}
