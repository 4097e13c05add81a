#include "exam/marking/scoring_store.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "exam/hall/event_store.h"
#include "exam/hall/sitting_store.h"

static const char sql_dues[] =
		"SELECT a.id, a.gen, a.variant FROM attempt a"
		" LEFT JOIN score s ON s.attempt_id = a.id AND s.gen = a.gen AND s.number = 1"
		" WHERE a.school_id = ? AND a.sitting_id = ? AND a.state = 3"
		" AND s.attempt_id IS NULL ORDER BY a.id";
static const char sql_due_sittings[] =
		"SELECT DISTINCT a.school_id, a.sitting_id FROM attempt a"
		" LEFT JOIN score s ON s.attempt_id = a.id AND s.gen = a.gen AND s.number = 1"
		" WHERE a.state = 3 AND a.ends_at_ms >= ? AND s.attempt_id IS NULL LIMIT ?";
static const char sql_unposted[] =
		"SELECT DISTINCT a.school_id, a.sitting_id FROM attempt a"
		" JOIN sitting t ON t.id = a.sitting_id AND t.school_id = a.school_id"
		" AND t.mark_kind IS NOT NULL"
		" JOIN score sc ON sc.attempt_id = a.id AND sc.gen = a.gen AND sc.number = 1"
		" LEFT JOIN mark m ON m.student_id = a.student_id AND m.attempt_id = a.id"
		" WHERE a.state = 3 AND a.ends_at_ms >= ? AND a.lease > 0 AND m.attempt_id IS NULL"
		" LIMIT ?";

static const char sql_add_score[] =
		"INSERT INTO score (attempt_id, gen, number, school_id, points_x100, max_x100,"
		" ten_x100, mark_x10, awaiting_count, scored_at_ms)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char sql_add_item[] =
		"INSERT INTO score_item (attempt_id, gen, slot, school_id, points_x100, max_x100,"
		" state) VALUES (?, ?, ?, ?, ?, ?, ?)";
static const char sql_items[] =
		"SELECT slot, points_x100, max_x100, state, version, note FROM score_item"
		" WHERE school_id = ? AND attempt_id = ? AND gen = ? ORDER BY slot";
/* A rule's verdict is never overwritten here, nor more given than the item has. */
static const char sql_mark[] =
		"UPDATE score_item SET points_x100 = ?, state = 3, marked_by = ?, note = ?,"
		" version = version + 1"
		" WHERE school_id = ? AND attempt_id = ? AND gen = ? AND slot = ? AND version = ?"
		" AND state IN (2, 3) AND max_x100 >= ?";
static const char sql_item_state[] =
		"SELECT state, version, max_x100 FROM score_item"
		" WHERE school_id = ? AND attempt_id = ? AND gen = ? AND slot = ?";
/* Two persons who mark two essays of one attempt take turns here. */
static const char sql_last_number[] =
		"SELECT number FROM score WHERE school_id = ? AND attempt_id = ? AND gen = ?"
		" ORDER BY number DESC LIMIT 1 FOR UPDATE";

void scoring_sheet_free(struct scoring_sheet *sheet) {
	if (sheet) {
		variants_finish(&sheet->variants);
		bank_questions_finish(&sheet->questions);
		free(sheet->keys);
		free(sheet);
	}
}

void scoring_dues_finish(struct scoring_dues *list) {
	free(list->items);
	*list = (struct scoring_dues){ 0 };
}

void scoring_rows_finish(struct scoring_rows *list) {
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].note);
	}
	free(list->items);
	*list = (struct scoring_rows){ 0 };
}

enum err scoring_store_sheet(struct db *db, uint64_t school_id, const struct id16 *sitting,
		struct scoring_sheet **out) {
	struct sitting s;
	_cleanup_(scoring_sheet_freep) struct scoring_sheet *sheet = calloc(1, sizeof(*sheet));
	if (!sheet) {
		return ERR_NOMEM;
	}
	enum err e = sitting_store_load(db, school_id, sitting, &s);
	e = e ? e : variant_store_list(db, school_id, sitting, &sheet->variants);
	e = e ? e : bank_store_of_paper(db, school_id, s.paper_id, &sheet->questions);
	if (e) {
		return e;
	}
	sheet->keys = calloc(sheet->questions.count + 1, sizeof(*sheet->keys));
	if (!sheet->keys) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < sheet->questions.count; i++) {
		const struct bank_question *q = &sheet->questions.items[i];
		sheet->keys[i] = (struct scoring_key){ q->id, q->revision, &q->q.key };
	}
	*out = STEAL(sheet);
	return ERR_OK;
}

