#include "core/province/projection_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/province/grade_store.h"
#include "core/province/projection.h"

enum {
	BULK_ROWS = 256,
	LINE_BYTES_MAX = 64 << 10,
};

/* The statements of the typed tables; their values are the school and the fields that are kept, in
 * the order of core/province/projection.c. */
static const struct {
	const char *upsert;
	const char *remove;
} sql[PROJECTION_KIND_COUNT_] = {
	[PROJECTION_YEAR] = {
		"INSERT INTO desk_year (school_id, year, starts_on, ends_on) VALUES (?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE starts_on = VALUES(starts_on),"
		" ends_on = VALUES(ends_on)",
		"DELETE FROM desk_year WHERE school_id = ? AND year = ?",
	},
	[PROJECTION_SUBJECT] = {
		"INSERT INTO desk_subject (school_id, subject, name, kind) VALUES (?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE name = VALUES(name), kind = VALUES(kind)",
		"DELETE FROM desk_subject WHERE school_id = ? AND subject = ?",
	},
	[PROJECTION_CLASS] = {
		"INSERT INTO desk_class (school_id, year, class, grade, homeroom)"
		" VALUES (?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE grade = VALUES(grade), homeroom = VALUES(homeroom)",
		"DELETE FROM desk_class WHERE school_id = ? AND year = ? AND class = ?",
	},
	[PROJECTION_TEACHER] = {
		"INSERT INTO desk_teacher (school_id, teacher, full_name, born_on, sex, state)"
		" VALUES (?, ?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE full_name = VALUES(full_name),"
		" born_on = VALUES(born_on), sex = VALUES(sex), state = VALUES(state)",
		"DELETE FROM desk_teacher WHERE school_id = ? AND teacher = ?",
	},
	[PROJECTION_STUDENT] = {
		"INSERT INTO desk_student (school_id, student, full_name, born_on, sex, state)"
		" VALUES (?, ?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE full_name = VALUES(full_name),"
		" born_on = VALUES(born_on), sex = VALUES(sex), state = VALUES(state)",
		"DELETE FROM desk_student WHERE school_id = ? AND student = ?",
	},
	[PROJECTION_ENROLMENT] = {
		"INSERT INTO desk_enrolment (school_id, year, class, student, from_on, to_on)"
		" VALUES (?, ?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE from_on = VALUES(from_on), to_on = VALUES(to_on)",
		"DELETE FROM desk_enrolment WHERE school_id = ? AND year = ? AND class = ?"
		" AND student = ?",
	},
	[PROJECTION_MARK] = {
		"INSERT INTO desk_mark (school_id, year, class, subject, part, kind, number,"
		" student, value_x10, letter, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE value_x10 = VALUES(value_x10),"
		" letter = VALUES(letter), state = VALUES(state)",
		"DELETE FROM desk_mark WHERE school_id = ? AND year = ? AND class = ?"
		" AND subject = ? AND part = ? AND kind = ? AND number = ? AND student = ?",
	},
	[PROJECTION_JUDGEMENT] = {
		"INSERT INTO desk_judgement (school_id, year, class, moment, item, student, level)"
		" VALUES (?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE level = VALUES(level)",
		"DELETE FROM desk_judgement WHERE school_id = ? AND year = ? AND class = ?"
		" AND moment = ? AND item = ? AND student = ?",
	},
	[PROJECTION_CLOSING] = {
		"INSERT INTO desk_closing (school_id, year, class, part, closed_at_ms)"
		" VALUES (?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE closed_at_ms = VALUES(closed_at_ms)",
		"DELETE FROM desk_closing WHERE school_id = ? AND year = ? AND class = ?"
		" AND part = ?",
	},
	[PROJECTION_RESULT] = {
		"INSERT INTO desk_result (school_id, year, class, part, student, grade, learning,"
		" conduct, promotion, award, absences, pack)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE grade = VALUES(grade), learning = VALUES(learning),"
		" conduct = VALUES(conduct), promotion = VALUES(promotion),"
		" award = VALUES(award), absences = VALUES(absences), pack = VALUES(pack)",
		"DELETE FROM desk_result WHERE school_id = ? AND year = ? AND class = ?"
		" AND part = ? AND student = ?",
	},
	[PROJECTION_SUBJECT_RESULT] = {
		"INSERT INTO desk_subject_result (school_id, year, class, part, subject, student,"
		" value_x10, letter) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE value_x10 = VALUES(value_x10), letter = VALUES(letter)",
		"DELETE FROM desk_subject_result WHERE school_id = ? AND year = ? AND class = ?"
		" AND part = ? AND subject = ? AND student = ?",
	},
	[PROJECTION_SITTING] = {
		"INSERT INTO desk_sitting (school_id, sitting, title, subject, starts_at_ms,"
		" ends_at_ms, state, sitters, sitting_now, handed_in)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE title = VALUES(title), subject = VALUES(subject),"
		" starts_at_ms = VALUES(starts_at_ms), ends_at_ms = VALUES(ends_at_ms),"
		" state = VALUES(state), sitters = VALUES(sitters),"
		" sitting_now = VALUES(sitting_now), handed_in = VALUES(handed_in)",
		"DELETE FROM desk_sitting WHERE school_id = ? AND sitting = ?",
	},
};

