#include "exam/hall/attempt_store.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "exam/hall/fold.h"
#include "exam/hall/receipt.h"

enum {
	STATE_PREPARED = 1,
	STATE_IN = 2,
	STATE_DONE = 3,
	ANSWERS_BYTES_MAX = FOLD_SLOTS_MAX * 64 * 1024,
};

#define ROW_COLUMNS                                                                                \
	"a.id, a.person_id, a.student_id, a.variant, a.salt, a.gen, a.lease, a.state, a.delay_ms," \
	" a.extra_ms, a.personal_limit_ms, a.started_at_ms, a.ends_revision, a.last_at_ms,"        \
	" a.close_why, a.closed_at_ms, a.seq, a.head, a.times, a.sitting_id"

static const char sql_each[] =
		"SELECT " ROW_COLUMNS ", p.full_name, st.code,"
		" (SELECT IF(e.kind = 3 AND a.state <> 3, e.at_ms, NULL) FROM event e"
		"   WHERE e.attempt_id = a.id AND e.gen = a.gen ORDER BY e.seq DESC LIMIT 1)"
		" FROM attempt a JOIN person p ON p.id = a.person_id"
		" JOIN student st ON st.id = a.student_id AND st.school_id = a.school_id"
		" WHERE a.school_id = ? AND a.room_id = ?"
		" ORDER BY p.sort_given, p.sort_rest, a.student_id";

static const char sql_one[] =
		"SELECT " ROW_COLUMNS
		" FROM attempt a WHERE a.id = ? AND a.school_id = ? AND a.room_id = ?";
static const char sql_one_locked[] =
		"SELECT " ROW_COLUMNS
		" FROM attempt a WHERE a.id = ? AND a.school_id = ? AND a.room_id = ? FOR UPDATE";

static const char sql_sitter[] =
		"SELECT p.full_name, st.code, r.name FROM attempt a JOIN person p ON p.id = a.person_id"
		" JOIN room r ON r.id = a.room_id AND r.school_id = a.school_id"
		" JOIN student st ON st.id = a.student_id AND st.school_id = a.school_id"
		" WHERE a.id = ? AND a.school_id = ? AND a.room_id = ?";

static const char sql_sits[] =
		"SELECT 1 FROM attempt WHERE person_id = ? AND school_id = ? AND room_id = ? LIMIT 1";

static const char sql_raise_lease[] =
		"UPDATE attempt SET lease = lease + 1, state = 2"
		" WHERE id = ? AND school_id = ? AND room_id = ? AND state <> 3";

static const char sql_receipt[] =
		"SELECT bytes, signature FROM receipt WHERE attempt_id = ? AND gen = ?"
		" AND school_id = ?";

static const char sql_begin[] = "UPDATE attempt SET started_at_ms = ?, ends_at_ms = ?, state = 2,"
				" ends_revision = ends_revision + 1"
				" WHERE id = ? AND school_id = ? AND room_id = ? AND state <> 3"
				" AND started_at_ms IS NULL";

static const char sql_add_act[] =
		"INSERT INTO room_act (school_id, room_id, attempt_id, person_id, kind, amount_ms,"
		" text, idem_key, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

static const char sql_room[] = "SELECT id FROM room WHERE id = ? AND school_id = ?";

static const char sql_open_in_room[] =
		"SELECT " ROW_COLUMNS " FROM attempt a WHERE a.school_id = ? AND a.room_id = ?"
		" AND a.state <> 3 FOR UPDATE";

static const char sql_set_times[] =
		"UPDATE attempt SET delay_ms = ?, extra_ms = ?, ends_at_ms = ?, ends_revision = ?"
		" WHERE id = ? AND school_id = ? AND room_id = ? AND state <> 3"
		" AND ends_revision = ?";

static const char sql_due[] =
		"SELECT DISTINCT school_id, room_id FROM attempt WHERE state IN (1, 2)"
		" AND ends_at_ms <= ?";

