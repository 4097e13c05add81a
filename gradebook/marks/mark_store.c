#include "gradebook/marks/mark_store.h"

#include <assert.h>
#include <string.h>

#include "core/outbox/owe_store.h"
#include "gradebook/marks/ledger_store.h"
#include "gradebook/marks/mark_told_store.h"

enum { STATE_MISSING = 2 };

static const char sql_facts[] =
		"SELECT c.name, c.grade, s.name, s.kind, t.number, y.code, l.lessons_a_year,"
		" y.id, s.code FROM class c JOIN school_year y ON y.id = c.school_year_id"
		" JOIN term t ON t.school_year_id = y.id AND t.school_id = c.school_id"
		" JOIN subject s ON s.school_id = c.school_id"
		" LEFT JOIN subject_load l ON l.school_year_id = y.id AND l.subject_id = s.id"
		" AND l.grade = c.grade"
		" WHERE c.school_id = ? AND c.id = ? AND s.id = ? AND t.id = ?";

static const char sql_person[] = "SELECT p.full_name FROM membership m"
				 " JOIN person p ON p.id = m.person_id"
				 " WHERE m.school_id = ? AND m.person_id = ? LIMIT 1";

#define SQL_COLUMN                                                                              \
	"SELECT id, school_id, class_id, subject_id, term_id, kind, position, published_at_ms," \
	" sitting_id FROM mark_column WHERE school_id = ? AND "

static const char sql_columns[] = SQL_COLUMN
		"class_id = ? AND subject_id = ? AND term_id = ? ORDER BY kind, position";
static const char sql_column[] = SQL_COLUMN "id = ?";
static const char sql_column_at[] = SQL_COLUMN "class_id = ? AND subject_id = ? AND term_id = ?"
					       " AND kind = ? AND position = ? FOR UPDATE";
static const char sql_add_column[] =
		"INSERT INTO mark_column (school_id, class_id, subject_id, term_id, kind, position)"
		" VALUES (?, ?, ?, ?, ?, ?)";
static const char sql_link[] = "UPDATE mark_column SET sitting_id = ?"
			       " WHERE school_id = ? AND id = ? AND sitting_id IS NULL";
static const char sql_unlink[] = "UPDATE mark_column SET sitting_id = NULL"
				 " WHERE school_id = ? AND id = ? AND sitting_id IS NOT NULL";
/* 4 linked, 8 unlinked. */
static const char sql_last_link[] =
		"SELECT act, ref FROM mark_ledger WHERE school_id = ? AND class_id = ?"
		" AND subject_id = ? AND column_id = ? AND act IN (4, 8)"
		" ORDER BY number DESC LIMIT 1";
static const char sql_publish[] = "UPDATE mark_column SET published_at_ms = ?"
				  " WHERE school_id = ? AND id = ? AND published_at_ms IS NULL";

#define SQL_CELL                                                                           \
	"SELECT m.column_id, m.student_id, m.value_x10, m.version, m.attempt_id, m.state," \
	" m.is_makeup, m.changed_by, m.changed_at_ms FROM mark m"

static const char sql_column_cells[] =
		SQL_CELL " WHERE m.school_id = ? AND m.column_id = ? ORDER BY m.student_id";
static const char sql_cells[] =
		SQL_CELL " JOIN mark_column k ON k.id = m.column_id WHERE k.school_id = ?"
			 " AND k.class_id = ? AND k.subject_id = ? AND k.term_id = ?"
			 " ORDER BY m.student_id, k.kind, k.position";

