#include "core/school/calendar_store.h"

#include "core/outbox/owe_store.h"

static const char sql_add_year[] =
		"INSERT INTO school_year (school_id, code, starts_on, ends_on) VALUES (?, ?, ?, ?)";
static const char sql_add_term[] =
		"INSERT INTO term (school_id, school_year_id, number, starts_on, ends_on)"
		" VALUES (?, ?, ?, ?, ?)";
static const char sql_year[] = "SELECT id, code, starts_on, ends_on FROM school_year"
			       " WHERE school_id = ? AND id = ?";
static const char sql_current_year[] =
		"SELECT y.id, y.code, y.starts_on, y.ends_on FROM school_year y"
		" JOIN school s ON s.id = y.school_id WHERE y.school_id = ?"
		" ORDER BY y.id <=> s.current_year_id DESC, y.starts_on <= ? DESC,"
		" IF(y.starts_on <= ?, y.starts_on, NULL) DESC, y.starts_on LIMIT 1";
static const char sql_update_year[] = "UPDATE school_year SET starts_on = ?, ends_on = ?"
				      " WHERE school_id = ? AND id = ?";
static const char sql_update_term[] = "UPDATE term SET starts_on = ?, ends_on = ?"
				      " WHERE school_id = ? AND school_year_id = ? AND number = ?";
static const char sql_copy_lessons[] =
		"INSERT IGNORE INTO subject_load (school_id, school_year_id, subject_id, grade,"
		" lessons_a_year) SELECT l.school_id, y.id, l.subject_id, l.grade, l.lessons_a_year"
		" FROM subject_load l JOIN school_year y ON y.school_id = l.school_id AND y.id = ?"
		" WHERE l.school_id = ? AND l.school_year_id = ?";
static const char sql_choose_year[] =
		"UPDATE school SET current_year_id = ? WHERE id = ? AND EXISTS"
		" (SELECT 1 FROM school_year y WHERE y.school_id = school.id AND y.id = ?)";
static const char sql_years[] = "SELECT id, code, starts_on, ends_on FROM school_year"
				" WHERE school_id = ? ORDER BY starts_on DESC";
static const char sql_terms[] = "SELECT id, school_year_id, number, starts_on, ends_on FROM term"
				" WHERE school_id = ? AND school_year_id = ? ORDER BY number";
static const char sql_term[] = "SELECT id, school_year_id, number, starts_on, ends_on FROM term"
			       " WHERE school_id = ? AND id = ?";
static const char sql_add_subject[] =
		"INSERT INTO subject (school_id, code, name, kind, position) VALUES (?, ?, ?, ?, ?)";
static const char sql_update_subject[] =
		"UPDATE subject SET code = ?, name = ?, kind = ?, position = ?"
		" WHERE school_id = ? AND id = ? AND (kind = ? OR NOT EXISTS"
		" (SELECT 1 FROM mark_column c WHERE c.subject_id = subject.id))";
static const char sql_subjects[] = "SELECT id, code, name, kind, position FROM subject"
				   " WHERE school_id = ? ORDER BY position, name, id";
static const char sql_subject[] = "SELECT id, code, name, kind, position FROM subject"
				  " WHERE school_id = ? AND id = ?";

struct add_year {
	uint64_t school_id;
	const struct school_year *year;
	uint64_t id;
};

static enum err add_term(struct db *db, const struct add_year *add, const struct term *term) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add_term, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, add->school_id);
	db_bind_u64(stmt, 1, add->id);
	db_bind_u64(stmt, 2, term->number);
	db_bind_date(stmt, 3, term->starts_on);
	db_bind_date(stmt, 4, term->ends_on);
	return db_exec(stmt, NULL);
}

static enum err run_add_year(struct db *db, void *ctx) {
	struct add_year *add = ctx;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add_year, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, add->school_id);
	db_bind_text(stmt, 1, add->year->code);
	db_bind_date(stmt, 2, add->year->starts_on);
	db_bind_date(stmt, 3, add->year->ends_on);
	e = db_exec(stmt, NULL);
	add->id = db_last_id(stmt);
	for (unsigned i = 0; i < add->year->term_count && !e; i++) {
		e = add_term(db, add, &add->year->terms[i]);
	}
	const struct record_scope scope = { .place_id = add->id };
	return e ? e : outbox_owe(db, add->school_id, RECORD_OF_YEAR, &scope);
}