const struct paper_layout *scoring_sheet_layout(
		const struct scoring_sheet *sheet, const char *variant) {
	for (size_t i = 0; i < sheet->variants.count; i++) {
		if (strcmp(sheet->variants.items[i].code, variant) == 0) {
			return sheet->variants.items[i].layout;
		}
	}
	return NULL;
}

const struct bank_question *scoring_sheet_question(
		const struct scoring_sheet *sheet, const struct paper_slot *slot) {
	for (size_t i = 0; i < sheet->questions.count; i++) {
		const struct bank_question *q = &sheet->questions.items[i];
		if (q->id == slot->question_id && q->revision == slot->revision) {
			return q;
		}
	}
	return NULL;
}

enum err scoring_store_dues(struct db *db, uint64_t school_id, const struct id16 *sitting,
		struct scoring_dues *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(scoring_dues_finish) struct scoring_dues list = { 0 };
	enum err e = db_prepare(db, sql_dues, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, sitting->b, ID16_BYTES);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(&list, SCORING_STORE_DUES_MAX);
		if (e) {
			return e;
		}
		struct scoring_due *due = &list.items[list.count++];
		due->gen = (uint32_t)db_col_u64(stmt, 1);
		e = db_col_bytes(stmt, 0, due->attempt.b, ID16_BYTES);
		e = e ? e : db_col_copy(stmt, 2, due->variant, sizeof(due->variant));
		if (e) {
			return e;
		}
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out = list;
	list = (struct scoring_dues){ 0 };
	return ERR_OK;
}

enum err scoring_store_sittings(struct db *db, enum scoring_lack lack, int64_t since_ms,
		struct scoring_sittings *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(
			db, lack == SCORING_LACKS_SCORE ? sql_due_sittings : sql_unposted, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, since_ms);
	db_bind_u64(stmt, 1, SCORING_STORE_SITTINGS_MAX);
	out->count = 0;
	while ((e = db_next(stmt)) == ERR_OK) {
		struct scoring_sitting *s = &out->items[out->count++];
		s->school_id = db_col_u64(stmt, 0);
		e = db_col_bytes(stmt, 1, s->sitting.b, ID16_BYTES);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err take_event(void *ctx, const struct event_row *row) {
	return fold_add(ctx, &row->event);
}

enum err scoring_store_fold(
		struct db *db, const struct id16 *attempt, uint32_t gen, struct fold *fold) {
	return event_store_each(db, attempt, gen, 1, take_event, fold);
}

static enum err add_score(struct db *db, const struct scoring_save *save, uint32_t number) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add_score, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, save->attempt.b, ID16_BYTES);
	db_bind_u64(stmt, 1, save->gen);
	db_bind_u64(stmt, 2, number);
	db_bind_u64(stmt, 3, save->school_id);
	db_bind_u64(stmt, 4, save->total.points_x100);
	db_bind_u64(stmt, 5, save->total.max_x100);
	db_bind_u64(stmt, 6, save->total.ten_x100);
	db_bind_u64(stmt, 7, save->total.mark_x10);
	db_bind_u64(stmt, 8, save->total.awaiting_count);
	db_bind_i64(stmt, 9, save->now_ms);
	return db_exec(stmt, NULL);
}

static enum err save_in_tx(struct db *db, void *ctx) {
	const struct scoring_save *save = ctx;
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum err e = add_score(db, save, 1);
	e = e ? e : db_bulk_open(db, sql_add_item, BLUEPRINT_ITEMS_MAX, &bulk);
	for (size_t i = 0; !e && i < save->item_count; i++) {
		db_bulk_bytes(bulk, 0, save->attempt.b, ID16_BYTES);
		db_bulk_u64(bulk, 1, save->gen);
		db_bulk_u64(bulk, 2, i + 1);
		db_bulk_u64(bulk, 3, save->school_id);
		db_bulk_u64(bulk, 4, save->items[i].points_x100);
		db_bulk_u64(bulk, 5, save->items[i].max_x100);
		db_bulk_u64(bulk, 6, (uint64_t)save->items[i].state);
		db_bulk_row(bulk);
	}
	return e ? e : db_bulk_run(bulk);
}

