#include "gradebook/presence/presence_told_store.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/notice/notice_store.h"

#define SQL_CHANGED                                                                    \
	"SELECT student_id FROM roll_call_change WHERE school_id = ? AND class_id = ?" \
	" AND on_date = ? AND session = ? AND version = ? AND old_kind <> new_kind"
static const char sql_away[] = SQL_CHANGED " AND new_kind <> 0";
static const char sql_back[] = SQL_CHANGED " AND new_kind = 0";

static enum err tell(struct db *db, const struct presence_call *call, unsigned version,
		const struct notice_event *event) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, event->kind == NOTICE_ABSENCE ? sql_away : sql_back, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, call->school_id);
	db_bind_u64(stmt, 1, call->class_id);
	db_bind_date(stmt, 2, call->on);
	db_bind_u64(stmt, 3, call->session);
	db_bind_u64(stmt, 4, version);
	return notice_store_families(db, event, stmt);
}

enum err presence_told_store_take(
		struct db *db, const struct presence_call *call, unsigned version, int64_t now_ms) {
	char name[NOTICE_EVENT_BYTES];
	(void)snprintf(name, sizeof(name), "absence:%" PRIu64 ":%d-%d-%d:%u:%u", call->class_id,
			call->on.year, call->on.month, call->on.day, call->session,
			version); /* fits */
	struct notice_event event = { .school_id = call->school_id,
		.kind = NOTICE_ABSENCE,
		.name = name,
		.on = call->on,
		.at_ms = now_ms };
	enum err e = tell(db, call, version, &event);
	event.kind = NOTICE_PRESENT;
	return e ? e : tell(db, call, version, &event);
}
