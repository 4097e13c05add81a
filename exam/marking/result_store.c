#include "exam/marking/result_store.h"

#include <stdlib.h>

#include "core/base/grow.h"
#include "exam/hall/sitting_store.h"

#define SCORE_JOIN                                                                           \
	" LEFT JOIN score sc ON sc.attempt_id = a.id AND sc.gen = a.gen"                     \
	" AND sc.school_id = a.school_id AND sc.number = (SELECT MAX(x.number) FROM score x" \
	" WHERE x.attempt_id = a.id AND x.gen = a.gen)"
#define RECEIPT_EXISTS                                                                 \
	" EXISTS (SELECT 1 FROM receipt r WHERE r.attempt_id = a.id AND r.gen = a.gen" \
	" AND r.school_id = a.school_id)"

#define RESULT_COLUMNS                                                                           \
	"SELECT a.id, a.gen, a.student_id, a.person_id, m.class_id, a.variant, a.state,"         \
	" sc.number, sc.points_x100, sc.max_x100, sc.ten_x100, sc.mark_x10, sc.awaiting_count,"  \
	" a.closed_at_ms, a.close_why," RECEIPT_EXISTS ", st.code, p.full_name, c.name,"         \
	" a.sitting_id, a.ends_at_ms, a.extra_ms, a.delay_ms, a.started_at_ms, a.lease > 0"      \
	" FROM attempt a JOIN student st ON st.id = a.student_id AND st.school_id = a.school_id" \
	" JOIN person p ON p.id = a.person_id"                                                   \
	" JOIN room m ON m.id = a.room_id AND m.school_id = a.school_id"                         \
	" LEFT JOIN class c ON c.id = m.class_id AND c.school_id = a.school_id" SCORE_JOIN

static const char sql_list[] = RESULT_COLUMNS
		" WHERE a.school_id = ? AND a.sitting_id = ? AND (? = 0 OR a.room_id = ?)"
		" ORDER BY m.id, p.sort_given, p.sort_rest, a.student_id";
static const char sql_load[] = RESULT_COLUMNS " WHERE a.school_id = ? AND a.id = ?";
static const char sql_mine[] =
		"SELECT a.id, a.sitting_id, a.room_id, s.name, a.state, a.ends_at_ms, a.closed_at_ms,"
		" sc.number, sc.points_x100, sc.max_x100, sc.ten_x100, sc.mark_x10,"
		" sc.awaiting_count," RECEIPT_EXISTS
		" FROM attempt a JOIN sitting t ON t.id = a.sitting_id AND t.school_id = a.school_id"
		" LEFT JOIN subject s ON s.id = t.subject_id AND s.school_id = t.school_id" SCORE_JOIN
		" WHERE a.school_id = ? AND a.person_id = ? AND a.ends_at_ms >= ? AND t.starts_at_ms < ?"
		" ORDER BY t.starts_at_ms DESC, a.id LIMIT 500";

static const char sql_school_of_child[] =
		"SELECT a.school_id FROM attempt a JOIN guardian g ON g.student_id = a.student_id"
		" AND g.school_id = a.school_id JOIN membership m ON m.school_id = a.school_id"
		" AND m.person_id = g.person_id AND m.role = 4 AND m.state = 1"
		" WHERE a.id = ? AND g.person_id = ? AND NOT EXISTS (SELECT 1 FROM unproven u"
		" WHERE u.person_id = g.person_id AND u.school_id = g.school_id)";
static const char sql_receipt[] =
		"SELECT bytes, signature, gen FROM receipt WHERE school_id = ? AND attempt_id = ?"
		" ORDER BY gen DESC LIMIT 1";

void result_finish(struct result *result) {
	free(result->student_code);
	free(result->full_name);
	free(result->class_name);
	*result = (struct result){ .gen = 0 };
}

void results_finish(struct results *list) {
	for (size_t i = 0; i < list->count; i++) {
		result_finish(&list->items[i]);
	}
	free(list->items);
	*list = (struct results){ 0 };
}

void result_mines_finish(struct result_mines *list) {
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].subject_name);
	}
	free(list->items);
	*list = (struct result_mines){ 0 };
}

/* The five columns of a score from `first` on. */
static struct scoring_total read_total(const struct db_stmt *stmt, unsigned first) {
	return (struct scoring_total){
		.points_x100 = (unsigned)db_col_u64(stmt, first),
		.max_x100 = (unsigned)db_col_u64(stmt, first + 1),
		.ten_x100 = (unsigned)db_col_u64(stmt, first + 2),
		.mark_x10 = (unsigned)db_col_u64(stmt, first + 3),
		.awaiting_count = (unsigned)db_col_u64(stmt, first + 4),
	};
}

