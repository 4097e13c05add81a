/* People, calendar, classes, teaching, guardians, audit and plans of two schools in one database:
 * what one has, the other neither sees nor changes. */
#include <stdlib.h>

#include "core/school/account_store.h"
#include "core/school/audit_store.h"
#include "core/school/calendar_store.h"
#include "core/school/guardian_store.h"
#include "core/school/place_store.h"
#include "core/school/plan_store.h"
#include "core/school/roster_store.h"
#include "core/school/teaching_store.h"
#include "tests/check.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"

/* What a list gave: its texts, parted by "|", and how many rows. */
struct seen {
	struct buf text;
	size_t count;
	struct student_row student; /* the numbers of the last one */
	unsigned roles;
};

static void note(struct seen *seen, struct str s) {
	buf_add(&seen->text, s.p, s.n);
	buf_add_char(&seen->text, '|');
}

static struct seen see(void) {
	return (struct seen){ .text = buf_make(1 << 20) };
}

static void seen_finish(struct seen *seen) {
	buf_finish(&seen->text);
}

static bool saw(const struct seen *seen, const char *text) {
	return strstr(buf_str(&seen->text), text) != NULL;
}

static enum err see_student(const struct student_row *row, void *ctx) {
	struct seen *seen = ctx;
	note(seen, row->full_name);
	seen->student = *row;
	seen->count++;
	return ERR_OK;
}

static enum err see_class(const struct class_row *row, void *ctx) {
	struct seen *seen = ctx;
	note(seen, row->name);
	note(seen, row->homeroom_name);
	seen->count += row->student_count;
	return ERR_OK;
}

static enum err see_teaching(const struct teaching_row *row, void *ctx) {
	struct seen *seen = ctx;
	note(seen, row->class_name);
	note(seen, row->subject_name);
	note(seen, row->person_name);
	seen->count++;
	return ERR_OK;
}

static enum err see_mine(const struct teaching_mine *row, void *ctx) {
	struct seen *seen = ctx;
	note(seen, row->class_name);
	note(seen, row->subject_name);
	note(seen, str_from(row->is_homeroom ? "homeroom" : "-"));
	seen->count += row->student_count;
	return ERR_OK;
}

static enum err see_guardian(const struct guardian_row *row, void *ctx) {
	struct seen *seen = ctx;
	note(seen, row->full_name);
	note(seen, row->phone);
	note(seen, str_from(relation_name(row->relation)));
	seen->count++;
	return ERR_OK;
}

static enum err see_child(const struct guardian_child *child, void *ctx) {
	struct seen *seen = ctx;
	note(seen, child->school_code);
	note(seen, child->full_name);
	note(seen, child->class_name);
	seen->count++;
	return ERR_OK;
}

static enum err see_teacher(const struct account_teacher *teacher, void *ctx) {
	struct seen *seen = ctx;
	note(seen, teacher->full_name);
	note(seen, teacher->login);
	seen->count++;
	return ERR_OK;
}

static enum err see_school(const struct account_school *school, void *ctx) {
	struct seen *seen = ctx;
	note(seen, school->code);
	seen->roles |= school->roles;
	seen->count++;
	return ERR_OK;
}

static enum err see_subject(const struct subject *subject, void *ctx) {
	struct seen *seen = ctx;
	note(seen, subject->code);
	note(seen, subject->name);
	seen->count++;
	return ERR_OK;
}

static enum err see_audit(const struct audit_entry *entry, void *ctx) {
	struct seen *seen = ctx;
	note(seen, entry->action);
	note(seen, entry->person_name);
	note(seen, entry->detail);
	seen->count++;
	return ERR_OK;
}

static enum err see_place(const struct place_row *row, void *ctx) {
	struct seen *seen = ctx;
	note(seen, row->name);
	seen->count++;
	return ERR_OK;
}

static enum err stop_here(const struct student_row *row, void *ctx) {
	(void)row;
	(*(int *)ctx)++;
	return ERR_CONFLICT;
}