enum err calendar_store_add_year(struct db *db, uint64_t school_id, const struct school_year *year,
		uint64_t *out_id) {
	enum err e = calendar_check_year(year);
	if (e) {
		return e;
	}
	struct add_year add = { .school_id = school_id, .year = year };
	e = db_transact(db, run_add_year, &add);
	if (e) {
		return e;
	}
	*out_id = add.id;
	return ERR_OK;
}

struct update_year {
	uint64_t school_id;
	const struct school_year *year;
};

static enum err update_term(struct db *db, const struct update_year *u, const struct term *term) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_update_term, &stmt);
	if (e) {
		return e;
	}
	db_bind_date(stmt, 0, term->starts_on);
	db_bind_date(stmt, 1, term->ends_on);
	db_bind_u64(stmt, 2, u->school_id);
	db_bind_u64(stmt, 3, u->year->id);
	db_bind_u64(stmt, 4, term->number);
	return db_exec_one(stmt);
}

static enum err run_update_year(struct db *db, void *ctx) {
	const struct update_year *u = ctx;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_update_year, &stmt);
	if (e) {
		return e;
	}
	db_bind_date(stmt, 0, u->year->starts_on);
	db_bind_date(stmt, 1, u->year->ends_on);
	db_bind_u64(stmt, 2, u->school_id);
	db_bind_u64(stmt, 3, u->year->id);
	e = db_exec_one(stmt);
	for (unsigned i = 0; i < u->year->term_count && !e; i++) {
		e = update_term(db, u, &u->year->terms[i]);
	}
	const struct record_scope scope = { .place_id = u->year->id };
	return e ? e : outbox_owe(db, u->school_id, RECORD_OF_YEAR, &scope);
}

enum err calendar_store_update_year(
		struct db *db, uint64_t school_id, const struct school_year *year) {
	struct update_year u = { school_id, year };
	enum err e = calendar_check_year(year);
	return e ? e : db_transact(db, run_update_year, &u);
}

enum err calendar_store_copy_lessons(
		struct db *db, uint64_t school_id, uint64_t from_year_id, uint64_t to_year_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_copy_lessons, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, to_year_id);
	db_bind_u64(stmt, 1, school_id);
	db_bind_u64(stmt, 2, from_year_id);
	return db_exec(stmt, NULL);
}

enum err calendar_store_choose_year(struct db *db, uint64_t school_id, uint64_t school_year_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_choose_year, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_year_id);
	db_bind_u64(stmt, 1, school_id);
	db_bind_u64(stmt, 2, school_year_id);
	return db_exec_one(stmt);
}

static void read_term(const struct db_stmt *stmt, struct term *out) {
	*out = (struct term){
		.id = db_col_u64(stmt, 0),
		.school_year_id = db_col_u64(stmt, 1),
		.number = (unsigned)db_col_u64(stmt, 2),
		.starts_on = db_col_date(stmt, 3),
		.ends_on = db_col_date(stmt, 4),
	};
}

static enum err load_terms(struct db *db, uint64_t school_id, struct school_year *year) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_terms, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, year->id);
	while ((e = db_next(stmt)) == ERR_OK) {
		if (year->term_count == CALENDAR_TERMS_MAX) {
			return ERR_CORRUPT;
		}
		read_term(stmt, &year->terms[year->term_count++]);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The year of the row under way, with its terms. */
static enum err read_year(struct db *db, const struct db_stmt *stmt, uint64_t school_id,
		struct school_year *out) {
	struct school_year year = {
		.id = db_col_u64(stmt, 0),
		.starts_on = db_col_date(stmt, 2),
		.ends_on = db_col_date(stmt, 3),
	};
	enum err e = db_col_copy(stmt, 1, year.code, sizeof(year.code));
	if (!e) {
		e = load_terms(db, school_id, &year);
	}
	if (e) {
		return e;
	}
	*out = year;
	return ERR_OK;
}

enum err calendar_store_year(
		struct db *db, uint64_t school_id, uint64_t id, struct school_year *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_year, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, id);
	e = db_next(stmt);
	return e ? e : read_year(db, stmt, school_id, out);
}