static const char sql_newest[] =
		"SELECT COALESCE(MAX((SELECT e.at_ms FROM event e WHERE e.attempt_id = a.id"
		"   AND e.gen = a.gen ORDER BY e.seq DESC LIMIT 1)), 0)"
		" FROM attempt a WHERE a.state IN (1, 2)";

/* What all readers of an attempt's row need; spans point into the row. */
struct row {
	struct room_attempt_row base;
	struct str variant;
	uint64_t student;
	struct id16 sitting;
	uint32_t seq;
	struct hash head;
	struct hash times;
	uint8_t salt[EVENT_SALT_BYTES];
};

static enum err read_bytes(const struct db_stmt *stmt, struct row *r) {
	enum err e = db_col_bytes(stmt, 0, r->base.attempt.b, ID16_BYTES);
	if (!e) {
		e = db_col_bytes(stmt, 4, r->salt, EVENT_SALT_BYTES);
	}
	if (!e) {
		e = db_col_bytes(stmt, 17, r->head.b, HASH_BYTES);
	}
	if (!e) {
		e = db_col_bytes(stmt, 18, r->times.b, HASH_BYTES);
	}
	return e ? e : db_col_bytes(stmt, 19, r->sitting.b, ID16_BYTES);
}

static enum err read_row(const struct db_stmt *stmt, struct row *r) {
	*r = (struct row){ .student = db_col_u64(stmt, 2),
		.variant = db_col_str(stmt, 3),
		.seq = (uint32_t)db_col_u64(stmt, 16) };
	r->base.person = db_col_u64(stmt, 1);
	r->base.gen = (uint32_t)db_col_u64(stmt, 5);
	r->base.lease = (uint32_t)db_col_u64(stmt, 6);
	r->base.times.is_closed = db_col_u64(stmt, 7) == STATE_DONE;
	r->base.times.delay_ms = db_col_i64(stmt, 8);
	r->base.times.extra_ms = db_col_i64(stmt, 9);
	r->base.times.personal_limit_ms = db_col_i64(stmt, 10);
	r->base.times.started_at_ms = db_col_is_null(stmt, 11) ? PHASE_NEVER : db_col_i64(stmt, 11);
	r->base.ends_revision = (uint32_t)db_col_u64(stmt, 12);
	r->base.last_at_ms = db_col_i64(stmt, 13);
	r->base.close_why = (int)db_col_u64(stmt, 14);
	r->base.closed_ms = db_col_i64(stmt, 15);
	return read_bytes(stmt, r);
}

enum err attempt_store_each(struct db *db, uint64_t school, uint64_t room,
		enum err (*each)(void *ctx, const struct attempt_listed *listed), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_each, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school);
	db_bind_u64(stmt, 1, room);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct row r;
		e = read_row(stmt, &r);
		if (e) {
			return e;
		}
		struct attempt_listed listed = { .row = r.base,
			.variant_code = r.variant,
			.student = r.student,
			.name = db_col_str(stmt, 20),
			.code = db_col_str(stmt, 21),
			.is_submitted = !db_col_is_null(stmt, 22),
			.submitted_at_ms = db_col_i64(stmt, 22) };
		listed.row.salt = r.salt;
		listed.row.submitted_at_ms = listed.submitted_at_ms;
		e = each(ctx, &listed);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

void attempt_loaded_free(struct attempt_loaded *loaded) {
	if (!loaded) {
		return;
	}
	buf_finish(&loaded->answers);
	buf_finish(&loaded->receipt);
	free(loaded->answered);
	free(loaded);
}

void attempt_loaded_view(
		const struct attempt_loaded *loaded, uint16_t variant, struct room_joined *out) {
	*out = (struct room_joined){ .row = loaded->row,
		.seq = loaded->seq,
		.head = loaded->head,
		.has_tail = loaded->has_tail,
		.tail = loaded->tail,
		.signal_count = loaded->signal_count,
		.answers = { buf_str(&loaded->answers), loaded->answers.len },
		.answered_count = loaded->answered_count,
		.answered = loaded->answered,
		.receipt = { buf_str(&loaded->receipt), loaded->receipt.len } };
	out->row.variant = variant;
	out->row.salt = loaded->salt;
}

