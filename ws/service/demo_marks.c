#include "ws/service/demo_marks.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/rng.h"
#include "gradebook/marks/ledger_store.h"
#include "gradebook/marks/mark_store.h"
#include "ws/service/demo_people.h"

enum {
	SEED = 20261105,
	A_CLASS = DEMO_STUDENTS / DEMO_CLASSES,
	ROWS_MAX = A_CLASS * MARK_COLUMNS_MAX,
	CHAIN_MAX = ROWS_MAX + MARK_COLUMNS_MAX, /* marks, and a row for each published column */
	DAY_MS = 24 * 60 * 60 * 1000,
	DAYS_APART = 4, /* between two columns */
	ABILITY_LOWEST = 52,
	ABILITY_SPREAD = 42,
	MARK_SPREAD = 14,
	LOWEST_X10 = 20,
};

/* 12A1 to 12A3, which cô Lan teaches, and 10A1, where the sister of one of 12A1 is. */
static const unsigned classes[] = { DEMO_FIRST_CLASS_12, DEMO_FIRST_CLASS_12 + 1,
	DEMO_FIRST_CLASS_12 + 2, 1 };

/* Subjects whose final is taken early in the term: history, law, informatics, technology, sports. */
static const unsigned early_finals[] = { 7, 9, 10, 11, 12 };

struct writer {
	struct db *db;
	struct db_bulk *marks;
	struct db_bulk *ledger;
	struct rng rng;
	bool is_term_over;
	int64_t now_ms;
	/* Of the class and subject at hand. */
	struct mark_place place;
	uint64_t teacher_id;
	enum mark_subject subject;
	struct ledger_head head;
	struct hash hashes[CHAIN_MAX]; /* what the bulk rows point at */
	size_t chained;
	unsigned ability[A_CLASS]; /* in tenths, of the class */
};

/* A row behind the chain in memory, and into the bulk. */
static enum err chain(struct writer *w, const struct ledger_row *row) {
	assert(w->chained < CHAIN_MAX);
	struct ledger_row next = *row;
	next.number = w->head.number + 1;
	enum err e = ledger_next(&w->head, &next, &w->head);
	if (e) {
		return e;
	}
	struct hash *hash = &w->hashes[w->chained++];
	*hash = w->head.hash;
	db_bulk_u64(w->ledger, 0, next.class_id);
	db_bulk_u64(w->ledger, 1, next.subject_id);
	db_bulk_u64(w->ledger, 2, next.number);
	db_bulk_u64(w->ledger, 3, next.school_id);
	db_bulk_u64(w->ledger, 4, next.column_id);
	db_bulk_u64(w->ledger, 5, next.student_id);
	db_bulk_u64(w->ledger, 6, next.act);
	if (next.new_code == CELL_NONE) {
		db_bulk_null(w->ledger, 7);
	} else {
		db_bulk_u64(w->ledger, 7, next.new_code);
	}
	db_bulk_u64(w->ledger, 8, next.person_id);
	db_bulk_i64(w->ledger, 9, next.at_ms);
	db_bulk_bytes(w->ledger, 10, hash->b, HASH_BYTES);
	db_bulk_row(w->ledger);
	return ERR_OK;
}

static struct ledger_row row_of(const struct writer *w, uint64_t column, int64_t at_ms) {
	return (struct ledger_row){ .school_id = DEMO_SCHOOL,
		.class_id = w->place.class_id,
		.subject_id = w->place.subject_id,
		.column_id = column,
		.old_code = CELL_NONE,
		.new_code = CELL_NONE,
		.person_id = w->teacher_id,
		.at_ms = at_ms };
}

/* Whole and half marks for the regular ones, thirds of a point's quarters for the big ones. */
static int draw_mark(struct writer *w, unsigned ability, enum mark_kind kind) {
	static const unsigned quarters[] = { 0, 3, 5, 8 };
	if (w->subject == MARK_SUBJECT_COMMENT) {
		return rng_below(&w->rng, 60) > 0;
	}
	int x10 = (int)ability - MARK_SPREAD + (int)rng_below(&w->rng, 2 * MARK_SPREAD + 1);
	x10 = x10 < LOWEST_X10 ? LOWEST_X10 : x10 > MARK_MAX_X10 ? MARK_MAX_X10 : x10;
	if (kind == MARK_TX || x10 == MARK_MAX_X10) {
		return x10 - x10 % 5;
	}
	return x10 - x10 % 10 + (int)quarters[rng_below(&w->rng, 4)];
}

