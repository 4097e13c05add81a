#include "core/outbox/told_store.h"

#include <stdlib.h>
#include <string.h>

enum {
	BATCH = 256, /* rows written at once */
	SQL_BYTES_MAX = 8 << 10,
	ASK_SOME = 64,
	ASK_FEW = 8,
};

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

/* A statement that asks for `count` keys at once. */
enum err told_ask(struct db *db, const char *begin, const char *column, size_t count,
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
size_t told_ask_size(size_t left) {
	return left <= ASK_FEW ? ASK_FEW : left <= ASK_SOME ? ASK_SOME : TOLD_ASK_MOST;
}

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

struct told_batch {
	struct outbox_turn *turn;
	const char *kind;
	struct told told[BATCH];
	size_t count;
	struct buf lines;
	struct db_bulk *add;
	struct db_bulk *set;
	struct db_bulk *tell;
	struct db_bulk *line;
};

static void forget_told(struct told_batch *b) {
	for (size_t i = 0; i < b->count; i++) {
		exchange_line_finish(&b->told[i].before);
		free(b->told[i].before_text);
	}
	b->count = 0;
	buf_clear(&b->lines);
}

void told_free(struct told_batch *b) {
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
enum err told_new(struct outbox_turn *turn, const char *kind, struct told_batch **out) {
	struct told_batch *b = calloc(1, sizeof(*b));
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
static enum err take_line(struct told_batch *b, uint64_t number, struct str line) {
	for (size_t i = 0; i < b->count; i++) {
		struct told *t = &b->told[i];
		bool is_it = !t->change.item && t->change.known->number == number;
		if (is_it && !t->before.root) {
			return line.n ? keep_line(t, line) : ERR_CORRUPT;
		}
	}
	return ERR_OK;
}

static enum err load_lines(struct told_batch *b, size_t from, size_t count) {
	size_t size = told_ask_size(count);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = told_ask(b->turn->db, sql_lines, "number", size, &stmt);
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
static enum err load_gone(struct told_batch *b) {
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

static void print_told(struct told_batch *b, struct told *t) {
	const struct record_item *item = t->change.item;
	struct record_line line = { .kind = str_from(b->kind),
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

static void row_add(struct told_batch *b, const struct told *t) {
	const struct record_item *item = t->change.item;
	db_bulk_u64(b->add, 0, b->turn->school_id);
	db_bulk_u64(b->add, 1, t->number);
	db_bulk_str(b->add, 2, str_from(b->kind));
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

static void row_set(struct told_batch *b, const struct told *t) {
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
static void row_tell(struct told_batch *b, const struct told *t) {
	db_bulk_u64(b->tell, 0, t->change.version);
	db_bulk_u64(b->tell, 1, t->change.event);
	bulk_hash(b->tell, 2, &t->line_hash);
	db_bulk_u64(b->tell, 3, t->number);
	db_bulk_u64(b->tell, 4, b->turn->school_id);
	db_bulk_u64(b->tell, 5, told_record_id(t));
	db_bulk_row(b->tell);
}

static void row_line(struct told_batch *b, const struct told *t) {
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
static enum err open_bulk(struct told_batch *b, const char *sql, struct db_bulk **bulk) {
	return *bulk ? ERR_OK : db_bulk_open(b->turn->db, sql, BATCH, bulk);
}

static enum err put_row(struct told_batch *b, struct told *t) {
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
enum err told_send(struct told_batch *b) {
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

enum err told_put(const struct record_change *change, void *ctx) {
	struct told_batch *b = ctx;
	if (b->turn->found) {
		b->turn->found(change, b->turn->found_ctx);
		return ERR_OK;
	}
	b->told[b->count++] = (struct told){ .change = *change, .number = ++b->turn->number };
	return b->count == BATCH ? told_send(b) : ERR_OK;
}