/* --- one student --- */

struct load {
	const struct keys *keys;
	const struct attempt_place *place;
	bool is_join;
	struct attempt_loaded *out;
};

struct reading {
	struct fold fold;
	struct event_row last;
	uint32_t signals;
	bool has_last;
};

static enum err read_event(void *ctx, const struct event_row *row) {
	struct reading *r = ctx;
	r->signals += row->event.kind == EVENT_SIGNAL;
	if (row->event.kind != EVENT_CLOSE) {
		r->last = *row;
		r->has_last = true;
	}
	return fold_add(&r->fold, &row->event);
}

static enum err keep_answers(const struct fold *fold, struct attempt_loaded *out) {
	buf_add_char(&out->answers, '{');
	for (size_t i = 0; i < fold->count; i++) {
		buf_addf(&out->answers, "%s\"%u\":", i ? "," : "", fold->answers[i].slot);
		buf_add(&out->answers, fold->answers[i].value, fold->answers[i].n);
	}
	buf_add_char(&out->answers, '}');
	out->answered = mem_zeros(fold->count, sizeof(*out->answered));
	if (!out->answered) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < fold->count; i++) {
		out->answered[i] = fold->answers[i].slot;
	}
	out->answered_count = fold->count;
	return buf_err(&out->answers);
}

/* The ack of the tail, made anew: the same key gives the same mac. */
static void keep_tail(
		const struct keys *keys, const struct event_row *last, struct attempt_loaded *out) {
	uint8_t kid = keys_mac_id(keys);
	struct receipt_mac what = { .kid = kid,
		.school = out->school,
		.attempt = last->attempt,
		.gen = last->gen,
		.lease = last->lease,
		.seq = last->event.seq,
		.at_ms = last->at_ms,
		.head = last->head };
	out->seq = last->event.seq;
	out->head = last->head;
	out->times = last->times;
	out->row.last_at_ms = last->at_ms;
	if (last->event.kind == EVENT_SUBMIT && !out->row.times.is_closed) {
		out->row.submitted_at_ms = last->at_ms;
	}
	out->has_tail = true;
	out->tail = (struct message_proof){
		.kid = kid, .lease = last->lease, .seq = last->event.seq, .at_ms = last->at_ms
	};
	receipt_mac_make(keys_mac_key(keys, kid), RECEIPT_ACK, &what, &out->tail.mac);
}

static enum err load_events(struct db *db, const struct load *l) {
	struct reading reading = { 0 };
	enum err e = event_store_each(
			db, &l->place->attempt, l->out->row.gen, 1, read_event, &reading);
	if (!e && reading.has_last) {
		keep_tail(l->keys, &reading.last, l->out);
	}
	l->out->signal_count = reading.signals;
	if (!e) {
		e = keep_answers(&reading.fold, l->out);
	}
	fold_finish(&reading.fold);
	return e;
}

static enum err load_receipt(struct db *db, const struct load *l) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_receipt, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, l->place->attempt.b, ID16_BYTES);
	db_bind_u64(stmt, 1, l->out->row.gen);
	db_bind_u64(stmt, 2, l->place->school);
	e = db_next(stmt);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
	}
	struct str bytes = db_col_str(stmt, 0);
	struct str signature = db_col_str(stmt, 1);
	buf_add(&l->out->receipt, bytes.p, bytes.n);
	buf_add(&l->out->receipt, signature.p, signature.n);
	return buf_err(&l->out->receipt);
}

static void bind_place(struct db_stmt *stmt, unsigned first, const struct attempt_place *place) {
	db_bind_bytes(stmt, first, place->attempt.b, ID16_BYTES);
	db_bind_u64(stmt, first + 1, place->school);
	db_bind_u64(stmt, first + 2, place->room);
}

