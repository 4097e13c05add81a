#include "core/outbox/outbox_store.h"

#include <string.h>

#include "core/outbox/touch_store.h"

/* The one clock is anchored on the database's; stores are given no other. */
#define SQL_NOW "CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED)"

static const char sql_begin[] =
		"INSERT INTO outbox_head (school_id, number, begun_at_ms) SELECT s.id,"
		" COALESCE((SELECT MAX(o.number) FROM outbox o WHERE o.school_id = s.id), 0), " SQL_NOW
		" FROM school s WHERE s.id = ?";
static const char sql_end[] = "DELETE FROM outbox_head WHERE school_id = ?";
static const char sql_head[] = "SELECT number, begun_at_ms, seeded_at_ms, seed_error, school_id"
			       " FROM outbox_head WHERE school_id = ?";
static const char sql_schools[] = "SELECT number, begun_at_ms, seeded_at_ms, seed_error, school_id"
				  " FROM outbox_head ORDER BY school_id";
static const char sql_after[] =
		"SELECT number, record_id, phienban, at_ms, line, line_hash FROM outbox"
		" WHERE school_id = ? AND number > ? ORDER BY number LIMIT ?";
static const char sql_newest[] =
		"SELECT o.number, o.record_id, o.phienban, o.at_ms, o.line, o.line_hash FROM record r"
		" JOIN outbox o ON o.school_id = r.school_id AND o.number = r.number"
		" WHERE r.school_id = ? AND r.id = ?";
static const char sql_counts[] =
		"SELECT bang, SUM(sukien <> 3), SUM(sukien = 3) FROM record WHERE school_id = ?"
		" GROUP BY bang ORDER BY bang";
static const char sql_prune[] =
		"DELETE FROM outbox WHERE school_id = ? AND number <= ? AND at_ms < ? AND NOT EXISTS"
		" (SELECT 1 FROM record r WHERE r.school_id = outbox.school_id"
		"  AND r.id = outbox.record_id AND r.number = outbox.number) LIMIT ?";

/* ---- on and off ---- */

static enum err run_on_school(struct db *db, const char *sql, uint64_t school_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	return db_exec(stmt, NULL);
}

enum err outbox_store_begin(struct db *db, uint64_t school_id) {
	struct outbox_head head;
	enum err e = outbox_store_head(db, school_id, &head);
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	e = run_on_school(db, sql_begin, school_id);
	return e == ERR_EXISTS ? ERR_OK : e;
}

enum err outbox_store_end(struct db *db, uint64_t school_id) {
	return run_on_school(db, sql_end, school_id);
}

static enum err read_head(const struct db_stmt *stmt, struct outbox_head *out) {
	struct outbox_head head = { .number = db_col_u64(stmt, 0),
		.begun_at_ms = db_col_i64(stmt, 1),
		.seeded_at_ms = db_col_i64(stmt, 2) };
	enum err e = db_col_copy(stmt, 3, head.seed_error, sizeof(head.seed_error));
	if (!e) {
		*out = head;
	}
	return e;
}

enum err outbox_store_head(struct db *db, uint64_t school_id, struct outbox_head *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_head, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	e = db_next(stmt);
	return e ? e : read_head(stmt, out);
}

