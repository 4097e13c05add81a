#include "tests/db/seed.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/school/account_store.h"
#include "core/school/calendar_store.h"
#include "core/school/lessons_store.h"
#include "core/school/guardian_store.h"
#include "core/school/place_store.h"
#include "core/school/roster_store.h"
#include "core/school/teaching_store.h"

#define NEED(call)                                                                   \
	do {                                                                         \
		enum err need_ = (call);                                             \
		if (need_) {                                                         \
			fprintf(stderr, "%s:%d: seed: %s: %s\n", __FILE__, __LINE__, \
					err_name(need_), db_error(db));              \
			exit(1);                                                     \
		}                                                                    \
	} while (0)

static const struct date year_start = { 2026, 9, 5 };
static const struct date year_end = { 2027, 5, 31 };

uint64_t seed_person(struct db *db, const char *name) {
	struct person_new person = { .birth = { 2010, 9, 5 }, .sex = SEX_FEMALE };
	uint64_t id = 0;
	NEED(account_name_parse(str_from(name), &person.name));
	NEED(account_store_add_person(db, &person, SEED_NOW_MS, &id));
	NEED(account_store_add_account(db, id, str_from(""), SEED_NOW_MS));
	return id;
}

static uint64_t add_member(struct db *db, const struct seed *s, const char *name, enum role role,
		const char *login) {
	uint64_t id = seed_person(db, name);
	NEED(account_store_add_membership(db, s->school_id, id, role, str_from(login)));
	return id;
}

static void add_place(struct db *db, const char *mark, struct seed *s) {
	struct date from = { 2025, 7, 1 };
	enum err e = place_store_add_province(db, 1, str_from("01"), str_from("Hà Nội"), from);
	if (e != ERR_EXISTS) {
		NEED(e);
	}
	uint32_t commune = 0;
	char code[9];
	snprintf(code, sizeof(code), "%.8s", mark);
	NEED(place_store_add_commune(db, 1, str_from(code), str_from(mark), from, &commune));
	struct school school = { .commune_id = commune, .level = PLACE_UPPER_SECONDARY };
	snprintf(school.code, sizeof(school.code), "%s", mark);
	snprintf(school.name, sizeof(school.name), "Trường THPT %s", mark);
	NEED(place_store_add_school(db, &school, SEED_NOW_MS, &s->school_id));
}

static enum err take_terms(const struct school_year *year, void *ctx) {
	struct seed *s = ctx;
	for (unsigned i = 0; i < year->term_count; i++) {
		s->term_ids[i] = year->terms[i].id;
	}
	return ERR_OK;
}

static void add_calendar(struct db *db, const char *mark, struct seed *s) {
	struct school_year year = {
		.code = "2026-2027",
		.starts_on = year_start,
		.ends_on = year_end,
		.term_count = 2,
		.terms = { { .number = 1, .starts_on = year_start, .ends_on = { 2027, 1, 15 } },
				{ .number = 2,
						.starts_on = { 2027, 1, 18 },
						.ends_on = year_end } },
	};
	NEED(calendar_store_add_year(db, s->school_id, &year, &s->year_id));
	NEED(calendar_store_years(db, s->school_id, take_terms, s));
	char name[64];
	snprintf(name, sizeof(name), "Toán %s", mark);
	struct subject subject = { .code = str_from("toan"),
		.name = str_from(name),
		.kind = SUBJECT_MARK,
		.position = 1 };
	NEED(calendar_store_add_subject(db, s->school_id, &subject, &s->subject_ids[0]));
	subject = (struct subject){ .code = str_from("gdtc"),
		.name = str_from("Giáo dục thể chất"),
		.kind = SUBJECT_COMMENT,
		.position = 2 };
	NEED(calendar_store_add_subject(db, s->school_id, &subject, &s->subject_ids[1]));
	const struct lessons lessons = {
		.subject_id = s->subject_ids[0], .grade = 10, .a_year = 105
	};
	NEED(lessons_store_set(db, s->school_id, s->year_id, &lessons));
}

static void add_staff(struct db *db, const char *mark, struct seed *s) {
	char name[64];
	snprintf(name, sizeof(name), "Văn Phòng %s", mark);
	s->office_id = add_member(db, s, name, ROLE_OFFICE, "office");
	snprintf(name, sizeof(name), "Trần Thị %s", mark);
	s->teacher_ids[0] = add_member(db, s, name, ROLE_TEACHER, "teacher1");
	snprintf(name, sizeof(name), "Lê Văn %s", mark);
	s->teacher_ids[1] = add_member(db, s, name, ROLE_TEACHER, "teacher2");
	NEED(roster_store_add_class(db, s->school_id, s->year_id, 10, str_from("10A1"),
			s->teacher_ids[0], &s->class_ids[0]));
	NEED(roster_store_add_class(
			db, s->school_id, s->year_id, 10, str_from("10A2"), 0, &s->class_ids[1]));
	for (int i = 0; i < 2; i++) {
		NEED(teaching_store_add(db, s->school_id, s->class_ids[i], s->subject_ids[0],
				s->teacher_ids[0]));
	}
}

static void add_student(struct db *db, const char *mark, struct seed *s, int i) {
	static const char *const names[SEED_STUDENTS] = { "Nguyễn Thị Hoà", "Nguyễn Văn Hoa",
		"Đặng An", "Phạm Ánh", "Vũ Bình", "Âu Dương Đạt" };
	char name[128];
	char code[32];
	snprintf(name, sizeof(name), "%s %s", mark, names[i]);
	snprintf(code, sizeof(code), "%s%03d", mark, i + 1);
	char login[ACCOUNT_LOGIN_BYTES];
	NEED(account_login_parse(str_from(code), login));
	s->student_person_ids[i] = add_member(db, s, name, ROLE_STUDENT, login);
	struct student_new student = { .person_id = s->student_person_ids[i],
		.code = str_from(code),
		.address = str_from(mark) };
	NEED(roster_store_add_student(db, s->school_id, &student, &s->student_ids[i]));
	NEED(roster_store_enrol(
			db, s->school_id, s->class_ids[i / 3], s->student_ids[i], 0, year_start));
}

void seed_school(struct db *db, const char *mark, struct seed *out) {
	*out = (struct seed){ 0 };
	add_place(db, mark, out);
	add_calendar(db, mark, out);
	add_staff(db, mark, out);
	for (int i = 0; i < SEED_STUDENTS; i++) {
		add_student(db, mark, out, i);
	}
	char name[64];
	snprintf(name, sizeof(name), "Mẹ %s", mark);
	out->parent_id = add_member(db, out, name, ROLE_PARENT, "");
	for (int i = 0; i < SEED_STUDENTS; i += 3) {
		NEED(guardian_store_set(db, out->school_id, out->student_ids[i], out->parent_id,
				RELATION_MOTHER));
	}
}
