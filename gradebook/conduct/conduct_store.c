#include "gradebook/conduct/conduct_store.h"

#include <assert.h>

#include "gradebook/closing/closing_store.h"
#include "gradebook/marks/ledger_store.h"
#include "gradebook/marks/said_store.h"

static const char sql_facts[] =
		"SELECT t.number, c.grade, y.code FROM class c"
		" JOIN school_year y ON y.id = c.school_year_id"
		" JOIN term t ON t.school_year_id = y.id AND t.school_id = c.school_id"
		" WHERE c.school_id = ? AND c.id = ? AND t.id = ?";
/* Of another class of the year too, for one who came from there. */
static const char sql_cells[] =
		"SELECT k.student_id, t.number, k.stage, COALESCE(k.level, 0), k.version"
		" FROM class c JOIN enrolment e ON e.class_id = c.id AND e.to_on IS NULL"
		" JOIN term t ON t.school_year_id = c.school_year_id"
		" JOIN conduct k ON k.student_id = e.student_id AND k.term_id = t.id"
		" AND k.school_id = c.school_id"
		" WHERE c.school_id = ? AND c.id = ?";
static const char sql_cell[] =
		"SELECT COALESCE(level, 0), version, class_id FROM conduct"
		" WHERE school_id = ? AND student_id = ? AND term_id = ? AND stage = ? FOR UPDATE";
static const char sql_insert[] =
		"INSERT INTO conduct (level, class_id, changed_by, changed_at_ms, school_id,"
		" student_id, term_id, stage, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)";
static const char sql_update[] =
		"UPDATE conduct SET level = ?, class_id = ?, changed_by = ?, changed_at_ms = ?,"
		" version = version + 1 WHERE school_id = ? AND student_id = ? AND term_id = ?"
		" AND stage = ? AND version = ?";

enum err conduct_store_facts(struct db *db, uint64_t school_id, uint64_t class_id, uint64_t term_id,
		struct conduct_facts *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_facts, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, class_id);
	db_bind_u64(stmt, 2, term_id);
	e = db_next(stmt);
	struct conduct_facts f = { 0 };
	e = e ? e : pack_parse_year(db_col_str(stmt, 2), &f.year);
	if (e) {
		return e;
	}
	f.term_number = (unsigned)db_col_u64(stmt, 0);
	f.grade = (unsigned)db_col_u64(stmt, 1);
	*out = f;
	return ERR_OK;
}

enum err conduct_store_cells(struct db *db, uint64_t school_id, uint64_t class_id,
		enum err (*each)(const struct conduct_cell *cell, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_cells, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, class_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct conduct_cell cell = {
			.student_id = db_col_u64(stmt, 0),
			.term_number = (unsigned)db_col_u64(stmt, 1),
			.stage = (enum conduct_stage)db_col_u64(stmt, 2),
			.version = (unsigned)db_col_u64(stmt, 4),
		};
		e = conduct_level_from_db(db_col_u64(stmt, 3), &cell.level);
		e = e ? e : each(&cell, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* School, student, term, stage. */
static void bind_cell(struct db_stmt *stmt, unsigned index, const struct conduct_change *c) {
	db_bind_u64(stmt, index, c->place.school_id);
	db_bind_u64(stmt, index + 1, c->student_id);
	db_bind_u64(stmt, index + 2, c->place.term_id);
	db_bind_u64(stmt, index + 3, c->place.stage);
}

/* What stands; nothing there leaves it at none and version 0. */
static enum err read_cell(struct db *db, const struct conduct_change *c, struct conduct_cell *out,
		uint64_t *out_class) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_cell, &stmt);
	if (e) {
		return e;
	}
	bind_cell(stmt, 0, c);
	e = db_next(stmt);
	if (e) {
		*out = (struct conduct_cell){ .level = PACK_LEVEL_NONE };
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	out->version = (unsigned)db_col_u64(stmt, 1);
	*out_class = db_col_u64(stmt, 2);
	return conduct_level_from_db(db_col_u64(stmt, 0), &out->level);
}

static enum err write_cell(struct db *db, const struct conduct_change *c) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, c->version ? sql_update : sql_insert, &stmt);
	if (e) {
		return e;
	}
	db_bind_id_or_null(stmt, 0, conduct_level_to_db(c->level));
	db_bind_u64(stmt, 1, c->place.class_id);
	db_bind_u64(stmt, 2, c->person_id);
	db_bind_i64(stmt, 3, c->now_ms);
	bind_cell(stmt, 4, c);
	if (c->version) {
		db_bind_u64(stmt, 8, c->version);
	}
	e = db_exec_one(stmt);
	return e == ERR_EXISTS || e == ERR_NOT_FOUND ? ERR_STALE : e;
}

static enum err note(struct db *db, const struct conduct_change *c, enum pack_level was) {
	const struct conduct_place *p = &c->place;
	const struct ledger_row row = {
		.school_id = p->school_id,
		.class_id = p->class_id,
		.student_id = c->student_id,
		.act = LEDGER_CONDUCT,
		.old_code = (uint8_t)conduct_ledger_code(p->term_number, p->stage, was),
		.new_code = (uint8_t)conduct_ledger_code(p->term_number, p->stage, c->level),
		.person_id = c->person_id,
		.at_ms = c->now_ms,
		.why = str_from(""),
	};
	return ledger_store_add(db, &row);
}

enum err conduct_store_set(struct db *db, const struct conduct_change *change) {
	assert(db_in_transaction(db));
	const struct conduct_place *p = &change->place;
	enum err e = said_store_hold_student(db, p->school_id, p->class_id, change->student_id);
	struct conduct_cell was = { .level = PACK_LEVEL_NONE };
	uint64_t was_class = p->class_id;
	e = e ? e : read_cell(db, change, &was, &was_class);
	if (e || was.level == change->level) {
		return e;
	}
	if (was.version != change->version) {
		return ERR_STALE;
	}
	e = closing_store_check(db, p->school_id, p->class_id,
			p->stage == CONDUCT_SUMMER ? 0 : p->term_number);
	e = e ? e : write_cell(db, change);
	e = e ? e : said_store_owe(db, p->school_id, RECORD_OF_CONDUCT, p->class_id, was_class);
	return e ? e : note(db, change, was.level);
}