static void test_sign_in(struct db *db, const struct seed *a, const struct seed *b) {
	struct account_sign_in in;
	CHECK_INT("office", account_store_by_login(db, str_from("ALPHA"), str_from("office"), &in),
			ERR_OK);
	CHECK_INT("who", in.person_id, a->office_id);
	CHECK_INT("where", in.school_id, a->school_id);
	CHECK_INT("what", in.roles, ACCESS_OFFICE);
	CHECK_INT("state", in.state, ACCOUNT_INVITED);
	CHECK_STR("no password", in.password_hash, "");
	CHECK_STR("name", in.full_name, "Văn Phòng ALPHA");
	CHECK_STR("language", in.language, "vi");
	CHECK_INT("other school",
			account_store_by_login(db, str_from("BETA"), str_from("alpha001"), &in),
			ERR_NOT_FOUND);
	CHECK_INT("no school",
			account_store_by_login(db, str_from("GAMMA"), str_from("office"), &in),
			ERR_NOT_FOUND);

	/* A teacher who also is the office, and a parent at the other school. */
	uint64_t teacher = a->teacher_ids[1];
	CHECK_INT("also office",
			account_store_add_membership(
					db, a->school_id, teacher, ROLE_OFFICE, str_from("")),
			ERR_OK);
	CHECK_INT("also parent",
			account_store_add_membership(
					db, b->school_id, teacher, ROLE_PARENT, str_from("")),
			ERR_OK);
	CHECK_INT("phone",
			account_store_set_phone(
					db, a->school_id, teacher, str_from("+84912345678")),
			ERR_OK);
	CHECK_INT("taken",
			account_store_set_phone(db, a->school_id, a->teacher_ids[0],
					str_from("+84912345678")),
			ERR_EXISTS);
	CHECK_INT("not theirs to change",
			account_store_set_phone(
					db, b->school_id, a->office_id, str_from("+84912345670")),
			ERR_NOT_FOUND);
	CHECK_INT("by phone", account_store_by_phone(db, str_from("+84912345678"), &in), ERR_OK);
	CHECK("as a parent first", in.school_id == b->school_id && in.roles == ACCESS_PARENT);
	CHECK_INT("in the other school", account_store_by_id(db, teacher, a->school_id, &in),
			ERR_OK);
	CHECK_INT("roles together", in.roles, ACCESS_TEACHER | ACCESS_OFFICE);
	CHECK_INT("nothing there", account_store_by_id(db, a->office_id, b->school_id, &in),
			ERR_NOT_FOUND);
	_cleanup_(seen_finish) struct seen seen = see();
	CHECK_INT("schools", account_store_schools(db, teacher, see_school, &seen), ERR_OK);
	CHECK_INT("two", seen.count, 2);
	CHECK_INT("all roles", seen.roles, ACCESS_TEACHER | ACCESS_OFFICE | ACCESS_PARENT);
	uint64_t found = 0;
	CHECK_INT("find", account_store_find_phone(db, str_from("+84912345678"), &found), ERR_OK);
	CHECK_INT("found", found, teacher);
	CHECK_INT("end", account_store_end_membership(db, b->school_id, teacher, ROLE_PARENT),
			ERR_OK);
	CHECK_INT("ended", account_store_end_membership(db, b->school_id, teacher, ROLE_PARENT),
			ERR_NOT_FOUND);
	CHECK_INT("by phone", account_store_by_phone(db, str_from("+84912345678"), &in), ERR_OK);
	CHECK_INT("now here", in.school_id, a->school_id);
	CHECK_INT("again",
			account_store_add_membership(
					db, b->school_id, teacher, ROLE_PARENT, str_from("")),
			ERR_OK);
	CHECK_INT("a name that is taken",
			account_store_add_membership(db, a->school_id, a->parent_id, ROLE_TEACHER,
					str_from("teacher1")),
			ERR_EXISTS);
	CHECK("by its key", db_error_is_key(db, "membership_login"));
	CHECK_INT("the same at the other school is free",
			account_store_add_membership(db, b->school_id, a->parent_id, ROLE_TEACHER,
					str_from("teacher9")),
			ERR_OK);
	bool is = true;
	CHECK_INT("is", account_store_is(db, b->school_id, a->parent_id, ROLE_TEACHER, &is),
			ERR_OK);
	CHECK("a teacher there", is);
	CHECK_INT("end", account_store_end_membership(db, b->school_id, a->parent_id, ROLE_TEACHER),
			ERR_OK);
	CHECK_INT("is", account_store_is(db, b->school_id, a->parent_id, ROLE_TEACHER, &is),
			ERR_OK);
	CHECK("no more", !is);

	uint64_t officer = seed_person(db, "Cán Bộ Sở");
	CHECK_INT("officer", account_store_add_officer(db, 1, officer, str_from("so")), ERR_OK);
	CHECK_INT("by the province's code",
			account_store_by_login(db, str_from("01"), str_from("so"), &in), ERR_OK);
	CHECK("of the department",
			in.roles == ACCESS_DEPARTMENT && in.province_id == 1 && in.school_id == 0);
	CHECK_INT("by id", account_store_by_id(db, officer, 0, &in), ERR_OK);
	CHECK_INT("of the department", in.roles, ACCESS_DEPARTMENT);
}

static void test_passwords(struct db *db, const struct seed *a, const struct seed *b) {
	uint64_t who = a->teacher_ids[0];
	CHECK_INT("first", account_store_set_password(db, who, NULL, "$1", 5), ERR_OK);
	CHECK_INT("with the old one", account_store_set_password(db, who, "$1", "$2", 6), ERR_OK);
	CHECK_INT("with an older one", account_store_set_password(db, who, "$1", "$3", 7),
			ERR_STALE);
	CHECK_INT("nobody", account_store_set_password(db, 999999, NULL, "$3", 7), ERR_NOT_FOUND);
	CHECK_INT("not theirs to lock", account_store_lock(db, b->school_id, who, true),
			ERR_NOT_FOUND);
	CHECK_INT("not theirs to reset", account_store_reset(db, b->school_id, who), ERR_NOT_FOUND);
	CHECK_INT("lock", account_store_lock(db, a->school_id, who, true), ERR_OK);
	CHECK_INT("locked", account_store_set_password(db, who, "$2", "$3", 7), ERR_CONFLICT);
	CHECK_INT("unlock", account_store_lock(db, a->school_id, who, false), ERR_OK);
	struct account_sign_in in;
	CHECK_INT("by id", account_store_by_id(db, who, a->school_id, &in), ERR_OK);
	CHECK("as before", in.state == ACCOUNT_ACTIVE && strcmp(in.password_hash, "$2") == 0);
	CHECK_INT("reset", account_store_reset(db, a->school_id, who), ERR_OK);
	CHECK_INT("by id", account_store_by_id(db, who, a->school_id, &in), ERR_OK);
	CHECK("none", in.state == ACCOUNT_INVITED && in.password_hash[0] == '\0');
	CHECK_INT("language", account_store_set_language(db, who, "en"), ERR_OK);
	CHECK_INT("by id", account_store_by_id(db, who, a->school_id, &in), ERR_OK);
	CHECK_STR("language", in.language, "en");
}

