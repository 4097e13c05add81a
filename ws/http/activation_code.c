#include "ws/http/activation_code.h"

#include <string.h>

#include "core/auth/activation_store.h"
#include "core/auth/session_store.h"
#include "core/school/account_store.h"
#include "ws/app.h"

#define DAY_MS INT64_C(86400000)

int64_t activation_code_ends_ms(const struct request *req) {
	return request_now_ms(req) + ACTIVATION_CODE_DAYS * DAY_MS;
}

enum err activation_code_store(const struct request *req, struct db *db, const struct ticket *code,
		uint64_t person_id) {
	struct hash hash;
	struct activation_new row = { .person_id = person_id };
	ticket_hash(code, request_app(req)->ticket_key, &hash);
	memcpy(row.code_hash, hash.b, sizeof(row.code_hash));
	struct activation_batch batch = { .school_id = request_school_id(req),
		.codes = &row,
		.count = 1,
		.created_by = request_person_id(req),
		.now_ms = request_now_ms(req),
		.expires_at_ms = activation_code_ends_ms(req) };
	return activation_store_add(db, &batch);
}

enum err activation_code_end_sign_in(const struct request *req, struct db *db, uint64_t person_id) {
	enum err e = account_store_reset(db, request_school_id(req), person_id);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_CONFLICT : e;
	}
	return session_store_drop_person(db, person_id, NULL, NULL);
}
