/* The part of delivery_store.h for the office: what became of what was sent, and the switches. */
#include "core/notice/delivery_store.h"

#define DAY_MS INT64_C(86400000)

static const char sql_list[] =
		"SELECT d.id, d.channel, d.kind, n.kind, d.person_id, p.full_name,"
		" COALESCE(d.address, IF(d.channel = 1, IF(s.email_state = 2, s.email, NULL),"
		" a.phone)), d.state, d.tries, d.made_at_ms, d.next_at_ms, d.sent_at_ms, d.error,"
		" d.detail FROM delivery d JOIN person p ON p.id = d.person_id"
		" JOIN account a ON a.person_id = d.person_id"
		" LEFT JOIN notice_setting s ON s.person_id = d.person_id"
		" LEFT JOIN notice n ON n.id = d.notice_id"
		" WHERE d.school_id = ? AND d.id < ? AND (? = 0 OR d.state = ?)"
		" AND (? = 0 OR d.channel = ?) ORDER BY d.id DESC LIMIT ?";
static const char sql_resend[] =
		"UPDATE delivery SET state = 1, tries = 0, next_at_ms = ?, error = '', detail = ''"
		" WHERE school_id = ? AND id = ? AND state = 3";
static const char sql_there[] = "SELECT 1 FROM delivery WHERE school_id = ? AND id = ?";
static const char sql_switch[] =
		"INSERT INTO notice_channel (school_id, channel, is_on, changed_by, changed_at_ms)"
		" VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE is_on = VALUES(is_on),"
		" changed_by = VALUES(changed_by), changed_at_ms = VALUES(changed_at_ms)";
static const char sql_is_on[] =
		"SELECT is_on FROM notice_channel WHERE school_id = ? AND channel = ?";
static const char sql_counts[] =
		"SELECT SUM(state = 1), SUM(state = 3), SUM(state = 2 AND sent_at_ms > ?)"
		" FROM delivery WHERE school_id = ? AND channel = ?";

static struct delivery_row read_row(const struct db_stmt *stmt) {
	return (struct delivery_row){
		.id = db_col_u64(stmt, 0),
		.channel = (enum notice_channel)db_col_u64(stmt, 1),
		.kind = (enum delivery_kind)db_col_u64(stmt, 2),
		.notice = (unsigned)db_col_u64(stmt, 3),
		.person_id = db_col_u64(stmt, 4),
		.full_name = db_col_str(stmt, 5),
		.address = db_col_str(stmt, 6),
		.state = (enum delivery_state)db_col_u64(stmt, 7),
		.tries = (unsigned)db_col_u64(stmt, 8),
		.made_at_ms = db_col_i64(stmt, 9),
		.next_at_ms = db_col_i64(stmt, 10),
		.sent_at_ms = db_col_i64(stmt, 11),
		.error = db_col_str(stmt, 12),
		.detail = db_col_str(stmt, 13),
	};
}

enum err delivery_store_list(struct db *db, const struct delivery_page *page,
		enum err (*each)(const struct delivery_row *row, void *ctx), void *ctx) {
	if (page->limit > DELIVERY_PAGE_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_list, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, page->school_id);
	db_bind_u64(stmt, 1, page->below_id ? page->below_id : UINT64_MAX);
	db_bind_u64(stmt, 2, page->state);
	db_bind_u64(stmt, 3, page->state);
	db_bind_u64(stmt, 4, page->channel);
	db_bind_u64(stmt, 5, page->channel);
	db_bind_u64(stmt, 6, page->limit);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct delivery_row row = read_row(stmt);
		e = each(&row, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err delivery_store_resend(struct db *db, uint64_t school_id, uint64_t id, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(db_stmt_freep) struct db_stmt *there = NULL;
	enum err e = db_prepare(db, sql_resend, &stmt);
	e = e ? e : db_prepare(db, sql_there, &there);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_u64(stmt, 1, school_id);
	db_bind_u64(stmt, 2, id);
	e = db_exec_one(stmt);
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	db_bind_u64(there, 0, school_id);
	db_bind_u64(there, 1, id);
	e = db_next(there);
	return e ? e : ERR_CONFLICT;
}

static enum err load_switch(struct db *db, uint64_t school_id, enum notice_channel channel,
		struct delivery_channel *c) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_is_on, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, (uint64_t)channel);
	e = db_next(stmt);
	c->is_on = !e && db_col_bool(stmt, 0);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err delivery_store_channel(struct db *db, uint64_t school_id, enum notice_channel channel,
		int64_t now_ms, struct delivery_channel *out) {
	struct delivery_channel c = { .is_on = false };
	enum err e = load_switch(db, school_id, channel, &c);
	if (e) {
		return e;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = db_prepare(db, sql_counts, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms - DAY_MS);
	db_bind_u64(stmt, 1, school_id);
	db_bind_u64(stmt, 2, (uint64_t)channel);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	c.waiting = db_col_u64(stmt, 0);
	c.failed = db_col_u64(stmt, 1);
	c.sent = db_col_u64(stmt, 2);
	*out = c;
	return ERR_OK;
}

enum err delivery_store_switch(struct db *db, const struct delivery_switch *to) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_switch, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, to->school_id);
	db_bind_u64(stmt, 1, (uint64_t)to->channel);
	db_bind_bool(stmt, 2, to->is_on);
	db_bind_u64(stmt, 3, to->person_id);
	db_bind_i64(stmt, 4, to->now_ms);
	return db_exec(stmt, NULL);
}
