#include "exam/hall/ticket_store.h"

static const char sql_revoke[] =
		"UPDATE ticket SET revoked_at_ms = ? WHERE school_id = ? AND revoked_at_ms IS NULL"
		" AND attempt_id IN (SELECT id FROM attempt WHERE room_id = ? AND school_id = ?)";
static const char sql_add[] =
		"INSERT INTO ticket (code_hash, school_id, attempt_id, created_at_ms, expires_at_ms)"
		" VALUES (?, ?, ?, ?, ?)";
static const char sql_is_of_room[] =
		"SELECT 1 FROM attempt WHERE id = ? AND room_id = ? AND school_id = ?";

#define SQL_OPENS                                                                \
	"a.id, a.school_id, a.room_id, a.person_id, p.full_name, s.code, s.name" \
	" FROM attempt a JOIN person p ON p.id = a.person_id"                    \
	" JOIN school s ON s.id = a.school_id"

static const char sql_find[] = "SELECT t.expires_at_ms, t.revoked_at_ms, " SQL_OPENS
			       " JOIN ticket t ON t.attempt_id = a.id AND t.school_id = a.school_id"
			       " WHERE t.code_hash = ?";
static const char sql_of_attempt[] =
		"SELECT 0, NULL, " SQL_OPENS " WHERE a.id = ? AND a.school_id = ?";

struct replace {
	uint64_t school;
	uint64_t room;
	const struct ticket_new *tickets;
	size_t count;
	int64_t now_ms;
	int64_t expires_at_ms;
};

static enum err check_room(struct db *db, const struct replace *r) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_is_of_room, &stmt);
	for (size_t i = 0; !e && i < r->count; i++) {
		db_bind_bytes(stmt, 0, r->tickets[i].attempt.b, ID16_BYTES);
		db_bind_u64(stmt, 1, r->room);
		db_bind_u64(stmt, 2, r->school);
		e = db_next(stmt);
	}
	return e;
}

static enum err revoke(struct db *db, const struct replace *r) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_revoke, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, r->now_ms);
	db_bind_u64(stmt, 1, r->school);
	db_bind_u64(stmt, 2, r->room);
	db_bind_u64(stmt, 3, r->school);
	return db_exec(stmt, NULL);
}

static enum err add(struct db *db, const struct replace *r) {
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum err e = db_bulk_open(db, sql_add, 256, &bulk);
	for (size_t i = 0; !e && i < r->count; i++) {
		db_bulk_bytes(bulk, 0, r->tickets[i].code_hash.b, HASH_BYTES);
		db_bulk_u64(bulk, 1, r->school);
		db_bulk_bytes(bulk, 2, r->tickets[i].attempt.b, ID16_BYTES);
		db_bulk_i64(bulk, 3, r->now_ms);
		db_bulk_i64(bulk, 4, r->expires_at_ms);
		db_bulk_row(bulk);
		if (db_bulk_is_full(bulk)) {
			e = db_bulk_run(bulk);
		}
	}
	return e ? e : db_bulk_run(bulk);
}

static enum err replace_in(struct db *db, void *ctx) {
	const struct replace *r = ctx;
	enum err e = check_room(db, r);
	e = e ? e : revoke(db, r);
	return e ? e : add(db, r);
}

enum err ticket_store_replace(struct db *db, uint64_t school, uint64_t room,
		const struct ticket_new *tickets, size_t count, int64_t now_ms,
		int64_t expires_at_ms) {
	if (count > TICKET_STORE_MAX) {
		return ERR_LIMIT;
	}
	struct replace r = { school, room, tickets, count, now_ms, expires_at_ms };
	return db_transact(db, replace_in, &r);
}

/* Column 0 and 1 are the ticket's; the rest is SQL_OPENS. */
static enum err read_row(struct db_stmt *stmt, struct ticket_opens *out) {
	struct ticket_opens o = {
		.school = db_col_u64(stmt, 3),
		.room = db_col_u64(stmt, 4),
		.person = db_col_u64(stmt, 5),
	};
	enum err e = db_col_bytes(stmt, 2, o.attempt.b, ID16_BYTES);
	e = e ? e : db_col_copy(stmt, 6, o.full_name, sizeof(o.full_name));
	e = e ? e : db_col_copy(stmt, 7, o.school_code, sizeof(o.school_code));
	e = e ? e : db_col_copy(stmt, 8, o.school_name, sizeof(o.school_name));
	if (!e) {
		*out = o;
	}
	return e;
}

enum err ticket_store_find(struct db *db, const struct hash *code_hash, int64_t now_ms,
		struct ticket_opens *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_find, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, code_hash->b, HASH_BYTES);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	if (!db_col_is_null(stmt, 1) || now_ms >= db_col_i64(stmt, 0)) {
		return ERR_EXPIRED;
	}
	return read_row(stmt, out);
}

enum err ticket_store_of_attempt(struct db *db, uint64_t school, const struct id16 *attempt,
		struct ticket_opens *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_of_attempt, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, attempt->b, ID16_BYTES);
	db_bind_u64(stmt, 1, school);
	e = db_next(stmt);
	return e ? e : read_row(stmt, out);
}
