#include "exam/hall/bound_store.h"

#include <stdlib.h>

#include "core/base/grow.h"
#include "exam/hall/bound.h"
#include "exam/hall/sitting.h"

enum { ROWS_A_RUN = 256, ATTEMPTS_MAX = 1000000 };

#define ATTEMPTS "SELECT a.id, a.mac, " BOUND_ATTEMPT_TEXT " FROM attempt a"
#define HELD " AND a.mac IS NOT NULL FOR UPDATE"
static const char sql_one[] = ATTEMPTS " WHERE a.id = ? AND a.school_id = ?" HELD;
static const char sql_of_room[] =
		ATTEMPTS " WHERE a.room_id = ? AND a.school_id = ? AND a.state <> 3" HELD;
static const char sql_of_sitting[] =
		ATTEMPTS " WHERE a.sitting_id = ? AND a.school_id = ? AND a.state <> 3" HELD;
static const char sql_ending[] =
		ATTEMPTS " WHERE a.state IN (1, 2) AND a.ends_at_ms > ? AND a.ends_at_ms <= ?" HELD;
static const char sql_again[] = ATTEMPTS " WHERE a.id = ?";
static const char sql_dealt[] = ATTEMPTS " WHERE a.sitting_id = ? AND a.school_id = ?";
static const char sql_set_attempt[] = "UPDATE attempt SET mac = ? WHERE id = ?";
static const char sql_deal_attempt[] =
		"UPDATE attempt SET mac = ?, checkpoint_mac = ? WHERE id = ?";

static const char sql_rooms[] = "SELECT r.id, " BOUND_ROOM_TEXT
				" FROM room r WHERE r.sitting_id = ? AND r.school_id = ?";
static const char sql_set_room[] = "UPDATE room SET mac = ? WHERE id = ? AND school_id = ?";
static const char sql_act[] =
		"SELECT t.id, r.mac, " BOUND_ACT_TEXT " FROM room r"
		" JOIN room_act t ON t.room_id = r.id AND t.school_id = r.school_id"
		" WHERE r.id = ? AND r.school_id = ? ORDER BY t.id DESC LIMIT 1 FOR UPDATE";
static const char sql_set_act[] = "UPDATE room_act SET mac = ? WHERE id = ? AND school_id = ?";

static const char sql_lock_sitting[] =
		"SELECT 1 FROM sitting WHERE id = ? AND school_id = ? FOR UPDATE";
static const char sql_sitting[] = "SELECT s.mac, " BOUND_SITTING_TEXT
				  " FROM sitting s WHERE s.id = ? AND s.school_id = ?";
static const char sql_set_sitting[] = "UPDATE sitting SET mac = ? WHERE id = ? AND school_id = ?";

void bound_attempts_finish(struct bound_attempts *list) {
	free(list->items);
	*list = (struct bound_attempts){ 0 };
}

/* --- attempts --- */

/* An attempt's macs, until the bulk that points to them has run. */
struct made {
	struct id16 id;
	struct hash mac;
	struct hash checkpoint; /* of one that was just dealt */
};

struct made_list {
	struct made *items;
	size_t count;
	size_t cap;
};

static void made_list_finish(struct made_list *list) {
	free(list->items);
}

static enum err note_held(
		const struct db_stmt *stmt, const struct keys *keys, struct bound_attempts *list) {
	struct hash stored;
	struct hash mac;
	enum err e = db_col_bytes(stmt, 1, stored.b, HASH_BYTES);
	if (e) {
		return e;
	}
	bound_mac(keys, BOUND_ATTEMPT, NULL, db_col_str(stmt, 2), &mac);
	if (!hash_equal(&mac, &stored)) {
		return ERR_OK;
	}
	e = GROW(list, ATTEMPTS_MAX);
	if (e) {
		return e;
	}
	return db_col_bytes(stmt, 0, list->items[list->count++].b, ID16_BYTES);
}

static enum err note_all(
		struct db_stmt *stmt, const struct keys *keys, struct bound_attempts *out) {
	_cleanup_(bound_attempts_finish) struct bound_attempts list = { 0 };
	enum err e = ERR_OK;
	while ((e = db_next(stmt)) == ERR_OK) {
		e = note_held(stmt, keys, &list);
		if (e) {
			return e;
		}
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out = list;
	list = (struct bound_attempts){ 0 };
	return ERR_OK;
}

static enum err note_by_id(struct db *db, const struct keys *keys, const char *sql,
		const struct id16 *id, uint64_t school, struct bound_attempts *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, id->b, ID16_BYTES);
	db_bind_u64(stmt, 1, school);
	return note_all(stmt, keys, out);
}