static const char sql_tally[] =
		"INSERT INTO desk_tally (school_id, year, measure, part, subject, grade, value, count)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE count = count + VALUES(count)";

/* A change, read. */
struct step {
	struct projection_row before;
	const struct projection_row *now;
	bool has_before;
	bool has_now;
	size_t at; /* in the caller's order */
};

struct run {
	struct db *db;
	uint64_t school_id;
	struct arena arena;
	struct step *steps;
	size_t count;
	struct tally tally;
	struct grades grades;
};

static void finish(struct run *r) {
	arena_finish(&r->arena);
	free(r->steps);
	tally_finish(&r->tally);
	grades_finish(&r->grades);
}

/* ---- reading what was held ---- */

static enum err read_before(struct run *r, const struct projection_change *change,
		struct projection_row *out, bool *out_has) {
	struct str line = change->before;
	if (line.n == 0) {
		*out_has = false;
		return ERR_OK;
	}
	_cleanup_(json_freep) struct json *doc = NULL;
	enum err e = json_parse(line, LINE_BYTES_MAX, &doc);
	if (e) {
		return e == ERR_NOMEM ? e : ERR_CORRUPT;
	}
	struct str event;
	const char *member = NULL;
	if (json_get_str(doc, "sukien", &event)) {
		return ERR_CORRUPT;
	}
	e = projection_read(change->bang, change->idbanghi, json_get(doc, "dulieu"), &r->arena, out,
			&member);
	if (e) {
		return e == ERR_NOMEM || e == ERR_LIMIT ? e : ERR_CORRUPT;
	}
	*out_has = !str_eq_z(event, "CANCEL");
	return ERR_OK;
}

static enum err read_changes(struct run *r, const struct projection_change *changes, size_t count) {
	enum err e = ERR_OK;
	for (size_t i = 0; !e && i < count; i++) {
		enum projection_kind kind;
		if (projection_kind_of(changes[i].bang, &kind)) {
			return ERR_CORRUPT;
		}
		if (!projection_shape(kind)->is_kept) {
			continue;
		}
		struct step *s = &r->steps[r->count];
		s->at = i;
		s->now = changes[i].now;
		s->has_now = !changes[i].is_cancelled;
		e = read_before(r, &changes[i], &s->before, &s->has_before);
		r->count += s->has_before || s->has_now;
	}
	return e;
}

static const struct projection_row *row_of(const struct step *s) {
	return s->has_now ? s->now : &s->before;
}

/* ---- the tallies ---- */

/* The grades of the classes as they will be, before anything else is counted under them. */
static enum err settle_grades(struct run *r) {
	bool needs = false;
	for (size_t i = 0; i < r->count && !needs; i++) {
		struct str year;
		struct str class_name;
		needs = projection_class(row_of(&r->steps[i]), &year, &class_name);
	}
	enum err e = needs ? grade_store_load(r->db, r->school_id, &r->arena, &r->grades) : ERR_OK;
	for (size_t i = 0; !e && i < r->count; i++) {
		const struct step *s = &r->steps[i];
		const struct projection_row *row = row_of(s);
		struct str year;
		struct str class_name;
		if (row->kind == PROJECTION_CLASS && projection_class(row, &year, &class_name)) {
			e = grades_set(&r->grades, year, class_name,
					s->has_now ? projection_grade(row) : 0);
		}
	}
	return e ? e : grade_store_move(r->db, r->school_id, &r->grades, &r->arena, &r->tally);
}

static enum err count_row(struct run *r, const struct projection_row *row, int64_t by) {
	struct str year;
	struct str class_name;
	unsigned grade = projection_class(row, &year, &class_name)
			? grades_get(&r->grades, year, class_name)
			: 0;
	return projection_count(row, grade, by, &r->tally);
}

static enum err count_steps(struct run *r) {
	enum err e = ERR_OK;
	for (size_t i = 0; !e && i < r->count; i++) {
		const struct step *s = &r->steps[i];
		e = s->has_before ? count_row(r, &s->before, -1) : ERR_OK;
		e = e || !s->has_now ? e : count_row(r, s->now, 1);
	}
	tally_join(&r->tally);
	return e;
}

