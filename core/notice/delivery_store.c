#include "core/notice/delivery_store.h"

#define HOUR_MS INT64_C(3600000)

/* ---- making ---- */

static const char sql_tests[] = "SELECT COUNT(*) FROM delivery WHERE school_id = ? AND kind = 3"
				" AND made_at_ms > ?";
static const char sql_add[] =
		"INSERT INTO delivery (school_id, channel, kind, person_id, address, made_at_ms,"
		" next_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)";

static enum err check_tests(struct db *db, const struct delivery_new *d) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_tests, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, d->school_id);
	db_bind_i64(stmt, 1, d->now_ms - HOUR_MS);
	e = db_next(stmt);
	return !e && db_col_u64(stmt, 0) >= DELIVERY_TESTS_AN_HOUR ? ERR_THROTTLED : e;
}

enum err delivery_store_add(struct db *db, const struct delivery_new *delivery, uint64_t *out_id) {
	enum err e = delivery->kind == DELIVERY_TEST ? check_tests(db, delivery) : ERR_OK;
	if (e) {
		return e;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, delivery->school_id);
	db_bind_u64(stmt, 1, (uint64_t)delivery->channel);
	db_bind_u64(stmt, 2, (uint64_t)delivery->kind);
	db_bind_u64(stmt, 3, delivery->person_id);
	db_bind_str(stmt, 4, delivery->address);
	db_bind_i64(stmt, 5, delivery->now_ms);
	db_bind_i64(stmt, 6, delivery->now_ms);
	e = db_exec(stmt, NULL);
	if (!e) {
		*out_id = db_last_id(stmt);
	}
	return e;
}

/* ---- sending ---- */

static const char sql_due[] =
		"SELECT id FROM delivery WHERE channel = ? AND state = 1 AND next_at_ms <= ?"
		" ORDER BY next_at_ms LIMIT 1 FOR UPDATE SKIP LOCKED";
static const char sql_lease[] =
		"UPDATE delivery SET tries = tries + 1, next_at_ms = ? WHERE id = ? AND state = 1";
static const char sql_whole[] =
		"SELECT d.id, d.kind, d.tries, d.school_id, c.code, c.name, c.utc_offset_min,"
		" d.person_id, a.phone, a.language, s.email, s.email_state, s.by_email,"
		" s.by_phone, s.quiet_from_min, s.quiet_to_min, s.email_nonce, d.address,"
		" COALESCE(h.is_on, 0) AND (d.kind <> 1 OR NOT EXISTS (SELECT 1 FROM unproven u"
		"  WHERE u.person_id = d.person_id AND u.school_id = d.school_id)), n.kind, n.thread_id, n.about, n.on_date, d.made_at_ms"
		" FROM delivery d JOIN school c ON c.id = d.school_id"
		" JOIN account a ON a.person_id = d.person_id"
		" LEFT JOIN notice_setting s ON s.person_id = d.person_id"
		" LEFT JOIN notice_channel h ON h.school_id = d.school_id AND h.channel = d.channel"
		" LEFT JOIN notice n ON n.id = d.notice_id WHERE d.id = ?";
static const char sql_sent[] = "UPDATE delivery SET state = 2, sent_at_ms = ?, error = '',"
			       " detail = '' WHERE id = ? AND state = 1";
static const char sql_drop[] =
		"UPDATE delivery SET state = 4, sent_at_ms = ? WHERE id = ? AND state = 1";
static const char sql_postpone[] =
		"UPDATE delivery SET next_at_ms = ?, tries = IF(tries > 0, tries - 1, 0)"
		" WHERE id = ? AND state = 1";
static const char sql_fault[] =
		"UPDATE delivery SET state = ?, next_at_ms = ?, error = ?, detail = LEFT(?, 200)"
		" WHERE id = ? AND state = 1";

static enum err read_texts(const struct db_stmt *stmt, struct delivery *d) {
	enum err e = db_col_copy(stmt, 4, d->school_code, sizeof(d->school_code));
	e = e ? e : db_col_copy(stmt, 5, d->school_name, sizeof(d->school_name));
	e = e ? e : db_col_copy(stmt, 8, d->phone, sizeof(d->phone));
	e = e ? e : messages_lang_parse(db_col_str(stmt, 9), &d->lang);
	e = e ? e : db_col_copy(stmt, 10, d->email, sizeof(d->email));
	e = e ? e : db_col_copy(stmt, 17, d->address, sizeof(d->address));
	e = e ? e : db_col_copy(stmt, 21, d->about, sizeof(d->about));
	if (!e && !db_col_is_null(stmt, 16)) {
		e = db_col_bytes(stmt, 16, d->nonce, sizeof(d->nonce));
	}
	return e;
}