enum err outbox_store_schools(struct db *db,
		enum err (*each)(uint64_t school_id, const struct outbox_head *head, void *ctx),
		void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_schools, &stmt);
	if (e) {
		return e;
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		struct outbox_head head;
		e = read_head(stmt, &head);
		e = e ? e : each(db_col_u64(stmt, 4), &head, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ---- reading ---- */

static enum err give_rows(struct db_stmt *stmt,
		enum err (*each)(const struct outbox_row *row, void *ctx), void *ctx,
		size_t *out_count) {
	enum err e;
	while ((e = db_next(stmt)) == ERR_OK) {
		struct outbox_row row = { .number = db_col_u64(stmt, 0),
			.record_id = db_col_u64(stmt, 1),
			.version = (uint32_t)db_col_u64(stmt, 2),
			.at_ms = db_col_i64(stmt, 3),
			.line = db_col_str(stmt, 4) };
		e = db_col_bytes(stmt, 5, row.line_hash.b, HASH_BYTES);
		e = e ? e : each(&row, ctx);
		if (e) {
			return e;
		}
		++*out_count;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err outbox_store_after(struct db *db, uint64_t school_id, uint64_t number, unsigned limit,
		enum err (*each)(const struct outbox_row *row, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_after, &stmt);
	if (e) {
		return e;
	}
	size_t count = 0;
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, number);
	db_bind_u64(stmt, 2, limit);
	return give_rows(stmt, each, ctx, &count);
}

enum err outbox_store_newest(struct db *db, uint64_t school_id, uint64_t record_id,
		enum err (*each)(const struct outbox_row *row, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_newest, &stmt);
	if (e) {
		return e;
	}
	size_t count = 0;
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, record_id);
	e = give_rows(stmt, each, ctx, &count);
	return e || count ? e : ERR_NOT_FOUND;
}

enum err outbox_store_counts(struct db *db, uint64_t school_id,
		enum err (*each)(const struct outbox_count *count, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_counts, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct outbox_count count = { .kind = db_col_str(stmt, 0),
			.told = db_col_u64(stmt, 1),
			.cancelled = db_col_u64(stmt, 2) };
		e = each(&count, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

struct raise {
	uint64_t school_id;
	uint64_t record_id;
	uint32_t least;
};

static enum err run_raise(struct db *db, void *ctx) {
	const struct raise *raise = ctx;
	struct outbox_turn turn;
	enum err e = outbox_turn_begin(db, raise->school_id, &turn);
	e = e ? e : outbox_turn_raise(&turn, raise->record_id, raise->least);
	return e ? e : outbox_turn_end(&turn);
}

enum err outbox_store_raise(struct db *db, uint64_t school_id, uint64_t record_id, uint32_t least) {
	struct raise raise = { school_id, record_id, least };
	return db_transact(db, run_raise, &raise);
}

/* ---- cutting off ---- */

enum err outbox_store_prune(struct db *db, uint64_t school_id, uint64_t number, int64_t before_ms,
		unsigned limit, uint64_t *out_count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_prune, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, number);
	db_bind_i64(stmt, 2, before_ms);
	db_bind_u64(stmt, 3, limit);
	return db_exec(stmt, out_count);
}

/* ---- checking ---- */

struct check {
	uint64_t school_id;
	const struct record_kinds *kinds;
	enum err (*each)(const struct outbox_untold *untold, void *ctx);
	void *ctx;
	uint64_t count;
	char first[EXCHANGE_ID_BYTES_MAX];
	size_t first_n;
};

static void count_untold(const struct record_change *change, void *ctx) {
	struct check *c = ctx;
	struct str id = change->item ? change->item->id : change->known->id;
	if (c->count++ == 0) {
		memcpy(c->first, id.p, id.n);
		c->first_n = id.n;
	}
}

static enum err run_check(struct db *db, void *ctx) {
	struct check *c = ctx;
	struct outbox_turn turn;
	enum err e = outbox_turn_look(db, c->school_id, count_untold, c, &turn);
	for (size_t i = 0; i < c->kinds->count && !e; i++) {
		const struct record_scope whole = { 0 };
		c->count = 0;
		e = outbox_turn_touch(&turn, c->kinds->list[i], &whole, 1);
		struct outbox_untold untold = { .kind = c->kinds->list[i]->name,
			.count = c->count,
			.first = { c->first, c->first_n } };
		if (!e && c->count > 0) {
			e = c->each(&untold, c->ctx);
		}
	}
	return e;
}

enum err outbox_store_check(struct db *db, uint64_t school_id, const struct record_kinds *kinds,
		enum err (*each)(const struct outbox_untold *untold, void *ctx), void *ctx) {
	struct check check = { .school_id = school_id, .kinds = kinds, .each = each, .ctx = ctx };
	return db_transact_with(db, DB_TX_READ, run_check, &check);
}