static enum err fill_column(struct writer *w, const struct mark_column *column, bool is_published) {
	static const char publish[] = "UPDATE mark_column SET published_at_ms = ?"
				      " WHERE school_id = ? AND id = ?";
	int64_t at_ms = column->published_at_ms;
	enum err e = ERR_OK;
	for (unsigned i = 0; i < A_CLASS && !e; i++) {
		struct ledger_row row = row_of(w, column->id, at_ms);
		row.student_id = demo_first_student((unsigned)w->place.class_id) + i + 1;
		row.act = LEDGER_SET;
		row.new_code = (uint8_t)draw_mark(w, w->ability[i], column->kind);
		db_bulk_u64(w->marks, 0, DEMO_SCHOOL);
		db_bulk_u64(w->marks, 1, column->id);
		db_bulk_u64(w->marks, 2, row.student_id);
		db_bulk_u64(w->marks, 3, row.new_code);
		db_bulk_u64(w->marks, 4, w->teacher_id);
		db_bulk_i64(w->marks, 5, at_ms);
		db_bulk_row(w->marks);
		e = chain(w, &row);
	}
	if (e || !is_published) {
		return e;
	}
	struct ledger_row row = row_of(w, column->id, at_ms);
	row.act = LEDGER_PUBLISHED;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = chain(w, &row);
	e = e ? e : db_prepare(w->db, publish, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, at_ms);
	db_bind_u64(stmt, 1, DEMO_SCHOOL);
	db_bind_u64(stmt, 2, column->id);
	return db_exec(stmt, NULL);
}

static bool has_final(const struct writer *w) {
	for (size_t i = 0; i < sizeof(early_finals) / sizeof(early_finals[0]); i++) {
		if (w->place.subject_id == early_finals[i]) {
			return true;
		}
	}
	/* One of cô Lan's gradebooks is complete, with a mean for everybody. */
	bool is_lans_third = w->place.subject_id == DEMO_MATHS &&
			w->place.class_id == DEMO_FIRST_CLASS_12 + 2;
	return w->is_term_over || is_lans_third;
}

/* The two classes that sit the demo's exam get this mark from it. */
static bool waits_for_exam(const struct writer *w, enum mark_kind kind) {
	return kind == MARK_GK && w->place.subject_id == DEMO_MATHS &&
			(w->place.class_id == DEMO_FIRST_CLASS_12 ||
					w->place.class_id == DEMO_FIRST_CLASS_12 + 1);
}

static size_t count_of(const struct writer *w, const struct mark_plan *plan, enum mark_kind kind) {
	switch (kind) {
	case MARK_TX:
		return has_final(w) ? plan->regular_count : plan->regular_count - 1;
	case MARK_GK:
		return waits_for_exam(w, kind) ? 0 : plan->midterm_count;
	case MARK_CK:
		return has_final(w) ? plan->final_count : 0;
	}
	return 0;
}

static enum err save_head(struct writer *w) {
	static const char sql[] = "INSERT INTO mark_ledger_head (class_id, subject_id, school_id,"
				  " number, hash) VALUES (?, ?, ?, ?, ?)";
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(w->db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, w->place.class_id);
	db_bind_u64(stmt, 1, w->place.subject_id);
	db_bind_u64(stmt, 2, DEMO_SCHOOL);
	db_bind_u64(stmt, 3, w->head.number);
	db_bind_bytes(stmt, 4, w->head.hash.b, HASH_BYTES);
	return db_exec(stmt, NULL);
}

