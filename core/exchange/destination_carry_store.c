#include "core/exchange/destination_store.h"

/* What the courier writes of a destination while it carries, and what it comes to. */

/* ---- leases ---- */

/* Something to carry: changes behind the watermark, a batch without an answer, records that are to
 * be sent again, a comparison once all is told (asked for, or with a province a day after the last); or a school whose telling has not begun, or has
 * failed, which is to be said with its destinations. */
static const char sql_due[] =
		"SELECT d.id FROM destination d LEFT JOIN outbox_head h ON h.school_id = d.school_id"
		" WHERE d.state = 1 AND d.next_try_at_ms <= ? AND (d.lease_until_ms <= ?"
		" OR d.lease_by = ?) AND (h.number > d.watermark"
		" OR (h.seeded_at_ms IS NOT NULL AND (d.wants_compare OR (d.kind = 1"
		" AND COALESCE(d.compared_at_ms, h.seeded_at_ms) <= ?)))"
		" OR h.school_id IS NULL OR h.seed_error <> '' OR EXISTS"
		" (SELECT 1 FROM outgoing o WHERE o.destination_id = d.id AND o.state < 3) OR EXISTS"
		" (SELECT 1 FROM record_state r WHERE r.destination_id = d.id AND r.state = 1))"
		" ORDER BY d.next_try_at_ms, d.last_ok_at_ms LIMIT 1";
static const char sql_lease[] =
		"UPDATE destination SET lease_by = ?, lease_until_ms = ? WHERE id = ?"
		" AND (lease_until_ms <= ? OR lease_by = ?)";
static const char sql_release[] =
		"UPDATE destination SET lease_until_ms = 0 WHERE id = ? AND lease_by = ?";

/* ERR_NOT_FOUND: another has it. */
static enum err lease_one(struct db *db, const struct destination_lease *lease, uint64_t id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_lease, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, lease->by, DESTINATION_BY_BYTES);
	db_bind_i64(stmt, 1, lease->until_ms);
	db_bind_u64(stmt, 2, id);
	db_bind_i64(stmt, 3, lease->now_ms);
	db_bind_bytes(stmt, 4, lease->by, DESTINATION_BY_BYTES);
	return db_exec_one(stmt);
}

enum err destination_store_take(
		struct db *db, const struct destination_lease *lease, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_due, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, lease->now_ms);
	db_bind_i64(stmt, 1, lease->now_ms);
	db_bind_bytes(stmt, 2, lease->by, DESTINATION_BY_BYTES);
	db_bind_i64(stmt, 3, lease->now_ms - DESTINATION_COMPARE_MS);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	uint64_t id = db_col_u64(stmt, 0);
	e = lease_one(db, lease, id);
	if (!e) {
		*out_id = id;
	}
	return e;
}

enum err destination_store_take_one(
		struct db *db, const struct destination_lease *lease, uint64_t id) {
	enum err e = lease_one(db, lease, id);
	return e == ERR_NOT_FOUND ? ERR_BUSY : e;
}

enum err destination_store_renew(
		struct db *db, const struct destination_lease *lease, uint64_t id) {
	enum err e = lease_one(db, lease, id);
	return e == ERR_NOT_FOUND ? ERR_STALE : e;
}

enum err destination_store_release(struct db *db, const uint8_t *by, uint64_t id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_release, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, id);
	db_bind_bytes(stmt, 1, by, DESTINATION_BY_BYTES);
	return db_exec(stmt, NULL);
}

/* ---- what came of it ---- */

static const char sql_reached[] =
		"UPDATE destination SET tries = 0, next_try_at_ms = 0, last_ok_at_ms = ?, error = '',"
		" error_params = '{}' WHERE id = ? AND state <> 3";
static const char sql_fault[] =
		"UPDATE destination SET tries = ?, next_try_at_ms = ?, error = ?, error_params = ?,"
		" state = IF(? AND state = 1, 3, state) WHERE id = ?";
static const char sql_believe[] = "UPDATE destination SET peer_key = ? WHERE id = ?";
static const char sql_know[] = "UPDATE destination SET kid = ? WHERE id = ?";

enum err destination_store_reached(struct db *db, uint64_t id, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_reached, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_u64(stmt, 1, id);
	return db_exec(stmt, NULL);
}