static enum err read_one(struct db *db, const char *sql, const struct attempt_place *place,
		struct row *out, char *variant) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	bind_place(stmt, 0, place);
	e = db_next(stmt);
	if (!e) {
		e = read_row(stmt, out);
	}
	return e ? e : db_col_copy(stmt, 3, variant, EVENT_VARIANT_BYTES_MAX + 1);
}

static enum err raise_lease(struct db *db, const struct attempt_place *place) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_raise_lease, &stmt);
	if (e) {
		return e;
	}
	bind_place(stmt, 0, place);
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed == 1 ? ERR_OK : ERR_CLOSED;
}

static void reset_loaded(struct attempt_loaded *out) {
	buf_finish(&out->answers);
	buf_finish(&out->receipt);
	free(out->answered);
	*out = (struct attempt_loaded){ .answers = buf_make(ANSWERS_BYTES_MAX),
		.receipt = buf_make(4096) };
}

static enum err run_load(struct db *db, void *ctx) {
	const struct load *l = ctx;
	struct attempt_loaded *out = l->out;
	reset_loaded(out);
	struct row r;
	enum err e = read_one(
			db, l->is_join ? sql_one_locked : sql_one, l->place, &r, out->variant_code);
	if (e) {
		return e;
	}
	out->row = r.base;
	memcpy(out->salt, r.salt, sizeof(out->salt));
	out->school = l->place->school;
	out->room = l->place->room;
	out->person = r.base.person;
	out->sitting = r.sitting;
	out->head = r.head; /* the genesis, while there is no event */
	out->times = r.times;
	if (l->is_join && !out->row.times.is_closed) {
		e = raise_lease(db, l->place);
		out->row.lease++;
	}
	if (!e) {
		e = load_events(db, l);
	}
	if (!e && out->row.times.is_closed) {
		e = load_receipt(db, l);
	}
	return e;
}

static enum err load(struct db *db, const struct keys *keys, const struct attempt_place *place,
		bool is_join, struct attempt_loaded **out) {
	_cleanup_(attempt_loaded_freep) struct attempt_loaded *loaded = calloc(1, sizeof(*loaded));
	if (!loaded) {
		return ERR_NOMEM;
	}
	struct load l = { .keys = keys, .place = place, .is_join = is_join, .out = loaded };
	/* Raising a lease once more than was answered harms nobody, so a lost COMMIT is repeated. */
	enum err e = db_transact_with(db, DB_TX_IDEMPOTENT, run_load, &l);
	if (e) {
		return e;
	}
	*out = STEAL(loaded);
	return ERR_OK;
}

enum err attempt_store_join(struct db *db, const struct keys *keys,
		const struct attempt_place *place, struct attempt_loaded **out) {
	return load(db, keys, place, true, out);
}

enum err attempt_store_load(struct db *db, const struct keys *keys,
		const struct attempt_place *place, struct attempt_loaded **out) {
	return load(db, keys, place, false, out);
}

struct beginning {
	const struct attempt_place *place;
	const struct phase_sitting *sitting;
	int64_t at_ms;
};

static enum err run_begin(struct db *db, void *ctx) {
	const struct beginning *b = ctx;
	struct row r;
	char variant[EVENT_VARIANT_BYTES_MAX + 1];
	enum err e = read_one(db, sql_one_locked, b->place, &r, variant);
	if (e) {
		return e;
	}
	if (r.base.times.is_closed) {
		return ERR_CLOSED;
	}
	if (r.base.times.started_at_ms != PHASE_NEVER) {
		return ERR_OK; /* it has begun: the first beginning stands */
	}
	r.base.times.started_at_ms = b->at_ms;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = db_prepare(db, sql_begin, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, b->at_ms);
	db_bind_i64(stmt, 1, phase_end_ms(b->sitting, &r.base.times));
	bind_place(stmt, 2, b->place);
	return db_exec(stmt, NULL);
}