static enum err write_tallies(struct run *r) {
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum err e = db_bulk_open(r->db, sql_tally, BULK_ROWS, &bulk);
	for (size_t i = 0; !e && i < r->tally.count; i++) {
		const struct tally_step *s = &r->tally.items[i];
		db_bulk_u64(bulk, 0, r->school_id);
		db_bulk_str(bulk, 1, s->key.year);
		db_bulk_u64(bulk, 2, s->key.measure);
		db_bulk_u64(bulk, 3, s->key.part);
		db_bulk_str(bulk, 4, s->key.subject);
		db_bulk_u64(bulk, 5, s->key.grade);
		db_bulk_u64(bulk, 6, s->key.value);
		db_bulk_i64(bulk, 7, s->by);
		db_bulk_row(bulk);
		e = db_bulk_is_full(bulk) ? db_bulk_run(bulk) : ERR_OK;
	}
	return e ? e : db_bulk_run(bulk);
}

/* ---- the typed rows ---- */

/* By kind, key and the caller's order, so that the last of each key is what remains. */
static int compare_steps(const void *a, const void *b) {
	const struct step *x = a;
	const struct step *y = b;
	const struct projection_row *p = row_of(x);
	const struct projection_row *q = row_of(y);
	if (p->kind != q->kind) {
		return p->kind < q->kind ? -1 : 1;
	}
	int c = projection_compare(p, q);
	return c ? c : (x->at > y->at) - (x->at < y->at);
}

static bool is_last_of_key(const struct run *r, size_t at) {
	if (at + 1 == r->count) {
		return true;
	}
	const struct projection_row *p = row_of(&r->steps[at]);
	const struct projection_row *q = row_of(&r->steps[at + 1]);
	return p->kind != q->kind || projection_compare(p, q) != 0;
}

static void bind_value(struct db_bulk *bulk, unsigned index, const struct projection_field *field,
		const struct projection_value *v) {
	if (v->is_null) {
		db_bulk_null(bulk, index);
	} else if (field->shape == PROJECTION_NUMBER || field->shape == PROJECTION_WORD) {
		db_bulk_i64(bulk, index, v->number);
	} else {
		db_bulk_str(bulk, index, v->text);
	}
}

static void bind_row(struct run *r, struct db_bulk *bulk, const struct projection_row *row,
		bool only_key) {
	const struct projection_shape_of *shape = projection_shape(row->kind);
	unsigned index = 0;
	db_bulk_u64(bulk, index++, r->school_id);
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct projection_field *field = &shape->fields[i];
		if (only_key ? field->is_key : field->is_kept) {
			bind_value(bulk, index++, field, &row->values[i]);
		}
	}
	db_bulk_row(bulk);
}

/* The rows of one kind in steps[from..to) that stay, or those that go. */
static enum err write_kind(struct run *r, size_t from, size_t to, bool stays) {
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum projection_kind kind = row_of(&r->steps[from])->kind;
	enum err e = ERR_OK;
	for (size_t i = from; !e && i < to; i++) {
		if (r->steps[i].has_now != stays || !is_last_of_key(r, i)) {
			continue;
		}
		if (!bulk) {
			e = db_bulk_open(r->db, stays ? sql[kind].upsert : sql[kind].remove,
					BULK_ROWS, &bulk);
		}
		if (!e) {
			bind_row(r, bulk, row_of(&r->steps[i]), !stays);
			e = db_bulk_is_full(bulk) ? db_bulk_run(bulk) : ERR_OK;
		}
	}
	return e || !bulk ? e : db_bulk_run(bulk);
}

static enum err write_rows(struct run *r) {
	if (r->count == 0) {
		return ERR_OK;
	}
	qsort(r->steps, r->count, sizeof(r->steps[0]), compare_steps);
	enum err e = ERR_OK;
	for (size_t from = 0, to = 0; !e && from < r->count; from = to) {
		while (to < r->count &&
				row_of(&r->steps[to])->kind == row_of(&r->steps[from])->kind) {
			to++;
		}
		e = write_kind(r, from, to, false);
		e = e ? e : write_kind(r, from, to, true);
	}
	return e;
}

enum err projection_store_apply(struct db *db, uint64_t school_id,
		const struct projection_change *changes, size_t count) {
	assert(db_in_transaction(db));
	if (count > PROJECTION_CHANGES_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(finish) struct run r = {
		.db = db, .school_id = school_id, .arena = arena_make(PROJECTION_ARENA_BYTES_MAX)
	};
	r.steps = calloc(count + 1, sizeof(*r.steps));
	enum err e = r.steps ? read_changes(&r, changes, count) : ERR_NOMEM;
	e = e ? e : settle_grades(&r);
	e = e ? e : count_steps(&r);
	e = e ? e : write_tallies(&r);
	return e ? e : write_rows(&r);
}
