#include "exam/hall/sitting_told_store.h"

#include <stdio.h>
#include <string.h>

#include "core/notice/notice_store.h"
#include "exam/hall/sitting_store.h"

static const char sql_students[] =
		"SELECT student_id FROM attempt WHERE school_id = ?"
		" AND sitting_id = ? AND state = 3 AND started_at_ms IS NOT NULL";
/* Whoever had more time may be later than the window: sitting_shows_mark() decides then. */
static const char sql_over[] =
		"SELECT s.school_id, s.id FROM sitting s WHERE s.release_policy <> 1"
		" AND s.is_practice = 0 AND s.window_end_ms > ? AND s.window_end_ms < ?"
		" AND EXISTS (SELECT 1 FROM attempt a WHERE a.sitting_id = s.id AND a.state = 3"
		" AND a.started_at_ms IS NOT NULL)"
		" AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.school_id = s.school_id"
		" AND n.event = CONCAT('exam:', LOWER(HEX(s.id)))) LIMIT ?";

enum err sitting_told_store_release(struct db *db, const struct sitting *sitting, int64_t now_ms) {
	if (sitting->is_practice || !sitting_shows_mark(sitting, now_ms)) {
		return ERR_OK;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	char hex[2 * ID16_BYTES + 1];
	char name[NOTICE_EVENT_BYTES];
	enum err e = db_prepare(db, sql_students, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, sitting->school_id);
	db_bind_bytes(stmt, 1, sitting->id.b, ID16_BYTES);
	str_hex(sitting->id.b, ID16_BYTES, hex);
	(void)snprintf(name, sizeof(name), "exam:%s", hex); /* fits */
	struct notice_event event = { .school_id = sitting->school_id,
		.kind = NOTICE_EXAM,
		.name = name,
		.about = str_from(sitting->title),
		.at_ms = now_ms };
	return notice_store_families(db, &event, stmt);
}

struct telling {
	uint64_t school_id;
	struct id16 id;
	int64_t now_ms;
};

static enum err run_telling(struct db *db, void *ctx) {
	const struct telling *t = ctx;
	struct sitting sitting;
	enum err e = sitting_store_load(db, t->school_id, &t->id, &sitting);
	return e ? e : sitting_told_store_release(db, &sitting, t->now_ms);
}

enum err sitting_told_store_over(struct db *db, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_over, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms - SITTING_TOLD_BACK_MS);
	db_bind_i64(stmt, 1, now_ms);
	db_bind_u64(stmt, 2, SITTING_TOLD_AT_ONCE);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct telling t = { .school_id = db_col_u64(stmt, 0), .now_ms = now_ms };
		e = db_col_bytes(stmt, 1, t.id.b, ID16_BYTES);
		e = e ? e : db_transact(db, run_telling, &t);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
