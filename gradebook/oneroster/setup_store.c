#include "gradebook/oneroster/setup_inner_store.h"

#include <stdlib.h>
#include <string.h>

#include "core/outbox/owe_store.h"
#include "core/school/account_store.h"
#include "core/school/calendar_store.h"
#include "core/school/plan_store.h"
#include "core/school/roster_store.h"
#include "core/school/teaching_store.h"
#include "gradebook/oneroster/table.h"

static const char sql_is_empty[] =
		"SELECT NOT EXISTS (SELECT 1 FROM class WHERE school_id = ?)"
		" AND NOT EXISTS (SELECT 1 FROM student WHERE school_id = ?)"
		" AND NOT EXISTS (SELECT 1 FROM membership WHERE school_id = ? AND role IN (2, 3, 4))";
static const char sql_drop_lessons[] =
		"DELETE FROM subject_load WHERE school_id = ? AND school_year_id = ?";
static const char sql_add_lessons[] =
		"INSERT INTO subject_load (school_id, school_year_id, subject_id, grade,"
		" lessons_a_year) VALUES (?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE lessons_a_year = VALUES(lessons_a_year)";
static const char sql_login[] = "SELECT m.person_id, p.full_name FROM membership m"
				" JOIN person p ON p.id = m.person_id"
				" WHERE m.school_id = ? AND m.login = ?";
static const char sql_logins[] = "SELECT m.login, p.full_name FROM membership m"
				 " JOIN person p ON p.id = m.person_id"
				 " WHERE m.school_id = ? AND m.login IS NOT NULL";
static const char sql_leave[] = "UPDATE student SET state = 2 WHERE school_id = ? AND id = ?";
static const char sql_enrol[] =
		"INSERT INTO enrolment (school_id, class_id, student_id, position, from_on, to_on)"
		" VALUES (?, ?, ?, ?, ?, ?)";
static const char sql_teacher_subject[] =
		"INSERT IGNORE INTO teacher_subject (school_id, person_id, subject_id)"
		" SELECT s.school_id, ?, s.id FROM subject s WHERE s.school_id = ? AND s.code = ?";

/* ---- the school and its year ---- */

enum err oneroster_setup_check(struct db *db, uint64_t school_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_is_empty, &stmt);
	if (e) {
		return e;
	}
	for (unsigned i = 0; i < 3; i++) {
		db_bind_u64(stmt, i, school_id);
	}
	e = db_next(stmt);
	return e ? e : db_col_bool(stmt, 0) ? ERR_OK : ERR_CONFLICT;
}

static enum err look_year(const struct school_year *year, void *ctx) {
	struct setup_work *w = ctx;
	if (strcmp(year->code, w->bundle->year.code) == 0) {
		w->year_id = year->id;
	}
	return ERR_OK;
}

/* The year of that code gets the bundle's days, or is made. */
static enum err set_year(struct setup_work *w) {
	struct school_year year = w->bundle->year;
	uint64_t school = w->setup->school_id;
	w->year_id = 0;
	enum err e = calendar_store_years(w->db, school, look_year, w);
	year.id = w->year_id;
	if (!e) {
		e = year.id ? calendar_store_update_year(w->db, school, &year)
			    : calendar_store_add_year(w->db, school, &year, &w->year_id);
	}
	e = e ? e : calendar_store_year(w->db, school, w->year_id, &year);
	for (unsigned k = 0; k < year.term_count && !e; k++) {
		w->term_ids[year.terms[k].number] = year.terms[k].id;
	}
	return e;
}

struct search {
	struct str code;
	uint64_t id;
};

static enum err look_subject(const struct subject *subject, void *ctx) {
	struct search *s = ctx;
	if (str_eq(subject->code, s->code)) {
		s->id = subject->id;
	}
	return ERR_OK;
}

/* A subject of that code becomes the bundle's, or is made; they stand in the bundle's order. */
static enum err set_subject(struct setup_work *w, size_t i) {
	const struct bundle_subject *s = &w->bundle->subjects.items[i];
	struct search search = { .code = s->code };
	enum err e = calendar_store_subjects(w->db, w->setup->school_id, look_subject, &search);
	if (e) {
		return e;
	}
	const struct subject subject = { .id = search.id,
		.code = s->code,
		.name = s->name,
		.kind = s->is_comment ? SUBJECT_COMMENT : SUBJECT_MARK,
		.position = (unsigned)i + 1 };
	w->subject_ids[i] = search.id;
	return search.id ? calendar_store_update_subject(w->db, w->setup->school_id, &subject)
			 : calendar_store_add_subject(w->db, w->setup->school_id, &subject,
					   &w->subject_ids[i]);
}