static void test_people(struct db *db, const struct seed *a, const struct seed *b) {
	uint8_t hash[32] = { 1 };
	struct person_new person = { .birth = { 1980, 2, 29 },
		.sex = SEX_MALE,
		.personal_id_box = { "sealed", 6 },
		.personal_id_hash = hash };
	CHECK_INT("name", account_name_parse(str_from("Hồ Văn Một"), &person.name), ERR_OK);
	uint64_t id = 0;
	CHECK_INT("add", account_store_add_person(db, &person, 1, &id), ERR_OK);
	uint64_t other = 0;
	CHECK_INT("the same person", account_store_add_person(db, &person, 1, &other), ERR_EXISTS);
	CHECK_INT("find", account_store_find_personal_id(db, hash, &other), ERR_OK);
	CHECK_INT("found", other, id);
	person.personal_id_hash = NULL;
	person.personal_id_box = str_from("");
	CHECK_INT("not of the school",
			account_store_update_person(db, a->school_id, id, &person, 1),
			ERR_NOT_FOUND);
	CHECK_INT("membership",
			account_store_add_membership(
					db, a->school_id, id, ROLE_TEACHER, str_from("mot")),
			ERR_OK);
	CHECK_INT("update", account_store_update_person(db, a->school_id, id, &person, 1), ERR_OK);
	CHECK_INT("stale", account_store_update_person(db, a->school_id, id, &person, 1),
			ERR_STALE);
	CHECK_INT("not theirs", account_store_update_person(db, b->school_id, id, &person, 2),
			ERR_NOT_FOUND);
	CHECK_INT("the id stays", account_store_find_personal_id(db, hash, &other), ERR_OK);
	_cleanup_(seen_finish) struct seen seen = see();
	CHECK_INT("teachers", account_store_teachers(db, a->school_id, see_teacher, &seen), ERR_OK);
	CHECK_INT("three", seen.count, 3);
	CHECK("none of the other school", !saw(&seen, "BETA"));
	CHECK_INT("end", account_store_end_membership(db, a->school_id, id, ROLE_TEACHER), ERR_OK);
}

static void test_calendar(struct db *db, const struct seed *a, const struct seed *b) {
	struct school_year year;
	CHECK_INT("year", calendar_store_year(db, a->school_id, a->year_id, &year), ERR_OK);
	CHECK_STR("code", year.code, "2026-2027");
	CHECK_INT("terms", year.term_count, 2);
	CHECK_INT("starts", year.terms[1].starts_on.day, 18);
	CHECK_INT("not theirs", calendar_store_year(db, b->school_id, a->year_id, &year),
			ERR_NOT_FOUND);
	struct school_year next = {
		.code = "2027-2028", .starts_on = { 2027, 9, 5 }, .ends_on = { 2028, 5, 31 }
	};
	uint64_t next_id = 0;
	CHECK_INT("next", calendar_store_add_year(db, a->school_id, &next, &next_id), ERR_OK);
	CHECK_INT("twice", calendar_store_add_year(db, a->school_id, &next, &next_id), ERR_EXISTS);
	next.code[0] = 'x';
	CHECK_INT("wrong", calendar_store_add_year(db, a->school_id, &next, &next_id), ERR_INVAL);
	static const struct {
		struct date on;
		const char *want;
	} days[] = { { { 2026, 9, 4 }, "2026-2027" }, { { 2026, 9, 5 }, "2026-2027" },
		{ { 2027, 7, 1 }, "2026-2027" }, { { 2027, 9, 5 }, "2027-2028" },
		{ { 2030, 1, 1 }, "2027-2028" } };
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		CHECK_INT("current",
				calendar_store_current_year(db, a->school_id, days[i].on, &year),
				ERR_OK);
		CHECK_STR("current", year.code, days[i].want);
	}
	struct term term;
	CHECK_INT("term", calendar_store_term(db, a->school_id, a->term_ids[1], &term), ERR_OK);
	CHECK_INT("second", term.number, 2);
	CHECK_INT("not theirs", calendar_store_term(db, b->school_id, a->term_ids[1], &term),
			ERR_NOT_FOUND);
	_cleanup_(seen_finish) struct seen seen = see();
	CHECK_INT("subjects", calendar_store_subjects(db, b->school_id, see_subject, &seen),
			ERR_OK);
	CHECK("its own", seen.count == 2 && saw(&seen, "Toán BETA") && !saw(&seen, "ALPHA"));
	struct subject s = { .id = a->subject_ids[0],
		.code = str_from("toan"),
		.name = str_from("Toán học"),
		.kind = SUBJECT_MARK };
	CHECK_INT("not theirs", calendar_store_update_subject(db, b->school_id, &s), ERR_NOT_FOUND);
	CHECK_INT("change", calendar_store_update_subject(db, a->school_id, &s), ERR_OK);
	s.code = str_from("gdtc");
	CHECK_INT("code taken", calendar_store_update_subject(db, a->school_id, &s), ERR_EXISTS);
	unsigned lessons = 0;
	CHECK_INT("lessons",
			calendar_store_lessons(db, a->school_id, a->year_id, a->subject_ids[0], 10,
					&lessons),
			ERR_OK);
	CHECK_INT("lessons", lessons, 105);
	CHECK_INT("none",
			calendar_store_lessons(db, a->school_id, a->year_id, a->subject_ids[0], 11,
					&lessons),
			ERR_NOT_FOUND);
	CHECK_INT("subject of another school",
			calendar_store_set_lessons(
					db, a->school_id, a->year_id, b->subject_ids[0], 10, 70),
			ERR_NOT_FOUND);
	CHECK_INT("at the limit",
			calendar_store_set_lessons(db, a->school_id, a->year_id, a->subject_ids[1],
					10, CALENDAR_LESSONS_MAX),
			ERR_OK);
	CHECK_INT("one past",
			calendar_store_set_lessons(db, a->school_id, a->year_id, a->subject_ids[1],
					10, CALENDAR_LESSONS_MAX + 1),
			ERR_LIMIT);
}