/* Of the mark nothing but what its key by student holds, so that the table is not read. */
static const char sql_published[] =
		"SELECT t.id, t.number, y.code, s.id, s.name, s.kind, c.grade, l.lessons_a_year,"
		" k.kind, k.position, m.value_x10"
		" FROM mark m JOIN mark_column k ON k.id = m.column_id"
		" JOIN class c ON c.id = k.class_id JOIN term t ON t.id = k.term_id"
		" JOIN school_year y ON y.id = t.school_year_id"
		" JOIN subject s ON s.id = k.subject_id"
		" LEFT JOIN subject_load l ON l.school_year_id = y.id AND l.subject_id = s.id"
		" AND l.grade = c.grade"
		" LEFT JOIN enrolment e ON e.class_id = c.id AND e.student_id = m.student_id"
		" WHERE k.school_id = ? AND m.student_id = ? AND k.published_at_ms IS NOT NULL"
		" AND (m.value_x10 IS NOT NULL OR (m.state = 2 AND e.to_on IS NULL)) AND y.id = (SELECT c2.school_year_id FROM enrolment e"
		" JOIN class c2 ON c2.id = e.class_id JOIN school_year y2 ON y2.id = c2.school_year_id"
		" WHERE e.student_id = m.student_id ORDER BY y2.starts_on DESC LIMIT 1)"
		" ORDER BY t.number, s.position, s.id, k.kind, k.position, e.to_on IS NOT NULL,"
		" e.to_on DESC, e.from_on DESC, c.id";

static void bind_place(struct db_stmt *stmt, const struct mark_place *place) {
	db_bind_u64(stmt, 0, place->school_id);
	db_bind_u64(stmt, 1, place->class_id);
	db_bind_u64(stmt, 2, place->subject_id);
	db_bind_u64(stmt, 3, place->term_id);
}

enum err mark_store_facts(struct db *db, const struct mark_place *place, struct mark_facts *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_facts, &stmt);
	if (e) {
		return e;
	}
	bind_place(stmt, place);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	struct mark_facts f = { .grade = (unsigned)db_col_u64(stmt, 1),
		.term_number = (unsigned)db_col_u64(stmt, 4),
		.lessons_a_year = (unsigned)db_col_u64(stmt, 6),
		.school_year_id = db_col_u64(stmt, 7) };
	e = db_col_copy(stmt, 0, f.class_name, sizeof(f.class_name));
	if (!e) {
		e = db_col_copy(stmt, 2, f.subject_name, sizeof(f.subject_name));
	}
	if (!e) {
		e = mark_subject_from_db(db_col_u64(stmt, 3), &f.subject);
	}
	if (!e) {
		e = db_col_copy(stmt, 8, f.subject_code, sizeof(f.subject_code));
	}
	if (!e) {
		e = pack_parse_year(db_col_str(stmt, 5), &f.year);
	}
	if (e) {
		return e;
	}
	mark_facts_find_rules(&f);
	*out = f;
	return ERR_OK;
}

enum err mark_store_person(struct db *db, uint64_t school_id, uint64_t person_id, struct buf *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_person, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	e = db_next(stmt);
	if (!e) {
		struct str name = db_col_str(stmt, 0);
		buf_add(out, name.p, name.n);
	}
	return e && e != ERR_NOT_FOUND ? e : buf_err(out);
}

static enum err read_column(const struct db_stmt *stmt, struct mark_column *out) {
	struct mark_column c = {
		.id = db_col_u64(stmt, 0),
		.place = { db_col_u64(stmt, 1), db_col_u64(stmt, 2), db_col_u64(stmt, 3),
				db_col_u64(stmt, 4) },
		.position = (unsigned)db_col_u64(stmt, 6),
		.published_at_ms = db_col_i64(stmt, 7),
		.has_sitting = !db_col_is_null(stmt, 8),
	};
	enum err e = mark_kind_from_db(db_col_u64(stmt, 5), &c.kind);
	if (!e && c.has_sitting) {
		e = db_col_bytes(stmt, 8, c.sitting_id, MARK_SITTING_BYTES);
	}
	if (e) {
		return e;
	}
	*out = c;
	return ERR_OK;
}

enum err mark_store_columns(struct db *db, const struct mark_place *place,
		struct mark_column columns[MARK_COLUMNS_MAX], size_t *out_count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_columns, &stmt);
	if (e) {
		return e;
	}
	bind_place(stmt, place);
	size_t count = 0;
	while (count < MARK_COLUMNS_MAX && (e = db_next(stmt)) == ERR_OK) {
		e = read_column(stmt, &columns[count++]);
		if (e) {
			return e;
		}
	}
	*out_count = count;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err mark_store_column(
		struct db *db, uint64_t school_id, uint64_t column_id, struct mark_column *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_column, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, column_id);
	e = db_next(stmt);
	return e ? e : read_column(stmt, out);
}

