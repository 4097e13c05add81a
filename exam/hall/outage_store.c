#include "exam/hall/outage_store.h"

#include "exam/hall/bound_store.h"
#include "exam/hall/sitting.h"

static const char sql_alive[] = "SELECT value FROM server_state WHERE name = 'alive_ms' FOR UPDATE";

static const char sql_note[] =
		"INSERT INTO server_state (name, value) VALUES ('alive_ms', ?)"
		" ON DUPLICATE KEY UPDATE"
		" value = IF(CAST(value AS SIGNED) < CAST(VALUES(value) AS SIGNED), VALUES(value),"
		" value)";

/* Assignments are carried out from left to right: extra_ms reads the end that was. */
static const char sql_window[] =
		"UPDATE attempt SET extra_ms = extra_ms + (? - ends_at_ms), ends_at_ms = ?,"
		" ends_revision = ends_revision + 1"
		" WHERE state IN (1, 2) AND ends_at_ms > ? AND ends_at_ms <= ?"
		" AND sitting_id IN (SELECT id FROM sitting WHERE outage_policy = ?)";

/* What was left of the work when the server went is left again. */
static const char sql_lost[] =
		"UPDATE attempt SET extra_ms = extra_ms + (? - GREATEST(?, (SELECT s.starts_at_ms"
		" FROM sitting s WHERE s.id = attempt.sitting_id))),"
		" ends_at_ms = ends_at_ms + (? - GREATEST(?, (SELECT s.starts_at_ms"
		" FROM sitting s WHERE s.id = attempt.sitting_id))),"
		" ends_revision = ends_revision + 1"
		" WHERE state IN (1, 2) AND ends_at_ms > ? AND ends_at_ms <= ?"
		" AND sitting_id IN (SELECT id FROM sitting WHERE outage_policy = ?)";

static enum err read_alive(struct db *db, int64_t *out_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_alive, &stmt);
	if (e) {
		return e;
	}
	*out_ms = 0;
	e = db_next(stmt);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	return str_parse_i64(db_col_str(stmt, 0), out_ms) ? ERR_CORRUPT : ERR_OK;
}

enum err outage_store_alive(struct db *db, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_note, &stmt);
	if (e) {
		return e;
	}
	_cleanup_(buf_finish) struct buf text = buf_make(24);
	buf_add_i64(&text, now_ms);
	db_bind_str(stmt, 0, (struct str){ buf_str(&text), text.len });
	return db_exec(stmt, NULL);
}

static enum err give_window(struct db *db, struct outage *o) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_window, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, o->now_ms + OUTAGE_WINDOW_MS);
	db_bind_i64(stmt, 1, o->now_ms + OUTAGE_WINDOW_MS);
	db_bind_i64(stmt, 2, o->alive_ms);
	db_bind_i64(stmt, 3, o->now_ms);
	db_bind_u64(stmt, 4, SITTING_OUTAGE_WINDOW);
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	o->given += e ? 0 : changed;
	return e;
}

static enum err give_lost(struct db *db, struct outage *o) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_lost, &stmt);
	if (e) {
		return e;
	}
	for (unsigned at = 0; at < 4; at += 2) {
		db_bind_i64(stmt, at, o->now_ms);
		db_bind_i64(stmt, at + 1, o->alive_ms);
	}
	db_bind_i64(stmt, 4, o->alive_ms);
	db_bind_i64(stmt, 5, o->now_ms);
	db_bind_u64(stmt, 6, SITTING_OUTAGE_LOST);
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	o->given += e ? 0 : changed;
	return e;
}

struct ending {
	const struct keys *keys;
	struct outage outage;
};

static enum err give(struct db *db, struct ending *n) {
	struct outage *o = &n->outage;
	_cleanup_(bound_attempts_finish) struct bound_attempts bound = { 0 };
	enum err e = bound_store_ending(db, n->keys, o->alive_ms, o->now_ms, &bound);
	e = e ? e : give_window(db, o);
	e = e ? e : give_lost(db, o);
	return e ? e : bound_store_renew(db, n->keys, &bound);
}

static enum err run_end(struct db *db, void *ctx) {
	struct ending *n = ctx;
	struct outage *o = &n->outage;
	o->given = 0;
	enum err e = read_alive(db, &o->alive_ms);
	if (!e && o->alive_ms > 0 && o->alive_ms < o->now_ms) {
		e = give(db, n);
	}
	return e ? e : outage_store_alive(db, o->now_ms);
}

enum err outage_store_end(
		struct db *db, const struct keys *keys, int64_t now_ms, struct outage *out) {
	struct ending n = { .keys = keys, .outage = { .now_ms = now_ms } };
	enum err e = db_transact(db, run_end, &n);
	if (e) {
		return e;
	}
	*out = n.outage;
	return ERR_OK;
}
