#include "core/outbox/touch_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/outbox/told_store.h"

enum {
	SQL_BYTES_MAX = 8 << 10,
	PROBE_LEAST = 64, /* new keys, before it is worth asking for all of them at once */
};

/* The one clock is anchored on the database's; stores are given no other. */
#define SQL_NOW "CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED)"

static const char sql_lock[] =
		"SELECT number, " SQL_NOW " FROM outbox_head WHERE school_id = ? FOR UPDATE";
static const char sql_look[] = "SELECT number, " SQL_NOW " FROM outbox_head WHERE school_id = ?";
static const char sql_code[] = "SELECT code FROM school WHERE id = ?";
static const char sql_number[] = "UPDATE outbox_head SET number = ? WHERE school_id = ?";
static const char sql_classes[] =
		"SELECT id FROM class WHERE school_id = ? UNION"
		" SELECT class_id FROM record WHERE school_id = ? AND class_id <> 0"
		" ORDER BY 1";
/* Under the lock of the head nobody else changes these rows, and the snapshot is not older than
 * the head's last change, or locking it had failed: they need no locks of their own. */
static const char sql_known[] = "SELECT id, idbanghi, phienban, sukien, content_hash, number"
				" FROM record WHERE school_id = ? AND ";
static const char sql_between[] =
		"SELECT 1 FROM record WHERE school_id = ? AND idbanghi BETWEEN ? AND ?"
		" LIMIT 1";
static const char sql_one[] = "SELECT id, idbanghi, phienban, sukien, content_hash, number, bang"
			      " FROM record WHERE school_id = ? AND id = ?";

/* ---- a turn ---- */

static enum err load_code(struct db *db, struct outbox_turn *turn) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_code, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, turn->school_id);
	e = db_next(stmt);
	return e ? e : db_col_copy(stmt, 0, turn->code, sizeof(turn->code));
}

static enum err begin(struct db *db, uint64_t school_id, const char *sql, struct outbox_turn *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	struct outbox_turn turn = { .db = db,
		.school_id = school_id,
		.number = db_col_u64(stmt, 0),
		.first = db_col_u64(stmt, 0),
		.now_ms = db_col_i64(stmt, 1) };
	e = load_code(db, &turn);
	if (e) {
		return e;
	}
	*out = turn;
	return ERR_OK;
}

enum err outbox_turn_begin(struct db *db, uint64_t school_id, struct outbox_turn *out) {
	assert(db_in_transaction(db));
	return begin(db, school_id, sql_lock, out);
}

enum err outbox_turn_look(struct db *db, uint64_t school_id,
		void (*found)(const struct record_change *change, void *ctx), void *ctx,
		struct outbox_turn *out) {
	struct outbox_turn turn;
	enum err e = begin(db, school_id, sql_look, &turn);
	if (e) {
		return e;
	}
	turn.found = found;
	turn.found_ctx = ctx;
	*out = turn;
	return ERR_OK;
}