enum err attempt_store_begin(struct db *db, const struct attempt_place *place,
		const struct phase_sitting *sitting, int64_t at_ms) {
	struct beginning b = { place, sitting, at_ms };
	return db_transact_with(db, DB_TX_IDEMPOTENT, run_begin, &b);
}

enum err attempt_store_sitter(
		struct db *db, const struct attempt_place *place, struct attempt_sitter *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_sitter, &stmt);
	if (e) {
		return e;
	}
	bind_place(stmt, 0, place);
	struct attempt_sitter sitter;
	e = db_next(stmt);
	e = e ? e : db_col_copy(stmt, 0, sitter.name, sizeof(sitter.name));
	e = e ? e : db_col_copy(stmt, 1, sitter.code, sizeof(sitter.code));
	e = e ? e : db_col_copy(stmt, 2, sitter.room, sizeof(sitter.room));
	if (!e) {
		*out = sitter;
	}
	return e;
}

enum err attempt_store_sits(struct db *db, uint64_t school, uint64_t room, uint64_t person) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_sits, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person);
	db_bind_u64(stmt, 1, school);
	db_bind_u64(stmt, 2, room);
	return db_next(stmt);
}

static struct attempt_times times_of(const struct row *r) {
	return (struct attempt_times){ .times = r->base.times,
		.ends_revision = r->base.ends_revision,
		.closed_ms = r->base.closed_ms,
		.close_why = r->base.close_why,
		.gen = r->base.gen,
		.seq = r->seq };
}

enum err attempt_store_times(
		struct db *db, const struct attempt_place *place, struct attempt_times *out) {
	struct row r;
	char variant[EVENT_VARIANT_BYTES_MAX + 1];
	enum err e = read_one(db, sql_one, place, &r, variant);
	if (e) {
		return e;
	}
	*out = times_of(&r);
	return ERR_OK;
}

/* --- acts --- */

struct changed {
	struct id16 attempt;
	struct attempt_times times;
};

struct acting {
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
static enum err plan_one(struct acting *a, const struct row *r) {
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
		struct row r;
		e = read_row(stmt, &r);
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
	struct row r;
	char variant[EVENT_VARIANT_BYTES_MAX + 1];
	enum err e = read_one(db, sql_one_locked, &place, &r, variant);
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
	bind_place(stmt, 4, &place);
	db_bind_u64(stmt, 7, c->times.ends_revision - 1);
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed == 1 ? ERR_OK : ERR_DB_RETRY;
}

static enum err run_act(struct db *db, void *ctx) {
	struct acting *a = ctx;
	a->count = 0;
	enum err e = check_room(db, a->act);
	if (!e) {
		e = add_act(db, a->act);
	}
	bool has_times = a->act->kind == ATTEMPT_ACT_EXTRA || a->act->kind == ATTEMPT_ACT_DELAY;
	if (!e && has_times) {
		e = plan(db, a);
	}
	for (size_t i = 0; i < a->count && !e; i++) {
		e = set_times(db, a, &a->changed[i]);
	}
	return e;
}

enum err attempt_store_act(struct db *db, const struct attempt_act *act,
		const struct phase_sitting *sitting,
		void (*each)(void *ctx, const struct id16 *attempt,
				const struct attempt_times *times),
		void *ctx) {
	struct acting a = { .act = act, .sitting = sitting };
	enum err e = db_transact(db, run_act, &a);
	for (size_t i = 0; i < a.count && !e && each; i++) {
		each(ctx, &a.changed[i].attempt, &a.changed[i].times);
	}
	free(a.changed);
	return e;
}

/* --- what is due --- */

enum err attempt_store_due_rooms(struct db *db, int64_t until_ms,
		enum err (*each)(void *ctx, uint64_t school, uint64_t room), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_due, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, until_ms);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = each(ctx, db_col_u64(stmt, 0), db_col_u64(stmt, 1));
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err attempt_store_newest_ms(struct db *db, int64_t *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_newest, &stmt);
	if (e) {
		return e;
	}
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out = db_col_i64(stmt, 0);
	return ERR_OK;
}
