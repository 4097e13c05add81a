#include "ws/service/propose_marks.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/school/roster_store.h"
#include "exam/hall/sitting_store.h"
#include "exam/marking/result_store.h"
#include "gradebook/marks/exemption_store.h"
#include "gradebook/marks/kept_store.h"
#include "ws/service/post_marks.h"

enum {
	PROPOSALS_MAX = MARK_STUDENTS_MAX * MARK_COLUMNS_MAX,
	TEXT_BYTES_MAX = 4 << 20,
};

void proposals_init(struct proposals *p) {
	*p = (struct proposals){ .arena = arena_make(TEXT_BYTES_MAX) };
}

void proposals_finish(struct proposals *p) {
	free(p->list.items);
	arena_finish(&p->arena);
}

/* Those in the class who are not exempt. */
struct pupil {
	uint64_t id;
	struct str code;
	struct str full_name;
	bool is_exempt;
	struct mark_stored cell; /* of the column at hand; version 0: none */
};

struct search {
	struct db *db;
	const struct mark_place *place;
	struct mark_facts facts;
	struct pupil pupils[MARK_STUDENTS_MAX];
	size_t pupil_count;
	struct kept kept;      /* of the column at hand */
	enum mark_scale scale; /* the same */
	struct proposals *out;
};

static struct pupil *find_pupil(struct search *s, uint64_t id) {
	for (size_t i = 0; i < s->pupil_count; i++) {
		if (s->pupils[i].id == id) {
			return &s->pupils[i];
		}
	}
	return NULL;
}

static enum err take_pupil(const struct student_row *row, void *ctx) {
	struct search *s = ctx;
	if (s->pupil_count == MARK_STUDENTS_MAX) {
		return ERR_LIMIT;
	}
	struct pupil *p = &s->pupils[s->pupil_count++];
	p->id = row->id;
	enum err e = arena_copy(&s->out->arena, row->code, &p->code);
	return e ? e : arena_copy(&s->out->arena, row->full_name, &p->full_name);
}

static enum err take_exemption(const struct exemption *x, void *ctx) {
	struct pupil *p = find_pupil(ctx, x->student_id);
	if (p) {
		p->is_exempt = true;
	}
	return ERR_OK;
}

static enum err take_cell(const struct mark_stored *cell, void *ctx) {
	struct pupil *p = find_pupil(ctx, cell->student_id);
	if (p) {
		p->cell = *cell;
	}
	return ERR_OK;
}

static const struct result *find_result(
		const struct results *results, uint64_t class_id, uint64_t student_id) {
	for (size_t i = 0; i < results->count; i++) {
		const struct result *r = &results->items[i];
		if (r->class_id == class_id && r->student_id == student_id) {
			return post_marks_has_mark(r) ? r : NULL;
		}
	}
	return NULL;
}

/* A mark that a person may decide about: it differs from what stands, the subject can have it, and
 * it was not refused before. Where nothing was ever entered it is posted without a question. */
static bool is_proposed(const struct search *s, const struct pupil *p, const struct result *r) {
	const struct cell exam = { .value_x10 = (int)r->total.mark_x10 };
	return !p->is_exempt && p->cell.version > 0 && p->cell.cell.value_x10 != exam.value_x10 &&
			cell_check(s->scale, &exam) == ERR_OK &&
			!kept_has(&s->kept, r->attempt.b, exam.value_x10);
}

static enum err add(struct search *s, const struct pupil *p, const struct result *r,
		const struct proposal *of) {
	struct proposals *out = s->out;
	enum err e = GROW(&out->list, PROPOSALS_MAX);
	if (e) {
		return e;
	}
	struct proposal *one = &out->list.items[out->list.count++];
	*one = *of;
	one->student_id = p->id;
	one->student_code = p->code;
	one->full_name = p->full_name;
	one->attempt = r->attempt;
	one->exam_x10 = (int)r->total.mark_x10;
	one->stored = p->cell;
	return ERR_OK;
}

