/* Who teaches what, and whose child is whose, of two schools in one database. */
#include "core/school/account_store.h"
#include "core/school/guardian_store.h"
#include "core/school/proof_store.h"
#include "core/school/roster_store.h"
#include "core/school/teaching_store.h"
#include "tests/check.h"
#include "tests/core/school/seen.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"

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

static void test_teaching(struct db *db, const struct seed *a, const struct seed *b) {
	_cleanup_(seen_finish) struct seen seen = see();
	CHECK_INT("list", teaching_store_list(db, b->school_id, b->year_id, 0, see_teaching, &seen),
			ERR_OK);
	CHECK_INT("two", seen.count, 2);
	CHECK("its own", saw(&seen, "10A1|Toán BETA|Trần Thị BETA") && !saw(&seen, "ALPHA"));
	CHECK_INT("another school's year",
			teaching_store_list(db, a->school_id, b->year_id, 0, see_teaching, &seen),
			ERR_OK);
	CHECK_INT("nothing", seen.count, 2);
	CHECK_INT("a teacher of nothing",
			teaching_store_list(db, b->school_id, b->year_id, b->teacher_ids[1],
					see_teaching, &seen),
			ERR_OK);
	CHECK_INT("nothing", seen.count, 2);
	CHECK_INT("one teacher",
			teaching_store_list(db, b->school_id, b->year_id, b->teacher_ids[0],
					see_teaching, &seen),
			ERR_OK);
	CHECK_INT("two more", seen.count, 4);
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
	CHECK_STR("both", buf_str(&mine.text), "10A1|Toán ALPHA|homeroom|10A2|Toán ALPHA|-|");
	CHECK_INT("students", mine.count, SEED_STUDENTS);
	_cleanup_(seen_finish) struct seen second = see();
	uint64_t id = 0;
	CHECK_INT("a class of the second teacher",
			roster_store_add_class(db, a->school_id, a->year_id, 11, str_from("11A1"),
					a->teacher_ids[1], &id),
			ERR_OK);
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

static enum err see_school(const struct proof_school *school, void *ctx) {
	struct seen *seen = ctx;
	note(seen, school->code);
	seen->count++;
	return ERR_OK;
}

static size_t children_of(struct db *db, uint64_t person_id) {
	_cleanup_(seen_finish) struct seen seen = see();
	CHECK_INT("children", guardian_store_children(db, person_id, see_child, &seen), ERR_OK);
	return seen.count;
}

/* What is to be proven at the other school hides its children, and only those. */
static void test_proof(struct db *db, const struct seed *a, const struct seed *b) {
	_cleanup_(seen_finish) struct seen asked = see();
	_cleanup_(seen_finish) struct seen known = see();
	bool is_asked = true;
	uint64_t school = 0;
	uint64_t person = 0;
	CHECK_INT("a member is asked nothing", proof_store_ask(db, b->school_id, a->parent_id, 1),
			ERR_OK);
	CHECK_INT("is", proof_store_is_asked(db, b->school_id, a->parent_id, &is_asked), ERR_OK);
	CHECK("not asked", !is_asked);
	CHECK_INT("the code of one", proof_store_only(db, a->school_id, a->parent_id, 1), ERR_OK);
	CHECK_INT("asks", proof_store_asked(db, a->parent_id, see_school, &asked), ERR_OK);
	CHECK("for the other", asked.count == 1 && saw(&asked, "BETA|"));
	CHECK_INT("its own", children_of(db, a->parent_id), 2);
	CHECK_INT("hidden",
			guardian_store_school_of_child(
					db, a->parent_id, b->student_ids[1], &school, &person),
			ERR_NOT_FOUND);
	CHECK_INT("the school knows",
			guardian_store_children_at(
					db, b->school_id, a->parent_id, see_child, &known),
			ERR_OK);
	CHECK_INT("its child", known.count, 1);
	CHECK_INT("proven", proof_store_give(db, b->school_id, a->parent_id), ERR_OK);
	CHECK_INT("all again", children_of(db, a->parent_id), 3);
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
	test_proof(db, a, b);
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

int main(void) {
	struct testdb t;
	testdb_start(&t, "teaching_store");
	struct seed alpha;
	struct seed beta;
	seed_school(t.db, "ALPHA", &alpha);
	seed_school(t.db, "BETA", &beta);
	test_teaching(t.db, &alpha, &beta);
	test_guardians(t.db, &alpha, &beta);
	testdb_stop(&t);
	return check_done();
}
