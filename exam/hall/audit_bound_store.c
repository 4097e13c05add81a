#include "exam/hall/audit_bound_store.h"

#include "exam/hall/bound.h"
#include "exam/hall/bound_store.h"

enum { PAGE = 64 /* sittings of one moment */ };

static const char sql_sittings[] =
		"SELECT s.id, s.mac, s.root_count,"
		" (SELECT COUNT(*) FROM sitting_root w WHERE w.sitting_id = s.id"
		"   AND w.number BETWEEN 1 AND s.root_count),"
		" (SELECT COUNT(*) FROM sitting_root w WHERE w.sitting_id = s.id), " BOUND_SITTING_TEXT
		" FROM sitting s WHERE s.id > ? AND (s.school_id = ? OR ? = 0)"
		" ORDER BY s.id LIMIT ?";
static const char sql_attempts[] =
		"SELECT a.id, a.mac, a.gen, a.salt, a.checkpoint_mac IS NOT NULL, " BOUND_ATTEMPT_TEXT
		" FROM attempt a WHERE a.sitting_id = ? ORDER BY a.id";
static const char sql_rooms[] = "SELECT r.id, r.mac, " BOUND_ROOM_TEXT
				" FROM room r WHERE r.sitting_id = ? ORDER BY r.id";
static const char sql_acts[] = "SELECT t.id, t.mac, " BOUND_ACT_TEXT
			       " FROM room_act t WHERE t.room_id = ? ORDER BY t.id";

/* A mac as it is stored. */
struct stored {
	bool is_there;
	struct hash mac;
};

struct walk {
	struct db *db;
	const struct keys *keys;
	uint64_t school;
	struct audit_out out;
	uint64_t unbound;
	struct id16 sitting; /* the last one */
	bool is_bound;       /* that one */
	bool is_like_bound;  /* it is not, and something of it is */
	size_t in_page;
};

static void tell(struct walk *w, struct audit_finding finding) {
	w->out.report(w->out.owner, &finding);
}

/* The mac in column 1. */
static enum err read_stored(const struct db_stmt *stmt, struct stored *out) {
	out->is_there = !db_col_is_null(stmt, 1);
	return out->is_there ? db_col_bytes(stmt, 1, out->mac.b, HASH_BYTES) : ERR_OK;
}

static enum err each(struct walk *w, struct db_stmt *stmt,
		enum err (*take)(struct walk *w, const struct db_stmt *stmt)) {
	enum err e = ERR_OK;
	while ((e = db_next(stmt)) == ERR_OK) {
		e = take(w, stmt);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* --- attempts --- */

/* An attempt of an unbound sitting is from before there were macs, unless its salt is marked. */
static enum err take_attempt(struct walk *w, const struct db_stmt *stmt) {
	struct audit_finding f = { .fault = AUDIT_ATTEMPT_BOUND };
	struct stored stored = { 0 };
	struct hash mac;
	uint8_t salt[EVENT_SALT_BYTES];
	f.gen = (uint32_t)db_col_u64(stmt, 2);
	enum err e = db_col_bytes(stmt, 0, f.id.b, ID16_BYTES);
	e = e ? e : read_stored(stmt, &stored);
	e = e ? e : db_col_bytes(stmt, 3, salt, sizeof(salt));
	if (e) {
		return e;
	}
	bool is_dealt = w->is_bound || stored.is_there || bound_is_marked(w->keys, salt);
	bound_mac(w->keys, BOUND_ATTEMPT, NULL, db_col_str(stmt, 5), &mac);
	bool is_good = stored.is_there && hash_equal(&mac, &stored.mac) && db_col_bool(stmt, 4);
	w->is_like_bound = w->is_like_bound || (is_dealt && !w->is_bound);
	if (is_dealt && !is_good) {
		tell(w, f);
	}
	return ERR_OK;
}

static enum err walk_attempts(struct walk *w) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(w->db, sql_attempts, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, w->sitting.b, ID16_BYTES);
	return each(w, stmt, take_attempt);
}

/* --- rooms and acts --- */

/* Each act is judged by the stored one before it, so that one edit is one finding. *io: the mac of
 * the room, then of its last act. */
static enum err walk_acts(struct walk *w, uint64_t room, struct hash *io) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(w->db, sql_acts, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, room);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct stored stored = { 0 };
		struct hash mac;
		e = read_stored(stmt, &stored);
		if (e) {
			return e;
		}
		bound_mac(w->keys, BOUND_ACT, io, db_col_str(stmt, 2), &mac);
		if (!stored.is_there || !hash_equal(&mac, &stored.mac)) {
			tell(w,
					(struct audit_finding){ .fault = AUDIT_ACT_CHANGED,
							.id = w->sitting,
							.room = room,
							.act = db_col_u64(stmt, 0) });
		}
		*io = stored.is_there ? stored.mac : mac;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err take_room(struct walk *w, const struct db_stmt *stmt) {
	struct stored stored = { 0 };
	struct hash mac;
	uint64_t room = db_col_u64(stmt, 0);
	enum err e = read_stored(stmt, &stored);
	if (e || (!stored.is_there && !w->is_bound)) {
		return e;
	}
	w->is_like_bound = w->is_like_bound || !w->is_bound;
	bound_mac(w->keys, BOUND_ROOM, NULL, db_col_str(stmt, 2), &mac);
	e = walk_acts(w, room, &mac);
	if (!e && (!stored.is_there || !hash_equal(&mac, &stored.mac))) {
		tell(w,
				(struct audit_finding){ .fault = AUDIT_ROOM_CHANGED,
						.id = w->sitting,
						.room = room });
	}
	return e;
}

static enum err walk_rooms(struct walk *w) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(w->db, sql_rooms, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, w->sitting.b, ID16_BYTES);
	return each(w, stmt, take_room);
}