static enum err set_lessons(struct setup_work *w) {
	_cleanup_(db_stmt_freep) struct db_stmt *drop = NULL;
	_cleanup_(db_stmt_freep) struct db_stmt *add = NULL;
	enum err e = db_prepare(w->db, sql_drop_lessons, &drop);
	e = e ? e : db_prepare(w->db, sql_add_lessons, &add);
	if (e) {
		return e;
	}
	db_bind_u64(drop, 0, w->setup->school_id);
	db_bind_u64(drop, 1, w->year_id);
	e = db_exec(drop, NULL);
	for (size_t i = 0; i < w->bundle->lessons.count && !e; i++) {
		const struct bundle_lessons *l = &w->bundle->lessons.items[i];
		db_bind_u64(add, 0, w->setup->school_id);
		db_bind_u64(add, 1, w->year_id);
		db_bind_u64(add, 2, w->subject_ids[l->subject]);
		db_bind_u64(add, 3, l->grade);
		db_bind_u64(add, 4, l->lessons);
		e = db_exec(add, NULL);
	}
	return e;
}

static enum err set_calendar(struct setup_work *w) {
	enum err e = set_year(w);
	for (size_t i = 0; i < w->bundle->subjects.count && !e; i++) {
		e = set_subject(w, i);
	}
	return e ? e : set_lessons(w);
}

/* ---- people ---- */

/* A teacher may be of the office, too; whoever has another name is somebody else. */
static bool is_theirs(const struct bundle_person *p, struct str full_name) {
	return p->role == ONEROSTER_TEACHER && str_eq(full_name, p->full_name);
}

static void say_taken(struct diag *why, const struct bundle_person *p) {
	char login[ACCOUNT_LOGIN_BYTES];
	memcpy(login, p->login.p, p->login.n);
	login[p->login.n] = '\0';
	diag_add(why, DIAG_ERROR, oneroster_csv_name(ONEROSTER_USERS), p->row, 0,
			"oneroster.login_taken", "value", login, NULL);
}

/* Few people are there before the school is set up. */
enum err oneroster_setup_look(
		struct db *db, uint64_t school_id, const struct bundle *bundle, struct diag *why) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_logins, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		for (size_t i = 0; i < bundle->people.count; i++) {
			const struct bundle_person *p = &bundle->people.items[i];
			if (p->has_role && str_eq(p->login, db_col_str(stmt, 0)) &&
					!is_theirs(p, db_col_str(stmt, 1))) {
				say_taken(why, p);
			}
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* Somebody of the office with that sign-in name. ERR_NOT_FOUND: nobody. ERR_INVAL: one with another
 * name, which is said. */
static enum err find_login(struct setup_work *w, const struct bundle_person *p, uint64_t *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(w->db, sql_login, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, w->setup->school_id);
	db_bind_str(stmt, 1, p->login);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	if (is_theirs(p, db_col_str(stmt, 1))) {
		*out = db_col_u64(stmt, 0);
		return ERR_OK;
	}
	say_taken(w->why, p);
	return ERR_INVAL;
}

static enum err add_person(struct setup_work *w, const struct bundle_person *p, uint64_t *out) {
	struct person_new person = { .birth = p->birth, .sex = (enum sex)p->sex };
	enum err e = account_name_parse(p->full_name, &person.name);
	e = e ? e : account_store_add_person(w->db, &person, w->setup->now_ms, out);
	return e ? e : account_store_add_account(w->db, *out, str_from(""), w->setup->now_ms);
}

static enum err add_teacher_subjects(struct setup_work *w, size_t i) {
	struct str rest = w->bundle->people.items[i].subjects;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(w->db, sql_teacher_subject, &stmt);
	while (!e && rest.n) {
		const char *end = memchr(rest.p, ',', rest.n);
		size_t n = end ? (size_t)(end - rest.p) : rest.n;
		db_bind_u64(stmt, 0, w->person_ids[i]);
		db_bind_u64(stmt, 1, w->setup->school_id);
		db_bind_str(stmt, 2, (struct str){ rest.p, n });
		e = db_exec(stmt, NULL);
		n += end ? 1 : 0;
		rest = (struct str){ rest.p + n, rest.n - n };
	}
	return e;
}

static enum err add_student(struct setup_work *w, size_t i) {
	const struct bundle_person *p = &w->bundle->people.items[i];
	const struct student_new student = { .person_id = w->person_ids[i],
		.code = p->key,
		.birth_place = p->birth_place,
		.ethnicity = p->ethnicity };
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = roster_store_add_student(
			w->db, w->setup->school_id, &student, &w->student_ids[i]);
	if (e || p->is_active) {
		return e;
	}
	e = db_prepare(w->db, sql_leave, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, w->setup->school_id);
	db_bind_u64(stmt, 1, w->student_ids[i]);
	return db_exec_one(stmt);
}

static enum err set_person(struct setup_work *w, size_t i) {
	const struct bundle_person *p = &w->bundle->people.items[i];
	uint64_t school = w->setup->school_id;
	enum role role = p->role == ONEROSTER_STUDENT ? ROLE_STUDENT : ROLE_TEACHER;
	uint64_t *person = &w->person_ids[i];
	enum err e = find_login(w, p, person);
	bool is_new = e == ERR_NOT_FOUND;
	e = is_new ? add_person(w, p, person) : e;
	e = e ? e
	      : account_store_add_membership(
				w->db, school, *person, role, is_new ? p->login : str_from(""));
	e = e || p->is_active ? e : account_store_end_membership(w->db, school, *person, role);
	if (e) {
		return e;
	}
	return role == ROLE_STUDENT ? add_student(w, i) : add_teacher_subjects(w, i);
}

static enum err set_people(struct setup_work *w) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < w->bundle->people.count && !e; i++) {
		if (w->bundle->people.items[i].has_role) {
			e = set_person(w, i);
		}
	}
	return e;
}