static enum err search_column(struct search *s, const struct mark_column *column) {
	_cleanup_(results_finish) struct results results = { 0 };
	const struct ledger_chain chain = { s->place->school_id, s->place->class_id,
		s->place->subject_id };
	struct sitting sitting;
	struct proposal of = { .column_id = column->id };
	memcpy(of.sitting.b, column->sitting_id, ID16_BYTES);
	s->scale = mark_facts_scale(&s->facts, column->kind, column->position);
	for (size_t i = 0; i < s->pupil_count; i++) {
		s->pupils[i].cell = (struct mark_stored){ .version = 0 };
	}
	enum err e = sitting_store_load(s->db, chain.school_id, &of.sitting, &sitting);
	e = e ? e : arena_copy(&s->out->arena, str_from(sitting.title), &of.title);
	e = e ? e : result_store_list(s->db, chain.school_id, &of.sitting, &results);
	e = e ? e : mark_store_column_cells(s->db, chain.school_id, column->id, take_cell, s);
	e = e ? e : kept_store_load(s->db, &chain, column->id, &s->kept);
	for (size_t i = 0; i < s->pupil_count && !e; i++) {
		const struct pupil *p = &s->pupils[i];
		const struct result *r = find_result(&results, chain.class_id, p->id);
		if (r && is_proposed(s, p, r)) {
			e = add(s, p, r, &of);
		}
	}
	return e;
}

bool propose_marks_is_for(const struct sitting *s, const struct mark_column *column) {
	return s->subject_id == column->place.subject_id &&
			s->column.term_id == column->place.term_id &&
			s->column.kind == (unsigned)column->kind &&
			s->column.position == column->position;
}

static enum err search_unlinked(struct search *s, const struct mark_column *column) {
	struct proposals *out = s->out;
	struct unlinked *one = &out->unlinked[out->unlinked_count];
	struct sitting sitting;
	one->column_id = column->id;
	enum err e = mark_store_unlinked_from(s->db, column, one->sitting.b);
	e = e ? e : sitting_store_load(s->db, s->place->school_id, &one->sitting, &sitting);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	if (!propose_marks_is_for(&sitting, column)) {
		return ERR_OK;
	}
	out->unlinked_count++;
	return arena_copy(&out->arena, str_from(sitting.title), &one->title);
}

enum err propose_marks_list(struct db *db, const struct mark_place *place, struct proposals *out) {
	_cleanup_(mem_freep) struct search *s = calloc(1, sizeof(*s));
	struct mark_column columns[MARK_COLUMNS_MAX];
	size_t count = 0;
	if (!s) {
		return ERR_NOMEM;
	}
	s->db = db;
	s->place = place;
	s->out = out;
	enum err e = mark_store_facts(db, place, &s->facts);
	e = e ? e : mark_store_columns(db, place, columns, &count);
	e = e ? e
	      : roster_store_class_students(db, place->school_id, place->class_id, take_pupil, s);
	e = e ? e : exemption_store_list(db, place, take_exemption, s);
	for (size_t i = 0; i < count && !e; i++) {
		e = columns[i].has_sitting ? search_column(s, &columns[i])
					   : search_unlinked(s, &columns[i]);
	}
	return e;
}

/* ---- deciding ---- */

static const struct proposal *find_proposal(
		const struct proposals *p, const struct mark_stored *wanted) {
	for (size_t i = 0; i < p->list.count; i++) {
		const struct proposal *one = &p->list.items[i];
		if (one->column_id == wanted->column_id && one->student_id == wanted->student_id) {
			return one;
		}
	}
	return NULL;
}

/* Inside the transaction: which of the decisions are about what is still proposed. */
static enum err look(struct db *db, struct entry *entry, void *ctx) {
	struct proposals *p = ctx;
	proposals_finish(p); /* of a run before this one */
	proposals_init(p);
	enum err e = propose_marks_list(db, &entry->place, p);
	for (size_t i = 0; i < entry->count && !e; i++) {
		struct mark_stored *wanted = &entry->wanted[i];
		const struct proposal *one = find_proposal(p, wanted);
		entry->exams[i].is_old = !one || one->exam_x10 != wanted->cell.value_x10;
		if (one) {
			wanted->has_attempt = true;
			memcpy(wanted->attempt_id, one->attempt.b, MARK_SITTING_BYTES);
			entry->exams[i].why = one->title;
		}
	}
	return e;
}

enum err propose_marks_decide(struct db *db, struct entry *entry) {
	_cleanup_(proposals_finish) struct proposals p;
	proposals_init(&p);
	entry->ground = (struct entry_ground){ look, &p };
	return entry_store_run(db, entry);
}