static void test_classes(struct db *db, const struct seed *a, const struct seed *b) {
	_cleanup_(seen_finish) struct seen seen = see();
	CHECK_INT("classes", roster_store_classes(db, a->school_id, a->year_id, see_class, &seen),
			ERR_OK);
	CHECK_STR("in order", buf_str(&seen.text), "10A1|Trần Thị ALPHA|10A2||");
	CHECK_INT("students", seen.count, SEED_STUDENTS);
	CHECK_INT("another school's year",
			roster_store_classes(db, b->school_id, a->year_id, see_class, &seen),
			ERR_NOT_FOUND);
	CHECK_INT("another school's class",
			roster_store_class(db, b->school_id, a->class_ids[0], see_class, &seen),
			ERR_NOT_FOUND);
	uint64_t id = 0;
	CHECK_INT("in another school's year",
			roster_store_add_class(
					db, a->school_id, b->year_id, 10, str_from("10A3"), 0, &id),
			ERR_NOT_FOUND);
	CHECK_INT("another school's teacher",
			roster_store_add_class(db, a->school_id, a->year_id, 10, str_from("10A3"),
					b->teacher_ids[0], &id),
			ERR_MISSING);
	CHECK_INT("name taken",
			roster_store_add_class(
					db, a->school_id, a->year_id, 10, str_from("10A1"), 0, &id),
			ERR_EXISTS);
	CHECK_INT("grade 0",
			roster_store_add_class(
					db, a->school_id, a->year_id, 0, str_from("x"), 0, &id),
			ERR_INVAL);
	CHECK_INT("grade 13",
			roster_store_add_class(
					db, a->school_id, a->year_id, 13, str_from("x"), 0, &id),
			ERR_INVAL);
	CHECK_INT("one more",
			roster_store_add_class(db, a->school_id, a->year_id, 10, str_from("10A10"),
					0, &id),
			ERR_OK);
	CHECK_INT("change",
			roster_store_update_class(db, a->school_id, id, 11, str_from("11A1"),
					a->teacher_ids[1]),
			ERR_OK);
	CHECK_INT("not theirs",
			roster_store_update_class(db, b->school_id, id, 11, str_from("11A1"), 0),
			ERR_NOT_FOUND);
	CHECK_INT("find",
			roster_store_find_class(
					db, a->school_id, a->year_id, str_from("11A1"), &id),
			ERR_OK);
}

