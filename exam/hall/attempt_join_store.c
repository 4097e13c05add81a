#include "exam/hall/attempt_join_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "exam/hall/bound_store.h"
#include "exam/hall/fold.h"
#include "exam/hall/receipt.h"

#define MARKS_8 "?, ?, ?, ?, ?, ?, ?, ?"
#define MARKS_64                                                                              \
	MARKS_8 ", " MARKS_8 ", " MARKS_8 ", " MARKS_8 ", " MARKS_8 ", " MARKS_8 ", " MARKS_8 \
		", " MARKS_8
#define SELECT_MANY                                                               \
	"SELECT " ATTEMPT_STORE_COLUMNS ", a.school_id, a.room_id FROM attempt a" \
	" FORCE INDEX (PRIMARY) WHERE a.id IN (" MARKS_64 ")"
static_assert(ATTEMPT_JOINS_MAX == 64, "as many as the statements have marks");
static_assert((int)ATTEMPT_JOINS_MAX <= (int)EVENT_STORE_MANY, "one select reads their events");

static const char sql_many[] = SELECT_MANY;
static const char sql_many_locked[] = SELECT_MANY " FOR UPDATE";

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

/* --- loading, one or many --- */

/* What is read of one attempt's events. */
struct reading {
	struct fold fold;
	struct event_row last;
	uint32_t signals;
	bool has_last;
};

struct load {
	const struct keys *keys;
	bool is_join;
	struct attempt_join *joins;
	size_t count;
	size_t at; /* rows of events come attempt by attempt */
	struct reading readings[ATTEMPT_JOINS_MAX];
};

static void load_free(struct load *l) {
	for (size_t i = 0; l && i < l->count; i++) {
		fold_finish(&l->readings[i].fold);
	}
	free(l);
}
DEFINE_FREEP(struct load *, load_free);

static struct attempt_join *join_of(const struct load *l, const struct id16 *attempt) {
	for (size_t i = 0; i < l->count; i++) {
		if (id16_equal(&l->joins[i].place.attempt, attempt)) {
			return &l->joins[i];
		}
	}
	return NULL;
}

/* As before the first run: a transaction may run again. */
static enum err reset(struct load *l) {
	for (size_t i = 0; i < l->count; i++) {
		struct attempt_join *j = &l->joins[i];
		attempt_loaded_free(j->loaded);
		*j = (struct attempt_join){ .place = j->place, .e = ERR_NOT_FOUND };
		fold_finish(&l->readings[i].fold);
		l->readings[i] = (struct reading){ 0 };
		j->loaded = attempt_loaded_new();
		if (!j->loaded) {
			return ERR_NOMEM;
		}
	}
	l->at = 0;
	return ERR_OK;
}

static enum err read_found(const struct db_stmt *stmt, struct load *l) {
	struct attempt_row r;
	enum err e = attempt_store_read(stmt, &r);
	struct attempt_join *j = e ? NULL : join_of(l, &r.base.attempt);
	bool is_there = j && db_col_u64(stmt, ATTEMPT_STORE_COLUMN_COUNT) == j->place.school &&
			db_col_u64(stmt, ATTEMPT_STORE_COLUMN_COUNT + 1) == j->place.room;
	if (e || !is_there) {
		return e; /* of another school or room it stays ERR_NOT_FOUND */
	}
	struct attempt_loaded *out = j->loaded;
	j->e = ERR_OK;
	out->row = r.base;
	memcpy(out->salt, r.salt, sizeof(out->salt));
	out->school = j->place.school;
	out->room = j->place.room;
	out->person = r.base.person;
	out->sitting = r.sitting;
	out->head = r.head; /* the genesis, while there is no event */
	out->times = r.times;
	return db_col_copy(
			stmt, ATTEMPT_STORE_VARIANT, out->variant_code, sizeof(out->variant_code));
}

/* The last id stands in for marks that are left over. */
static enum err find_all(struct db *db, struct load *l) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, l->is_join ? sql_many_locked : sql_many, &stmt);
	if (e) {
		return e;
	}
	for (size_t i = 0; i < ATTEMPT_JOINS_MAX; i++) {
		const struct attempt_join *j = &l->joins[i < l->count ? i : l->count - 1];
		db_bind_bytes(stmt, (unsigned)i, j->place.attempt.b, ID16_BYTES);
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		e = read_found(stmt, l);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err raise_leases(struct db *db, struct load *l) {
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum err e = db_bulk_open(db, sql_raise_lease, ATTEMPT_JOINS_MAX, &bulk);
	for (size_t i = 0; i < l->count && !e; i++) {
		struct attempt_join *j = &l->joins[i];
		if (j->e || j->loaded->row.times.is_closed) {
			continue;
		}
		db_bulk_bytes(bulk, 0, j->place.attempt.b, ID16_BYTES);
		db_bulk_u64(bulk, 1, j->place.school);
		db_bulk_u64(bulk, 2, j->place.room);
		db_bulk_row(bulk);
		j->loaded->row.lease++;
	}
	size_t count = e ? 0 : db_bulk_count(bulk);
	if (count == 0) {
		return e;
	}
	e = db_bulk_run(bulk);
	return e || db_bulk_changed(bulk) == count ? e : ERR_CLOSED;
}

static enum err read_event(void *ctx, const struct event_row *row) {
	struct load *l = ctx;
	size_t tries = 0;
	while (!id16_equal(&l->joins[l->at].place.attempt, &row->attempt)) {
		l->at = (l->at + 1) % l->count;
		if (++tries > l->count) {
			return ERR_CORRUPT; /* nobody asked for it */
		}
	}
	struct reading *r = &l->readings[l->at];
	if (row->gen != l->joins[l->at].loaded->row.gen) {
		return ERR_OK;
	}
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

static enum err load_receipt(struct db *db, const struct attempt_join *j) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_receipt, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, j->place.attempt.b, ID16_BYTES);
	db_bind_u64(stmt, 1, j->loaded->row.gen);
	db_bind_u64(stmt, 2, j->place.school);
	e = db_next(stmt);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
	}
	struct str bytes = db_col_str(stmt, 0);
	struct str signature = db_col_str(stmt, 1);
	buf_add(&j->loaded->receipt, bytes.p, bytes.n);
	buf_add(&j->loaded->receipt, signature.p, signature.n);
	return buf_err(&j->loaded->receipt);
}

