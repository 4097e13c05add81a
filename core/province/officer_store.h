#ifndef CORE_PROVINCE_OFFICER_STORE_H
#define CORE_PROVINCE_OFFICER_STORE_H

/*
 * The SQL for the officers of a province's department. An officer belongs to one province and is
 * a person of its own; the first password is chosen with a one-use code, as at a school.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/db/db.h"
#include "core/school/account.h"

struct officer_new {
	uint32_t province_id;
	struct account_name name;
	struct str login;         /* as account_login_parse() gives it */
	const uint8_t *code_hash; /* 32 bytes: of the code (core/auth/ticket.h) */
	int64_t now_ms;
	int64_t expires_at_ms; /* of the code */
};
/* A person with an account and a code, in one transaction. ERR_EXISTS: the sign-in name is taken. */
enum err officer_store_add(struct db *db, const struct officer_new *officer,
		uint64_t *out_person_id) MUST_CHECK;

struct officer_code {
	uint32_t province_id;
	struct str login;
	const uint8_t *code_hash;
	int64_t now_ms;
	int64_t expires_at_ms;
};
/* A new code; those before are void. The password stays until the code is used. ERR_NOT_FOUND. */
enum err officer_store_add_code(struct db *db, const struct officer_code *code) MUST_CHECK;

/* Valid during the call. */
struct officer_row {
	struct str login;
	struct str full_name;
	bool is_active; /* has chosen a password */
};
/* By sign-in name; an error of `each` ends it and is given back. */
enum err officer_store_each(struct db *db, uint32_t province_id,
		enum err (*each)(const struct officer_row *row, void *ctx), void *ctx) MUST_CHECK;

/* Closes the account and ends its codes and sessions; what the officer did stays known. In one
 * transaction. ERR_NOT_FOUND. */
enum err officer_store_remove(
		struct db *db, uint32_t province_id, struct str login, int64_t now_ms) MUST_CHECK;

#endif
