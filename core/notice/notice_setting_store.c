#include "core/notice/notice_setting_store.h"

#define DAY_MS INT64_C(86400000)
#define LINK_MS (NOTICE_LINK_HOURS * INT64_C(3600000))

static const char sql_load[] =
		"SELECT s.email, s.email_state, s.by_email, s.by_phone, a.phone IS NOT NULL,"
		" s.quiet_from_min, s.quiet_to_min, s.version FROM account a"
		" LEFT JOIN notice_setting s ON s.person_id = a.person_id WHERE a.person_id = ?";
static const char sql_first[] = "INSERT INTO notice_setting (by_email, by_phone, quiet_from_min,"
				" quiet_to_min, person_id) VALUES (?, ?, ?, ?, ?)";
static const char sql_save[] =
		"UPDATE notice_setting SET by_email = ?, by_phone = ?, quiet_from_min = ?,"
		" quiet_to_min = ?, version = version + 1 WHERE person_id = ? AND version = ?";
static const char sql_asked[] = "SELECT asked_at_ms, asked_count FROM notice_setting"
				" WHERE person_id = ? FOR UPDATE";
static const char sql_ask[] =
		"INSERT INTO notice_setting (person_id, email, email_state, email_nonce,"
		" asked_at_ms, asked_count) VALUES (?, ?, 1, ?, ?, ?) ON DUPLICATE KEY UPDATE"
		" email = VALUES(email), email_state = 1, email_nonce = VALUES(email_nonce),"
		" asked_at_ms = VALUES(asked_at_ms), asked_count = VALUES(asked_count),"
		" version = version + 1";
static const char sql_drop[] =
		"UPDATE notice_setting SET email = NULL, email_state = 0, email_nonce = NULL,"
		" version = version + 1 WHERE person_id = ?";
static const char sql_confirm[] =
		"UPDATE notice_setting SET email_state = 2 WHERE person_id = ? AND email_nonce = ?"
		" AND email_state IN (1, 2) AND asked_at_ms > ?";

enum err notice_setting_store_load(struct db *db, uint64_t person_id, struct notice_setting *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_load, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person_id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	bool is_there = !db_col_is_null(stmt, 7);
	struct notice_setting s = {
		.email_state = (enum notice_email)db_col_u64(stmt, 1),
		.by_email = !is_there || db_col_bool(stmt, 2),
		.by_phone = !is_there || db_col_bool(stmt, 3),
		.has_phone = db_col_bool(stmt, 4),
		.quiet_from_min = is_there ? (unsigned)db_col_u64(stmt, 5) : QUIET_FROM_MIN,
		.quiet_to_min = is_there ? (unsigned)db_col_u64(stmt, 6) : QUIET_TO_MIN,
		.version = (unsigned)db_col_u64(stmt, 7),
	};
	e = db_col_copy(stmt, 0, s.email, sizeof(s.email));
	if (!e) {
		*out = s;
	}
	return e;
}

enum err notice_setting_store_save(
		struct db *db, uint64_t person_id, const struct notice_setting *wanted) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, wanted->version ? sql_save : sql_first, &stmt);
	if (e) {
		return e;
	}
	db_bind_bool(stmt, 0, wanted->by_email);
	db_bind_bool(stmt, 1, wanted->by_phone);
	db_bind_u64(stmt, 2, wanted->quiet_from_min);
	db_bind_u64(stmt, 3, wanted->quiet_to_min);
	db_bind_u64(stmt, 4, person_id);
	if (wanted->version) {
		db_bind_u64(stmt, 5, wanted->version);
	}
	e = db_exec_one(stmt);
	return e == ERR_EXISTS || e == ERR_NOT_FOUND ? ERR_STALE : e;
}

/* How many links there were today, this one included. */
static enum err count_ask(struct db *db, const struct notice_email_ask *ask, unsigned *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_asked, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, ask->person_id);
	e = db_next(stmt);
	if (e) {
		*out = 1;
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	int64_t last_ms = db_col_i64(stmt, 0);
	unsigned count = (unsigned)db_col_u64(stmt, 1);
	bool is_same_day = last_ms / DAY_MS == ask->now_ms / DAY_MS;
	if (last_ms + NOTICE_LINK_WAIT_MS > ask->now_ms ||
			(is_same_day && count >= NOTICE_LINKS_A_DAY)) {
		return ERR_THROTTLED;
	}
	*out = is_same_day ? count + 1 : 1;
	return ERR_OK;
}

enum err notice_setting_store_ask(struct db *db, const struct notice_email_ask *ask) {
	unsigned count = 0;
	enum err e = count_ask(db, ask, &count);
	if (e) {
		return e;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = db_prepare(db, sql_ask, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, ask->person_id);
	db_bind_str(stmt, 1, ask->email);
	db_bind_bytes(stmt, 2, ask->nonce, NOTICE_NONCE_BYTES);
	db_bind_i64(stmt, 3, ask->now_ms);
	db_bind_u64(stmt, 4, count);
	return db_exec(stmt, NULL);
}

enum err notice_setting_store_drop_email(struct db *db, uint64_t person_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_drop, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person_id);
	return db_exec(stmt, NULL);
}

enum err notice_setting_store_confirm(struct db *db, uint64_t person_id,
		const uint8_t nonce[NOTICE_NONCE_BYTES], int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_confirm, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person_id);
	db_bind_bytes(stmt, 1, nonce, NOTICE_NONCE_BYTES);
	db_bind_i64(stmt, 2, now_ms - LINK_MS);
	e = db_exec_one(stmt);
	return e == ERR_NOT_FOUND ? ERR_EXPIRED : e;
}
