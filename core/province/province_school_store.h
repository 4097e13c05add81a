#ifndef CORE_PROVINCE_PROVINCE_SCHOOL_STORE_H
#define CORE_PROVINCE_PROVINCE_SCHOOL_STORE_H

/*
 * The SQL for schools as a province knows them, and for the keys by which they sign. Everything
 * is asked for under a province: what belongs to another is not found. Errors beside those of
 * db.h: ERR_NOT_FOUND.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/db/db.h"
#include "core/exchange/exchange_batch.h"
#include "core/school/place.h"
#include "core/seal/sign.h"

/* The numbers stand in the database. */
enum province_school_state {
	PROVINCE_SCHOOL_INVITED = 1,
	PROVINCE_SCHOOL_ENROLLED = 2,
	PROVINCE_SCHOOL_SUSPENDED = 3, /* nothing of it is taken until it is resumed */
};

enum {
	PROVINCE_WHY_CHARS_MAX = 500,
	PROVINCE_WHY_BYTES = PROVINCE_WHY_CHARS_MAX * 4 + 1,
};

struct province_school {
	uint64_t id;
	uint32_t province_id;
	enum province_school_state state;
	enum place_level level;
	char code[EXCHANGE_SCHOOL_BYTES_MAX + 1];
	char name[PLACE_SCHOOL_NAME_BYTES];
	char commune[PLACE_CODE_BYTES]; /* its code; "" when it is not known */
	int64_t invited_at_ms;
	int64_t enrolled_at_ms;   /* 0: never */
	int64_t last_batch_at_ms; /* 0: none came */
	uint64_t last_number;
	char suspended_why[PROVINCE_WHY_BYTES]; /* "" unless suspended */
	unsigned version;
};

/* A school that may enrol: code, name, level, commune and province_id are looked at. ERR_EXISTS
 * when the province has that code; ERR_MISSING: no such province. */
enum err province_school_store_add(struct db *db, const struct province_school *school,
		int64_t now_ms, uint64_t *out_id) MUST_CHECK;
enum err province_school_store_find(struct db *db, uint32_t province_id, struct str code,
		struct province_school *out) MUST_CHECK;
enum err province_school_store_load(struct db *db, uint32_t province_id, uint64_t id,
		struct province_school *out) MUST_CHECK;
/* All of the province, by code; an error of `each` ends it and is given back. */
enum err province_school_store_each(struct db *db, uint32_t province_id,
		enum err (*each)(const struct province_school *school, void *ctx),
		void *ctx) MUST_CHECK;
/* The provinces of which there are schools or officers, at most max; none in a school's database. */
enum err province_school_store_provinces(
		struct db *db, uint32_t *out, size_t max, size_t *out_count) MUST_CHECK;
/* Something that it signed has come. */
enum err province_school_store_heard(struct db *db, uint64_t id, int64_t now_ms) MUST_CHECK;
/* ERR_STALE when it is suspended already. */
enum err province_school_store_suspend(struct db *db, uint32_t province_id, uint64_t id,
		struct str why, int64_t now_ms) MUST_CHECK;
/* As it was before: enrolled, or invited when it never was. ERR_STALE when it is not suspended. */
enum err province_school_store_resume(struct db *db, uint32_t province_id, uint64_t id) MUST_CHECK;

/* ---- keys ---- */

struct province_key {
	uint8_t kid[SIGN_KID_BYTES];
	uint8_t key[SIGN_PUBLIC_BYTES];
	int64_t from_ms;
	int64_t until_ms;      /* 0: the school has rolled none behind it */
	int64_t revoked_at_ms; /* 0: it stands */
};

enum err province_key_store_find(struct db *db, uint64_t school_id, const uint8_t *kid,
		struct province_key *out) MUST_CHECK;
/* The oldest first. */
enum err province_key_store_each(struct db *db, uint64_t school_id,
		enum err (*each)(const struct province_key *key, void *ctx), void *ctx) MUST_CHECK;
/*
 * The school's key from now on; those before prove only what came before now. The key that counts
 * already is as good. ERR_CONFLICT for one that was revoked or rolled: it never comes back. In a
 * transaction.
 */
enum err province_key_store_put(
		struct db *db, uint64_t school_id, const uint8_t *key, int64_t now_ms) MUST_CHECK;

/*
 * The key `key` comes behind the key of that id, which signed for it. The same once more is as good.
 * ERR_DENIED: the old one was revoked; ERR_STALE: it was rolled to another; ERR_CONFLICT as above.
 */
enum err province_key_store_roll(struct db *db, uint64_t school_id, const uint8_t *by_kid,
		const uint8_t *key, int64_t now_ms) MUST_CHECK;

struct province_revocation {
	uint64_t school_id;
	const uint8_t *kid; /* NULL: every key of the school */
	uint64_t by;        /* the officer's person; 0: at the terminal */
	struct str why;     /* at most PROVINCE_WHY_CHARS_MAX */
	int64_t now_ms;
};
/* *out_count: how many stood until now, or were rolled but not revoked. */
enum err province_key_store_revoke(struct db *db, const struct province_revocation *what,
		uint64_t *out_count) MUST_CHECK;

#endif