/* One class and subject: its columns, marks and chain. */
static enum err fill_subject(struct writer *w) {
	static const enum mark_kind kinds[] = { MARK_TX, MARK_GK, MARK_CK };
	const struct rule_pack *pack = NULL;
	struct mark_facts facts;
	enum err e = mark_store_facts(w->db, &w->place, &facts);
	e = e ? e : pack_find(facts.grade, facts.year, &pack);
	if (e) {
		return e;
	}
	struct mark_plan plan = mark_plan_of(pack, facts.subject, facts.lessons_a_year, 0);
	w->subject = facts.subject;
	w->head = (struct ledger_head){ .number = 0 };
	w->chained = 0;
	int64_t days = MARK_COLUMNS_MAX * (int64_t)DAYS_APART;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		size_t count = count_of(w, &plan, kinds[k]);
		for (unsigned i = 1; i <= count && !e; i++, days -= DAYS_APART) {
			struct mark_column column = { .place = w->place,
				.kind = kinds[k],
				.published_at_ms = w->now_ms - days * DAY_MS };
			/* The last regular mark of 12A1 waits for cô Lan to publish it. */
			bool is_waiting = kinds[k] == MARK_TX && i == count &&
					waits_for_exam(w, MARK_GK);
			e = mark_store_add_column(w->db, &w->place, kinds[k], i, &column.id);
			e = e ? e : fill_column(w, &column, !is_waiting);
		}
	}
	e = e ? e : db_bulk_run(w->marks);
	e = e ? e : db_bulk_run(w->ledger);
	return e ? e : save_head(w);
}

struct taught {
	uint64_t subject_id;
	uint64_t teacher_id;
};

static enum err read_teaching(struct db *db, uint64_t class_id, struct taught out[DEMO_SUBJECTS],
		size_t *out_count) {
	static const char sql[] = "SELECT subject_id, person_id FROM teaching"
				  " WHERE school_id = ? AND class_id = ? ORDER BY subject_id";
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	size_t count = 0;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, DEMO_SCHOOL);
	db_bind_u64(stmt, 1, class_id);
	while (count < DEMO_SUBJECTS && (e = db_next(stmt)) == ERR_OK) {
		out[count++] = (struct taught){ db_col_u64(stmt, 0), db_col_u64(stmt, 1) };
	}
	*out_count = count;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err fill_class(struct writer *w, unsigned class_id) {
	struct taught taught[DEMO_SUBJECTS];
	size_t count = 0;
	for (unsigned i = 0; i < A_CLASS; i++) {
		w->ability[i] = ABILITY_LOWEST + (unsigned)rng_below(&w->rng, ABILITY_SPREAD);
	}
	enum err e = read_teaching(w->db, class_id, taught, &count);
	for (size_t i = 0; i < count && !e; i++) {
		w->place = (struct mark_place){ DEMO_SCHOOL, class_id, taught[i].subject_id,
			DEMO_TERM_1 };
		w->teacher_id = taught[i].teacher_id;
		e = fill_subject(w);
	}
	return e;
}

static void writer_free(struct writer *w) {
	if (w) {
		db_bulk_free(w->marks);
		db_bulk_free(w->ledger);
		free(w);
	}
}
DEFINE_FREEP(struct writer *, writer_free);

enum err demo_marks_load(struct db *db, struct date today, int64_t now_ms) {
	static const char marks[] =
			"INSERT INTO mark (school_id, column_id, student_id, value_x10, version,"
			" changed_by, changed_at_ms) VALUES (?, ?, ?, ?, 1, ?, ?)";
	static const char ledger[] =
			"INSERT INTO mark_ledger (class_id, subject_id, number, school_id,"
			" column_id, student_id, act, old_x10, new_x10, why, person_id, at_ms,"
			" hash) VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, '', ?, ?, ?)";
	_cleanup_(writer_freep) struct writer *w = calloc(1, sizeof(*w));
	if (!w) {
		return ERR_NOMEM;
	}
	w->db = db;
	w->now_ms = now_ms;
	w->is_term_over = today.month < 7 && (today.month > 1 || today.day > 15);
	rng_init(&w->rng, SEED, 0);
	enum err e = db_bulk_open(db, marks, ROWS_MAX, &w->marks);
	e = e ? e : db_bulk_open(db, ledger, CHAIN_MAX, &w->ledger);
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]) && !e; i++) {
		e = fill_class(w, classes[i]);
	}
	return e;
}