static enum err load_events(struct db *db, struct load *l) {
	struct id16 ids[ATTEMPT_JOINS_MAX];
	for (size_t i = 0; i < l->count; i++) {
		ids[i] = l->joins[i].place.attempt;
	}
	enum err e = event_store_each_of(db, ids, l->count, read_event, l);
	for (size_t i = 0; i < l->count && !e; i++) {
		struct attempt_join *j = &l->joins[i];
		const struct reading *r = &l->readings[i];
		if (j->e) {
			continue;
		}
		if (r->has_last) {
			keep_tail(l->keys, &r->last, j->loaded);
		}
		j->loaded->signal_count = r->signals;
		e = keep_answers(&r->fold, j->loaded);
		if (!e && j->loaded->row.times.is_closed) {
			e = load_receipt(db, j);
		}
	}
	return e;
}

static enum err run_load(struct db *db, void *ctx) {
	struct load *l = ctx;
	enum err e = reset(l);
	e = e ? e : find_all(db, l);
	if (!e && l->is_join) {
		e = raise_leases(db, l);
	}
	return e ? e : load_events(db, l);
}

/* Fills the joins; when this fails nothing is to be taken from them. */
static enum err load(struct db *db, const struct keys *keys, bool is_join,
		struct attempt_join *joins, size_t count) {
	_cleanup_(load_freep) struct load *l = calloc(1, sizeof(*l));
	if (!l) {
		return ERR_NOMEM;
	}
	*l = (struct load){ .keys = keys, .is_join = is_join, .joins = joins, .count = count };
	/* Raising a lease once more than was answered harms nobody, so a lost COMMIT is repeated. */
	enum err e = db_transact_with(db, DB_TX_IDEMPOTENT, run_load, l);
	for (size_t i = 0; i < count; i++) {
		if (e) {
			joins[i].e = e;
		}
		if (joins[i].e) {
			attempt_loaded_free(joins[i].loaded);
			joins[i].loaded = NULL;
		}
	}
	return e;
}

void attempt_join_store_run(
		struct db *db, const struct keys *keys, struct attempt_join *joins, size_t count) {
	assert(count > 0 && count <= ATTEMPT_JOINS_MAX);
	enum err e = load(db, keys, true, joins, count);
	bool is_own = e && e != ERR_DB_AWAY && e != ERR_BUSY && e != ERR_DISK_FULL;
	/* One's own fault must not keep the others out. */
	for (size_t i = 0; is_own && count > 1 && i < count; i++) {
		(void)load(db, keys, true, &joins[i], 1); /* the result stands in the join */
	}
}

enum err attempt_join_store_load(struct db *db, const struct keys *keys,
		const struct attempt_place *place, struct attempt_loaded **out) {
	struct attempt_join join = { .place = *place };
	(void)load(db, keys, false, &join, 1); /* the result stands in the join */
	if (!join.e) {
		*out = join.loaded;
	}
	return join.e;
}

struct beginning {
	const struct keys *keys;
	const struct attempt_place *place;
	const struct phase_sitting *sitting;
	int64_t at_ms;
};

static enum err run_begin(struct db *db, void *ctx) {
	const struct beginning *b = ctx;
	struct attempt_row r;
	char variant[EVENT_VARIANT_BYTES_MAX + 1];
	enum err e = attempt_store_get(db, true, b->place, &r, variant);
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
	_cleanup_(bound_attempts_finish) struct bound_attempts bound = { 0 };
	e = bound_store_attempt(db, b->keys, b->place->school, &b->place->attempt, &bound);
	e = e ? e : db_prepare(db, sql_begin, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, b->at_ms);
	db_bind_i64(stmt, 1, phase_end_ms(b->sitting, &r.base.times));
	attempt_store_bind_place(stmt, 2, b->place);
	e = db_exec(stmt, NULL);
	return e ? e : bound_store_renew(db, b->keys, &bound);
}

enum err attempt_join_store_begin(struct db *db, const struct keys *keys,
		const struct attempt_place *place, const struct phase_sitting *sitting,
		int64_t at_ms) {
	struct beginning b = { keys, place, sitting, at_ms };
	return db_transact_with(db, DB_TX_IDEMPOTENT, run_begin, &b);
}
