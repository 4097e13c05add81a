#include "core/exchange/exchange_key_store.h"

#include <string.h>

#include "core/seal/box.h"
#include "core/seal/secret.h"

enum { BOX_BYTES = SIGN_SEED_BYTES + BOX_EXTRA_BYTES };

void exchange_key_wipe(struct exchange_key *key) {
	secret_wipe(key, sizeof(*key));
}

static const char sql_add[] = "INSERT INTO exchange_key (school_id, kid, public_key, seed_box,"
			      " made_at_ms) VALUES (?, ?, ?, ?, ?)";

enum err exchange_key_store_add(struct db *db, const struct keys *keys, uint64_t school_id,
		int64_t now_ms, struct exchange_key *out) {
	struct exchange_key k;
	uint8_t secret[SIGN_SECRET_BYTES];
	uint8_t box_key[KEYS_BYTES];
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(buf_finish) struct buf box = buf_make(BOX_BYTES);
	secret_random(k.seed, sizeof(k.seed));
	sign_pair(k.seed, k.public_key, secret);
	secret_wipe(secret, sizeof(secret));
	sign_kid(k.public_key, k.kid);
	keys_derive(keys, EXCHANGE_KEY_CONTEXT, 1, box_key);
	enum err e = box_seal(box_key, (struct str){ (const char *)k.seed, sizeof(k.seed) }, &box);
	secret_wipe(box_key, sizeof(box_key));
	e = e ? e : db_prepare(db, sql_add, &stmt);
	if (!e) {
		db_bind_u64(stmt, 0, school_id);
		db_bind_bytes(stmt, 1, k.kid, sizeof(k.kid));
		db_bind_bytes(stmt, 2, k.public_key, sizeof(k.public_key));
		db_bind_bytes(stmt, 3, box.data, box.len);
		db_bind_i64(stmt, 4, now_ms);
		e = db_exec(stmt, NULL);
	}
	if (!e) {
		*out = k;
	}
	exchange_key_wipe(&k);
	return e;
}

static enum err read_key(
		const struct db_stmt *stmt, const struct keys *keys, struct exchange_key *out) {
	struct exchange_key k;
	uint8_t box_key[KEYS_BYTES];
	_cleanup_(buf_finish) struct buf seed = buf_make(SIGN_SEED_BYTES);
	enum err e = db_col_bytes(stmt, 0, k.kid, sizeof(k.kid));
	e = e ? e : db_col_bytes(stmt, 1, k.public_key, sizeof(k.public_key));
	if (e) {
		return e;
	}
	keys_derive(keys, EXCHANGE_KEY_CONTEXT, 1, box_key);
	e = box_open(box_key, db_col_str(stmt, 2), &seed);
	secret_wipe(box_key, sizeof(box_key));
	if (e || seed.len != SIGN_SEED_BYTES) {
		return e && e != ERR_FORMAT ? e : ERR_CORRUPT;
	}
	memcpy(k.seed, seed.data, sizeof(k.seed));
	secret_wipe(seed.data, seed.len);
	*out = k;
	exchange_key_wipe(&k);
	return ERR_OK;
}

static const char sql_newest[] =
		"SELECT kid, public_key, seed_box FROM exchange_key WHERE school_id = ?"
		" AND retired_at_ms IS NULL ORDER BY made_at_ms DESC, kid LIMIT 1 FOR UPDATE";

enum err exchange_key_store_need(struct db *db, const struct keys *keys, uint64_t school_id,
		int64_t now_ms, struct exchange_key *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_newest, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	e = db_next(stmt);
	if (e == ERR_NOT_FOUND) {
		return exchange_key_store_add(db, keys, school_id, now_ms, out);
	}
	return e ? e : read_key(stmt, keys, out);
}

static const char sql_load[] = "SELECT kid, public_key, seed_box FROM exchange_key"
			       " WHERE school_id = ? AND kid = ?";

enum err exchange_key_store_load(struct db *db, const struct keys *keys, uint64_t school_id,
		const uint8_t *kid, struct exchange_key *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_load, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, kid, SIGN_KID_BYTES);
	e = db_next(stmt);
	return e ? e : read_key(stmt, keys, out);
}

static const char sql_retire[] =
		"UPDATE exchange_key k JOIN (SELECT MAX(made_at_ms) AS newest FROM exchange_key"
		" WHERE school_id = ?) n SET k.retired_at_ms = ? WHERE k.school_id = ?"
		" AND k.retired_at_ms IS NULL AND k.made_at_ms < n.newest AND NOT EXISTS"
		" (SELECT 1 FROM destination d WHERE d.school_id = k.school_id AND d.kid = k.kid)";

enum err exchange_key_store_retire(struct db *db, uint64_t school_id, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_retire, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_i64(stmt, 1, now_ms);
	db_bind_u64(stmt, 2, school_id);
	return db_exec(stmt, NULL);
}
