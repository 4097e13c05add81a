#include "gradebook/marks/head_store.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"

static const char sql_moved[] =
		"SELECT school_id, class_id, subject_id FROM mark_ledger_head"
		" WHERE number > signed_number AND signed_at_ms <= ? AND (school_id = ? OR ? = 0)"
		" LIMIT ?";
static const char sql_head[] =
		"SELECT number, hash, signed_number FROM mark_ledger_head"
		" WHERE school_id = ? AND class_id = ? AND subject_id = ? FOR UPDATE";
static const char sql_signed[] =
		"SELECT bytes, signature FROM mark_head_signed"
		" WHERE school_id = ? AND class_id = ? AND subject_id = ? AND number = ?";
static const char sql_add[] =
		"INSERT INTO mark_head_signed (class_id, subject_id, number, school_id, at_ms, bytes,"
		" signature) VALUES (?, ?, ?, ?, ?, ?, ?)";
static const char sql_note[] = "UPDATE mark_ledger_head SET signed_number = ?, signed_at_ms = ?"
			       " WHERE school_id = ? AND class_id = ? AND subject_id = ?";
static const char sql_newest[] =
		"SELECT s.bytes, s.signature FROM mark_head_signed s JOIN"
		" (SELECT class_id, subject_id, MAX(number) AS number FROM mark_head_signed"
		"  WHERE school_id = ? OR ? = 0 GROUP BY class_id, subject_id) n"
		" ON n.class_id = s.class_id AND n.subject_id = s.subject_id"
		" AND n.number = s.number ORDER BY s.class_id, s.subject_id";

struct signing {
	const struct keys *keys;
	struct ledger_chain chain;
	int64_t now_ms;
	uint8_t bytes[HEAD_SIGNED_BYTES];
};

/* The bytes that were signed for that row before. */
static enum err load_signed(struct db *db, struct signing *s, uint32_t number) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_signed, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, s->chain.school_id);
	db_bind_u64(stmt, 1, s->chain.class_id);
	db_bind_u64(stmt, 2, s->chain.subject_id);
	db_bind_u64(stmt, 3, number);
	e = db_next(stmt);
	e = e ? e : db_col_bytes(stmt, 0, s->bytes, HEAD_BYTES);
	return e ? e : db_col_bytes(stmt, 1, s->bytes + HEAD_BYTES, SIGN_BYTES);
}

static enum err add_signed(struct db *db, const struct signing *s, uint32_t number) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, s->chain.class_id);
	db_bind_u64(stmt, 1, s->chain.subject_id);
	db_bind_u64(stmt, 2, number);
	db_bind_u64(stmt, 3, s->chain.school_id);
	db_bind_i64(stmt, 4, s->now_ms);
	db_bind_bytes(stmt, 5, s->bytes, HEAD_BYTES);
	db_bind_bytes(stmt, 6, s->bytes + HEAD_BYTES, SIGN_BYTES);
	return db_exec(stmt, NULL);
}

static enum err note_signed(struct db *db, const struct signing *s, uint32_t number) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_note, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, number);
	db_bind_i64(stmt, 1, s->now_ms);
	db_bind_u64(stmt, 2, s->chain.school_id);
	db_bind_u64(stmt, 3, s->chain.class_id);
	db_bind_u64(stmt, 4, s->chain.subject_id);
	return db_exec_one(stmt);
}

static enum err sign_in_tx(struct db *db, void *ctx) {
	struct signing *s = ctx;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_head, &stmt);
	if (e) {
		return e;
	}
	struct head head = { .school_id = s->chain.school_id,
		.class_id = s->chain.class_id,
		.subject_id = s->chain.subject_id,
		.at_ms = s->now_ms };
	db_bind_u64(stmt, 0, head.school_id);
	db_bind_u64(stmt, 1, head.class_id);
	db_bind_u64(stmt, 2, head.subject_id);
	e = db_next(stmt);
	e = e ? e : db_col_bytes(stmt, 1, head.hash.b, HASH_BYTES);
	if (e) {
		return e;
	}
	head.number = (uint32_t)db_col_u64(stmt, 0);
	if (head.number == 0) {
		return ERR_NOT_FOUND;
	}
	if (head.number <= db_col_u64(stmt, 2)) {
		return load_signed(db, s, head.number);
	}
	memcpy(head.sign_kid, keys_sign_kid(s->keys), SIGN_KID_BYTES);
	head_print(&head, s->bytes);
	keys_sign(s->keys, s->bytes, HEAD_BYTES, s->bytes + HEAD_BYTES);
	e = add_signed(db, s, head.number);
	e = e == ERR_EXISTS ? ERR_OK : e; /* the note of it was lost */
	return e ? e : note_signed(db, s, head.number);
}

enum err head_store_now(struct db *db, const struct keys *keys, const struct ledger_chain *chain,
		int64_t now_ms, uint8_t *out) {
	struct signing s = { .keys = keys, .chain = *chain, .now_ms = now_ms };
	enum err e = db_transact(db, sign_in_tx, &s);
	if (!e) {
		memcpy(out, s.bytes, sizeof(s.bytes));
	}
	return e;
}

struct chains {
	struct ledger_chain *items;
	size_t count;
	size_t cap;
};

static void chains_finish(struct chains *list) {
	free(list->items);
}

static enum err find_moved(struct db *db, uint64_t school, int64_t before_ms, struct chains *list) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_moved, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, before_ms);
	db_bind_u64(stmt, 1, school);
	db_bind_u64(stmt, 2, school);
	db_bind_u64(stmt, 3, HEAD_TOGETHER_MAX);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(list, HEAD_TOGETHER_MAX);
		if (e) {
			return e;
		}
		list->items[list->count++] = (struct ledger_chain){ db_col_u64(stmt, 0),
			db_col_u64(stmt, 1), db_col_u64(stmt, 2) };
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err head_store_sign(struct db *db, const struct keys *keys, uint64_t school, int64_t now_ms,
		int64_t every_ms, size_t *out_count) {
	_cleanup_(chains_finish) struct chains list = { 0 };
	enum err e = find_moved(db, school, now_ms - every_ms, &list);
	for (size_t i = 0; i < list.count && !e; i++) {
		uint8_t bytes[HEAD_SIGNED_BYTES];
		e = head_store_now(db, keys, &list.items[i], now_ms, bytes);
	}
	if (!e) {
		*out_count = list.count;
	}
	return e;
}

enum err head_store_newest(struct db *db, uint64_t school,
		enum err (*each)(struct str signed_bytes, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_newest, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school);
	db_bind_u64(stmt, 1, school);
	while ((e = db_next(stmt)) == ERR_OK) {
		uint8_t bytes[HEAD_SIGNED_BYTES];
		e = db_col_bytes(stmt, 0, bytes, HEAD_BYTES);
		e = e ? e : db_col_bytes(stmt, 1, bytes + HEAD_BYTES, SIGN_BYTES);
		e = e ? e : each((struct str){ (const char *)bytes, sizeof(bytes) }, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
