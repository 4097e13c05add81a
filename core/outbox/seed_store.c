#include "core/outbox/seed_store.h"

#include <stdlib.h>

#include "core/outbox/outbox_store.h"
#include "core/outbox/touch_store.h"

/* The one clock is anchored on the database's; stores are given no other. */
#define SQL_NOW "CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED)"

/* ---- who tells ---- */

static const char sql_due[] =
		"SELECT school_id FROM outbox_head WHERE seeded_at_ms IS NULL"
		" AND (seed_until_ms <= ? OR seed_by = ?) ORDER BY begun_at_ms LIMIT 1";
static const char sql_lease[] =
		"UPDATE outbox_head SET seed_by = ?, seed_until_ms = ? WHERE school_id = ?"
		" AND seeded_at_ms IS NULL AND (seed_until_ms <= ? OR seed_by = ?)";
static const char sql_fail[] =
		"UPDATE outbox_head SET seed_by = NULL, seed_until_ms = ?, seed_error = ?"
		" WHERE school_id = ?";
static const char sql_seeded[] = "UPDATE outbox_head SET seeded_at_ms = " SQL_NOW
				 ", seed_by = NULL, seed_until_ms = 0, seed_error = ''"
				 " WHERE school_id = ? AND seeded_at_ms IS NULL";

/* ERR_NOT_FOUND: another has it, or it is done. */
static enum err lease_one(struct db *db, const struct seed_lease *lease, uint64_t school_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_lease, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, lease->by, SEED_BY_BYTES);
	db_bind_i64(stmt, 1, lease->until_ms);
	db_bind_u64(stmt, 2, school_id);
	db_bind_i64(stmt, 3, lease->now_ms);
	db_bind_bytes(stmt, 4, lease->by, SEED_BY_BYTES);
	return db_exec_one(stmt);
}

static enum err find_due(struct db *db, const struct seed_lease *lease, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_due, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, lease->now_ms);
	db_bind_bytes(stmt, 1, lease->by, SEED_BY_BYTES);
	e = db_next(stmt);
	if (!e) {
		*out_id = db_col_u64(stmt, 0);
	}
	return e;
}

static enum err take_named(struct db *db, const struct seed_lease *lease, uint64_t school_id) {
	struct outbox_head head;
	enum err e = outbox_store_head(db, school_id, &head);
	if (e || head.seeded_at_ms) {
		return e ? e : ERR_NOT_FOUND;
	}
	e = lease_one(db, lease, school_id);
	return e == ERR_NOT_FOUND ? ERR_BUSY : e;
}

enum err seed_store_take(struct db *db, const struct seed_lease *lease, uint64_t school_id,
		uint64_t *out_id) {
	uint64_t id = school_id;
	enum err e = school_id ? take_named(db, lease, school_id) : find_due(db, lease, &id);
	if (!e && !school_id) {
		e = lease_one(db, lease, id);
	}
	if (!e) {
		*out_id = id;
	}
	return e;
}

enum err seed_store_renew(struct db *db, const struct seed_lease *lease, uint64_t school_id) {
	enum err e = lease_one(db, lease, school_id);
	return e == ERR_NOT_FOUND ? ERR_STALE : e;
}

enum err seed_store_fail(
		struct db *db, uint64_t school_id, const char *error, int64_t again_at_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_fail, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, again_at_ms);
	db_bind_text(stmt, 1, error);
	db_bind_u64(stmt, 2, school_id);
	return db_exec(stmt, NULL);
}

/* ---- telling ---- */

struct seeding {
	uint64_t school_id;
	const struct record_kinds *kinds;
	uint64_t class_id; /* 0: what is of no class */
	uint64_t *classes;
	size_t class_count;
};

static void seeding_finish(struct seeding *s) {
	free(s->classes);
}

/* Every kind in one scope: those with classes in a class, the others as a whole. */
static enum err touch_kinds(
		struct outbox_turn *turn, const struct record_kinds *kinds, uint64_t class_id) {
	struct record_scope scope = { .class_id = class_id };
	enum err e = ERR_OK;
	for (size_t i = 0; i < kinds->count && !e; i++) {
		if (!kinds->list[i]->class_column == !class_id) {
			e = outbox_turn_touch(turn, kinds->list[i], &scope, 1);
		}
	}
	return e;
}

static enum err run_scope(struct db *db, void *ctx) {
	struct seeding *s = ctx;
	struct outbox_turn turn;
	enum err e = outbox_turn_begin(db, s->school_id, &turn);
	e = e ? e : touch_kinds(&turn, s->kinds, s->class_id);
	if (!e && s->class_id == 0) {
		free(s->classes); /* of a run that failed */
		s->classes = NULL;
		e = outbox_turn_classes(&turn, &s->classes, &s->class_count);
	}
	return e ? e : outbox_turn_end(&turn);
}

static enum err set_seeded(struct db *db, uint64_t school_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_seeded, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	return db_exec(stmt, NULL);
}

enum err seed_store_run(struct db *db, uint64_t school_id, const struct record_kinds *kinds,
		enum err (*go_on)(void *ctx), void *ctx) {
	_cleanup_(seeding_finish) struct seeding s = { .school_id = school_id, .kinds = kinds };
	enum err e = db_transact(db, run_scope, &s);
	for (size_t i = 0; i < s.class_count && !e; i++) {
		s.class_id = s.classes[i];
		e = go_on ? go_on(ctx) : ERR_OK;
		e = e ? e : db_transact(db, run_scope, &s);
	}
	return e ? e : set_seeded(db, school_id);
}