static void test_students(struct db *db, const struct seed *a, const struct seed *b) {
	_cleanup_(seen_finish) struct seen seen = see();
	CHECK_INT("list",
			roster_store_class_students(
					db, a->school_id, a->class_ids[0], see_student, &seen),
			ERR_OK);
	/* An before Hoa before Hoà: marks count, after the letters. */
	CHECK_STR("Vietnamese order", buf_str(&seen.text),
			"ALPHA Đặng An|ALPHA Nguyễn Văn Hoa|ALPHA Nguyễn Thị Hoà|");
	CHECK_INT("position",
			roster_store_set_position(
					db, a->school_id, a->class_ids[0], a->student_ids[1], 1),
			ERR_OK);
	buf_clear(&seen.text);
	CHECK_INT("list",
			roster_store_class_students(
					db, a->school_id, a->class_ids[0], see_student, &seen),
			ERR_OK);
	CHECK_STR("numbered first", buf_str(&seen.text),
			"ALPHA Nguyễn Văn Hoa|ALPHA Đặng An|ALPHA Nguyễn Thị Hoà|");
	seen.count = 0;
	CHECK_INT("another school's class",
			roster_store_class_students(
					db, b->school_id, a->class_ids[0], see_student, &seen),
			ERR_OK);
	CHECK_INT("is empty", seen.count, 0);
	CHECK_INT("another school's student",
			roster_store_student(
					db, b->school_id, a->student_ids[0], see_student, &seen),
			ERR_NOT_FOUND);
	CHECK_INT("one",
			roster_store_student(
					db, a->school_id, a->student_ids[0], see_student, &seen),
			ERR_OK);
	CHECK_INT("version", seen.student.version, 1);
	CHECK_INT("class", seen.student.class_id, a->class_ids[0]);
	CHECK_INT("born", seen.student.birth.year, 2010);
	CHECK("not activated", !seen.student.is_activated);
	int calls = 0;
	CHECK_INT("an error ends it",
			roster_store_class_students(
					db, a->school_id, a->class_ids[0], stop_here, &calls),
			ERR_CONFLICT);
	CHECK_INT("at once", calls, 1);

	struct student_change change = { .code = str_from("ALPHA001"),
		.birth = { 0 },
		.sex = SEX_MALE,
		.address = str_from("12 Lý Thường Kiệt"),
		.state = STUDENT_LEARNING };
	CHECK_INT("name", account_name_parse(str_from("Nguyễn Hoà Bình"), &change.name), ERR_OK);
	CHECK_INT("not theirs",
			roster_store_update_student(
					db, b->school_id, a->student_ids[0], 1, &change),
			ERR_NOT_FOUND);
	CHECK_INT("change",
			roster_store_update_student(
					db, a->school_id, a->student_ids[0], 1, &change),
			ERR_OK);
	CHECK_INT("stale",
			roster_store_update_student(
					db, a->school_id, a->student_ids[0], 1, &change),
			ERR_STALE);
	change.code = str_from("ALPHA002");
	CHECK_INT("code taken",
			roster_store_update_student(
					db, a->school_id, a->student_ids[0], 2, &change),
			ERR_EXISTS);
	buf_clear(&seen.text);
	CHECK_INT("one",
			roster_store_student(
					db, a->school_id, a->student_ids[0], see_student, &seen),
			ERR_OK);
	CHECK("changed",
			saw(&seen, "Nguyễn Hoà Bình") && seen.student.version == 2 &&
					seen.student.birth.year == 0 &&
					seen.student.sex == SEX_MALE);
	uint64_t id = 0;
	CHECK_INT("by code", roster_store_find_student(db, a->school_id, str_from("ALPHA006"), &id),
			ERR_OK);
	CHECK_INT("found", id, a->student_ids[5]);
	CHECK_INT("not there",
			roster_store_find_student(db, b->school_id, str_from("ALPHA006"), &id),
			ERR_NOT_FOUND);
	CHECK_INT("of the person",
			roster_store_student_of_person(
					db, a->school_id, a->student_person_ids[5], &id),
			ERR_OK);
	CHECK_INT("found", id, a->student_ids[5]);
	struct student_new twice = { .person_id = a->student_person_ids[0],
		.code = str_from("ALPHA777") };
	CHECK_INT("already a student", roster_store_add_student(db, a->school_id, &twice, &id),
			ERR_EXISTS);
	CHECK("by its key", db_error_is_key(db, "student_person"));
}

static void test_enrolment(struct db *db, const struct seed *a, const struct seed *b) {
	struct date day = { 2026, 10, 1 };
	uint64_t student = a->student_ids[2];
	CHECK_INT("in another class",
			roster_store_enrol(db, a->school_id, a->class_ids[1], student, 0, day),
			ERR_CONFLICT);
	CHECK_INT("another school's class",
			roster_store_enrol(db, a->school_id, b->class_ids[1], student, 0, day),
			ERR_NOT_FOUND);
	CHECK_INT("another school's student",
			roster_store_enrol(db, a->school_id, a->class_ids[1], b->student_ids[2], 0,
					day),
			ERR_NOT_FOUND);
	CHECK_INT("not theirs", roster_store_leave(db, b->school_id, a->class_ids[0], student, day),
			ERR_NOT_FOUND);
	CHECK_INT("leave", roster_store_leave(db, a->school_id, a->class_ids[0], student, day),
			ERR_OK);
	CHECK_INT("left", roster_store_leave(db, a->school_id, a->class_ids[0], student, day),
			ERR_NOT_FOUND);
	CHECK_INT("move", roster_store_enrol(db, a->school_id, a->class_ids[1], student, 4, day),
			ERR_OK);
	_cleanup_(seen_finish) struct seen seen = see();
	CHECK_INT("school",
			roster_store_school_students(
					db, a->school_id, a->year_id, see_student, &seen),
			ERR_OK);
	CHECK_INT("each once", seen.count, SEED_STUDENTS);
	CHECK_INT("one", roster_store_student(db, a->school_id, student, see_student, &seen),
			ERR_OK);
	CHECK("moved", seen.student.class_id == a->class_ids[1] && seen.student.position == 4);
	CHECK_INT("leave", roster_store_leave(db, a->school_id, a->class_ids[1], student, day),
			ERR_OK);
	CHECK_INT("and back",
			roster_store_enrol(db, a->school_id, a->class_ids[0], student, 0, day),
			ERR_OK);
	CHECK_INT("rows", testdb_number(db, "SELECT COUNT(*) FROM enrolment"),
			2 * SEED_STUDENTS + 1);
}

