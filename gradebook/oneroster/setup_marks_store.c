/* Columns and marks of a bundle into an empty school, with their history: of each class and subject
 * the chain is made in memory and written by bulk. */

#include "gradebook/oneroster/setup_inner_store.h"

#include <assert.h>
#include <stdlib.h>

#include "gradebook/marks/cell.h"
#include "gradebook/marks/ledger.h"
#include "gradebook/marks/ledger_store.h"
#include "gradebook/marks/mark_store.h"

static const char sql_column[] =
		"INSERT INTO mark_column (school_id, class_id, subject_id, term_id, kind, position,"
		" published_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)";
static const char sql_mark[] =
		"INSERT INTO mark (school_id, column_id, student_id, value_x10, state, is_makeup,"
		" version, changed_by, changed_at_ms) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)";
static const char sql_ledger[] =
		"INSERT INTO mark_ledger (class_id, subject_id, number, school_id, column_id,"
		" student_id, act, old_x10, new_x10, why, person_id, at_ms, hash, approved_by, ref)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)";
static const char sql_head[] =
		"INSERT INTO mark_ledger_head (class_id, subject_id, school_id, number, hash)"
		" VALUES (?, ?, ?, ?, ?)";
static const char sql_exempt[] =
		"INSERT INTO exemption (school_id, student_id, subject_id, term_id, reason, given_by,"
		" given_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)";

static const char why[] = "Nhập từ gói OneRoster";

#define DAY_MS INT64_C(86400000)
#define NOON_MS (INT64_C(5) * 60 * 60 * 1000) /* of a day in Vietnam, in UTC */

enum { ROWS = 512, STATE_VALUE = 1, STATE_MISSING = 2 };

struct marks_work {
	struct setup_work *w;
	struct db_bulk *marks;
	struct db_bulk *ledger;
	struct ledger_head head;
	struct ledger_row rows[ROWS]; /* what the bulk's rows point at */
	struct hash hashes[ROWS];
};

static void marks_work_free(struct marks_work *m) {
	if (m) {
		db_bulk_free(m->marks);
		db_bulk_free(m->ledger);
		free(m);
	}
}
DEFINE_FREEP(struct marks_work *, marks_work_free);

static enum err send(struct marks_work *m) {
	enum err e = db_bulk_run(m->marks);
	return e ? e : db_bulk_run(m->ledger);
}

static void put_code(struct db_bulk *bulk, unsigned index, uint8_t code) {
	if (code == CELL_NONE) {
		db_bulk_null(bulk, index);
	} else {
		db_bulk_u64(bulk, index, code);
	}
}

/* One row behind the chain. */
static enum err chain(struct marks_work *m, struct ledger_row row) {
	enum err e = db_bulk_is_full(m->ledger) ? send(m) : ERR_OK;
	row.number = m->head.number + 1;
	row.school_id = m->w->setup->school_id;
	row.person_id = m->w->setup->by_id;
	row.why = str_from(why);
	e = e ? e : ledger_next(&m->head, &row, &m->head);
	if (e) {
		return e;
	}
	size_t at = db_bulk_count(m->ledger);
	m->rows[at] = row;
	m->hashes[at] = m->head.hash;
	db_bulk_u64(m->ledger, 0, row.class_id);
	db_bulk_u64(m->ledger, 1, row.subject_id);
	db_bulk_u64(m->ledger, 2, row.number);
	db_bulk_u64(m->ledger, 3, row.school_id);
	db_bulk_u64(m->ledger, 4, row.column_id);
	db_bulk_u64(m->ledger, 5, row.student_id);
	db_bulk_u64(m->ledger, 6, row.act);
	put_code(m->ledger, 7, row.old_code);
	put_code(m->ledger, 8, row.new_code);
	db_bulk_str(m->ledger, 9, str_from(why));
	db_bulk_u64(m->ledger, 10, row.person_id);
	db_bulk_i64(m->ledger, 11, row.at_ms);
	db_bulk_bytes(m->ledger, 12, m->hashes[at].b, HASH_BYTES);
	if (row.has_ref) {
		db_bulk_bytes(m->ledger, 13, m->rows[at].ref, LEDGER_REF_BYTES);
	} else {
		db_bulk_null(m->ledger, 13);
	}
	db_bulk_row(m->ledger);
	return ERR_OK;
}

static struct ledger_row row_of(const struct marks_work *m, const struct bundle_column *c) {
	return (struct ledger_row){ .class_id = m->w->class_ids[c->class],
		.subject_id = m->w->subject_ids[c->subject],
		.old_code = CELL_NONE,
		.new_code = CELL_NONE,
		.at_ms = m->w->setup->now_ms };
}

static enum err add_column(struct marks_work *m, const struct bundle_column *c, uint64_t *out) {
	const struct setup_work *w = m->w;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(w->db, sql_column, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, w->setup->school_id);
	db_bind_u64(stmt, 1, w->class_ids[c->class]);
	db_bind_u64(stmt, 2, w->subject_ids[c->subject]);
	db_bind_u64(stmt, 3, w->term_ids[c->term]);
	db_bind_u64(stmt, 4, c->kind);
	db_bind_u64(stmt, 5, c->position);
	if (c->published_at_ms) {
		db_bind_i64(stmt, 6, c->published_at_ms);
	} else {
		db_bind_null(stmt, 6);
	}
	e = db_exec(stmt, NULL);
	*out = db_last_id(stmt);
	return e;
}