/* On failure `out` holds what was read so far and is to be finished by the caller. */
static enum err read_result(const struct db_stmt *stmt, struct result *out) {
	*out = (struct result){
		.gen = (uint32_t)db_col_u64(stmt, 1),
		.student_id = db_col_u64(stmt, 2),
		.person_id = db_col_u64(stmt, 3),
		.class_id = db_col_u64(stmt, 4),
		.state = (unsigned)db_col_u64(stmt, 6),
		.is_scored = !db_col_is_null(stmt, 7),
		.number = (uint32_t)db_col_u64(stmt, 7),
		.total = read_total(stmt, 8),
		.closed_at_ms = db_col_i64(stmt, 13),
		.close_why = (unsigned)db_col_u64(stmt, 14),
		.has_receipt = db_col_bool(stmt, 15),
		.ends_at_ms = db_col_i64(stmt, 20),
		.extra_ms = db_col_i64(stmt, 21),
		.delay_ms = db_col_i64(stmt, 22),
		.started_at_ms = db_col_i64(stmt, 23),
		.has_joined = db_col_bool(stmt, 24),
	};
	enum err e = db_col_bytes(stmt, 0, out->attempt.b, ID16_BYTES);
	e = e ? e : db_col_copy(stmt, 5, out->variant, sizeof(out->variant));
	e = e ? e : db_col_dup(stmt, 16, &out->student_code);
	e = e ? e : db_col_dup(stmt, 17, &out->full_name);
	return e ? e : db_col_dup(stmt, 18, &out->class_name);
}

enum err result_store_room(struct db *db, uint64_t school_id, const struct id16 *sitting,
		uint64_t room_id, struct results *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(results_finish) struct results list = { 0 };
	enum err e = db_prepare(db, sql_list, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, sitting->b, ID16_BYTES);
	db_bind_u64(stmt, 2, room_id);
	db_bind_u64(stmt, 3, room_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(&list, RESULT_STORE_RESULTS_MAX);
		if (e) {
			return e;
		}
		e = read_result(stmt, &list.items[list.count++]);
		if (e) {
			return e;
		}
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out = list;
	list = (struct results){ 0 };
	return ERR_OK;
}

enum err result_store_list(struct db *db, uint64_t school_id, const struct id16 *sitting,
		struct results *out) {
	return result_store_room(db, school_id, sitting, 0, out);
}

enum err result_store_load(struct db *db, uint64_t school_id, const struct id16 *attempt,
		struct result *out, struct id16 *out_sitting) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(result_finish) struct result result = { .gen = 0 };
	struct id16 sitting;
	enum err e = db_prepare(db, sql_load, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, attempt->b, ID16_BYTES);
	e = db_next(stmt);
	e = e ? e : read_result(stmt, &result);
	e = e ? e : db_col_bytes(stmt, 19, sitting.b, ID16_BYTES);
	if (e) {
		return e;
	}
	*out = result;
	*out_sitting = sitting;
	result = (struct result){ .gen = 0 };
	return ERR_OK;
}

static enum err read_mine(const struct db_stmt *stmt, struct result_mine *out) {
	*out = (struct result_mine){
		.room_id = db_col_u64(stmt, 2),
		.state = (unsigned)db_col_u64(stmt, 4),
		.ends_at_ms = db_col_i64(stmt, 5),
		.closed_at_ms = db_col_i64(stmt, 6),
		.is_scored = !db_col_is_null(stmt, 7),
		.total = read_total(stmt, 8),
		.has_receipt = db_col_bool(stmt, 13),
	};
	enum err e = db_col_bytes(stmt, 0, out->attempt.b, ID16_BYTES);
	e = e ? e : db_col_bytes(stmt, 1, out->sitting.id.b, ID16_BYTES);
	return e ? e : db_col_dup(stmt, 3, &out->subject_name);
}

enum err result_store_mine(
		struct db *db, uint64_t school_id, uint64_t person_id, struct result_mines *out) {
	return result_store_mine_between(db, school_id, person_id, 0, INT64_MAX, out);
}

enum err result_store_mine_between(struct db *db, uint64_t school_id, uint64_t person_id,
		int64_t from_ms, int64_t to_ms, struct result_mines *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(result_mines_finish) struct result_mines list = { 0 };
	enum err e = db_prepare(db, sql_mine, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	db_bind_i64(stmt, 2, from_ms);
	db_bind_i64(stmt, 3, to_ms);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(&list, RESULT_STORE_MINE_MAX);
		if (e) {
			return e;
		}
		struct result_mine *mine = &list.items[list.count++];
		e = read_mine(stmt, mine);
		e = e ? e : sitting_store_load(db, school_id, &mine->sitting.id, &mine->sitting);
		if (e) {
			return e;
		}
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out = list;
	list = (struct result_mines){ 0 };
	return ERR_OK;
}

enum err result_store_school_of_child(struct db *db, uint64_t guardian_id,
		const struct id16 *attempt, uint64_t *out_school_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_school_of_child, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, attempt->b, ID16_BYTES);
	db_bind_u64(stmt, 1, guardian_id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out_school_id = db_col_u64(stmt, 0);
	return ERR_OK;
}

enum err result_store_receipt(struct db *db, uint64_t school_id, const struct id16 *attempt,
		struct buf *out, uint32_t *out_gen) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_receipt, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, attempt->b, ID16_BYTES);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	struct str bytes = db_col_str(stmt, 0);
	struct str signature = db_col_str(stmt, 1);
	buf_add(out, bytes.p, bytes.n);
	buf_add(out, signature.p, signature.n);
	e = buf_err(out);
	if (e) {
		return e;
	}
	*out_gen = (uint32_t)db_col_u64(stmt, 2);
	return ERR_OK;
}