enum err scoring_store_save(struct db *db, const struct scoring_save *save) {
	struct scoring_save copy = *save;
	return db_transact(db, save_in_tx, &copy);
}

enum err scoring_store_items(struct db *db, uint64_t school_id, const struct id16 *attempt,
		uint32_t gen, struct scoring_rows *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(scoring_rows_finish) struct scoring_rows list = { 0 };
	enum err e = db_prepare(db, sql_items, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, attempt->b, ID16_BYTES);
	db_bind_u64(stmt, 2, gen);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(&list, BLUEPRINT_ITEMS_MAX);
		if (e) {
			return e;
		}
		struct scoring_row *row = &list.items[list.count++];
		row->item.points_x100 = (unsigned)db_col_u64(stmt, 1);
		row->item.max_x100 = (unsigned)db_col_u64(stmt, 2);
		row->item.state = (enum scoring_state)db_col_u64(stmt, 3);
		row->version = (uint32_t)db_col_u64(stmt, 4);
		if (db_col_u64(stmt, 0) != list.count) {
			return ERR_CORRUPT; /* slots are written without gaps */
		}
		e = db_col_dup(stmt, 5, &row->note);
		if (e) {
			return e;
		}
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out = list;
	list = (struct scoring_rows){ 0 };
	return ERR_OK;
}

struct marking {
	const struct scoring_mark *mark;
	struct scoring_total total;
};

/* Why a guarded mark touched nothing. */
static enum err tell_refusal(struct db *db, const struct scoring_mark *mark) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_item_state, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, mark->school_id);
	db_bind_bytes(stmt, 1, mark->attempt.b, ID16_BYTES);
	db_bind_u64(stmt, 2, mark->gen);
	db_bind_u64(stmt, 3, mark->slot);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	if (db_col_u64(stmt, 0) == SCORING_BY_RULE) {
		return ERR_NOT_FOUND;
	}
	return db_col_u64(stmt, 1) != mark->version ? ERR_STALE : ERR_INVAL;
}

static enum err write_mark(struct db *db, const struct scoring_mark *mark) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	uint64_t changed = 0;
	enum err e = db_prepare(db, sql_mark, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, mark->points_x100);
	db_bind_u64(stmt, 1, mark->person_id);
	db_bind_str(stmt, 2, mark->note);
	db_bind_u64(stmt, 3, mark->school_id);
	db_bind_bytes(stmt, 4, mark->attempt.b, ID16_BYTES);
	db_bind_u64(stmt, 5, mark->gen);
	db_bind_u64(stmt, 6, mark->slot);
	db_bind_u64(stmt, 7, mark->version);
	db_bind_u64(stmt, 8, mark->points_x100);
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed ? ERR_OK : tell_refusal(db, mark);
}

static enum err last_number(struct db *db, const struct scoring_mark *mark, uint32_t *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_last_number, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, mark->school_id);
	db_bind_bytes(stmt, 1, mark->attempt.b, ID16_BYTES);
	db_bind_u64(stmt, 2, mark->gen);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out = (uint32_t)db_col_u64(stmt, 0);
	return ERR_OK;
}

static enum err mark_in_tx(struct db *db, void *ctx) {
	struct marking *marking = ctx;
	const struct scoring_mark *mark = marking->mark;
	_cleanup_(scoring_rows_finish) struct scoring_rows rows = { 0 };
	struct scoring_item items[BLUEPRINT_ITEMS_MAX];
	uint32_t number = 0;
	enum err e = last_number(db, mark, &number);
	e = e ? e : write_mark(db, mark);
	e = e ? e : scoring_store_items(db, mark->school_id, &mark->attempt, mark->gen, &rows);
	if (e) {
		return e;
	}
	for (size_t i = 0; i < rows.count; i++) {
		items[i] = rows.items[i].item;
	}
	struct scoring_save save = { .school_id = mark->school_id,
		.attempt = mark->attempt,
		.gen = mark->gen,
		.total = scoring_sum(items, rows.count),
		.now_ms = mark->now_ms };
	marking->total = save.total;
	return add_score(db, &save, number + 1);
}

enum err scoring_store_mark(
		struct db *db, const struct scoring_mark *mark, struct scoring_total *out) {
	struct marking marking = { .mark = mark };
	enum err e = db_transact(db, mark_in_tx, &marking);
	if (e) {
		return e;
	}
	*out = marking.total;
	return ERR_OK;
}
