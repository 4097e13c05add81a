#include "core/auth/access.h"

#include "tests/check.h"

enum {
	SCHOOL = 7,
	OTHER = 8,
	ME = 100,
	SOMEONE = 101,
	PROVINCE = 40,
};

static void check_routes(void) {
	static const struct {
		const char *name;
		uint32_t needed;
		uint32_t held;
		bool want;
	} rows[] = {
		{ "shut to nobody", ACCESS_NOBODY, 0, false },
		{ "shut to everybody", ACCESS_NOBODY, ACCESS_HELD_MASK, false },
		{ "public without a session", ACCESS_PUBLIC, 0, true },
		{ "public with one", ACCESS_PUBLIC, ACCESS_STUDENT, true },
		{ "signed in, without", ACCESS_SIGNED_IN, 0, false },
		{ "signed in", ACCESS_SIGNED_IN, ACCESS_PARENT, true },
		{ "signed in by a ticket", ACCESS_SIGNED_IN, ACCESS_TICKET, true },
		{ "teacher", ACCESS_TEACHER, ACCESS_TEACHER, true },
		{ "student at the teacher's", ACCESS_TEACHER, ACCESS_STUDENT, false },
		{ "one of two", ACCESS_OFFICE | ACCESS_TEACHER, ACCESS_TEACHER, true },
		{ "neither of two", ACCESS_OFFICE | ACCESS_TEACHER, ACCESS_PARENT, false },
		{ "a teacher who is a parent", ACCESS_PARENT, ACCESS_TEACHER | ACCESS_PARENT,
				true },
		{ "a ticket is no student", ACCESS_STUDENT, ACCESS_TICKET, false },
		{ "a session cannot hold PUBLIC", ACCESS_NOBODY | ACCESS_OFFICE, ACCESS_PUBLIC,
				false },
		{ "a session cannot hold SIGNED_IN", ACCESS_SIGNED_IN, ACCESS_SIGNED_IN, false },
		{ "all bits without a role", ACCESS_SIGNED_IN | ACCESS_OFFICE, ~ACCESS_HELD_MASK,
				false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(rows[i].name, access_allows(rows[i].needed, rows[i].held), rows[i].want);
	}
}

static void check_roles(void) {
	static const char *const names[] = { "office", "teacher", "student", "parent", "department",
		"system" };
	for (int role = ROLE_OFFICE; role < ROLE_COUNT_; role++) {
		uint32_t bit = 0;
		CHECK_STR("name", access_role_name((enum role)role), names[role - 1]);
		CHECK_INT("bit", access_from_role((uint64_t)role, &bit), ERR_OK);
		CHECK_INT("one bit", bit & (bit - 1), 0);
		CHECK("a held bit", (bit & ACCESS_HELD_MASK) == bit && bit != 0);
	}
	uint32_t bit = 77;
	CHECK_INT("zero", access_from_role(0, &bit), ERR_INVAL);
	CHECK_INT("past", access_from_role(ROLE_COUNT_, &bit), ERR_INVAL);
	CHECK_INT("far past", access_from_role(64, &bit), ERR_INVAL);
	CHECK_INT("untouched", bit, 77);
}

/* Everyone who might ask, one a row of the tables below. */
enum asker {
	STRANGER,
	OFFICE,
	OFFICE_ELSEWHERE,
	TEACHER,
	TEACHER_ELSEWHERE,
	STUDENT,
	PARENT,
	PARENT_ELSEWHERE,
	OFFICER,
	COURIER,
	TICKET,
	ASKERS,
};

static const struct access_actor askers[ASKERS] = {
	[STRANGER] = { 0 },
	[OFFICE] = { .roles = ACCESS_OFFICE, .person_id = ME, .school_id = SCHOOL },
	[OFFICE_ELSEWHERE] = { .roles = ACCESS_OFFICE, .person_id = ME, .school_id = OTHER },
	[TEACHER] = { .roles = ACCESS_TEACHER, .person_id = ME, .school_id = SCHOOL },
	[TEACHER_ELSEWHERE] = { .roles = ACCESS_TEACHER, .person_id = ME, .school_id = OTHER },
	[STUDENT] = { .roles = ACCESS_STUDENT, .person_id = ME, .school_id = SCHOOL },
	[PARENT] = { .roles = ACCESS_PARENT, .person_id = ME, .school_id = SCHOOL },
	[PARENT_ELSEWHERE] = { .roles = ACCESS_PARENT, .person_id = ME, .school_id = OTHER },
	[OFFICER] = { .roles = ACCESS_DEPARTMENT, .person_id = ME, .province_id = PROVINCE },
	[COURIER] = { .roles = ACCESS_SYSTEM, .school_id = SCHOOL },
	[TICKET] = { .roles = ACCESS_TICKET,
			.person_id = ME,
			.school_id = SCHOOL,
			.has_attempt = true,
			.attempt_id = "attempt-number-1" },
};

/* `want` holds bit n when asker n may. */
#define WHO(asker) (1u << (asker))

static void check_classes(void) {
	static const struct {
		const char *name;
		struct access_class what;
		unsigned view;
		unsigned contacts;
		unsigned marks_view;
		unsigned marks_enter;
	} rows[] = {
		{ "a class of the school", { SCHOOL, false, false, false }, WHO(OFFICE),
				WHO(OFFICE), WHO(OFFICE), 0 },
		{ "homeroom", { SCHOOL, true, false, false }, WHO(OFFICE) | WHO(TEACHER),
				WHO(OFFICE) | WHO(TEACHER), WHO(OFFICE) | WHO(TEACHER), 0 },
		{ "teaches another subject", { SCHOOL, false, true, false },
				WHO(OFFICE) | WHO(TEACHER), WHO(OFFICE), WHO(OFFICE), 0 },
		{ "teaches the subject", { SCHOOL, false, true, true }, WHO(OFFICE) | WHO(TEACHER),
				WHO(OFFICE), WHO(OFFICE) | WHO(TEACHER), WHO(TEACHER) },
		{ "facts of another school", { OTHER, true, true, true },
				WHO(OFFICE_ELSEWHERE) | WHO(TEACHER_ELSEWHERE),
				WHO(OFFICE_ELSEWHERE) | WHO(TEACHER_ELSEWHERE),
				WHO(OFFICE_ELSEWHERE) | WHO(TEACHER_ELSEWHERE),
				WHO(TEACHER_ELSEWHERE) },
		{ "no school", { 0, true, true, true }, 0, 0, 0, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (unsigned k = 0; k < ASKERS; k++) {
			const struct access_actor *who = &askers[k];
			const struct access_class *what = &rows[i].what;
			CHECK_INT(rows[i].name, access_class_view(who, what),
					rows[i].view >> k & 1);
			CHECK_INT(rows[i].name, access_class_contacts(who, what),
					rows[i].contacts >> k & 1);
			CHECK_INT(rows[i].name, access_class_results(who, what),
					rows[i].contacts >> k & 1);
			CHECK_INT(rows[i].name, access_presence_take(who, what),
					rows[i].view >> k & 1);
			CHECK_INT(rows[i].name, access_conduct_enter(who, what),
					rows[i].contacts >> k & 1);
			CHECK_INT(rows[i].name, access_marks_view(who, what),
					rows[i].marks_view >> k & 1);
			CHECK_INT(rows[i].name, access_marks_enter(who, what),
					rows[i].marks_enter >> k & 1);
		}
	}
}

static void check_students(void) {
	static const struct {
		const char *name;
		struct access_student what;
		unsigned want;
	} rows[] = {
		{ "myself", { ME, false }, WHO(STUDENT) },
		{ "someone", { SOMEONE, false }, 0 },
		{ "my child", { SOMEONE, true }, WHO(PARENT) | WHO(PARENT_ELSEWHERE) },
		{ "nobody", { 0, false }, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (unsigned k = 0; k < ASKERS; k++) {
			CHECK_INT(rows[i].name, access_student_results(&askers[k], &rows[i].what),
					rows[i].want >> k & 1);
		}
	}
}

static void check_attempts(void) {
	static const struct {
		const char *name;
		struct access_attempt what;
		unsigned sit;
		unsigned watch;
		unsigned mark;
		unsigned receipt;
	} rows[] = {
		{ "my own, with my ticket",
				{ .school_id = SCHOOL,
						.student_id = ME,
						.attempt_id = "attempt-number-1" },
				WHO(STUDENT) | WHO(TICKET), 0, 0, WHO(STUDENT) | WHO(TICKET) },
		{ "my own, another than the ticket's",
				{ .school_id = SCHOOL,
						.student_id = ME,
						.attempt_id = "attempt-number-2" },
				WHO(STUDENT), 0, 0, WHO(STUDENT) },
		{ "someone's, the ticket's number",
				{ .school_id = SCHOOL,
						.student_id = SOMEONE,
						.attempt_id = "attempt-number-1" },
				0, 0, 0, 0 },
		{ "my own at another school",
				{ .school_id = OTHER,
						.student_id = ME,
						.attempt_id = "attempt-number-1" },
				0, 0, 0, 0 },
		{ "the sitting's owner",
				{ .school_id = SCHOOL, .student_id = SOMEONE, .is_owner = true }, 0,
				WHO(TEACHER), WHO(TEACHER), WHO(TEACHER) },
		{ "the room's invigilator",
				{ .school_id = SCHOOL,
						.student_id = SOMEONE,
						.is_invigilator = true },
				0, WHO(TEACHER), 0, WHO(TEACHER) },
		{ "the class's teacher",
				{ .school_id = SCHOOL, .student_id = SOMEONE, .marks_it = true }, 0,
				0, WHO(TEACHER), WHO(TEACHER) },
		{ "my child's", { .school_id = SCHOOL, .student_id = SOMEONE, .is_guarded = true },
				0, 0, 0, WHO(PARENT) | WHO(PARENT_ELSEWHERE) },
		{ "nobody's", { .school_id = SCHOOL }, 0, 0, 0, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (unsigned k = 0; k < ASKERS; k++) {
			const struct access_actor *who = &askers[k];
			const struct access_attempt *what = &rows[i].what;
			CHECK_INT(rows[i].name, access_attempt_sit(who, what),
					rows[i].sit >> k & 1);
			CHECK_INT(rows[i].name, access_attempt_watch(who, what),
					rows[i].watch >> k & 1);
			CHECK_INT(rows[i].name, access_attempt_mark(who, what),
					rows[i].mark >> k & 1);
			CHECK_INT(rows[i].name, access_attempt_receipt(who, what),
					rows[i].receipt >> k & 1);
		}
	}
	/* A ticket's session without its attempt's number is worth nothing. */
	struct access_actor odd = askers[TICKET];
	odd.has_attempt = false;
	CHECK("a ticket without a number", !access_attempt_sit(&odd, &rows[0].what));
}

static void check_owned(void) {
	static const struct {
		const char *name;
		struct access_owned what;
		unsigned view;
		unsigned change;
	} rows[] = {
		{ "another's", { SCHOOL, false, false }, 0, 0 },
		{ "shared", { SCHOOL, false, true }, WHO(TEACHER), 0 },
		{ "mine", { SCHOOL, true, false }, WHO(TEACHER), WHO(TEACHER) },
		{ "shared elsewhere", { OTHER, false, true }, WHO(TEACHER_ELSEWHERE), 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (unsigned k = 0; k < ASKERS; k++) {
			CHECK_INT(rows[i].name, access_owned_view(&askers[k], &rows[i].what),
					rows[i].view >> k & 1);
			CHECK_INT(rows[i].name, access_owned_change(&askers[k], &rows[i].what),
					rows[i].change >> k & 1);
		}
	}
}

static void check_places(void) {
	for (unsigned k = 0; k < ASKERS; k++) {
		const struct access_actor *who = &askers[k];
		CHECK_INT("manage", access_school_manage(who, SCHOOL), k == OFFICE);
		CHECK_INT("no school", access_school_manage(who, 0), false);
	}
}

int main(void) {
	check_routes();
	check_roles();
	check_classes();
	check_students();
	check_attempts();
	check_owned();
	check_places();
	return check_done();
}
