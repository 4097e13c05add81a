#include "ws/service/demo_department.h"

#include <stdio.h>

#include "core/auth/password.h"
#include "core/province/area_store.h"
#include "core/province/enrol_store.h"
#include "core/province/officer_store.h"
#include "core/province/province_school_store.h"
#include "core/school/account_store.h"
#include "core/seal/secret.h"
#include "ws/service/demo_people.h"
#include "ws/service/demo_school.h"

#define DEMO_COMMUNE_CODE "00001" /* as the school has it (demo_people.c) */

enum {
	ARGON2_KIB = 19456,
	ARGON2_PASSES = 2,
	CODE_MS = 1000, /* of a code that nobody is told */
};

static enum err add_officer(struct db *db, uint32_t province_id, int64_t now_ms) {
	struct hash nobody_knows;
	secret_random(nobody_knows.b, sizeof(nobody_knows.b));
	struct officer_new officer = {
		.province_id = province_id,
		.login = str_from(DEMO_OFFICER_LOGIN),
		.code_hash = nobody_knows.b,
		.now_ms = now_ms,
		.expires_at_ms = now_ms + CODE_MS,
	};
	char hash[PASSWORD_HASH_BYTES];
	uint64_t person_id = 0;
	enum err e = account_name_parse(str_from("Trần Minh Khoa"), &officer.name);
	e = e ? e : officer_store_add(db, &officer, &person_id);
	if (e) {
		return e == ERR_EXISTS ? ERR_OK : e;
	}
	e = password_hash(str_from(DEMO_PASSWORD), password_cost(ARGON2_KIB, ARGON2_PASSES), hash);
	return e ? e : account_store_set_password(db, person_id, NULL, hash, now_ms);
}

/* The place of the demo school; a real department takes the whole list in. */
static enum err add_commune(struct db *db) {
	struct area_row commune = {
		.code = str_from(DEMO_COMMUNE_CODE),
		.name = str_from("Phường Văn Miếu"),
		.province = str_from(DEMO_PROVINCE_CODE),
		.from = { 2025, 7, 1 },
	};
	const struct area_list list = { .items = &commune, .count = 1 };
	size_t row = 0;
	return area_store_import(db, &list, &row);
}

static enum err invite(struct db *db, const struct province_role *role,
		const struct enrolment_code *code, int64_t now_ms) {
	struct province_school school = {
		.province_id = province_role_place(role)->id,
		.level = PLACE_UPPER_SECONDARY,
		.code = DEMO_SCHOOL_CODE,
		.name = "THPT Trường Thi (trường mẫu)",
		.commune = DEMO_COMMUNE_CODE,
	};
	enum err e = province_school_store_add(db, &school, now_ms, &school.id);
	if (e == ERR_EXISTS) {
		e = province_school_store_find(
				db, school.province_id, str_from(DEMO_SCHOOL_CODE), &school);
	}
	struct enrol_code add = {
		.province_id = school.province_id,
		.school_id = school.id,
		.code = code,
		.box_key = province_role_box_key(role),
		.now_ms = now_ms,
	};
	return e ? e : enrol_store_add_code(db, &add);
}

enum err demo_department_open(struct db *db, const struct province_role *role,
		const struct enrolment_code *code, int64_t now_ms) {
	enum err e = add_officer(db, province_role_place(role)->id, now_ms);
	e = e ? e : add_commune(db);
	return e || !code ? e : invite(db, role, code, now_ms);
}
