#include "ws/service/post_marks.h"

#include <stdlib.h>
#include <string.h>

#include "exam/hall/sitting_store.h"
#include "exam/marking/scoring_store.h"
#include "gradebook/marks/kept_store.h"
#include "gradebook/marks/mark_change_store.h"
#include "ws/service/score_attempt.h"

enum { STATE_DB_CLOSED = 3 };

/* The cells of one column, to be looked up by student. */
struct cells {
	struct mark_stored items[MARK_STUDENTS_MAX];
	size_t count;
};

static enum err take_cell(const struct mark_stored *cell, void *ctx) {
	struct cells *cells = ctx;
	if (cells->count == MARK_STUDENTS_MAX) {
		return ERR_LIMIT;
	}
	cells->items[cells->count++] = *cell;
	return ERR_OK;
}

static const struct mark_stored *find_cell(const struct cells *cells, uint64_t student_id) {
	for (size_t i = 0; i < cells->count; i++) {
		if (cells->items[i].student_id == student_id) {
			return &cells->items[i];
		}
	}
	return NULL;
}

bool post_marks_has_mark(const struct result *r) {
	return r->has_joined && r->state == STATE_DB_CLOSED && r->is_scored &&
			r->total.awaiting_count == 0;
}

/* What a stored cell means for the mark of an attempt. */
static struct post_mark judge(const struct mark_stored *cell, const struct result *r) {
	if (!cell || cell->version == 0) {
		return (struct post_mark){ POST_NONE, MARK_NONE };
	}
	/* Where the same mark was typed there is nothing to decide. */
	bool is_same = cell->cell.value_x10 == (int)r->total.mark_x10;
	return (struct post_mark){ is_same ? POST_DONE : POST_CONFLICT, cell->cell.value_x10 };
}

/* The column of a class that the sitting fills. False when the sitting fills none. */
static bool column_of(const struct sitting *s, uint64_t class_id, struct mark_column *out) {
	*out = (struct mark_column){
		.place = { s->school_id, class_id, s->subject_id, s->column.term_id },
		.position = s->column.position,
		.has_sitting = true,
	};
	memcpy(out->sitting_id, s->id.b, ID16_BYTES);
	return class_id && s->column.kind && !mark_kind_from_db(s->column.kind, &out->kind);
}

/* ---- posting ---- */

struct posting {
	const struct sitting *sitting;
	const struct results *results;
	uint64_t class_id;
	int64_t now_ms;
	unsigned posted;
};

static enum err post_one(struct db *db, const struct posting *p, struct mark_desk *desk,
		uint64_t column_id, const struct result *r) {
	struct mark_actor actor = { .person_id = p->sitting->created_by,
		.now_ms = p->now_ms,
		.why = str_from(p->sitting->title) };
	struct mark_stored wanted = { .column_id = column_id,
		.student_id = r->student_id,
		.cell = { .value_x10 = (int)r->total.mark_x10 },
		.has_attempt = true };
	unsigned version = 0;
	memcpy(wanted.attempt_id, r->attempt.b, ID16_BYTES);
	return mark_desk_set(db, desk, &wanted, &actor, &version);
}

/* Into cells that nobody has touched. */
static enum err post_cells(
		struct db *db, struct posting *p, struct mark_desk *desk, uint64_t column_id) {
	enum err e = ERR_OK;
	for (size_t i = 0; !e && i < p->results->count; i++) {
		const struct result *r = &p->results->items[i];
		if (r->class_id != p->class_id || !post_marks_has_mark(r) ||
				mark_desk_cell(desk, column_id, r->student_id).version) {
			continue;
		}
		e = post_one(db, p, desk, column_id, r);
		if (e == ERR_NOT_FOUND || e == ERR_INVAL || e == ERR_CLOSED) {
			/* Has left the class, or the subject takes no such mark, or it is locked. */
			e = ERR_OK;
			continue;
		}
		p->posted += e == ERR_OK;
	}
	return e;
}

static enum err post_class_in_tx(struct db *db, void *ctx) {
	struct posting *p = ctx;
	struct mark_column column;
	uint64_t column_id = 0;
	_cleanup_(mark_desk_freep) struct mark_desk *desk = NULL;
	const struct mark_actor actor = { .person_id = p->sitting->created_by,
		.now_ms = p->now_ms,
		.why = str_from(p->sitting->title) };
	p->posted = 0;
	if (!column_of(p->sitting, p->class_id, &column)) {
		return ERR_OK;
	}
	enum err e = mark_store_link_column(db, &column, &actor, &column_id);
	e = e ? e : mark_desk_open(db, &column.place, p->now_ms, &desk);
	return e ? e : post_cells(db, p, desk, column_id);
}

