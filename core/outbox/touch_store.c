#include "core/outbox/touch_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	BATCH = 256, /* rows written at once */
	SQL_BYTES_MAX = 8 << 10,
	ASK_MANY = 400,
	ASK_SOME = 64,
	ASK_FEW = 8,
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
static const char sql_one[] = "SELECT id, idbanghi, phienban, sukien, content_hash, number, bang"
			      " FROM record WHERE school_id = ? AND id = ?";
static const char sql_lines[] = "SELECT number, line FROM outbox WHERE school_id = ? AND ";
static const char sql_add_record[] =
		"INSERT INTO record (school_id, id, bang, idbanghi, class_id, student_id, place_id,"
		" phienban, sukien, content_hash, line_hash, lop, hocky, hocsinh, number)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char sql_set_record[] =
		"UPDATE record SET class_id = ?, student_id = ?, place_id = ?, phienban = ?, sukien = ?,"
		" content_hash = ?, line_hash = ?, lop = ?, hocky = ?, hocsinh = ?, number = ?"
		" WHERE school_id = ? AND id = ?";
static const char sql_tell_record[] =
		"UPDATE record SET phienban = ?, sukien = ?, line_hash = ?, number = ?"
		" WHERE school_id = ? AND id = ?";
static const char sql_add_line[] = "INSERT INTO outbox (school_id, number, record_id, phienban,"
				   " at_ms, line_hash, line) VALUES (?, ?, ?, ?, ?, ?, ?)";

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

/* A statement that asks for `count` keys at once. */
static enum err ask(struct db *db, const char *begin, const char *column, size_t count,
		struct db_stmt **out) {
	_cleanup_(buf_finish) struct buf sql = buf_make(SQL_BYTES_MAX);
	buf_add_str(&sql, begin);
	buf_addf(&sql, "%s IN (?", column);
	for (size_t i = 1; i < count; i++) {
		buf_add_str(&sql, ",?");
	}
	buf_add_char(&sql, ')');
	enum err e = buf_err(&sql);
	return e ? e : db_prepare_text(db, (struct str){ buf_str(&sql), sql.len }, out);
}

/* How many to ask for at once when so many are left. */
static size_t ask_size(size_t left) {
	return left <= ASK_FEW ? ASK_FEW : left <= ASK_SOME ? ASK_SOME : ASK_MANY;
}

/* What was told under keys that are there but not known yet: by another scope, or cancelled. */
static enum err ask_known(struct outbox_turn *turn, struct record_set *set, const size_t *index,
		size_t count) {
	size_t size = ask_size(count);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = ask(turn->db, sql_known, "idbanghi", size, &stmt);
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
	enum err e = ERR_OK;
	for (size_t i = 0; i < count && !e; i += ASK_MANY) {
		e = ask_known(turn, set, index + i, count - i < ASK_MANY ? count - i : ASK_MANY);
	}
	return e;
}

/* ---- writing what is new ---- */

/* One row of the outbox that is being made. */
struct told {
	struct record_change change;
	uint64_t number;
	/* Of what is gone, or told again: the line that told it last. */
	char *before_text;
	struct exchange_line before;
	struct str before_data;
	size_t line_at;
	size_t line_n;
	struct hash line_hash;
};

struct batch {
	struct outbox_turn *turn;
	const struct record_kind *kind;
	struct told told[BATCH];
	size_t count;
	struct buf lines;
	struct db_bulk *add;
	struct db_bulk *set;
	struct db_bulk *tell;
	struct db_bulk *line;
};

static void forget_told(struct batch *b) {
	for (size_t i = 0; i < b->count; i++) {
		exchange_line_finish(&b->told[i].before);
		free(b->told[i].before_text);
	}
	b->count = 0;
	buf_clear(&b->lines);
}

static void batch_free(struct batch *b) {
	if (!b) {
		return;
	}
	forget_told(b);
	buf_finish(&b->lines);
	db_bulk_free(b->add);
	db_bulk_free(b->set);
	db_bulk_free(b->tell);
	db_bulk_free(b->line);
	free(b);
}
DEFINE_FREEP(struct batch *, batch_free);

static enum err batch_new(
		struct outbox_turn *turn, const struct record_kind *kind, struct batch **out) {
	struct batch *b = calloc(1, sizeof(*b));
	if (!b) {
		return ERR_NOMEM;
	}
	b->turn = turn;
	b->kind = kind;
	b->lines = buf_make((size_t)BATCH * EXCHANGE_LINE_BYTES_MAX);
	*out = b;
	return ERR_OK;
}

static uint64_t told_record_id(const struct told *t) {
	return t->change.known ? t->change.known->record_id : t->number;
}