enum err mark_store_add_column(struct db *db, const struct mark_place *place, enum mark_kind kind,
		unsigned position, uint64_t *out_id) {
	struct mark_column columns[MARK_COLUMNS_MAX];
	size_t count = 0;
	enum err e = mark_store_columns(db, place, columns, &count);
	if (e || count == MARK_COLUMNS_MAX) {
		return e ? e : ERR_LIMIT;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = db_prepare(db, sql_add_column, &stmt);
	if (e) {
		return e;
	}
	bind_place(stmt, place);
	db_bind_u64(stmt, 4, kind);
	db_bind_u64(stmt, 5, position);
	struct outbox_deed deed = { .school_id = place->school_id,
		.topic = RECORD_OF_COLUMN,
		.scope = { .class_id = place->class_id } };
	deed.made = &deed.scope.place_id;
	e = outbox_exec_one(db, stmt, &deed);
	if (e) {
		return e;
	}
	*out_id = deed.scope.place_id;
	return ERR_OK;
}

/* A row of the ledger about a column as a whole. */
static enum err note_column(struct db *db, const struct mark_column *c, enum ledger_act act,
		const struct mark_actor *actor) {
	struct ledger_row row = {
		.school_id = c->place.school_id,
		.class_id = c->place.class_id,
		.subject_id = c->place.subject_id,
		.column_id = c->id,
		.act = act,
		.old_code = CELL_NONE,
		.new_code = CELL_NONE,
		.person_id = actor->person_id,
		.at_ms = actor->now_ms,
		.why = actor->why,
		.has_ref = act == LEDGER_LINKED || act == LEDGER_UNLINKED,
	};
	if (row.has_ref) {
		memcpy(row.ref, c->sitting_id, LEDGER_REF_BYTES);
	}
	if (act == LEDGER_PUBLISHED || act == LEDGER_COLUMN_MADE) {
		ledger_of_column(&row, c->kind, c->position, c->place.term_id);
	}
	return ledger_store_add(db, &row);
}

static enum err find_column(
		struct db *db, const struct mark_column *wanted, struct mark_column *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_column_at, &stmt);
	if (e) {
		return e;
	}
	bind_place(stmt, &wanted->place);
	db_bind_u64(stmt, 4, wanted->kind);
	db_bind_u64(stmt, 5, wanted->position);
	e = db_next(stmt);
	return e ? e : read_column(stmt, out);
}

enum err mark_store_unlinked_from(struct db *db, const struct mark_column *column,
		uint8_t out_sitting[MARK_SITTING_BYTES]) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_last_link, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, column->place.school_id);
	db_bind_u64(stmt, 1, column->place.class_id);
	db_bind_u64(stmt, 2, column->place.subject_id);
	db_bind_u64(stmt, 3, column->id);
	e = db_next(stmt);
	if (!e && db_col_u64(stmt, 0) != LEDGER_UNLINKED) {
		e = ERR_NOT_FOUND;
	}
	return e ? e : db_col_bytes(stmt, 1, out_sitting, MARK_SITTING_BYTES);
}

enum err mark_store_is_unlinked(struct db *db, const struct mark_column *column,
		const uint8_t *sitting_id, bool *out) {
	uint8_t last[MARK_SITTING_BYTES];
	enum err e = mark_store_unlinked_from(db, column, last);
	if (e && e != ERR_NOT_FOUND) {
		return e;
	}
	*out = !e && memcmp(last, sitting_id, sizeof(last)) == 0;
	return ERR_OK;
}