static enum err add_mark(struct marks_work *m, const struct bundle_mark *mark, uint64_t column,
		struct ledger_row row) {
	const struct cell cell = { .value_x10 = mark->state == ONEROSTER_VALUE ? mark->value_x10
									       : MARK_NONE,
		.is_missing = mark->state == ONEROSTER_MISSING,
		.is_makeup = mark->state == ONEROSTER_VALUE && mark->is_makeup };
	enum err e = db_bulk_is_full(m->marks) ? send(m) : ERR_OK;
	if (e) {
		return e;
	}
	row.column_id = column;
	row.student_id = m->w->student_ids[mark->person];
	row.act = LEDGER_SET;
	row.at_ms = date_to_days(mark->on) * DAY_MS + NOON_MS; /* the audit holds both together */
	row.new_code = cell_code(&cell);
	db_bulk_u64(m->marks, 0, m->w->setup->school_id);
	db_bulk_u64(m->marks, 1, column);
	db_bulk_u64(m->marks, 2, row.student_id);
	if (cell.is_missing) {
		db_bulk_null(m->marks, 3);
	} else {
		db_bulk_u64(m->marks, 3, (uint64_t)cell.value_x10);
	}
	db_bulk_u64(m->marks, 4, cell.is_missing ? STATE_MISSING : STATE_VALUE);
	db_bulk_u64(m->marks, 5, cell.is_makeup);
	db_bulk_u64(m->marks, 6, m->w->setup->by_id);
	db_bulk_i64(m->marks, 7, row.at_ms);
	db_bulk_row(m->marks);
	return chain(m, row);
}

static enum err add_exemption(struct marks_work *m, const struct bundle_column *c,
		const struct bundle_mark *mark, struct ledger_row row) {
	const struct setup_work *w = m->w;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(w->db, sql_exempt, &stmt);
	if (e) {
		return e;
	}
	row.column_id = w->term_ids[c->term];
	row.student_id = w->student_ids[mark->person];
	row.act = LEDGER_EXEMPTED;
	db_bind_u64(stmt, 0, w->setup->school_id);
	db_bind_u64(stmt, 1, row.student_id);
	db_bind_u64(stmt, 2, row.subject_id);
	db_bind_u64(stmt, 3, row.column_id);
	db_bind_text(stmt, 4, why);
	db_bind_u64(stmt, 5, w->setup->by_id);
	db_bind_i64(stmt, 6, w->setup->now_ms);
	e = db_exec(stmt, NULL);
	return e ? e : chain(m, row);
}

static enum err publish(struct marks_work *m, const struct bundle_column *c, uint64_t column,
		struct ledger_row row) {
	if (!c->published_at_ms) {
		return ERR_OK;
	}
	row.column_id = column;
	row.act = LEDGER_PUBLISHED;
	row.at_ms = c->published_at_ms;
	ledger_of_column(&row, c->kind, c->position, m->w->term_ids[c->term]);
	return chain(m, row);
}

/* One column with its marks, from *at on, which is moved behind them. */
static enum err set_column(struct marks_work *m, size_t index, size_t *at) {
	const struct bundle *b = m->w->bundle;
	const struct bundle_column *c = &b->columns.items[index];
	struct ledger_row row = row_of(m, c);
	uint64_t id = 0;
	enum err e = c->kind == ONEROSTER_MEAN ? ERR_OK : add_column(m, c, &id);
	for (; !e && *at < b->marks.count && b->marks.items[*at].column == index; (*at)++) {
		const struct bundle_mark *mark = &b->marks.items[*at];
		e = c->kind == ONEROSTER_MEAN ? add_exemption(m, c, mark, row)
					      : add_mark(m, mark, id, row);
	}
	return e ? e : publish(m, c, id, row);
}

static enum err save_head(struct marks_work *m, const struct bundle_column *c) {
	const struct ledger_row row = row_of(m, c);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = send(m);
	if (e || m->head.number == 0) {
		return e;
	}
	e = db_prepare(m->w->db, sql_head, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, row.class_id);
	db_bind_u64(stmt, 1, row.subject_id);
	db_bind_u64(stmt, 2, m->w->setup->school_id);
	db_bind_u64(stmt, 3, m->head.number);
	db_bind_bytes(stmt, 4, m->head.hash.b, HASH_BYTES);
	return db_exec(stmt, NULL);
}

/* The columns stand by class and subject: each of these is a chain of its own. */
enum err setup_marks(struct setup_work *w) {
	const struct bundle *b = w->bundle;
	assert(b->columns.items || b->columns.count == 0);
	_cleanup_(marks_work_freep) struct marks_work *m = calloc(1, sizeof(*m));
	size_t at = 0;
	if (!m) {
		return ERR_NOMEM;
	}
	m->w = w;
	enum err e = db_bulk_open(w->db, sql_mark, ROWS, &m->marks);
	e = e ? e : db_bulk_open(w->db, sql_ledger, ROWS, &m->ledger);
	for (size_t i = 0; i < b->columns.count && !e; i++) {
		const struct bundle_column *c = &b->columns.items[i];
		const struct bundle_column *next = i + 1 < b->columns.count ? c + 1 : NULL;
		e = set_column(m, i, &at);
		if (!e && (!next || next->class != c->class || next->subject != c->subject)) {
			e = save_head(m, c);
			m->head = (struct ledger_head){ .number = 0 };
		}
	}
	return e;
}
