#include "core/province/grade_store.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/province/projection.h"

static const char sql_classes[] =
		"SELECT year, class, grade FROM desk_class WHERE school_id = ? ORDER BY year, class";

static const char sql_enrolled[] =
		"SELECT COUNT(*) FROM desk_enrolment"
		" WHERE school_id = ? AND year = ? AND class = ? AND to_on IS NULL";

static const char sql_marks[] =
		"SELECT subject, part, kind, value_x10, letter, COUNT(*) FROM desk_mark"
		" WHERE school_id = ? AND year = ? AND class = ?"
		" GROUP BY subject, part, kind, value_x10, letter";

static const char sql_subject_results[] =
		"SELECT subject, part, 0, value_x10, letter, COUNT(*) FROM desk_subject_result"
		" WHERE school_id = ? AND year = ? AND class = ?"
		" GROUP BY subject, part, value_x10, letter";

static const char sql_judgements[] =
		"SELECT item, IF(moment = 2, 1, 0), level, COUNT(*) FROM desk_judgement"
		" WHERE school_id = ? AND year = ? AND class = ? AND moment IN (2, 4) AND level <= 3"
		" GROUP BY item, moment, level";

static const char sql_closings[] = "SELECT part FROM desk_closing"
				   " WHERE school_id = ? AND year = ? AND class = ?";

void grades_finish(struct grades *g) {
	free(g->items);
	*g = (struct grades){ 0 };
}

static int compare_text(struct str a, struct str b) {
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

/* Where the class stands, or would. */
static size_t place_of(
		const struct grades *g, struct str year, struct str class_name, bool *out_is) {
	size_t low = 0;
	size_t high = g->count;
	*out_is = false;
	while (low < high) {
		size_t at = low + (high - low) / 2;
		int c = compare_text(g->items[at].year, year);
		c = c ? c : compare_text(g->items[at].class_name, class_name);
		if (c == 0) {
			*out_is = true;
			return at;
		}
		if (c < 0) {
			low = at + 1;
		} else {
			high = at;
		}
	}
	return low;
}

unsigned grades_get(const struct grades *g, struct str year, struct str class_name) {
	bool is_there = false;
	size_t at = place_of(g, year, class_name, &is_there);
	return is_there ? g->items[at].now : 0;
}

static enum err put(struct grades *g, const struct grade *grade) {
	bool is_there = false;
	size_t at = place_of(g, grade->year, grade->class_name, &is_there);
	if (is_there) {
		g->items[at].now = grade->now;
		return ERR_OK;
	}
	enum err e = GROW(g, GRADES_MAX);
	if (e) {
		return e;
	}
	memmove(&g->items[at + 1], &g->items[at], (g->count - at) * sizeof(g->items[0]));
	g->items[at] = *grade;
	g->count++;
	return ERR_OK;
}

enum err grades_set(struct grades *g, struct str year, struct str class_name, unsigned grade) {
	struct grade item = { .year = year, .class_name = class_name, .now = grade };
	return put(g, &item);
}

enum err grade_store_load(
		struct db *db, uint64_t school_id, struct arena *arena, struct grades *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_classes, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct grade item = { .now = (unsigned)db_col_u64(stmt, 2) };
		item.before = item.now;
		e = arena_copy(arena, db_col_str(stmt, 0), &item.year);
		e = e ? e : arena_copy(arena, db_col_str(stmt, 1), &item.class_name);
		e = e ? e : put(out, &item);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* So many of one kind move from one grade to the other. */
static enum err move(
		const struct grade *g, struct tally_key key, int64_t count, struct tally *tally) {
	key.year = g->year;
	key.grade = g->before;
	enum err e = tally_add(tally, &key, -count);
	key.grade = g->now;
	return e ? e : tally_add(tally, &key, count);
}

/* What is asked of one class. */
static enum err ask_class(struct db *db, const char *sql, uint64_t school_id, const struct grade *g,
		struct db_stmt **out) {
	enum err e = db_prepare(db, sql, out);
	if (!e) {
		db_bind_u64(*out, 0, school_id);
		db_bind_str(*out, 1, g->year);
		db_bind_str(*out, 2, g->class_name);
	}
	return e;
}

static enum err move_enrolled(
		struct db *db, uint64_t school_id, const struct grade *g, struct tally *tally) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = ask_class(db, sql_enrolled, school_id, g, &stmt);
	if (e) {
		return e;
	}
	e = db_next(stmt);
	struct tally_key key = { .measure = TALLY_ENROLLED };
	return e ? e : move(g, key, db_col_i64(stmt, 0), tally);
}

static enum err move_judgements(struct db *db, uint64_t school_id, const struct grade *g,
		struct arena *arena, struct tally *tally) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = ask_class(db, sql_judgements, school_id, g, &stmt);
	while (!e && (e = db_next(stmt)) == ERR_OK) {
		struct tally_key key = { .measure = TALLY_JUDGEMENT,
			.part = (unsigned)db_col_u64(stmt, 1),
			.value = (unsigned)db_col_u64(stmt, 2) };
		e = arena_copy(arena, db_col_str(stmt, 0), &key.subject);
		e = e ? e : move(g, key, db_col_i64(stmt, 3), tally);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err move_closings(
		struct db *db, uint64_t school_id, const struct grade *g, struct tally *tally) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = ask_class(db, sql_closings, school_id, g, &stmt);
	while (!e && (e = db_next(stmt)) == ERR_OK) {
		struct tally_key key = { .measure = TALLY_CLOSED,
			.part = (unsigned)db_col_u64(stmt, 0) };
		e = move(g, key, 1, tally);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err move_marks(struct db *db, uint64_t school_id, const char *sql,
		const struct grade *g, struct arena *arena, struct tally *tally) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = ask_class(db, sql, school_id, g, &stmt);
	if (e) {
		return e;
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		int64_t kind = db_col_i64(stmt, 2);
		struct tally_key key = { .measure = kind ? projection_mark_measure(kind)
							 : TALLY_SUBJECT_RESULT,
			.part = (unsigned)db_col_u64(stmt, 1) };
		if (!projection_mark_value(!db_col_is_null(stmt, 3), db_col_i64(stmt, 3),
				    db_col_i64(stmt, 4), &key.value)) {
			continue;
		}
		e = arena_copy(arena, db_col_str(stmt, 0), &key.subject);
		e = e ? e : move(g, key, db_col_i64(stmt, 5), tally);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err grade_store_move(struct db *db, uint64_t school_id, const struct grades *g,
		struct arena *arena, struct tally *tally) {
	enum err e = ERR_OK;
	for (size_t i = 0; !e && i < g->count; i++) {
		const struct grade *item = &g->items[i];
		if (item->before == item->now) {
			continue;
		}
		e = move_enrolled(db, school_id, item, tally);
		e = e ? e : move_marks(db, school_id, sql_marks, item, arena, tally);
		e = e ? e : move_marks(db, school_id, sql_subject_results, item, arena, tally);
		e = e ? e : move_judgements(db, school_id, item, arena, tally);
		e = e ? e : move_closings(db, school_id, item, tally);
	}
	return e;
}