/* A column that is linked to none. */
static enum err link_column(struct db *db, const struct mark_column *column,
		const uint8_t *sitting_id, const struct mark_actor *actor) {
	struct mark_column linked = *column;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_link, &stmt);
	if (e) {
		return e;
	}
	memcpy(linked.sitting_id, sitting_id, MARK_SITTING_BYTES);
	db_bind_bytes(stmt, 0, sitting_id, MARK_SITTING_BYTES);
	db_bind_u64(stmt, 1, column->place.school_id);
	db_bind_u64(stmt, 2, column->id);
	e = db_exec_one(stmt);
	return e ? e : note_column(db, &linked, LEDGER_LINKED, actor);
}

static enum err lock_chain(struct db *db, const struct mark_place *place) {
	const struct ledger_chain chain = { place->school_id, place->class_id, place->subject_id };
	return ledger_store_lock(db, &chain);
}

enum err mark_store_make_column(struct db *db, const struct mark_place *place, enum mark_kind kind,
		unsigned position, const struct mark_actor *actor, uint64_t *out_id) {
	assert(db_in_transaction(db));
	struct mark_column column = { .place = *place, .kind = kind, .position = position };
	enum err e = lock_chain(db, place);
	e = e ? e : mark_store_add_column(db, place, kind, position, &column.id);
	e = e ? e : note_column(db, &column, LEDGER_COLUMN_MADE, actor);
	if (!e) {
		*out_id = column.id;
	}
	return e;
}

enum err mark_store_link_column(struct db *db, const struct mark_column *column,
		const struct mark_actor *actor, uint64_t *out_id) {
	assert(db_in_transaction(db) && column->has_sitting);
	struct mark_column found = *column;
	bool is_unlinked = false;
	enum err e = lock_chain(db, &column->place);
	e = e ? e : find_column(db, column, &found);
	if (e == ERR_NOT_FOUND) {
		found.has_sitting = false;
		e = mark_store_make_column(db, &column->place, column->kind, column->position,
				actor, &found.id);
	}
	if (e) {
		return e;
	}
	*out_id = found.id;
	if (found.has_sitting) {
		bool is_same = memcmp(found.sitting_id, column->sitting_id, MARK_SITTING_BYTES) ==
				0;
		return is_same ? ERR_OK : ERR_CONFLICT;
	}
	e = mark_store_is_unlinked(db, &found, column->sitting_id, &is_unlinked);
	if (e || is_unlinked) {
		return e ? e : ERR_CONFLICT;
	}
	return link_column(db, &found, column->sitting_id, actor);
}

enum err mark_store_relink_column(
		struct db *db, const struct mark_column *column, const struct mark_actor *actor) {
	assert(db_in_transaction(db) && column->has_sitting);
	enum err e = lock_chain(db, &column->place);
	e = e ? e : link_column(db, column, column->sitting_id, actor);
	return e == ERR_NOT_FOUND ? ERR_CONFLICT : e;
}

enum err mark_store_unlink_column(struct db *db, uint64_t school_id, uint64_t column_id,
		const struct mark_actor *actor) {
	assert(db_in_transaction(db));
	struct mark_column column;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = mark_store_column(db, school_id, column_id, &column);
	e = e ? e : lock_chain(db, &column.place);
	if (!e && !column.has_sitting) {
		e = ERR_CONFLICT;
	}
	e = e ? e : db_prepare(db, sql_unlink, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, column_id);
	e = db_exec_one(stmt);
	e = e == ERR_NOT_FOUND ? ERR_CONFLICT : e;
	return e ? e : note_column(db, &column, LEDGER_UNLINKED, actor);
}

struct publish {
	uint64_t school_id;
	uint64_t column_id;
	const struct mark_actor *actor;
};

static enum err run_publish(struct db *db, void *ctx) {
	const struct publish *p = ctx;
	struct mark_column column;
	enum err e = mark_store_column(db, p->school_id, p->column_id, &column);
	if (e) {
		return e;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = db_prepare(db, sql_publish, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, p->actor->now_ms);
	db_bind_u64(stmt, 1, p->school_id);
	db_bind_u64(stmt, 2, p->column_id);
	struct outbox_deed deed = { .school_id = p->school_id,
		.topic = RECORD_OF_COLUMN,
		.scope = { .class_id = column.place.class_id, .place_id = p->column_id } };
	e = outbox_exec_one(db, stmt, &deed);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e; /* published already */
	}
	e = note_column(db, &column, LEDGER_PUBLISHED, p->actor);
	return e ? e : mark_told_store_column(db, p->school_id, p->column_id, p->actor->now_ms);
}

