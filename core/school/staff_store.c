#include "core/school/staff_store.h"

#include <string.h>

#include "core/outbox/owe_store.h"
#include "core/school/account_store.h"
#include "core/school/calendar_store.h"
#include "core/school/member_store.h"
#include "core/school/plan_store.h"
#include "core/school/roster_store.h"
#include "core/school/teaching_store.h"

static const char sql_teachers[] =
		"SELECT p.id, p.version, p.full_name, (SELECT MIN(l.login) FROM membership l"
		"  WHERE l.school_id = m.school_id AND l.person_id = p.id AND l.state = 1), a.phone,"
		" p.birth_date, EXISTS (SELECT 1 FROM membership o WHERE o.person_id = p.id"
		"  AND o.school_id <> m.school_id AND o.state = 1)"
		" OR EXISTS (SELECT 1 FROM officer f WHERE f.person_id = p.id)"
		" FROM membership m JOIN person p ON p.id = m.person_id"
		" LEFT JOIN account a ON a.person_id = p.id"
		" WHERE m.school_id = ? AND m.role = 2 AND m.state = 1"
		" ORDER BY p.sort_given, p.sort_rest, p.id";
static const char sql_teacher_subjects[] =
		"SELECT person_id, subject_id FROM teacher_subject WHERE school_id = ?"
		" ORDER BY person_id, subject_id";
/* Ended memberships too: their sign-in names are not free. */
static const char sql_people[] =
		"SELECT m.person_id, p.full_name, m.login, a.phone FROM membership m"
		" JOIN person p ON p.id = m.person_id LEFT JOIN account a ON a.person_id = m.person_id"
		" WHERE m.school_id = ? AND (m.login IS NOT NULL OR a.phone IS NOT NULL)"
		" ORDER BY m.person_id, m.role";
static const char sql_teaching[] =
		"SELECT t.class_id, t.subject_id, t.person_id FROM teaching t"
		" JOIN class c ON c.id = t.class_id WHERE t.school_id = ? AND c.school_year_id = ?"
		" ORDER BY t.class_id, t.subject_id, t.person_id";
static const char sql_drop_subjects[] =
		"DELETE FROM teacher_subject WHERE school_id = ? AND person_id = ?";
static const char sql_add_subject[] =
		"INSERT INTO teacher_subject (school_id, person_id, subject_id)"
		" SELECT s.school_id, ?, s.id FROM subject s WHERE s.school_id = ? AND s.id = ?";
static const char sql_set_birth[] =
		"UPDATE person SET birth_date = ?, version = version + 1 WHERE id = ? AND version = ?"
		" AND EXISTS (SELECT 1 FROM membership m WHERE m.school_id = ?"
		" AND m.person_id = person.id AND m.state = 1)";

/* ---- what the school has ---- */