enum err outbox_turn_end(struct outbox_turn *turn) {
	if (turn->number == turn->first) {
		return ERR_OK;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(turn->db, sql_number, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, turn->number);
	db_bind_u64(stmt, 1, turn->school_id);
	return db_exec_one(stmt);
}

enum err outbox_turn_classes(struct outbox_turn *turn, uint64_t **out, size_t *out_count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(turn->db, sql_classes, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, turn->school_id);
	db_bind_u64(stmt, 1, turn->school_id);
	_cleanup_(buf_finish) struct buf ids = buf_make(RECORD_SET_MAX * sizeof(uint64_t));
	while ((e = db_next(stmt)) == ERR_OK) {
		uint64_t id = db_col_u64(stmt, 0);
		buf_add(&ids, &id, sizeof(id));
	}
	e = e == ERR_NOT_FOUND ? buf_err(&ids) : e;
	if (e) {
		return e;
	}
	size_t bytes = 0;
	*out_count = ids.len / sizeof(uint64_t);
	*out = (uint64_t *)(void *)buf_steal(&ids, &bytes); /* malloc's memory is aligned for any */
	return ERR_OK;
}

/* ---- reading what there is and what is known ---- */

/* Binds the members of a scope that are not 0, from that position on. */
static void bind_scope(struct db_stmt *stmt, unsigned at, const struct record_scope *scope) {
	const uint64_t ids[] = { scope->class_id, scope->student_id, scope->place_id };
	for (size_t i = 0; i < 3; i++) {
		if (ids[i]) {
			db_bind_u64(stmt, at++, ids[i]);
		}
	}
}

static void add_condition(struct buf *sql, uint64_t id, const char *column) {
	if (id) {
		assert(column);
		buf_addf(sql, " AND %s = ?", column);
	}
}

/* What there is. */
static enum err load_items(struct outbox_turn *turn, const struct record_kind *kind,
		const struct record_scope *scope, struct record_set *set) {
	_cleanup_(buf_finish) struct buf sql = buf_make(SQL_BYTES_MAX);
	buf_add_str(&sql, kind->sql);
	add_condition(&sql, scope->class_id, kind->class_column);
	add_condition(&sql, scope->student_id, kind->student_column);
	add_condition(&sql, scope->place_id, kind->place_column);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = buf_err(&sql);
	e = e ? e : db_prepare_text(turn->db, (struct str){ buf_str(&sql), sql.len }, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, turn->school_id);
	bind_scope(stmt, 1, scope);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct record_draft *draft = record_set_draft(set);
		draft->class_id = db_col_u64(stmt, 0);
		draft->student_id = db_col_u64(stmt, 1);
		draft->place_id = db_col_u64(stmt, 2);
		e = kind->read(stmt, draft);
		e = e == ERR_NOT_FOUND ? ERR_OK : e ? e : record_set_add(set);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err take_row(const struct db_stmt *stmt, struct record_set *set) {
	struct record_known known = { .record_id = db_col_u64(stmt, 0),
		.id = db_col_str(stmt, 1),
		.version = (uint32_t)db_col_u64(stmt, 2),
		.event = (enum exchange_event)db_col_u64(stmt, 3),
		.number = db_col_u64(stmt, 5) };
	enum err e = db_col_bytes(stmt, 4, known.content.b, HASH_BYTES);
	return e ? e : record_set_know(set, &known);
}

static enum err take_known(struct db_stmt *stmt, struct record_set *set) {
	enum err e;
	while ((e = db_next(stmt)) == ERR_OK) {
		e = take_row(stmt, set);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* What was told of it, by the same scope. */
static enum err load_known(struct outbox_turn *turn, const struct record_kind *kind,
		const struct record_scope *scope, struct record_set *set) {
	_cleanup_(buf_finish) struct buf sql = buf_make(SQL_BYTES_MAX);
	buf_add_str(&sql, sql_known);
	buf_add_str(&sql, "bang = ?");
	if (!kind->class_column && scope->place_id) {
		buf_add_str(&sql, " AND class_id = 0"); /* the key begins with it */
	}
	add_condition(&sql, scope->class_id, "class_id");
	add_condition(&sql, scope->student_id, "student_id");
	add_condition(&sql, scope->place_id, "place_id");
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = buf_err(&sql);
	e = e ? e : db_prepare_text(turn->db, (struct str){ buf_str(&sql), sql.len }, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, turn->school_id);
	db_bind_text(stmt, 1, kind->name);
	bind_scope(stmt, 2, scope);
	return take_known(stmt, set);
}

/* What was told under keys that are there but not known yet: by another scope, or cancelled. */
static enum err ask_known(struct outbox_turn *turn, struct record_set *set, const size_t *index,
		size_t count) {
	size_t size = told_ask_size(count);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = told_ask(turn->db, sql_known, "idbanghi", size, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, turn->school_id);
	for (size_t i = 0; i < size; i++) {
		struct str id = record_set_item(set, index[i < count ? i : 0])->id;
		db_bind_bytes(stmt, (unsigned)(i + 1), id.p, id.n);
	}
	return take_known(stmt, set);
}

/* Whether anything was told under a key from the first to the last of these: of what is told for the
 * first time nothing was, and there is no need to ask for each. */
static enum err any_between(
		struct outbox_turn *turn, struct str first, struct str last, bool *out_any) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(turn->db, sql_between, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, turn->school_id);
	db_bind_bytes(stmt, 1, first.p, first.n);
	db_bind_bytes(stmt, 2, last.p, last.n);
	e = db_next(stmt);
	*out_any = !e;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err load_by_key(struct outbox_turn *turn, struct record_set *set) {
	record_set_sort(set);
	record_set_sort_known(set);
	size_t all = record_set_count(set);
	_cleanup_(mem_freep) size_t *index = calloc(all + 1, sizeof(*index));
	if (!index) {
		return ERR_NOMEM;
	}
	size_t count = 0;
	for (size_t i = 0; i < all; i++) {
		if (!record_set_knows(set, record_set_item(set, i)->id)) {
			index[count++] = i;
		}
	}
	bool any = count > 0;
	enum err e = count < PROBE_LEAST
			? ERR_OK
			: any_between(turn, record_set_item(set, index[0])->id,
					  record_set_item(set, index[count - 1])->id, &any);
	for (size_t i = 0; any && i < count && !e; i += TOLD_ASK_MOST) {
		e = ask_known(turn, set, index + i,
				count - i < TOLD_ASK_MOST ? count - i : TOLD_ASK_MOST);
	}
	return e;
}

/* ---- telling again ---- */

/* The one record, as a change without an item. */
static enum err load_one(struct outbox_turn *turn, uint64_t record_id,
		char name[EXCHANGE_KIND_BYTES_MAX + 1], struct record_set *set) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(turn->db, sql_one, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, turn->school_id);
	db_bind_u64(stmt, 1, record_id);
	e = db_next(stmt);
	e = e ? e : db_col_copy(stmt, 6, name, EXCHANGE_KIND_BYTES_MAX + 1);
	return e ? e : take_row(stmt, set);
}

enum err outbox_turn_raise(struct outbox_turn *turn, uint64_t record_id, uint32_t least) {
	_cleanup_(record_set_freep) struct record_set *set = NULL;
	_cleanup_(told_freep) struct told_batch *b = NULL;
	char name[EXCHANGE_KIND_BYTES_MAX + 1];
	enum err e = record_set_new(str_from(turn->code), "", &set);
	e = e ? e : load_one(turn, record_id, name, set);
	e = e ? e : told_new(turn, name, &b);
	if (e) {
		return e;
	}
	const struct record_known *known = record_set_known(set, 0);
	if (known->version >= INT32_MAX || least > INT32_MAX) {
		return ERR_LIMIT;
	}
	uint32_t next = known->version + 1;
	struct record_change change = { .event = known->event == EXCHANGE_CANCEL ? EXCHANGE_CANCEL
										 : EXCHANGE_UPDATE,
		.version = next < least ? least : next,
		.known = known };
	e = told_put(&change, b);
	return e ? e : told_send(b);
}

/* ---- touching ---- */

static bool is_whole(const struct record_scope *s) {
	return !s->class_id && !s->student_id && !s->place_id;
}

static enum err touch(struct outbox_turn *turn, const struct record_kind *kind,
		const struct record_scope *scopes, size_t count) {
	_cleanup_(record_set_freep) struct record_set *set = NULL;
	enum err e = record_set_new(str_from(turn->code), kind->name, &set);
	for (size_t i = 0; i < count && !e; i++) {
		e = load_items(turn, kind, &scopes[i], set);
		e = e ? e : load_known(turn, kind, &scopes[i], set);
	}
	_cleanup_(told_freep) struct told_batch *b = NULL;
	e = e ? e : load_by_key(turn, set);
	e = e ? e : told_new(turn, kind->name, &b);
	e = e ? e : record_set_changes(set, told_put, b);
	return e ? e : told_send(b); /* nothing is sent for no rows */
}

static enum err touch_classes(struct outbox_turn *turn, const struct record_kind *kind) {
	_cleanup_(mem_freep) uint64_t *classes = NULL;
	size_t count = 0;
	enum err e = outbox_turn_classes(turn, &classes, &count);
	for (size_t i = 0; i < count && !e; i++) {
		struct record_scope scope = { .class_id = classes[i] };
		e = touch(turn, kind, &scope, 1);
	}
	return e;
}

enum err outbox_turn_touch(struct outbox_turn *turn, const struct record_kind *kind,
		const struct record_scope *scopes, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (is_whole(&scopes[i])) {
			return kind->class_column ? touch_classes(turn, kind)
						  : touch(turn, kind, &scopes[i], 1);
		}
	}
	return touch(turn, kind, scopes, count);
}

struct touch_run {
	uint64_t school_id;
	const struct record_kind *kind;
	const struct record_scope *scope;
};

static enum err run_touch(struct db *db, void *ctx) {
	const struct touch_run *run = ctx;
	struct outbox_turn turn;
	enum err e = outbox_turn_begin(db, run->school_id, &turn);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	e = outbox_turn_touch(&turn, run->kind, run->scope, 1);
	return e ? e : outbox_turn_end(&turn);
}

enum err outbox_touch(struct db *db, uint64_t school_id, const struct record_kind *kind,
		const struct record_scope *scope) {
	struct touch_run run = { school_id, kind, scope };
	return db_transact(db, run_touch, &run);
}