enum err calendar_store_current_year(
		struct db *db, uint64_t school_id, struct date on, struct school_year *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_current_year, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_date(stmt, 1, on);
	db_bind_date(stmt, 2, on);
	e = db_next(stmt);
	return e ? e : read_year(db, stmt, school_id, out);
}

enum err calendar_store_years(struct db *db, uint64_t school_id,
		enum err (*each)(const struct school_year *year, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_years, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct school_year year;
		e = read_year(db, stmt, school_id, &year);
		if (!e) {
			e = each(&year, ctx);
		}
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err calendar_store_term(struct db *db, uint64_t school_id, uint64_t id, struct term *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_term, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	read_term(stmt, out);
	return ERR_OK;
}

enum err calendar_store_add_subject(struct db *db, uint64_t school_id,
		const struct subject *subject, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add_subject, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_str(stmt, 1, subject->code);
	db_bind_str(stmt, 2, subject->name);
	db_bind_u64(stmt, 3, subject->kind);
	db_bind_u64(stmt, 4, subject->position);
	struct outbox_deed deed = { .school_id = school_id, .topic = RECORD_OF_SUBJECT };
	deed.made = &deed.scope.place_id;
	e = outbox_exec_one(db, stmt, &deed);
	if (e) {
		return e;
	}
	*out_id = deed.scope.place_id;
	return ERR_OK;
}

struct code {
	struct str code;
	bool is_same;
};

/* The code stands in the keys of all that is of the subject. */
static enum err compare_code(const struct subject *subject, void *ctx) {
	struct code *c = ctx;
	c->is_same = str_eq(subject->code, c->code);
	return ERR_OK;
}

enum err calendar_store_update_subject(
		struct db *db, uint64_t school_id, const struct subject *subject) {
	struct code code = { .code = subject->code };
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = calendar_store_subject(db, school_id, subject->id, compare_code, &code);
	e = e ? e : db_prepare(db, sql_update_subject, &stmt);
	if (e) {
		return e;
	}
	db_bind_str(stmt, 0, subject->code);
	db_bind_str(stmt, 1, subject->name);
	db_bind_u64(stmt, 2, subject->kind);
	db_bind_u64(stmt, 3, subject->position);
	db_bind_u64(stmt, 4, school_id);
	db_bind_u64(stmt, 5, subject->id);
	db_bind_u64(stmt, 6, subject->kind);
	struct outbox_deed deed = { .school_id = school_id,
		.topic = code.is_same ? RECORD_OF_SUBJECT : RECORD_OF_SUBJECT_CODE,
		.scope = { .place_id = subject->id } };
	e = outbox_exec_one(db, stmt, &deed);
	return e == ERR_NOT_FOUND ? ERR_CONFLICT : e; /* it is there */
}

static enum err each_subject(struct db_stmt *stmt,
		enum err (*each)(const struct subject *subject, void *ctx), void *ctx) {
	struct subject subject = {
		.id = db_col_u64(stmt, 0),
		.code = db_col_str(stmt, 1),
		.name = db_col_str(stmt, 2),
		.position = (unsigned)db_col_u64(stmt, 4),
	};
	enum err e = subject_kind_from_db(db_col_u64(stmt, 3), &subject.kind);
	return e ? e : each(&subject, ctx);
}

enum err calendar_store_subjects(struct db *db, uint64_t school_id,
		enum err (*each)(const struct subject *subject, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_subjects, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = each_subject(stmt, each, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err calendar_store_subject(struct db *db, uint64_t school_id, uint64_t id,
		enum err (*each)(const struct subject *subject, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_subject, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, id);
	e = db_next(stmt);
	return e ? e : each_subject(stmt, each, ctx);
}