static void test_teaching(struct db *db, const struct seed *a, const struct seed *b) {
	_cleanup_(seen_finish) struct seen seen = see();
	CHECK_INT("list",
			teaching_store_list(
					db, b->school_id, b->year_id, 0, 0, see_teaching, &seen),
			ERR_OK);
	CHECK_INT("two", seen.count, 2);
	CHECK("its own", saw(&seen, "10A1|Toán BETA|Trần Thị BETA") && !saw(&seen, "ALPHA"));
	CHECK_INT("another school's year",
			teaching_store_list(
					db, a->school_id, b->year_id, 0, 0, see_teaching, &seen),
			ERR_OK);
	CHECK_INT("nothing", seen.count, 2);
	CHECK_INT("one class",
			teaching_store_list(db, b->school_id, b->year_id, b->class_ids[1],
					b->teacher_ids[0], see_teaching, &seen),
			ERR_OK);
	CHECK_INT("one more", seen.count, 3);
	CHECK_INT("twice",
			teaching_store_add(db, a->school_id, a->class_ids[0], a->subject_ids[0],
					a->teacher_ids[0]),
			ERR_EXISTS);
	CHECK_INT("another's subject",
			teaching_store_add(db, a->school_id, a->class_ids[0], b->subject_ids[0],
					a->teacher_ids[1]),
			ERR_NOT_FOUND);
	CHECK_INT("another's class",
			teaching_store_add(db, a->school_id, b->class_ids[0], a->subject_ids[0],
					a->teacher_ids[1]),
			ERR_NOT_FOUND);
	CHECK_INT("another's teacher",
			teaching_store_add(db, a->school_id, a->class_ids[0], a->subject_ids[0],
					b->teacher_ids[1]),
			ERR_NOT_FOUND);
	CHECK_INT("no teacher",
			teaching_store_add(db, a->school_id, a->class_ids[0], a->subject_ids[0],
					a->parent_id),
			ERR_NOT_FOUND);
	_cleanup_(seen_finish) struct seen mine = see();
	CHECK_INT("mine",
			teaching_store_mine(db, a->school_id, a->year_id, a->teacher_ids[0],
					see_mine, &mine),
			ERR_OK);
	CHECK_STR("both", buf_str(&mine.text), "10A1|Toán học|homeroom|10A2|Toán học|-|");
	CHECK_INT("students", mine.count, SEED_STUDENTS);
	_cleanup_(seen_finish) struct seen second = see();
	CHECK_INT("mine",
			teaching_store_mine(db, a->school_id, a->year_id, a->teacher_ids[1],
					see_mine, &second),
			ERR_OK);
	CHECK_STR("homeroom only", buf_str(&second.text), "11A1||homeroom|");

	struct access_class c;
	CHECK_INT("access",
			teaching_store_access(db, a->school_id, a->class_ids[1], a->subject_ids[0],
					a->teacher_ids[0], &c),
			ERR_OK);
	CHECK("teaches it",
			c.school_id == a->school_id && !c.is_homeroom && c.teaches_any &&
					c.teaches_subject);
	CHECK_INT("access",
			teaching_store_access(db, a->school_id, a->class_ids[0], a->subject_ids[1],
					a->teacher_ids[0], &c),
			ERR_OK);
	CHECK("another subject", c.is_homeroom && c.teaches_any && !c.teaches_subject);
	CHECK_INT("access",
			teaching_store_access(db, a->school_id, a->class_ids[0], 0,
					a->teacher_ids[1], &c),
			ERR_OK);
	CHECK("nothing", !c.is_homeroom && !c.teaches_any && !c.teaches_subject);
	CHECK_INT("another school's class",
			teaching_store_access(db, a->school_id, b->class_ids[0], 0,
					a->teacher_ids[0], &c),
			ERR_NOT_FOUND);
	CHECK_INT("another school's subject",
			teaching_store_access(db, a->school_id, a->class_ids[0], b->subject_ids[0],
					a->teacher_ids[0], &c),
			ERR_NOT_FOUND);
	CHECK_INT("not theirs",
			teaching_store_drop(db, b->school_id, a->class_ids[0], a->subject_ids[0],
					a->teacher_ids[0]),
			ERR_NOT_FOUND);
	CHECK_INT("drop",
			teaching_store_drop(db, a->school_id, a->class_ids[0], a->subject_ids[0],
					a->teacher_ids[0]),
			ERR_OK);
}