/* ---- classes ---- */

static enum err set_classes(struct setup_work *w) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < w->bundle->classes.count && !e; i++) {
		const struct bundle_class *c = &w->bundle->classes.items[i];
		uint64_t homeroom = c->homeroom == BUNDLE_NONE ? 0 : w->person_ids[c->homeroom];
		e = roster_store_add_class(w->db, w->setup->school_id, w->year_id, c->grade,
				c->name, homeroom, &w->class_ids[i]);
	}
	return e;
}

static enum err set_enrolments(struct setup_work *w) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(w->db, sql_enrol, &stmt);
	for (size_t i = 0; i < w->bundle->enrolments.count && !e; i++) {
		const struct bundle_enrolment *n = &w->bundle->enrolments.items[i];
		db_bind_u64(stmt, 0, w->setup->school_id);
		db_bind_u64(stmt, 1, w->class_ids[n->class]);
		db_bind_u64(stmt, 2, w->student_ids[n->person]);
		db_bind_u64(stmt, 3, n->position);
		db_bind_date(stmt, 4, n->from_on);
		db_bind_date(stmt, 5, n->to_on);
		e = db_exec(stmt, NULL);
	}
	for (size_t i = 0; i < w->bundle->teaching.count && !e; i++) {
		const struct bundle_teaching *t = &w->bundle->teaching.items[i];
		e = teaching_store_add(w->db, w->setup->school_id, w->class_ids[t->class],
				w->subject_ids[t->subject], w->person_ids[t->person]);
	}
	return e;
}

/* ---- all of it ---- */

/* The outside gets to know of all that is not told by the stores that were used here. */
static enum err owe_all(struct db *db, uint64_t school_id) {
	static const enum record_topic topics[] = { RECORD_OF_STUDENT, RECORD_OF_ENROLMENT,
		RECORD_OF_TEACHER, RECORD_OF_COLUMN, RECORD_OF_MARK, RECORD_OF_EXEMPTION };
	static const struct record_scope anywhere = { 0 };
	enum err e = ERR_OK;
	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]) && !e; i++) {
		e = outbox_owe(db, school_id, topics[i], &anywhere);
	}
	return e;
}

static void work_clear(struct setup_work *w) {
	free(w->subject_ids);
	free(w->class_ids);
	free(w->person_ids);
	free(w->student_ids);
	w->subject_ids = w->class_ids = w->person_ids = w->student_ids = NULL;
}

static enum err work_begin(struct setup_work *w) {
	const struct bundle *b = w->bundle;
	work_clear(w); /* of a run that failed */
	w->subject_ids = calloc(b->subjects.count + 1, sizeof(uint64_t));
	w->class_ids = calloc(b->classes.count + 1, sizeof(uint64_t));
	w->person_ids = calloc(b->people.count + 1, sizeof(uint64_t));
	w->student_ids = calloc(b->people.count + 1, sizeof(uint64_t));
	return w->subject_ids && w->class_ids && w->person_ids && w->student_ids ? ERR_OK
										 : ERR_NOMEM;
}

static enum err run(struct db *db, void *ctx) {
	struct setup_work *w = ctx;
	w->db = db;
	enum err e = work_begin(w);
	e = e ? e : plan_store_hold_school(db, w->setup->school_id);
	e = e ? e : oneroster_setup_check(db, w->setup->school_id);
	e = e ? e : set_calendar(w);
	e = e ? e : set_people(w);
	e = e ? e : set_classes(w);
	e = e ? e : set_enrolments(w);
	e = e ? e : setup_marks(w);
	return e ? e : owe_all(db, w->setup->school_id);
}

enum err oneroster_setup(struct db *db, const struct oneroster_setup *setup,
		const struct bundle *bundle, struct diag *why) {
	struct setup_work w = { .setup = setup, .bundle = bundle, .why = why };
	enum err e = db_transact(db, run, &w);
	work_clear(&w);
	return e;
}