enum err mark_store_publish(struct db *db, uint64_t school_id, uint64_t column_id,
		const struct mark_actor *actor) {
	struct publish p = { school_id, column_id, actor };
	return db_transact(db, run_publish, &p);
}

static enum err read_cell(const struct db_stmt *stmt, struct mark_stored *out) {
	struct mark_stored c = {
		.column_id = db_col_u64(stmt, 0),
		.student_id = db_col_u64(stmt, 1),
		.cell = { .value_x10 = db_col_is_null(stmt, 2) ? MARK_NONE
							       : (int)db_col_u64(stmt, 2),
				.is_missing = db_col_u64(stmt, 5) == STATE_MISSING,
				.is_makeup = db_col_bool(stmt, 6) },
		.version = (unsigned)db_col_u64(stmt, 3),
		.has_attempt = !db_col_is_null(stmt, 4),
		.changed_by = db_col_u64(stmt, 7),
		.changed_at_ms = db_col_i64(stmt, 8),
	};
	if (c.has_attempt) {
		enum err e = db_col_bytes(stmt, 4, c.attempt_id, MARK_SITTING_BYTES);
		if (e) {
			return e;
		}
	}
	*out = c;
	return ERR_OK;
}

static enum err each_cell(struct db_stmt *stmt,
		enum err (*each)(const struct mark_stored *cell, void *ctx), void *ctx) {
	enum err e = ERR_OK;
	while ((e = db_next(stmt)) == ERR_OK) {
		struct mark_stored cell;
		e = read_cell(stmt, &cell);
		if (!e) {
			e = each(&cell, ctx);
		}
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err mark_store_column_cells(struct db *db, uint64_t school_id, uint64_t column_id,
		enum err (*each)(const struct mark_stored *cell, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_column_cells, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, column_id);
	return each_cell(stmt, each, ctx);
}

enum err mark_store_cells(struct db *db, const struct mark_place *place,
		enum err (*each)(const struct mark_stored *cell, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_cells, &stmt);
	if (e) {
		return e;
	}
	bind_place(stmt, place);
	return each_cell(stmt, each, ctx);
}

static bool is_same_place(const struct mark_seen *a, const struct mark_seen *b) {
	return a->term_id == b->term_id && a->subject_id == b->subject_id && a->kind == b->kind &&
			a->position == b->position;
}

enum err mark_store_published(struct db *db, uint64_t school_id, uint64_t student_id,
		enum err (*each)(const struct mark_seen *mark, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_published, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, student_id);
	struct mark_seen last = { .term_id = 0 };
	while ((e = db_next(stmt)) == ERR_OK) {
		struct mark_seen m = {
			.term_id = db_col_u64(stmt, 0),
			.term_number = (unsigned)db_col_u64(stmt, 1),
			.subject_id = db_col_u64(stmt, 3),
			.subject_name = db_col_str(stmt, 4),
			.grade = (unsigned)db_col_u64(stmt, 6),
			.lessons_a_year = (unsigned)db_col_u64(stmt, 7),
			.position = (unsigned)db_col_u64(stmt, 9),
			.value_x10 = db_col_is_null(stmt, 10) ? MARK_NONE
							      : (int)db_col_u64(stmt, 10),
		};
		e = pack_parse_year(db_col_str(stmt, 2), &m.year);
		if (!e) {
			e = mark_subject_from_db(db_col_u64(stmt, 5), &m.subject);
		}
		if (!e) {
			e = mark_kind_from_db(db_col_u64(stmt, 8), &m.kind);
		}
		bool is_shadowed = !e && is_same_place(&m, &last);
		if (!e && !is_shadowed && m.value_x10 != MARK_NONE) {
			e = each(&m, ctx);
		}
		if (e) {
			return e;
		}
		last = m;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
