/* Signing in, passwords and people of two schools in one database: what one has, the other neither
 * sees nor changes. */
#include "core/school/account_store.h"
#include "core/school/member_store.h"
#include "tests/check.h"
#include "tests/core/school/seen.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"

static enum err see_teacher(const struct member_row *teacher, void *ctx) {
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
	struct account_lock lock;
	struct account_lock_change change = { .school_id = b->school_id,
		.person_id = who,
		.version = 1,
		.is_locked = true,
		.why = str_from("Nghỉ việc"),
		.by_id = a->teacher_ids[1],
		.at_ms = 1700000000000 };
	CHECK_INT("not theirs to lock", account_store_lock(db, &change), ERR_NOT_FOUND);
	CHECK_INT("nor to see", account_store_lock_load(db, b->school_id, who, &lock),
			ERR_NOT_FOUND);
	CHECK_INT("not theirs to reset", account_store_reset(db, b->school_id, who), ERR_NOT_FOUND);
	change.school_id = a->school_id;
	change.version = 2;
	CHECK_INT("a version that is not there", account_store_lock(db, &change), ERR_STALE);
	change.version = 1;
	CHECK_INT("lock", account_store_lock(db, &change), ERR_OK);
	CHECK_INT("locked by now", account_store_lock(db, &change), ERR_STALE);
	CHECK_INT("load", account_store_lock_load(db, a->school_id, who, &lock), ERR_OK);
	CHECK("who, when",
			lock.state == ACCOUNT_LOCKED && lock.version == 2 && !lock.is_elsewhere &&
					lock.by_id == a->teacher_ids[1] &&
					lock.at_ms == 1700000000000);
	CHECK_STR("why", lock.why, "Nghỉ việc");
	CHECK("by name", lock.by_name[0] != '\0');
	CHECK_INT("locked", account_store_set_password(db, who, "$2", "$3", 7), ERR_CONFLICT);
	change.is_locked = false;
	change.version = 2;
	CHECK_INT("unlock", account_store_lock(db, &change), ERR_OK);
	CHECK_INT("load", account_store_lock_load(db, a->school_id, who, &lock), ERR_OK);
	CHECK("nothing is left of it",
			lock.state == ACCOUNT_ACTIVE && lock.version == 3 && lock.by_id == 0 &&
					lock.at_ms == 0 && lock.why[0] == '\0');
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
	CHECK_INT("teachers", member_store_list(db, a->school_id, ROLE_TEACHER, see_teacher, &seen),
			ERR_OK);
	CHECK_INT("three", seen.count, 3);
	CHECK("none of the other school", !saw(&seen, "BETA"));
	struct member m;
	struct account_name name;
	CHECK_INT("member", member_store_load(db, a->school_id, id, &m), ERR_OK);
	CHECK("as it is", m.version == 2 && m.roles == ACCESS_TEACHER && !m.is_elsewhere);
	CHECK_STR("sign-in name", m.login, "mot");
	CHECK_INT("nothing there", member_store_load(db, b->school_id, id, &m), ERR_NOT_FOUND);
	CHECK_INT("name", account_name_parse(str_from("Đỗ Tên Mới"), &name), ERR_OK);
	CHECK_INT("not theirs", member_store_rename(db, b->school_id, id, &name, 2), ERR_NOT_FOUND);
	CHECK_INT("stale", member_store_rename(db, a->school_id, id, &name, 1), ERR_STALE);
	CHECK_INT("rename", member_store_rename(db, a->school_id, id, &name, 2), ERR_OK);
	CHECK_INT("elsewhere too",
			account_store_add_membership(
					db, b->school_id, id, ROLE_TEACHER, str_from("mot")),
			ERR_OK);
	CHECK_INT("member", member_store_load(db, a->school_id, id, &m), ERR_OK);
	CHECK("elsewhere", m.is_elsewhere && m.version == 3);
	CHECK_STR("renamed", m.full_name, "Đỗ Tên Mới");
	CHECK_INT("end", account_store_end_membership(db, a->school_id, id, ROLE_TEACHER), ERR_OK);
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "account_store");
	struct seed alpha;
	struct seed beta;
	seed_school(t.db, "ALPHA", &alpha);
	seed_school(t.db, "BETA", &beta);
	test_sign_in(t.db, &alpha, &beta);
	test_passwords(t.db, &alpha, &beta);
	test_people(t.db, &alpha, &beta);
	testdb_stop(&t);
	return check_done();
}