enum err bound_store_attempt(struct db *db, const struct keys *keys, uint64_t school,
		const struct id16 *attempt, struct bound_attempts *out) {
	return note_by_id(db, keys, sql_one, attempt, school, out);
}

enum err bound_store_of_sitting(struct db *db, const struct keys *keys, uint64_t school,
		const struct id16 *sitting, struct bound_attempts *out) {
	return note_by_id(db, keys, sql_of_sitting, sitting, school, out);
}

enum err bound_store_of_room(struct db *db, const struct keys *keys, uint64_t school, uint64_t room,
		struct bound_attempts *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_of_room, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, room);
	db_bind_u64(stmt, 1, school);
	return note_all(stmt, keys, out);
}

enum err bound_store_ending(struct db *db, const struct keys *keys, int64_t from_ms,
		int64_t until_ms, struct bound_attempts *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_ending, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, from_ms);
	db_bind_i64(stmt, 1, until_ms);
	return note_all(stmt, keys, out);
}

static enum err add_made(
		const struct db_stmt *stmt, const struct keys *keys, struct made_list *list) {
	enum err e = GROW(list, ATTEMPTS_MAX);
	if (e) {
		return e;
	}
	struct made *m = &list->items[list->count++];
	e = db_col_bytes(stmt, 0, m->id.b, ID16_BYTES);
	if (!e) {
		struct str id = { (const char *)m->id.b, ID16_BYTES };
		bound_mac(keys, BOUND_ATTEMPT, NULL, db_col_str(stmt, 2), &m->mac);
		bound_mac(keys, BOUND_CHECKPOINT, NULL, id, &m->checkpoint);
	}
	return e;
}

static enum err make_again(struct db *db, const struct keys *keys, const struct id16 *id,
		struct made_list *list) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_again, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, id->b, ID16_BYTES);
	e = db_next(stmt);
	return e ? e : add_made(stmt, keys, list);
}

/* Writes the macs, of attempts that are dealt with their checkpoints' first one. */
static enum err set_made(struct db *db, const struct made_list *list, bool is_dealt) {
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	if (list->count == 0) {
		return ERR_OK;
	}
	const char *sql = is_dealt ? sql_deal_attempt : sql_set_attempt;
	enum err e = db_bulk_open(db, sql, ROWS_A_RUN, &bulk);
	for (size_t i = 0; i < list->count && !e; i++) {
		const struct made *m = &list->items[i];
		unsigned at = 0;
		db_bulk_bytes(bulk, at++, m->mac.b, HASH_BYTES);
		if (is_dealt) {
			db_bulk_bytes(bulk, at++, m->checkpoint.b, HASH_BYTES);
		}
		db_bulk_bytes(bulk, at, m->id.b, ID16_BYTES);
		db_bulk_row(bulk);
		e = db_bulk_is_full(bulk) ? db_bulk_run(bulk) : ERR_OK;
	}
	return e ? e : db_bulk_run(bulk);
}

enum err bound_store_renew(
		struct db *db, const struct keys *keys, const struct bound_attempts *list) {
	_cleanup_(made_list_finish) struct made_list made = { 0 };
	enum err e = ERR_OK;
	for (size_t i = 0; i < list->count && !e; i++) {
		e = make_again(db, keys, &list->items[i], &made);
	}
	return e ? e : set_made(db, &made, false);
}

/* --- a sitting --- */

enum err bound_store_holds(struct db *db, const struct keys *keys, uint64_t school,
		const struct id16 *sitting, bool *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *lock = NULL;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_lock_sitting, &lock);
	if (e) {
		return e;
	}
	db_bind_bytes(lock, 0, sitting->b, ID16_BYTES);
	db_bind_u64(lock, 1, school);
	e = db_next(lock);
	e = e ? e : db_prepare(db, sql_sitting, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, sitting->b, ID16_BYTES);
	db_bind_u64(stmt, 1, school);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	if (db_col_is_null(stmt, 0)) {
		*out = false;
		return ERR_OK;
	}
	struct hash stored;
	struct hash mac;
	e = db_col_bytes(stmt, 0, stored.b, HASH_BYTES);
	if (!e) {
		bound_mac(keys, BOUND_SITTING, NULL, db_col_str(stmt, 1), &mac);
		*out = hash_equal(&mac, &stored);
	}
	return e;
}

