#include "exam/hall/root_store.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/seal/chain.h"
#include "exam/hall/bound_store.h"
#include "exam/hall/root.h"

/* How long after its window a sitting is still looked at for receipts that came later. */
#define LATER_MS INT64_C(2592000000) /* 30 days */

static const char sql_ended[] =
		"SELECT s.id, s.school_id, s.root_count"
		" FROM sitting s WHERE s.starts_at_ms <= ?"
		" AND EXISTS (SELECT 1 FROM attempt a WHERE a.sitting_id = s.id)"
		" AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.sitting_id = s.id AND a.state <> 3)"
		" AND (s.root_count = 0"
		"   OR (s.window_end_ms > ? AND (SELECT SUM(a.gen) FROM attempt a"
		"     WHERE a.sitting_id = s.id) > (SELECT MAX(t.receipt_count) FROM sitting_root t"
		"     WHERE t.sitting_id = s.id))) LIMIT ?";

static const char sql_receipts[] =
		"SELECT r.bytes FROM receipt r JOIN attempt a ON a.id = r.attempt_id"
		" WHERE a.sitting_id = ? AND a.school_id = ? ORDER BY r.attempt_id, r.gen";

static const char sql_root[] =
		"INSERT INTO sitting_root (sitting_id, number, school_id, receipt_count, at_ms, bytes,"
		" signature) VALUES (?, ?, ?, ?, ?, ?, ?)";

static const char sql_count[] = "UPDATE sitting SET root_count = root_count + 1"
				" WHERE id = ? AND school_id = ? AND root_count = ?";

enum err root_store_merkle(struct db *db, uint64_t school, const struct id16 *sitting,
		uint32_t *out_count, struct hash *out_hash) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_receipts, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, sitting->b, ID16_BYTES);
	db_bind_u64(stmt, 1, school);
	struct merkle tree;
	merkle_init(&tree);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct str bytes = db_col_str(stmt, 0);
		merkle_add(&tree, bytes.p, bytes.n);
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out_count = (uint32_t)tree.count;
	merkle_root(&tree, out_hash);
	return ERR_OK;
}

struct ended {
	struct id16 sitting;
	uint64_t school;
	uint32_t last_number;
};

struct ended_list {
	struct ended *items;
	size_t count;
	size_t cap;
};

static void ended_list_finish(struct ended_list *list) {
	free(list->items);
}

static enum err find_ended(struct db *db, int64_t now_ms, struct ended_list *list) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_ended, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_i64(stmt, 1, now_ms - LATER_MS);
	db_bind_u64(stmt, 2, ROOT_STORE_MAX);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(list, ROOT_STORE_MAX);
		if (e) {
			return e;
		}
		struct ended *s = &list->items[list->count++];
		s->school = db_col_u64(stmt, 1);
		s->last_number = (uint32_t)db_col_u64(stmt, 2);
		e = db_col_bytes(stmt, 0, s->sitting.b, ID16_BYTES);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err add_root(
		struct db *db, const struct keys *keys, int64_t now_ms, const struct ended *s) {
	struct root root = { .school = s->school,
		.sitting = s->sitting,
		.number = s->last_number + 1,
		.at_ms = now_ms };
	enum err e = root_store_merkle(db, s->school, &s->sitting, &root.receipt_count, &root.hash);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = e ? e : db_prepare(db, sql_root, &stmt);
	if (e) {
		return e;
	}
	uint8_t bytes[ROOT_BYTES];
	uint8_t signature[SIGN_BYTES];
	memcpy(root.sign_kid, keys_sign_kid(keys), SIGN_KID_BYTES);
	root_print(&root, bytes);
	keys_sign(keys, bytes, sizeof(bytes), signature);
	db_bind_bytes(stmt, 0, root.sitting.b, ID16_BYTES);
	db_bind_u64(stmt, 1, root.number);
	db_bind_u64(stmt, 2, root.school);
	db_bind_u64(stmt, 3, root.receipt_count);
	db_bind_i64(stmt, 4, root.at_ms);
	db_bind_bytes(stmt, 5, bytes, sizeof(bytes));
	db_bind_bytes(stmt, 6, signature, sizeof(signature));
	return db_exec(stmt, NULL);
}

static enum err count_root(struct db *db, const struct ended *s) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_count, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, s->sitting.b, ID16_BYTES);
	db_bind_u64(stmt, 1, s->school);
	db_bind_u64(stmt, 2, s->last_number);
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	return e || changed ? e : ERR_EXISTS;
}

struct signing {
	const struct keys *keys;
	int64_t now_ms;
	const struct ended *ended;
};

/* How many roots there are is bound with the sitting: one that is gone is missed. */
static enum err sign_root(struct db *db, void *ctx) {
	const struct signing *n = ctx;
	const struct ended *s = n->ended;
	bool is_bound = false;
	enum err e = bound_store_holds(db, n->keys, s->school, &s->sitting, &is_bound);
	e = e ? e : count_root(db, s);
	e = e ? e : add_root(db, n->keys, n->now_ms, s);
	return e || !is_bound ? e : bound_store_sitting(db, n->keys, s->school, &s->sitting);
}

enum err root_store_sign(
		struct db *db, const struct keys *keys, int64_t now_ms, size_t *out_count) {
	_cleanup_(ended_list_finish) struct ended_list list = { 0 };
	enum err e = find_ended(db, now_ms, &list);
	for (size_t i = 0; i < list.count && !e; i++) {
		struct signing signing = { keys, now_ms, &list.items[i] };
		e = db_transact(db, sign_root, &signing);
		e = e == ERR_EXISTS ? ERR_OK : e; /* another process was quicker */
	}
	if (!e) {
		*out_count = list.count;
	}
	return e;
}
