#include "gradebook/primary/judgement_store.h"

#include <assert.h>

#include "gradebook/closing/closing_store.h"
#include "gradebook/marks/cell.h"
#include "gradebook/marks/ledger_store.h"
#include "gradebook/marks/said_store.h"

static const char sql_facts[] = "SELECT y.id, c.grade, y.code FROM class c"
				" JOIN school_year y ON y.id = c.school_year_id"
				" WHERE c.school_id = ? AND c.id = ?";
#define SQL_CELL "k.student_id, k.moment, k.item, k.level, k.version, k.changed_by, k.changed_at_ms"
static const char sql_cells[] =
		"SELECT " SQL_CELL
		" FROM enrolment e JOIN judgement k ON k.student_id = e.student_id"
		" AND k.school_year_id = ? AND k.school_id = e.school_id"
		" WHERE e.school_id = ? AND e.class_id = ? AND IF(? = 0, e.to_on IS NULL,"
		" e.student_id = ?) AND (? = 0 OR k.moment = ?)";
static const char sql_cell[] =
		"SELECT " SQL_CELL
		", k.class_id FROM judgement k WHERE k.school_id = ? AND k.student_id = ?"
		" AND k.school_year_id = ? AND k.moment = ? AND k.item = ? FOR UPDATE";
static const char sql_insert[] =
		"INSERT INTO judgement (level, class_id, changed_by, changed_at_ms, school_id,"
		" student_id, school_year_id, moment, item, version)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)";
static const char sql_update[] =
		"UPDATE judgement SET level = ?, class_id = ?, changed_by = ?, changed_at_ms = ?,"
		" version = version + 1 WHERE school_id = ? AND student_id = ?"
		" AND school_year_id = ? AND moment = ? AND item = ? AND version = ?";

enum err judgement_store_facts(
		struct db *db, uint64_t school_id, uint64_t class_id, struct judgement_facts *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_facts, &stmt);
	if (e) {
		return e;
	}
	int year = 0;
	struct judgement_facts f = { 0 };
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, class_id);
	e = db_next(stmt);
	e = e ? e : pack_parse_year(db_col_str(stmt, 2), &year);
	if (e) {
		return e;
	}
	f.year_id = db_col_u64(stmt, 0);
	f.grade = (unsigned)db_col_u64(stmt, 1);
	e = pack_find_primary(f.grade, year, &f.pack);
	if (!e) {
		*out = f;
	}
	return e;
}

static struct judgement_cell read_cell(const struct db_stmt *stmt) {
	return (struct judgement_cell){
		.student_id = db_col_u64(stmt, 0),
		.moment = (unsigned)db_col_u64(stmt, 1),
		.item = (unsigned)db_col_u64(stmt, 2),
		.value = db_col_is_null(stmt, 3) ? JUDGEMENT_NONE : (int)db_col_u64(stmt, 3),
		.version = (unsigned)db_col_u64(stmt, 4),
		.changed_by = db_col_u64(stmt, 5),
		.changed_at_ms = db_col_i64(stmt, 6),
	};
}

enum err judgement_store_cells(struct db *db, const struct judgement_place *place,
		uint64_t student_id, enum err (*each)(const struct judgement_cell *cell, void *ctx),
		void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_cells, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, place->year_id);
	db_bind_u64(stmt, 1, place->school_id);
	db_bind_u64(stmt, 2, place->class_id);
	db_bind_u64(stmt, 3, student_id);
	db_bind_u64(stmt, 4, student_id);
	db_bind_u64(stmt, 5, place->moment);
	db_bind_u64(stmt, 6, place->moment);
	while ((e = db_next(stmt)) == ERR_OK) {
		const struct judgement_cell cell = read_cell(stmt);
		e = each(&cell, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err judgement_store_open(struct db *db, const struct judgement_place *place) {
	const struct ledger_chain own = { place->school_id, place->class_id, 0 };
	enum err e = ledger_store_lock(db, &own);
	return e ? e
		 : closing_store_check(db, place->school_id, place->class_id,
				   judgement_term(place->moment));
}

/* School, student, year, moment, item. */
static void bind_cell(struct db_stmt *stmt, unsigned index, const struct judgement_change *c) {
	db_bind_u64(stmt, index, c->place.school_id);
	db_bind_u64(stmt, index + 1, c->student_id);
	db_bind_u64(stmt, index + 2, c->place.year_id);
	db_bind_u64(stmt, index + 3, c->place.moment);
	db_bind_u64(stmt, index + 4, c->item);
}

/* What stands, and the class it was said in; nothing there leaves it at none and version 0. */
static enum err load_cell(struct db *db, const struct judgement_change *c,
		struct judgement_cell *out, uint64_t *out_class) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_cell, &stmt);
	if (e) {
		return e;
	}
	bind_cell(stmt, 0, c);
	e = db_next(stmt);
	if (e) {
		*out = (struct judgement_cell){ .student_id = c->student_id,
			.moment = c->place.moment,
			.item = c->item,
			.value = JUDGEMENT_NONE };
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	*out = read_cell(stmt);
	*out_class = db_col_u64(stmt, 7);
	return ERR_OK;
}

static enum err write_cell(struct db *db, const struct judgement_change *c) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, c->version ? sql_update : sql_insert, &stmt);
	if (e) {
		return e;
	}
	if (c->value == JUDGEMENT_NONE) {
		db_bind_null(stmt, 0);
	} else {
		db_bind_u64(stmt, 0, (uint64_t)c->value);
	}
	db_bind_u64(stmt, 1, c->place.class_id);
	db_bind_u64(stmt, 2, c->person_id);
	db_bind_i64(stmt, 3, c->now_ms);
	bind_cell(stmt, 4, c);
	if (c->version) {
		db_bind_u64(stmt, 9, c->version);
	}
	e = db_exec_one(stmt);
	return e == ERR_EXISTS || e == ERR_NOT_FOUND ? ERR_STALE : e;
}

static uint8_t code_of(int value) {
	return value == JUDGEMENT_NONE ? CELL_NONE : (uint8_t)value;
}

static enum err note(struct db *db, const struct judgement_change *c, int was) {
	const struct ledger_row row = {
		.school_id = c->place.school_id,
		.class_id = c->place.class_id,
		.column_id = judgement_column(c->place.moment, c->item),
		.student_id = c->student_id,
		.act = LEDGER_JUDGED,
		.old_code = code_of(was),
		.new_code = code_of(c->value),
		.person_id = c->person_id,
		.at_ms = c->now_ms,
		.why = str_from(""),
	};
	return ledger_store_add(db, &row);
}

enum err judgement_store_set(struct db *db, const struct judgement_change *change,
		struct judgement_cell *out_now) {
	assert(db_in_transaction(db));
	const struct judgement_place *p = &change->place;
	struct judgement_cell was = { .value = JUDGEMENT_NONE };
	uint64_t class_before = p->class_id;
	enum err e = said_store_hold_student(db, p->school_id, p->class_id, change->student_id);
	e = e ? e : load_cell(db, change, &was, &class_before);
	if (e) {
		return e;
	}
	*out_now = was;
	if (was.value == change->value) {
		return ERR_OK;
	}
	if (was.version != change->version) {
		return ERR_STALE;
	}
	e = write_cell(db, change);
	e = e ? e : note(db, change, was.value);
	e = e ? e
	      : said_store_owe(db, p->school_id, RECORD_OF_JUDGEMENT, p->class_id, class_before);
	if (!e) {
		out_now->value = change->value;
		out_now->version = was.version + 1;
		out_now->changed_by = change->person_id;
		out_now->changed_at_ms = change->now_ms;
	}
	return e;
}