static enum err read_whole(const struct db_stmt *stmt, struct delivery *out) {
	bool has_setting = !db_col_is_null(stmt, 14);
	*out = (struct delivery){
		.id = db_col_u64(stmt, 0),
		.kind = (enum delivery_kind)db_col_u64(stmt, 1),
		.tries = (unsigned)db_col_u64(stmt, 2),
		.school_id = db_col_u64(stmt, 3),
		.utc_offset_min = (int)db_col_i64(stmt, 6),
		.person_id = db_col_u64(stmt, 7),
		.email_state = (enum notice_email)db_col_u64(stmt, 11),
		.by_email = !has_setting || db_col_bool(stmt, 12),
		.by_phone = !has_setting || db_col_bool(stmt, 13),
		.quiet_from_min = has_setting ? (unsigned)db_col_u64(stmt, 14) : QUIET_FROM_MIN,
		.quiet_to_min = has_setting ? (unsigned)db_col_u64(stmt, 15) : QUIET_TO_MIN,
		.is_on = db_col_bool(stmt, 18),
		.thread_id = db_col_u64(stmt, 20),
		.on = db_col_date(stmt, 22),
		.made_at_ms = db_col_i64(stmt, 23),
	};
	enum err e = read_texts(stmt, out);
	return e || out->kind != DELIVERY_NOTICE
			? e
			: notice_kind_from(db_col_u64(stmt, 19), &out->notice);
}

struct taking {
	enum notice_channel channel;
	int64_t now_ms;
	int64_t lease_ms;
	uint64_t id;
};

static enum err run_take(struct db *db, void *ctx) {
	struct taking *t = ctx;
	_cleanup_(db_stmt_freep) struct db_stmt *due = NULL;
	_cleanup_(db_stmt_freep) struct db_stmt *lease = NULL;
	enum err e = db_prepare(db, sql_due, &due);
	if (e) {
		return e;
	}
	db_bind_u64(due, 0, (uint64_t)t->channel);
	db_bind_i64(due, 1, t->now_ms);
	e = db_next(due);
	if (e) {
		return e;
	}
	t->id = db_col_u64(due, 0);
	e = db_prepare(db, sql_lease, &lease);
	if (e) {
		return e;
	}
	db_bind_i64(lease, 0, t->lease_ms);
	db_bind_u64(lease, 1, t->id);
	return db_exec_one(lease);
}

enum err delivery_store_take(struct db *db, enum notice_channel channel, int64_t now_ms,
		int64_t lease_ms, struct delivery *out) {
	struct taking t = { channel, now_ms, lease_ms, 0 };
	enum err e = db_transact(db, run_take, &t);
	if (e) {
		return e;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = db_prepare(db, sql_whole, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, t.id);
	e = db_next(stmt);
	return e ? e : read_whole(stmt, out);
}

static enum err set_at(struct db *db, const char *sql, uint64_t id, int64_t at_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, at_ms);
	db_bind_u64(stmt, 1, id);
	return db_exec(stmt, NULL);
}

enum err delivery_store_sent(struct db *db, uint64_t id, int64_t now_ms) {
	return set_at(db, sql_sent, id, now_ms);
}

enum err delivery_store_drop(struct db *db, uint64_t id, int64_t now_ms) {
	return set_at(db, sql_drop, id, now_ms);
}

enum err delivery_store_postpone(struct db *db, uint64_t id, int64_t until_ms) {
	return set_at(db, sql_postpone, id, until_ms);
}

enum err delivery_store_fault(struct db *db, uint64_t id, const struct delivery_fault *fault) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_fault, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, fault->is_given_up ? DELIVERY_FAILED : DELIVERY_WAITING);
	db_bind_i64(stmt, 1, fault->next_at_ms);
	db_bind_text(stmt, 2, fault->error);
	db_bind_str(stmt, 3, fault->detail.n ? fault->detail : str_from(""));
	db_bind_u64(stmt, 4, id);
	return db_exec(stmt, NULL);
}