static enum err load_teachers(struct db *db, uint64_t school_id, struct staff_known *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_teachers, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct staff_teacher t = {
			.person_id = db_col_u64(stmt, 0),
			.version = (unsigned)db_col_u64(stmt, 1),
			.full_name = db_col_str(stmt, 2),
			.login = db_col_str(stmt, 3),
			.phone = db_col_str(stmt, 4),
			.birth = db_col_date(stmt, 5),
			.is_elsewhere = db_col_bool(stmt, 6),
		};
		e = staff_add_teacher(out, &t);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static void add_subject_of(struct staff_known *known, uint64_t person_id, uint64_t subject_id) {
	for (size_t i = 0; i < known->teacher_count; i++) {
		struct staff_teacher *t = &known->teachers[i];
		if (t->person_id == person_id && t->subject_count < STAFF_SUBJECTS_OF_ONE_MAX) {
			t->subjects[t->subject_count++] = subject_id;
		}
	}
}

static enum err load_teacher_subjects(struct db *db, uint64_t school_id, struct staff_known *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_teacher_subjects, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		add_subject_of(out, db_col_u64(stmt, 0), db_col_u64(stmt, 1));
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err load_people(struct db *db, uint64_t school_id, struct staff_known *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_people, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct staff_person p = {
			.person_id = db_col_u64(stmt, 0),
			.full_name = db_col_str(stmt, 1),
			.login = db_col_str(stmt, 2),
			.phone = db_col_str(stmt, 3),
		};
		e = staff_add_person(out, &p);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err load_teaching(
		struct db *db, uint64_t school_id, uint64_t year_id, struct staff_known *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_teaching, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, year_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct staff_teaching t = { db_col_u64(stmt, 0), db_col_u64(stmt, 1),
			db_col_u64(stmt, 2) };
		e = staff_add_teaching(out, &t);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err take_subject(const struct subject *subject, void *ctx) {
	struct staff_subject s = {
		.id = subject->id, .code = subject->code, .name = subject->name
	};
	return staff_add_subject(ctx, &s);
}

static enum err take_class(const struct class_row *row, void *ctx) {
	struct staff_class c = { .id = row->id, .name = row->name };
	return staff_add_class(ctx, &c);
}

enum err staff_store_load(struct db *db, uint64_t school_id, uint64_t school_year_id,
		struct staff_known *out) {
	*out = staff_known_make();
	enum err e = load_teachers(db, school_id, out);
	e = e ? e : load_teacher_subjects(db, school_id, out);
	e = e ? e : load_people(db, school_id, out);
	e = e ? e : calendar_store_subjects(db, school_id, take_subject, out);
	e = e ? e : roster_store_classes(db, school_id, school_year_id, take_class, out);
	e = e ? e : load_teaching(db, school_id, school_year_id, out);
	if (e) {
		staff_known_finish(out);
	}
	return e;
}

/* ---- carrying it out ---- */

struct work {
	const struct staff_import *import;
	const struct staff_plan *plan;
	struct staff_import_done done;
};

/* ERR_STALE unless the school is as the plan saw it. */
static enum err check_basis(struct db *db, const struct work *w) {
	struct staff_known known;
	struct hash now;
	enum err e = staff_store_load(db, w->import->school_id, w->import->school_year_id, &known);
	if (e) {
		return e;
	}
	staff_known_hash(&known, &now);
	staff_known_finish(&known);
	return hash_equal(&now, &w->plan->basis) ? ERR_OK : ERR_STALE;
}

static enum err write_subjects(struct db *db, const struct work *w, const struct staff_row *row,
		uint64_t person_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *drop = NULL;
	_cleanup_(db_stmt_freep) struct db_stmt *add = NULL;
	enum err e = db_prepare(db, sql_drop_subjects, &drop);
	e = e ? e : db_prepare(db, sql_add_subject, &add);
	if (e) {
		return e;
	}
	db_bind_u64(drop, 0, w->import->school_id);
	db_bind_u64(drop, 1, person_id);
	e = db_exec(drop, NULL);
	for (size_t i = 0; i < row->subject_count && !e; i++) {
		db_bind_u64(add, 0, person_id);
		db_bind_u64(add, 1, w->import->school_id);
		db_bind_u64(add, 2, row->subjects[i]);
		e = db_exec_one(add);
	}
	const struct record_scope scope = { .place_id = person_id };
	return e ? e : outbox_owe(db, w->import->school_id, RECORD_OF_TEACHER, &scope);
}

static void note_taken(struct work *w, const struct staff_row *row) {
	if (w->done.phones_taken < STAFF_TAKEN_MAX) {
		w->done.taken[w->done.phones_taken] = row;
	}
	w->done.phones_taken++;
}

/* The person with that number, at whatever school, if the name is the row's. ERR_EXISTS: somebody
 * else's number. ERR_NOT_FOUND: nobody's. */
static enum err find_by_phone(struct db *db, const struct staff_row *row, uint64_t *out) {
	struct person_facts facts;
	uint64_t id = 0;
	if (row->phone.n == 0) {
		return ERR_NOT_FOUND;
	}
	enum err e = account_store_find_phone(db, row->phone, &id);
	e = e ? e : account_store_person_facts(db, id, &facts);
	if (e) {
		return e;
	}
	if (!roster_same_name(row->full_name, str_from(facts.full_name))) {
		return ERR_EXISTS;
	}
	*out = id;
	return ERR_OK;
}

static enum err take_person(
		struct db *db, struct work *w, const struct staff_row *row, uint64_t *out) {
	if (row->person_id) {
		*out = row->person_id;
		return ERR_OK;
	}
	enum err e = find_by_phone(db, row, out);
	bool is_taken = e == ERR_EXISTS;
	if (e != ERR_NOT_FOUND && !is_taken) {
		return e;
	}
	struct person_new person = { .birth = row->birth };
	if (is_taken) {
		note_taken(w, row);
	}
	e = account_name_parse(row->full_name, &person.name);
	e = e ? e : account_store_add_person(db, &person, w->import->now_ms, out);
	return e ? e
		 : account_store_add_account(db, *out, is_taken ? str_from("") : row->phone,
				   w->import->now_ms);
}

static enum err add_teacher(struct db *db, struct work *w, const struct staff_row *row) {
	uint64_t person_id = 0;
	struct member m;
	uint64_t school = w->import->school_id;
	enum err e = take_person(db, w, row, &person_id);
	if (e) {
		return e;
	}
	/* One sign-in name a person and school. */
	e = member_store_load(db, school, person_id, &m);
	bool has_login = e == ERR_OK && m.login[0] != '\0';
	if (e && e != ERR_NOT_FOUND) {
		return e;
	}
	e = account_store_add_membership(
			db, school, person_id, ROLE_TEACHER, has_login ? str_from("") : row->login);
	e = e == ERR_EXISTS ? ERR_STALE : e;
	return e ? e : write_subjects(db, w, row, person_id);
}

static enum err set_birth(struct db *db, const struct work *w, const struct staff_row *row) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_set_birth, &stmt);
	if (e) {
		return e;
	}
	db_bind_date(stmt, 0, row->birth);
	db_bind_u64(stmt, 1, row->person_id);
	db_bind_u64(stmt, 2, row->version);
	db_bind_u64(stmt, 3, w->import->school_id);
	e = db_exec_one(stmt);
	e = e ? e : outbox_owe_person(db, row->person_id);
	return e == ERR_NOT_FOUND ? ERR_STALE : e;
}

/* A number that turns out to be somebody's elsewhere is left out and told. */
static enum err set_phone(struct db *db, struct work *w, const struct staff_row *row) {
	uint64_t owner = 0;
	enum err e = account_store_find_phone(db, row->phone, &owner);
	if (!e) {
		note_taken(w, row);
		return ERR_OK;
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	e = account_store_set_phone(db, w->import->school_id, row->person_id, row->phone);
	return e == ERR_NOT_FOUND ? account_store_add_account(db, row->person_id, row->phone,
						    w->import->now_ms)
				  : e;
}

static enum err change_teacher(struct db *db, struct work *w, const struct staff_row *row) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < row->change_count && !e; i++) {
		const char *field = row->changes[i].field;
		if (strcmp(field, "birthDate") == 0) {
			e = set_birth(db, w, row);
		} else if (strcmp(field, "phone") == 0) {
			e = set_phone(db, w, row);
		} else {
			e = write_subjects(db, w, row, row->person_id);
		}
	}
	return e;
}

static enum err change_teaching(struct db *db, const struct work *w, const struct staff_row *row) {
	uint64_t school = w->import->school_id;
	enum err e = ERR_OK;
	for (size_t i = 0; i < row->remove_count && !e; i++) {
		e = teaching_store_drop(
				db, school, row->class_id, row->subject_id, row->removes[i]);
	}
	e = e ? e : teaching_store_add(db, school, row->class_id, row->subject_id, row->person_id);
	return e == ERR_EXISTS ? ERR_OK : e == ERR_NOT_FOUND ? ERR_STALE : e;
}

static enum err run(struct db *db, void *ctx) {
	struct work *w = ctx;
	const struct staff_import *import = w->import;
	w->done = (struct staff_import_done){ 0 };
	enum err e = plan_store_hold_school(db, import->school_id);
	e = e ? e
	      : plan_store_commit(db, import->school_id, import->kind, import->plan_id,
				import->plan_hash, import->now_ms);
	e = e ? e : check_basis(db, w);
	for (size_t i = 0; !e && i < w->plan->row_count; i++) {
		const struct staff_row *row = &w->plan->rows[i];
		if (import->kind == PLAN_TEACHING) {
			e = change_teaching(db, w, row);
		} else if (row->action == ROSTER_NEW) {
			e = add_teacher(db, w, row);
		} else {
			e = change_teacher(db, w, row);
		}
	}
	return e;
}

enum err staff_store_commit(struct db *db, const struct staff_import *import,
		const struct staff_plan *plan, struct staff_import_done *out) {
	struct work w = { .import = import, .plan = plan };
	enum err e = db_transact(db, run, &w);
	if (!e) {
		*out = w.done;
	}
	return e;
}
