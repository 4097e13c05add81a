/* Classes, students and who is in which class, of two schools in one database. */
#include "core/school/account_store.h"
#include "core/school/calendar_store.h"
#include "core/school/roster_store.h"
#include "tests/check.h"
#include "tests/core/school/seen.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"

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

static enum err stop_here(const struct student_row *row, void *ctx) {
	(void)row;
	(*(int *)ctx)++;
	return ERR_CONFLICT;
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

int main(void) {
	struct testdb t;
	testdb_start(&t, "class_store");
	struct seed alpha;
	struct seed beta;
	seed_school(t.db, "ALPHA", &alpha);
	seed_school(t.db, "BETA", &beta);
	test_classes(t.db, &alpha, &beta);
	test_students(t.db, &alpha, &beta);
	test_enrolment(t.db, &alpha, &beta);
	testdb_stop(&t);
	return check_done();
}