/* --- sittings --- */

static void judge_roots(struct walk *w, const struct db_stmt *stmt) {
	uint64_t want = db_col_u64(stmt, 2);
	uint64_t within = db_col_u64(stmt, 3);
	struct audit_finding f = { .id = w->sitting, .gen = (uint32_t)want };
	if (within < want) {
		f.fault = AUDIT_ROOT_MISSING;
		tell(w, f);
	}
	if (db_col_u64(stmt, 4) > within) {
		f.fault = AUDIT_ROOT_ADDED;
		tell(w, f);
	}
}

static enum err take_sitting(struct walk *w, const struct db_stmt *stmt) {
	struct stored stored = { 0 };
	struct hash mac;
	enum err e = db_col_bytes(stmt, 0, w->sitting.b, ID16_BYTES);
	e = e ? e : read_stored(stmt, &stored);
	if (e) {
		return e;
	}
	w->in_page++;
	w->is_bound = stored.is_there;
	w->is_like_bound = false;
	judge_roots(w, stmt);
	bound_mac(w->keys, BOUND_SITTING, NULL, db_col_str(stmt, 5), &mac);
	e = walk_attempts(w);
	e = e ? e : walk_rooms(w);
	if (w->is_like_bound || (w->is_bound && !hash_equal(&mac, &stored.mac))) {
		tell(w, (struct audit_finding){ .fault = AUDIT_SITTING_CHANGED, .id = w->sitting });
	}
	w->unbound += !w->is_bound && !w->is_like_bound;
	return e;
}

static enum err walk_page(struct db *db, void *ctx) {
	struct walk *w = ctx;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_sittings, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, w->sitting.b, ID16_BYTES);
	db_bind_u64(stmt, 1, w->school);
	db_bind_u64(stmt, 2, w->school);
	db_bind_u64(stmt, 3, PAGE);
	return each(w, stmt, take_sitting);
}

enum err audit_bound_store_run(struct db *db, const struct keys *keys, uint64_t school,
		struct audit_out out, uint64_t *out_unbound) {
	struct walk w = { .db = db, .keys = keys, .school = school, .out = out };
	enum err e = ERR_OK;
	do {
		w.in_page = 0;
		e = db_transact_with(db, DB_TX_READ, walk_page, &w);
	} while (!e && w.in_page == PAGE);
	if (!e) {
		*out_unbound = w.unbound;
	}
	return e;
}
