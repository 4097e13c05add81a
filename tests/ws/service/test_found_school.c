#include "ws/service/found_school.h"

#include <string.h>

#include "core/auth/activation_store.h"
#include "core/school/account_store.h"
#include "core/school/calendar_store.h"
#include "core/school/place_store.h"
#include "tests/check.h"
#include "tests/db/testdb.h"

#define NOW INT64_C(1795000000000) /* 2026-11-18 */

static const uint8_t key[KEYS_BYTES] = { 7 };

static struct found_school wanted(const char *code, enum place_level level) {
	struct found_school w = {
		.province = { str_from("01"), str_from("Thành phố Hà Nội") },
		.commune = { str_from("00004"), str_from("Phường Ba Đình") },
		.school = { .level = level },
		.office_login = "vanphong",
	};
	strcpy(w.school.code, code);
	strcpy(w.school.name, "THPT Nguyễn Du");
	CHECK_INT("name", account_name_parse(str_from("Trần Thị Lan"), &w.office_name), ERR_OK);
	return w;
}

static enum err count(const struct subject *subject, void *ctx) {
	(void)subject;
	++*(unsigned *)ctx;
	return ERR_OK;
}

static enum err make(struct db *db, const struct found_school *w, struct ticket *code,
		uint64_t *out_id, enum found_fault *out_fault) {
	ticket_make(TICKET_ACTIVATION, code);
	return found_school(db, w, code, key, NOW, out_id, out_fault);
}

static void test_first(struct db *db) {
	struct found_school w = wanted("nguyen-du", PLACE_UPPER_SECONDARY);
	struct ticket code;
	struct school school;
	struct school_year year;
	struct activation who;
	struct hash hash;
	uint64_t id = 0;
	unsigned subjects = 0;
	enum found_fault fault = FOUND_NO_FAULT;
	CHECK_INT("founded", make(db, &w, &code, &id, &fault), ERR_OK);
	CHECK_INT("school", place_store_school_by_code(db, str_from("nguyen-du"), &school), ERR_OK);
	CHECK_INT("school", school.id, id);
	CHECK_INT("province", school.province_id, 1);
	CHECK_INT("year", calendar_store_current_year(db, id, (struct date){ 2026, 11, 18 }, &year),
			ERR_OK);
	CHECK_STR("year", year.code, "2026-2027");
	CHECK_INT("terms", year.term_count, 2);
	CHECK_INT("subjects", calendar_store_subjects(db, id, count, &subjects), ERR_OK);
	CHECK_INT("subjects", subjects, 17);
	ticket_hash(&code, key, &hash);
	CHECK_INT("code", activation_store_find(db, hash.b, NOW + 1, &who), ERR_OK);
	CHECK_STR("login", who.login, "vanphong");
	CHECK_STR("name", who.full_name, "Trần Thị Lan");
	CHECK_INT("uses it", activation_store_use(db, hash.b, "$hash", NOW + 2, &who), ERR_OK);
	struct account_sign_in in;
	CHECK_INT("signs in",
			account_store_by_login(
					db, str_from("nguyen-du"), str_from("vanphong"), &in),
			ERR_OK);
	CHECK_INT("as the office", in.roles, ACCESS_OFFICE);
}

static void test_second(struct db *db) {
	struct found_school w = wanted("nguyen-du", PLACE_PRIMARY);
	struct ticket code;
	uint64_t id = 0;
	enum found_fault fault = FOUND_NO_FAULT;
	CHECK_INT("code is taken", make(db, &w, &code, &id, &fault), ERR_EXISTS);
	CHECK_INT("which", fault, FOUND_SCHOOL_CODE_TAKEN);
	struct found_school other = wanted("le-loi", PLACE_LOWER_SECONDARY);
	CHECK_INT("same places", make(db, &other, &code, &id, &fault), ERR_OK);
	struct found_school odd = wanted("xa-xoi", PLACE_PRIMARY);
	odd.province.code = str_from("abc");
	CHECK_INT("province", make(db, &odd, &code, &id, &fault), ERR_INVAL);
	CHECK_INT("which", fault, FOUND_PROVINCE_CODE);
	struct school none;
	CHECK_INT("nothing is left of it",
			place_store_school_by_code(db, str_from("xa-xoi"), &none), ERR_NOT_FOUND);
	CHECK_INT("one province", testdb_number(db, "SELECT COUNT(*) FROM province"), 1);
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "found_school");
	test_first(t.db);
	test_second(t.db);
	testdb_stop(&t);
	return check_done();
}
