#include "exam/hall/attempt_act_store.h"

#include <stdlib.h>

#include "exam/hall/bound_store.h"

static const char sql_add_act[] =
		"INSERT INTO room_act (school_id, room_id, attempt_id, person_id, kind, amount_ms,"
		" text, idem_key, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

/* Locked: acts of a room are bound one behind the other. */
static const char sql_room[] = "SELECT id FROM room WHERE id = ? AND school_id = ? FOR UPDATE";

static const char sql_open_in_room[] = "SELECT " ATTEMPT_STORE_COLUMNS
				       " FROM attempt a WHERE a.school_id = ? AND a.room_id = ?"
				       " AND a.state <> 3 FOR UPDATE";

static const char sql_set_times[] =
		"UPDATE attempt SET delay_ms = ?, extra_ms = ?, ends_at_ms = ?, ends_revision = ?"
		" WHERE id = ? AND school_id = ? AND room_id = ? AND state <> 3"
		" AND ends_revision = ?";

static struct attempt_times times_of(const struct attempt_row *r) {
	return (struct attempt_times){ .times = r->base.times,
		.ends_revision = r->base.ends_revision,
		.closed_ms = r->base.closed_ms,
		.close_why = r->base.close_why,
		.gen = r->base.gen,
		.seq = r->seq };
}

struct changed {
	struct id16 attempt;
	struct attempt_times times;
};

struct acting {
	const struct keys *keys;
	const struct attempt_act *act;
	const struct phase_sitting *sitting;
	struct changed *changed;
	size_t count;
	size_t cap;
};

static enum err add_act(struct db *db, const struct attempt_act *act) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add_act, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, act->school);
	db_bind_u64(stmt, 1, act->room);
	if (act->is_for_one) {
		db_bind_bytes(stmt, 2, act->attempt.b, ID16_BYTES);
	} else {
		db_bind_null(stmt, 2);
	}
	db_bind_u64(stmt, 3, act->person);
	db_bind_u64(stmt, 4, act->kind);
	db_bind_i64(stmt, 5, act->amount_ms);
	db_bind_str(stmt, 6, act->text);
	db_bind_bytes(stmt, 7, act->key.b, ID16_BYTES);
	db_bind_i64(stmt, 8, act->at_ms);
	return db_exec(stmt, NULL);
}

static enum err check_room(struct db *db, const struct attempt_act *act) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_room, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, act->room);
	db_bind_u64(stmt, 1, act->school);
	return db_next(stmt);
}

static enum err keep_changed(struct acting *a, const struct changed *c) {
	if (a->count == a->cap) {
		size_t cap = a->cap ? a->cap * 2 : 64;
		struct changed *changed = realloc(a->changed, cap * sizeof(*changed));
		if (!changed) {
			return ERR_NOMEM;
		}
		a->changed = changed;
		a->cap = cap;
	}
	a->changed[a->count++] = *c;
	return ERR_OK;
}

/* The new times of one open attempt, computed and kept for the update. */
static enum err plan_one(struct acting *a, const struct attempt_row *r) {
	struct changed c = { .attempt = r->base.attempt, .times = times_of(r) };
	struct phase_attempt *times = &c.times.times;
	if (a->act->kind == ATTEMPT_ACT_EXTRA) {
		times->extra_ms += a->act->amount_ms;
	} else {
		times->delay_ms += a->act->amount_ms;
	}
	if (phase_check_attempt(times)) {
		return ERR_INVAL;
	}
	c.times.ends_revision++;
	return keep_changed(a, &c);
}

static enum err plan_all(struct db *db, struct acting *a) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_open_in_room, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, a->act->school);
	db_bind_u64(stmt, 1, a->act->room);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct attempt_row r;
		e = attempt_store_read(stmt, &r);
		if (!e) {
			e = plan_one(a, &r);
		}
		if (e) {
			return e;
		}
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	return a->count > 0 ? ERR_OK : ERR_CLOSED;
}

static enum err plan(struct db *db, struct acting *a) {
	if (!a->act->is_for_one) {
		return plan_all(db, a);
	}
	struct attempt_place place = { a->act->school, a->act->room, a->act->attempt };
	struct attempt_row r;
	char variant[EVENT_VARIANT_BYTES_MAX + 1];
	enum err e = attempt_store_get(db, true, &place, &r, variant);
	if (e) {
		return e;
	}
	return r.base.times.is_closed ? ERR_CLOSED : plan_one(a, &r);
}

static enum err set_times(struct db *db, const struct acting *a, const struct changed *c) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_set_times, &stmt);
	if (e) {
		return e;
	}
	struct attempt_place place = { a->act->school, a->act->room, c->attempt };
	db_bind_i64(stmt, 0, c->times.times.delay_ms);
	db_bind_i64(stmt, 1, c->times.times.extra_ms);
	db_bind_i64(stmt, 2, phase_end_ms(a->sitting, &c->times.times));
	db_bind_u64(stmt, 3, c->times.ends_revision);
	attempt_store_bind_place(stmt, 4, &place);
	db_bind_u64(stmt, 7, c->times.ends_revision - 1);
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed == 1 ? ERR_OK : ERR_DB_RETRY;
}

static enum err change_times(struct db *db, struct acting *a) {
	const struct attempt_act *act = a->act;
	_cleanup_(bound_attempts_finish) struct bound_attempts bound = { 0 };
	enum err e = act->is_for_one
			? bound_store_attempt(db, a->keys, act->school, &act->attempt, &bound)
			: bound_store_of_room(db, a->keys, act->school, act->room, &bound);
	e = e ? e : plan(db, a);
	for (size_t i = 0; i < a->count && !e; i++) {
		e = set_times(db, a, &a->changed[i]);
	}
	return e ? e : bound_store_renew(db, a->keys, &bound);
}

static enum err run_act(struct db *db, void *ctx) {
	struct acting *a = ctx;
	a->count = 0;
	enum err e = check_room(db, a->act);
	e = e ? e : add_act(db, a->act);
	e = e ? e : bound_store_act(db, a->keys, a->act->school, a->act->room);
	bool has_times = a->act->kind == ATTEMPT_ACT_EXTRA || a->act->kind == ATTEMPT_ACT_DELAY;
	return !e && has_times ? change_times(db, a) : e;
}

enum err attempt_act_store_run(struct db *db, const struct keys *keys,
		const struct attempt_act *act, const struct phase_sitting *sitting,
		void (*each)(void *ctx, const struct id16 *attempt,
				const struct attempt_times *times),
		void *ctx) {
	struct acting a = { .keys = keys, .act = act, .sitting = sitting };
	enum err e = db_transact(db, run_act, &a);
	for (size_t i = 0; i < a.count && !e && each; i++) {
		each(ctx, &a.changed[i].attempt, &a.changed[i].times);
	}
	free(a.changed);
	return e;
}