static void test_guardians(struct db *db, const struct seed *a, const struct seed *b) {
	_cleanup_(seen_finish) struct seen seen = see();
	CHECK_INT("of the class",
			guardian_store_of_class(
					db, a->school_id, a->class_ids[0], see_guardian, &seen),
			ERR_OK);
	CHECK_STR("one", buf_str(&seen.text), "Mẹ ALPHA||mother|");
	CHECK_INT("of the school", guardian_store_of_school(db, a->school_id, see_guardian, &seen),
			ERR_OK);
	CHECK_INT("two more", seen.count, 3);
	CHECK_INT("another school's",
			guardian_store_of_student(
					db, b->school_id, a->student_ids[0], see_guardian, &seen),
			ERR_OK);
	CHECK_INT("no more", seen.count, 3);
	CHECK_INT("no parent there",
			guardian_store_set(db, b->school_id, b->student_ids[1], a->parent_id,
					RELATION_OTHER),
			ERR_NOT_FOUND);
	CHECK_INT("parent there too",
			account_store_add_membership(
					db, b->school_id, a->parent_id, ROLE_PARENT, str_from("")),
			ERR_OK);
	CHECK_INT("a child there",
			guardian_store_set(db, b->school_id, b->student_ids[1], a->parent_id,
					RELATION_OTHER),
			ERR_OK);
	CHECK_INT("another's student",
			guardian_store_set(db, b->school_id, a->student_ids[1], a->parent_id,
					RELATION_OTHER),
			ERR_NOT_FOUND);
	_cleanup_(seen_finish) struct seen children = see();
	CHECK_INT("children", guardian_store_children(db, a->parent_id, see_child, &children),
			ERR_OK);
	CHECK_INT("of both schools", children.count, 3);
	CHECK("with their classes",
			saw(&children, "BETA|BETA Nguyễn Văn Hoa|10A1|") &&
					saw(&children, "ALPHA|ALPHA Phạm Ánh|10A2|"));
	uint64_t school = 0;
	uint64_t person = 0;
	CHECK_INT("whose",
			guardian_store_school_of_child(
					db, a->parent_id, b->student_ids[1], &school, &person),
			ERR_OK);
	CHECK("where", school == b->school_id && person == b->student_person_ids[1]);
	CHECK_INT("not hers",
			guardian_store_school_of_child(
					db, a->parent_id, a->student_ids[1], &school, &person),
			ERR_NOT_FOUND);
	CHECK_INT("not theirs",
			guardian_store_drop(db, a->school_id, b->student_ids[1], a->parent_id),
			ERR_NOT_FOUND);
	CHECK_INT("change",
			guardian_store_set(db, b->school_id, b->student_ids[1], a->parent_id,
					RELATION_FATHER),
			ERR_OK);
	CHECK_INT("drop", guardian_store_drop(db, b->school_id, b->student_ids[1], a->parent_id),
			ERR_OK);
}

static void test_audit(struct db *db, const struct seed *a, const struct seed *b) {
	for (int i = 0; i < 5; i++) {
		char action[16];
		snprintf(action, sizeof(action), "act.%d", i);
		struct audit_entry entry = { .school_id = i == 4 ? b->school_id : a->school_id,
			.person_id = i == 0 ? 0 : a->office_id,
			.at_ms = i,
			.action = str_from(action),
			.subject = str_from("class"),
			.subject_id = str_from("1"),
			.address = str_from("::1") };
		CHECK_INT("add", audit_store_add(db, &entry), ERR_OK);
	}
	_cleanup_(seen_finish) struct seen seen = see();
	CHECK_INT("page", audit_store_page(db, a->school_id, 0, 3, see_audit, &seen), ERR_OK);
	CHECK_STR("newest first", buf_str(&seen.text),
			"act.3|Văn Phòng ALPHA|{}|act.2|Văn Phòng ALPHA|{}|act.1|Văn Phòng ALPHA|{}|");
	_cleanup_(seen_finish) struct seen rest = see();
	uint64_t second =
			(uint64_t)testdb_number(db, "SELECT id FROM audit WHERE action = 'act.1'");
	CHECK_INT("next page", audit_store_page(db, a->school_id, second, 3, see_audit, &rest),
			ERR_OK);
	CHECK_STR("the rest", buf_str(&rest.text), "act.0||{}|");
	CHECK_INT("behind another school's row",
			audit_store_page(db, b->school_id, second, 3, see_audit, &rest), ERR_OK);
	CHECK_INT("is nothing", rest.count, 1);
	CHECK_INT("at the limit",
			audit_store_page(db, a->school_id, 0, AUDIT_PAGE_MAX, see_audit, &seen),
			ERR_OK);
	CHECK("not the other's", seen.count == 7 && !saw(&seen, "act.4"));
	CHECK_INT("one past",
			audit_store_page(db, a->school_id, 0, AUDIT_PAGE_MAX + 1, see_audit, &seen),
			ERR_LIMIT);
	struct audit_entry big = { .detail = { NULL, AUDIT_DETAIL_BYTES_MAX + 1 } };
	CHECK_INT("too long", audit_store_add(db, &big), ERR_LIMIT);
}

