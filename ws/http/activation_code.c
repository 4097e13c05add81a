#include "ws/http/activation_code.h"

#include <string.h>

#include "core/auth/activation_store.h"
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
	return activation_store_add(db, request_school_id(req), &row, 1, request_person_id(req),
			request_now_ms(req), activation_code_ends_ms(req));
}