static enum err mac_sitting(struct db *db, const struct keys *keys, uint64_t school,
		const struct id16 *sitting, struct hash *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_sitting, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, sitting->b, ID16_BYTES);
	db_bind_u64(stmt, 1, school);
	e = db_next(stmt);
	if (!e) {
		bound_mac(keys, BOUND_SITTING, NULL, db_col_str(stmt, 1), out);
	}
	return e;
}

enum err bound_store_sitting(struct db *db, const struct keys *keys, uint64_t school,
		const struct id16 *sitting) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	struct hash mac;
	enum err e = mac_sitting(db, keys, school, sitting, &mac);
	e = e ? e : db_prepare(db, sql_set_sitting, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, mac.b, HASH_BYTES);
	db_bind_bytes(stmt, 1, sitting->b, ID16_BYTES);
	db_bind_u64(stmt, 2, school);
	return db_exec(stmt, NULL);
}

/* --- acts --- */

static enum err set_mac(struct db *db, const char *sql, const struct hash *mac, uint64_t id,
		uint64_t school) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, mac->b, HASH_BYTES);
	db_bind_u64(stmt, 1, id);
	db_bind_u64(stmt, 2, school);
	return db_exec(stmt, NULL);
}

/* ERR_NOT_FOUND: a room from before there were macs. */
static enum err mac_act(struct db *db, const struct keys *keys, uint64_t school, uint64_t room,
		uint64_t *out_act, struct hash *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_act, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, room);
	db_bind_u64(stmt, 1, school);
	e = db_next(stmt);
	if (e || db_col_is_null(stmt, 1)) {
		return e ? e : ERR_NOT_FOUND;
	}
	struct hash before;
	e = db_col_bytes(stmt, 1, before.b, HASH_BYTES);
	if (!e) {
		*out_act = db_col_u64(stmt, 0);
		bound_mac(keys, BOUND_ACT, &before, db_col_str(stmt, 2), out);
	}
	return e;
}

enum err bound_store_act(struct db *db, const struct keys *keys, uint64_t school, uint64_t room) {
	uint64_t act = 0;
	struct hash mac;
	enum err e = mac_act(db, keys, school, room, &act, &mac);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	e = set_mac(db, sql_set_act, &mac, act, school);
	return e ? e : set_mac(db, sql_set_room, &mac, room, school);
}

/* --- dealing --- */

static enum err deal_attempts(struct db *db, const struct keys *keys, uint64_t school,
		const struct id16 *sitting) {
	_cleanup_(made_list_finish) struct made_list made = { 0 };
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_dealt, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, sitting->b, ID16_BYTES);
	db_bind_u64(stmt, 1, school);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = add_made(stmt, keys, &made);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? set_made(db, &made, true) : e;
}

static enum err deal_rooms(struct db *db, const struct keys *keys, uint64_t school,
		const struct id16 *sitting) {
	struct room_mac {
		uint64_t id;
		struct hash mac;
	} rooms[SITTING_CLASSES_MAX];
	size_t count = 0;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_rooms, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, sitting->b, ID16_BYTES);
	db_bind_u64(stmt, 1, school);
	while ((e = db_next(stmt)) == ERR_OK) {
		if (count == SITTING_CLASSES_MAX) {
			return ERR_LIMIT;
		}
		rooms[count].id = db_col_u64(stmt, 0);
		bound_mac(keys, BOUND_ROOM, NULL, db_col_str(stmt, 1), &rooms[count++].mac);
	}
	e = e == ERR_NOT_FOUND ? ERR_OK : e;
	for (size_t i = 0; i < count && !e; i++) {
		e = set_mac(db, sql_set_room, &rooms[i].mac, rooms[i].id, school);
	}
	return e;
}

enum err bound_store_deal(struct db *db, const struct keys *keys, uint64_t school,
		const struct id16 *sitting) {
	enum err e = deal_attempts(db, keys, school, sitting);
	e = e ? e : deal_rooms(db, keys, school, sitting);
	return e ? e : bound_store_sitting(db, keys, school, sitting);
}