/* Whether a mark waits to be posted in that class, and the class was not handled before `index`. */
static bool is_next_class(const struct results *results, size_t index) {
	uint64_t class_id = results->items[index].class_id;
	for (size_t i = 0; i < index; i++) {
		if (results->items[i].class_id == class_id &&
				post_marks_has_mark(&results->items[i])) {
			return false;
		}
	}
	return class_id && post_marks_has_mark(&results->items[index]);
}

enum err post_marks_sitting(struct db *db, uint64_t school_id, const struct id16 *sitting,
		int64_t now_ms, unsigned *out_posted) {
	_cleanup_(results_finish) struct results results = { 0 };
	struct sitting s;
	unsigned posted = 0;
	enum err e = sitting_store_load(db, school_id, sitting, &s);
	if (e) {
		return e;
	}
	if (s.column.kind) {
		e = result_store_list(db, school_id, sitting, &results);
	}
	for (size_t i = 0; !e && i < results.count; i++) {
		if (!is_next_class(&results, i)) {
			continue;
		}
		struct posting p = { &s, &results, results.items[i].class_id, now_ms, 0 };
		e = db_transact(db, post_class_in_tx, &p);
		if (e == ERR_CONFLICT) {
			e = ERR_OK; /* another exam fills that column: post_marks_look() says so */
			continue;
		}
		posted += p.posted;
	}
	if (e) {
		return e;
	}
	*out_posted = posted;
	return ERR_OK;
}

enum err post_marks_score_sitting(
		struct db *db, uint64_t school_id, const struct id16 *sitting, int64_t now_ms) {
	unsigned count = 0;
	enum err e = score_attempt_sitting(db, school_id, sitting, now_ms, &count);
	return e ? e : post_marks_sitting(db, school_id, sitting, now_ms, &count);
}

/* ---- what was left ---- */

enum err post_marks_sweep(struct db *db, int64_t now_ms, int64_t back_ms) {
	_cleanup_(mem_freep) struct scoring_sittings *list = calloc(1, sizeof(*list));
	if (!list) {
		return ERR_NOMEM;
	}
	unsigned scored = 0; /* how many does not matter: what has a score is posted below */
	enum err first = score_attempt_sweep(db, now_ms, back_ms, &scored);
	enum err e = scoring_store_sittings(db, SCORING_LACKS_MARK, now_ms - back_ms, list);
	first = first ? first : e;
	for (size_t i = 0; !e && i < list->count; i++) {
		unsigned posted = 0;
		enum err failed = post_marks_sitting(db, list->items[i].school_id,
				&list->items[i].sitting, now_ms, &posted);
		first = first ? first : failed;
	}
	return first;
}

/* ---- looking ---- */

/* The column of a class that the sitting is to fill, as it stands. ERR_NOT_FOUND. */
static enum err find_column(struct db *db, const struct sitting *s, uint64_t class_id,
		struct mark_column *out) {
	struct mark_column wanted;
	struct mark_column columns[MARK_COLUMNS_MAX];
	size_t count = 0;
	if (!column_of(s, class_id, &wanted)) {
		return ERR_NOT_FOUND;
	}
	enum err e = mark_store_columns(db, &wanted.place, columns, &count);
	for (size_t i = 0; !e && i < count; i++) {
		if (columns[i].kind == wanted.kind && columns[i].position == wanted.position) {
			bool is_unlinked = false;
			*out = columns[i];
			if (!columns[i].has_sitting) {
				e = mark_store_is_unlinked(db, out, s->id.b, &is_unlinked);
			}
			return e ? e : is_unlinked ? ERR_NOT_FOUND : ERR_OK;
		}
	}
	return e ? e : ERR_NOT_FOUND;
}

/* What a column holds and what was decided about it. */
struct shelf {
	struct mark_column column;
	struct cells cells;
	struct kept kept;
};

static enum err load_shelf(
		struct db *db, const struct sitting *s, uint64_t class_id, struct shelf *out) {
	enum err e = find_column(db, s, class_id, &out->column);
	e = e ? e
	      : mark_store_column_cells(db, s->school_id, out->column.id, take_cell, &out->cells);
	const struct mark_place *place = &out->column.place;
	const struct ledger_chain chain = { s->school_id, place->class_id, place->subject_id };
	return e ? e : kept_store_load(db, &chain, out->column.id, &out->kept);
}

static struct post_mark look_one(
		const struct shelf *shelf, const struct sitting *s, const struct result *r) {
	bool is_ours = shelf->column.has_sitting &&
			memcmp(shelf->column.sitting_id, s->id.b, MARK_SITTING_BYTES) == 0;
	struct post_mark found = judge(find_cell(&shelf->cells, r->student_id), r);
	if (shelf->column.has_sitting && !is_ours && found.state != POST_DONE) {
		found.state = POST_CONFLICT;
	}
	if (found.state == POST_CONFLICT &&
			kept_has(&shelf->kept, r->attempt.b, (int)r->total.mark_x10)) {
		found.state = POST_KEPT;
	}
	return found;
}