enum err destination_store_fault(
		struct db *db, uint64_t id, const struct destination_fault *fault) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_fault, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, fault->tries);
	db_bind_i64(stmt, 1, fault->next_try_at_ms);
	db_bind_text(stmt, 2, fault->code);
	db_bind_str(stmt, 3, fault->params);
	db_bind_bool(stmt, 4, fault->is_final);
	db_bind_u64(stmt, 5, id);
	return db_exec(stmt, NULL);
}

static enum err set_bytes(struct db *db, const char *sql, uint64_t id, const uint8_t *p, size_t n) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, p, n);
	db_bind_u64(stmt, 1, id);
	return db_exec_one(stmt);
}

enum err destination_store_believe(struct db *db, uint64_t id, const uint8_t *peer_key) {
	return set_bytes(db, sql_believe, id, peer_key, SIGN_PUBLIC_BYTES);
}

enum err destination_store_know(struct db *db, uint64_t id, const uint8_t *kid) {
	return set_bytes(db, sql_know, id, kid, SIGN_KID_BYTES);
}

static const char sql_least[] = "SELECT MIN(watermark) FROM destination WHERE school_id = ?";

enum err destination_store_least_watermark(struct db *db, uint64_t school_id, uint64_t *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_least, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	e = db_next(stmt);
	if (!e && !db_col_is_null(stmt, 0)) {
		*out = db_col_u64(stmt, 0);
	}
	return e;
}

/* ---- at a glance ---- */

static const char sql_records[] =
		"SELECT COUNT(*), COALESCE(SUM(number > ?), 0) FROM record WHERE school_id = ?";
/* The one batch under way: records, not changes; one chosen by hand has no range of numbers. */
static const char sql_open[] =
		"SELECT IF(o.state = 1, o.n, 0), IF(o.state = 2, o.n, 0) FROM (SELECT b.state,"
		"  IF(b.first_number = b.last_number, b.records, (SELECT COUNT(*) FROM record r"
		"   WHERE r.school_id = b.school_id AND r.number > b.first_number"
		"   AND r.number <= b.last_number)) AS n"
		"  FROM outgoing b WHERE b.destination_id = ? AND b.state < 3 LIMIT 1) AS o";
static const char sql_states[] =
		"SELECT COALESCE(SUM(state = 1), 0), COALESCE(SUM(state = 3), 0),"
		" COALESCE(SUM(state = 5), 0) FROM record_state WHERE destination_id = ?";

/* The columns of the one row, as numbers. */
static enum err numbers(struct db_stmt *stmt, uint64_t *out, unsigned count) {
	enum err e = db_next(stmt);
	for (unsigned i = 0; !e && i < count; i++) {
		out[i] = db_col_u64(stmt, i);
	}
	return e;
}

enum err destination_store_counts(
		struct db *db, const struct destination *d, struct destination_counts *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *records = NULL;
	_cleanup_(db_stmt_freep) struct db_stmt *open = NULL;
	_cleanup_(db_stmt_freep) struct db_stmt *states = NULL;
	uint64_t r[2] = { 0, 0 };
	uint64_t o[2] = { 0, 0 };
	uint64_t s[3] = { 0, 0, 0 };
	enum err e = db_prepare(db, sql_records, &records);
	e = e ? e : db_prepare(db, sql_open, &open);
	e = e ? e : db_prepare(db, sql_states, &states);
	if (e) {
		return e;
	}
	db_bind_u64(records, 0, d->watermark);
	db_bind_u64(records, 1, d->school_id);
	db_bind_u64(open, 0, d->id);
	db_bind_u64(states, 0, d->id);
	e = numbers(records, r, 2);
	e = e ? e : numbers(open, o, 2);
	e = e == ERR_NOT_FOUND ? ERR_OK : e; /* none is under way */
	e = e ? e : numbers(states, s, 3);
	if (e) {
		return e;
	}
	uint64_t others = r[1] + o[0] + o[1] + s[0] + s[1] + s[2];
	*out = (struct destination_counts){ .queued = r[1] + o[0] + s[0],
		.sent = o[1],
		.received = s[1],
		.applied = r[0] > others ? r[0] - others : 0,
		.rejected = s[2] };
	return ERR_OK;
}
