/* The people of a school year as a province holds it, and who is in which class. */

#include "gradebook/oneroster/province_source_inner_store.h"

#include "gradebook/oneroster/days.h"

static const char sql_teachers[] = "SELECT teacher, full_name, born_on, COALESCE(sex, 0), state = 1"
				   " FROM desk_teacher WHERE school_id = ? ORDER BY teacher";

static const char sql_students[] =
		"SELECT s.student, s.full_name, s.born_on, COALESCE(s.sex, 0), s.state = 1"
		" FROM desk_student s WHERE s.school_id = ? AND EXISTS (SELECT 1 FROM desk_enrolment e"
		" JOIN desk_class c ON c.school_id = e.school_id AND c.year = e.year AND c.class = e.class"
		" WHERE e.school_id = s.school_id AND e.year = ? AND e.student = s.student)"
		" ORDER BY s.student";

static const char sql_members[] =
		"SELECT e.student, e.from_on, e.to_on FROM desk_enrolment e JOIN desk_student s"
		" ON s.school_id = e.school_id AND s.student = e.student"
		" WHERE e.school_id = ? AND e.year = ? AND e.class = ? ORDER BY e.student";

static const char sql_teaching[] =
		"SELECT t.teacher FROM (SELECT " MEMBER("magiaovien") " teacher, " MEMBER("mamon") " subject" OF_CLASS(
				"'phancong'") ") x JOIN desk_teacher t ON t.school_id = ?"
					      " AND t.teacher = x.teacher WHERE x.subject = ? ORDER BY t.teacher";

static enum err give_role(
		const struct province_giving *g, const char *sql, enum oneroster_role role) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(g->s->db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, g->s->wish.school_id);
	if (role == ONEROSTER_STUDENT) {
		db_bind_str(stmt, 1, g->s->wish.year);
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		struct oneroster_fact f = province_fact(g, ONEROSTER_PART_PEOPLE);
		f.of.person = (struct oneroster_person_fact){ .role = role,
			.key = db_col_str(stmt, 0),
			.username = db_col_str(stmt, 0),
			.full_name = db_col_str(stmt, 1),
			.birth = db_col_date(stmt, 2),
			.sex = (unsigned)db_col_u64(stmt, 3),
			.is_active = db_col_bool(stmt, 4) };
		e = province_give(g, &f);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err province_give_people(const struct province_giving *g) {
	enum err e = give_role(g, sql_teachers, ONEROSTER_TEACHER);
	return e ? e : give_role(g, sql_students, ONEROSTER_STUDENT);
}

static enum err give_members(
		const struct province_giving *g, const struct oneroster_subject *subject) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(g->s->db, sql_members, &stmt);
	if (e) {
		return e;
	}
	(void)province_bind_class(g->s, g->c, stmt, 0); /* the last of it */
	while ((e = db_next(stmt)) == ERR_OK) {
		struct oneroster_fact f = province_fact(g, ONEROSTER_PART_ENROLMENTS);
		f.of.enrolment = (struct oneroster_enrolment_fact){ .class = province_class_fact(
										    g->c, subject),
			.role = ONEROSTER_STUDENT,
			.key = db_col_str(stmt, 0),
			.from_on = db_col_date(stmt, 1),
			.to_on = db_col_date(stmt, 2) };
		oneroster_enrolment_within(&f.of.enrolment, &g->s->sessions[0]);
		e = province_give(g, &f);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err give_teacher(const struct province_giving *g,
		const struct oneroster_subject *subject, struct str key, bool is_primary) {
	struct oneroster_fact f = province_fact(g, ONEROSTER_PART_ENROLMENTS);
	f.of.enrolment = (struct oneroster_enrolment_fact){ .class = province_class_fact(
									    g->c, subject),
		.role = ONEROSTER_TEACHER,
		.key = key,
		.is_primary = is_primary };
	return province_give(g, &f);
}

static enum err give_teachers(
		const struct province_giving *g, const struct oneroster_subject *subject) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(g->s->db, sql_teaching, &stmt);
	if (e) {
		return e;
	}
	unsigned at = province_bind_records(g->s, g->c, stmt, 0);
	db_bind_str(stmt, at, subject->code);
	bool is_first = true;
	while ((e = db_next(stmt)) == ERR_OK) {
		e = give_teacher(g, subject, db_col_str(stmt, 0), is_first);
		if (e) {
			return e;
		}
		is_first = false;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err province_give_enrolments(const struct province_giving *g) {
	enum err e = g->c->homeroom.n ? give_teacher(g, NULL, g->c->homeroom, true) : ERR_OK;
	e = e ? e : give_members(g, NULL);
	for (size_t k = 0; k < g->c->pair_count && !e; k++) {
		const struct oneroster_subject *subject = &g->s->pairs.items[g->c->first_pair + k];
		e = give_teachers(g, subject);
		e = e ? e : give_members(g, subject);
	}
	return e;
}