static enum err look_class(struct db *db, const struct sitting *s, const struct results *results,
		uint64_t class_id, struct post_mark *out) {
	_cleanup_(mem_freep) struct shelf *shelf = calloc(1, sizeof(*shelf));
	if (!shelf) {
		return ERR_NOMEM;
	}
	enum err e = load_shelf(db, s, class_id, shelf);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	for (size_t i = 0; i < results->count; i++) {
		const struct result *r = &results->items[i];
		if (r->class_id == class_id && post_marks_has_mark(r)) {
			out[i] = look_one(shelf, s, r);
		}
	}
	return ERR_OK;
}

enum err post_marks_look(struct db *db, const struct sitting *s, const struct results *results,
		struct post_mark *out) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < results->count; i++) {
		out[i] = (struct post_mark){ POST_NONE, MARK_NONE };
	}
	for (size_t i = 0; !e && i < results->count; i++) {
		if (is_next_class(results, i)) {
			e = look_class(db, s, results, results->items[i].class_id, out);
		}
	}
	return e;
}

/* ---- deciding ---- */

struct settling {
	const struct sitting *sitting;
	const struct result *result;
	const struct post_choice *choice;
	struct shelf *shelf;
	struct post_mark now;
};

static enum err take_exam(struct db *db, const struct settling *s, const struct mark_stored *cell) {
	struct mark_actor actor = { .person_id = s->choice->person_id,
		.now_ms = s->choice->now_ms,
		.why = str_from(s->sitting->title) };
	struct mark_stored wanted = { .column_id = s->shelf->column.id,
		.student_id = s->result->student_id,
		.cell = { .value_x10 = s->choice->exam_x10 },
		.version = cell ? cell->version : 0,
		.has_attempt = true };
	unsigned version = 0;
	memcpy(wanted.attempt_id, s->result->attempt.b, ID16_BYTES);
	return mark_store_set(db, s->sitting->school_id, &wanted, &actor, &version);
}

static enum err keep_column(
		struct db *db, const struct settling *s, const struct mark_stored *cell) {
	const struct mark_place *place = &s->shelf->column.place;
	struct ledger_row row = {
		.school_id = place->school_id,
		.class_id = place->class_id,
		.subject_id = place->subject_id,
		.column_id = s->shelf->column.id,
		.student_id = s->result->student_id,
		.act = LEDGER_KEPT,
		.old_code = cell ? cell_code(&cell->cell) : CELL_NONE,
		.new_code = (uint8_t)s->choice->exam_x10,
		.person_id = s->choice->person_id,
		.at_ms = s->choice->now_ms,
		.why = str_from(s->sitting->title),
		.has_ref = true,
	};
	memcpy(row.ref, s->result->attempt.b, LEDGER_REF_BYTES);
	return ledger_store_add(db, &row);
}

static enum err settle_in_tx(struct db *db, void *ctx) {
	struct settling *s = ctx;
	*s->shelf = (struct shelf){ .cells = { .count = 0 } };
	enum err e = load_shelf(db, s->sitting, s->result->class_id, s->shelf);
	if (e) {
		return e;
	}
	const struct mark_stored *cell = find_cell(&s->shelf->cells, s->result->student_id);
	int stored_x10 = cell ? cell->cell.value_x10 : MARK_NONE;
	if (stored_x10 != s->choice->stored_x10 ||
			(int)s->result->total.mark_x10 != s->choice->exam_x10) {
		return ERR_STALE;
	}
	s->now = (struct post_mark){ POST_DONE, s->choice->exam_x10 };
	if (s->choice->takes_exam) {
		return take_exam(db, s, cell);
	}
	s->now = (struct post_mark){ POST_KEPT, stored_x10 };
	return kept_has(&s->shelf->kept, s->result->attempt.b, s->choice->exam_x10)
			? ERR_OK
			: keep_column(db, s, cell);
}

enum err post_marks_settle(struct db *db, const struct sitting *s, const struct result *r,
		const struct post_choice *choice, struct post_mark *out) {
	_cleanup_(mem_freep) struct shelf *shelf = calloc(1, sizeof(*shelf));
	struct settling settling = { .sitting = s, .result = r, .choice = choice, .shelf = shelf };
	if (!shelf) {
		return ERR_NOMEM;
	}
	if (!post_marks_has_mark(r)) {
		return ERR_NOT_FOUND;
	}
	enum err e = db_transact(db, settle_in_tx, &settling);
	if (e) {
		return e;
	}
	*out = settling.now;
	return ERR_OK;
}

const char *post_marks_state_name(enum post_state state) {
	switch (state) {
	case POST_NONE:
		return NULL;
	case POST_DONE:
		return "posted";
	case POST_CONFLICT:
		return "conflict";
	case POST_KEPT:
		return "kept";
	}
	return NULL;
}