static void test_plans(struct db *db, const struct seed *a, const struct seed *b) {
	uint8_t hash[32] = { 1 };
	uint8_t hash2[32] = { 2 };
	struct plan_new plan = { .school_id = a->school_id,
		.kind = PLAN_ROSTER,
		.target_id = a->year_id,
		.created_by = a->office_id,
		.created_at_ms = 100,
		.file_name = str_from("lớp 10.xlsx"),
		.plan = str_from("{}"),
		.hash = hash };
	uint64_t id = 0;
	CHECK_INT("add", plan_store_add(db, &plan, &id), ERR_OK);
	_cleanup_(plan_finish) struct plan got = { 0 };
	CHECK_INT("not theirs", plan_store_load(db, b->school_id, PLAN_ROSTER, id, &got),
			ERR_NOT_FOUND);
	CHECK_INT("other kind", plan_store_load(db, a->school_id, PLAN_QUESTIONS, id, &got),
			ERR_NOT_FOUND);
	CHECK_INT("load", plan_store_load(db, a->school_id, PLAN_ROSTER, id, &got), ERR_OK);
	CHECK_STR("plan", got.plan, "{}");
	CHECK_STR("file", got.file_name, "lớp 10.xlsx");
	plan.plan = str_from("{\"a\":1}");
	plan.hash = hash2;
	CHECK_INT("replace", plan_store_replace(db, &plan, id, hash), ERR_OK);
	CHECK_INT("stale", plan_store_replace(db, &plan, id, hash), ERR_STALE);
	CHECK_INT("stale", plan_store_commit(db, a->school_id, PLAN_ROSTER, id, hash, 200),
			ERR_STALE);
	CHECK_INT("not theirs", plan_store_commit(db, b->school_id, PLAN_ROSTER, id, hash2, 200),
			ERR_NOT_FOUND);
	CHECK_INT("commit", plan_store_commit(db, a->school_id, PLAN_ROSTER, id, hash2, 200),
			ERR_OK);
	CHECK_INT("twice", plan_store_commit(db, a->school_id, PLAN_ROSTER, id, hash2, 200),
			ERR_CONFLICT);
	CHECK_INT("too late", plan_store_drop(db, a->school_id, PLAN_ROSTER, id), ERR_CONFLICT);
	CHECK_INT("another", plan_store_add(db, &plan, &id), ERR_OK);
	CHECK_INT("drop", plan_store_drop(db, a->school_id, PLAN_ROSTER, id), ERR_OK);
	CHECK_INT("gone", plan_store_load(db, a->school_id, PLAN_ROSTER, id, &got), ERR_NOT_FOUND);
	CHECK_INT("another", plan_store_add(db, &plan, &id), ERR_OK);
	uint64_t count = 9;
	CHECK_INT("sweep", plan_store_sweep(db, 100, 10, &count), ERR_OK);
	CHECK_INT("not old", count, 0);
	CHECK_INT("sweep", plan_store_sweep(db, 101, 10, &count), ERR_OK);
	CHECK_INT("old", count, 1);
	CHECK_INT("committed stays",
			testdb_number(db,
					"SELECT COUNT(*) FROM import_plan"
					" WHERE state = 2"),
			1);
	plan.plan.n = PLAN_BYTES_MAX + 1;
	CHECK_INT("one past", plan_store_add(db, &plan, &id), ERR_LIMIT);
}

static void test_places(struct db *db, const struct seed *a) {
	struct school school;
	CHECK_INT("by code", place_store_school_by_code(db, str_from("ALPHA"), &school), ERR_OK);
	CHECK("which",
			school.id == a->school_id && school.province_id == 1 &&
					school.level == PLACE_UPPER_SECONDARY);
	CHECK_STR("name", school.name, "Trường THPT ALPHA");
	CHECK_INT("none", place_store_school_by_code(db, str_from("alpha"), &school),
			ERR_NOT_FOUND);
	CHECK_INT("by id", place_store_school(db, a->school_id, &school), ERR_OK);
	_cleanup_(seen_finish) struct seen seen = see();
	CHECK_INT("then", place_store_provinces(db, (struct date){ 2025, 6, 30 }, see_place, &seen),
			ERR_OK);
	CHECK_INT("not yet", seen.count, 0);
	CHECK_INT("now", place_store_provinces(db, (struct date){ 2025, 7, 1 }, see_place, &seen),
			ERR_OK);
	CHECK_INT("one", seen.count, 1);
	CHECK_INT("communes",
			place_store_communes(db, 1, (struct date){ 2026, 1, 1 }, see_place, &seen),
			ERR_OK);
	CHECK_INT("two more", seen.count, 3);
	uint32_t commune = 0;
	CHECK_INT("no province",
			place_store_add_commune(db, 99, str_from("x"), str_from("x"),
					(struct date){ 2026, 1, 1 }, &commune),
			ERR_MISSING);
	CHECK_INT("code taken", place_store_add_school(db, &school, 1, &(uint64_t){ 0 }),
			ERR_EXISTS);
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "school");
	struct seed alpha;
	struct seed beta;
	seed_school(t.db, "ALPHA", &alpha);
	seed_school(t.db, "BETA", &beta);
	test_places(t.db, &alpha);
	test_sign_in(t.db, &alpha, &beta);
	test_passwords(t.db, &alpha, &beta);
	test_people(t.db, &alpha, &beta);
	test_calendar(t.db, &alpha, &beta);
	test_classes(t.db, &alpha, &beta);
	test_students(t.db, &alpha, &beta);
	test_enrolment(t.db, &alpha, &beta);
	test_teaching(t.db, &alpha, &beta);
	test_guardians(t.db, &alpha, &beta);
	test_audit(t.db, &alpha, &beta);
	test_plans(t.db, &alpha, &beta);
	testdb_stop(&t);
	return check_done();
}