static enum err keep_line(struct told *t, struct str line) {
	t->before_text = malloc(line.n + 1);
	if (!t->before_text) {
		return ERR_NOMEM;
	}
	memcpy(t->before_text, line.p, line.n);
	struct str text = { t->before_text, line.n };
	enum err e = exchange_line_parse(text, &t->before);
	e = e ? e : record_line_data(text, &t->before, &t->before_data);
	return e == ERR_NOMEM || !e ? e : ERR_CORRUPT;
}

/* Finds the one that was told by that row, and keeps what it said. */
static enum err take_line(struct batch *b, uint64_t number, struct str line) {
	for (size_t i = 0; i < b->count; i++) {
		struct told *t = &b->told[i];
		bool is_it = !t->change.item && t->change.known->number == number;
		if (is_it && !t->before.root) {
			return line.n ? keep_line(t, line) : ERR_CORRUPT;
		}
	}
	return ERR_OK;
}

static enum err load_lines(struct batch *b, size_t from, size_t count) {
	size_t size = ask_size(count);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = ask(b->turn->db, sql_lines, "number", size, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, b->turn->school_id);
	for (size_t i = 0; i < size; i++) {
		const struct told *t = &b->told[from + (i < count ? i : 0)];
		db_bind_u64(stmt, (unsigned)(i + 1), t->change.known->number);
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		e = take_line(b, db_col_u64(stmt, 0), db_col_str(stmt, 1));
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The last lines of what is gone: those stand first. */
static enum err load_gone(struct batch *b) {
	size_t gone = 0;
	while (gone < b->count && !b->told[gone].change.item) {
		gone++;
	}
	enum err e = gone ? load_lines(b, 0, gone) : ERR_OK;
	for (size_t i = 0; i < gone && !e; i++) {
		e = b->told[i].before.root ? ERR_OK : ERR_CORRUPT;
	}
	return e;
}

static void print_told(struct batch *b, struct told *t) {
	const struct record_item *item = t->change.item;
	struct record_line line = { .kind = str_from(b->kind->name),
		.id = item ? item->id : t->change.known->id,
		.event = t->change.event,
		.version = t->change.version,
		.at_ms = b->turn->now_ms,
		.class_id = item ? item->class_path : t->before.class_id,
		.term = item ? item->term : t->before.term,
		.student = item ? item->student : t->before.student,
		.data = item ? item->data : t->before_data };
	t->line_at = b->lines.len;
	record_line_print(&b->lines, &line);
	t->line_n = b->lines.len - t->line_at;
}

static void bulk_hash(struct db_bulk *bulk, unsigned i, const struct hash *hash) {
	db_bulk_bytes(bulk, i, hash->b, HASH_BYTES);
}

static void row_add(struct batch *b, const struct told *t) {
	const struct record_item *item = t->change.item;
	db_bulk_u64(b->add, 0, b->turn->school_id);
	db_bulk_u64(b->add, 1, t->number);
	db_bulk_str(b->add, 2, str_from(b->kind->name));
	db_bulk_bytes(b->add, 3, item->id.p, item->id.n);
	db_bulk_u64(b->add, 4, item->class_id);
	db_bulk_u64(b->add, 5, item->student_id);
	db_bulk_u64(b->add, 6, item->place_id);
	db_bulk_u64(b->add, 7, t->change.version);
	db_bulk_u64(b->add, 8, t->change.event);
	bulk_hash(b->add, 9, &item->content);
	bulk_hash(b->add, 10, &t->line_hash);
	db_bulk_bytes(b->add, 11, item->class_path.p, item->class_path.n);
	db_bulk_u64(b->add, 12, item->term);
	db_bulk_bytes(b->add, 13, item->student.p, item->student.n);
	db_bulk_u64(b->add, 14, t->number);
	db_bulk_row(b->add);
}

static void row_set(struct batch *b, const struct told *t) {
	const struct record_item *item = t->change.item;
	db_bulk_u64(b->set, 0, item->class_id);
	db_bulk_u64(b->set, 1, item->student_id);
	db_bulk_u64(b->set, 2, item->place_id);
	db_bulk_u64(b->set, 3, t->change.version);
	db_bulk_u64(b->set, 4, t->change.event);
	bulk_hash(b->set, 5, &item->content);
	bulk_hash(b->set, 6, &t->line_hash);
	db_bulk_bytes(b->set, 7, item->class_path.p, item->class_path.n);
	db_bulk_u64(b->set, 8, item->term);
	db_bulk_bytes(b->set, 9, item->student.p, item->student.n);
	db_bulk_u64(b->set, 10, t->number);
	db_bulk_u64(b->set, 11, b->turn->school_id);
	db_bulk_u64(b->set, 12, told_record_id(t));
	db_bulk_row(b->set);
}

/* What is told again with the data that it had: it is gone, or was raised. */
static void row_tell(struct batch *b, const struct told *t) {
	db_bulk_u64(b->tell, 0, t->change.version);
	db_bulk_u64(b->tell, 1, t->change.event);
	bulk_hash(b->tell, 2, &t->line_hash);
	db_bulk_u64(b->tell, 3, t->number);
	db_bulk_u64(b->tell, 4, b->turn->school_id);
	db_bulk_u64(b->tell, 5, told_record_id(t));
	db_bulk_row(b->tell);
}

static void row_line(struct batch *b, const struct told *t) {
	db_bulk_u64(b->line, 0, b->turn->school_id);
	db_bulk_u64(b->line, 1, t->number);
	db_bulk_u64(b->line, 2, told_record_id(t));
	db_bulk_u64(b->line, 3, t->change.version);
	db_bulk_i64(b->line, 4, b->turn->now_ms);
	bulk_hash(b->line, 5, &t->line_hash);
	db_bulk_bytes(b->line, 6, b->lines.data + t->line_at, t->line_n);
	db_bulk_row(b->line);
}

/* Opens the bulk statement at its first row. */
static enum err open_bulk(struct batch *b, const char *sql, struct db_bulk **bulk) {
	return *bulk ? ERR_OK : db_bulk_open(b->turn->db, sql, BATCH, bulk);
}

static enum err put_row(struct batch *b, struct told *t) {
	exchange_line_hash((struct str){ b->lines.data + t->line_at, t->line_n }, &t->line_hash);
	enum err e = open_bulk(b, sql_add_line, &b->line);
	if (!e && !t->change.item) {
		e = open_bulk(b, sql_tell_record, &b->tell);
		if (!e) {
			row_tell(b, t);
		}
	} else if (!e && t->change.known) {
		e = open_bulk(b, sql_set_record, &b->set);
		if (!e) {
			row_set(b, t);
		}
	} else if (!e) {
		e = open_bulk(b, sql_add_record, &b->add);
		if (!e) {
			row_add(b, t);
		}
	}
	if (!e) {
		row_line(b, t);
	}
	return e;
}

static enum err run_bulk(struct db_bulk *bulk) {
	return bulk ? db_bulk_run(bulk) : ERR_OK;
}

/* Sends the batch and forgets it. */
static enum err batch_send(struct batch *b) {
	enum err e = load_gone(b);
	for (size_t i = 0; i < b->count && !e; i++) {
		print_told(b, &b->told[i]);
	}
	e = e ? e : buf_err(&b->lines);
	for (size_t i = 0; i < b->count && !e; i++) {
		e = put_row(b, &b->told[i]);
	}
	e = e ? e : run_bulk(b->tell);
	e = e ? e : run_bulk(b->set);
	e = e ? e : run_bulk(b->add);
	e = e ? e : run_bulk(b->line);
	forget_told(b);
	return e;
}

static enum err batch_put(const struct record_change *change, void *ctx) {
	struct batch *b = ctx;
	if (b->turn->found) {
		b->turn->found(change, b->turn->found_ctx);
		return ERR_OK;
	}
	b->told[b->count++] = (struct told){ .change = *change, .number = ++b->turn->number };
	return b->count == BATCH ? batch_send(b) : ERR_OK;
}

/* ---- telling again ---- */

/* The one record, as a change without an item. */
static enum err load_one(struct outbox_turn *turn, uint64_t record_id, struct record_kind *kind,
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
	if (e) {
		return e;
	}
	*kind = (struct record_kind){ .name = name };
	return take_row(stmt, set);
}

enum err outbox_turn_raise(struct outbox_turn *turn, uint64_t record_id, uint32_t least) {
	_cleanup_(record_set_freep) struct record_set *set = NULL;
	_cleanup_(batch_freep) struct batch *b = NULL;
	struct record_kind kind;
	char name[EXCHANGE_KIND_BYTES_MAX + 1];
	enum err e = record_set_new(str_from(turn->code), "", &set);
	e = e ? e : load_one(turn, record_id, &kind, name, set);
	e = e ? e : batch_new(turn, &kind, &b);
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
	e = batch_put(&change, b);
	return e ? e : batch_send(b);
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
	_cleanup_(batch_freep) struct batch *b = NULL;
	e = e ? e : load_by_key(turn, set);
	e = e ? e : batch_new(turn, kind, &b);
	e = e ? e : record_set_changes(set, batch_put, b);
	return e ? e : batch_send(b); /* nothing is sent for no rows */
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
