#include "core/notice/notice_store.h"

#include <assert.h>
#include <string.h>

#define SQL_NOTICE                                                                       \
	"INSERT INTO notice (school_id, kind, event, about, on_date, at_ms, student_id," \
	" person_id, thread_id) "
#define SQL_KEPT " ON DUPLICATE KEY UPDATE kind = notice.kind"
/* Guardians whose membership is in force, and the student: one row each, in one statement. */
/* What came from a school that the person has still to prove waits for that: it is neither shown nor
 * sent out (core/school/proof_store.h). */
#define SQL_PROVEN                                                                                  \
	" AND NOT EXISTS (SELECT 1 FROM unproven u WHERE u.person_id = n.person_id AND u.school_id" \
	" = n.school_id)"
static const char sql_family[] =
		SQL_NOTICE "SELECT ?, ?, ?, ?, ?, ?, who.student_id, who.person_id, 0 FROM ("
			   "SELECT g.student_id, g.person_id FROM guardian g"
			   " JOIN membership m ON m.school_id = g.school_id"
			   " AND m.person_id = g.person_id AND m.role = 4 AND m.state = 1"
			   " WHERE g.school_id = ? AND g.student_id = ?"
			   " UNION SELECT s.id, s.person_id FROM student s"
			   " WHERE s.school_id = ? AND s.id = ?) who" SQL_KEPT;
static const char sql_person[] = SQL_NOTICE "VALUES (?, ?, ?, ?, ?, ?, 0, ?, 0)" SQL_KEPT;
static const char sql_letter[] =
		SQL_NOTICE "SELECT ?, ?, ?, ?, ?, ?, t.student_id, t.person_id, t.id FROM thread t"
			   " WHERE t.school_id = ? AND t.letter_id = ?" SQL_KEPT;
static const char sql_thread[] =
		SQL_NOTICE "SELECT ?, ?, ?, ?, ?, ?, t.student_id, ?, t.id FROM thread t"
			   " WHERE t.school_id = ? AND t.id = ?" SQL_KEPT;
static const char sql_office[] =
		SQL_NOTICE "SELECT ?, ?, ?, ?, ?, ?, t.student_id, m.person_id, t.id FROM thread t"
			   " JOIN membership m ON m.school_id = t.school_id AND m.role = 1"
			   " AND m.state = 1 AND m.person_id <> t.author_id"
			   " WHERE t.school_id = ? AND t.id = ?" SQL_KEPT;
static const char sql_queue[] =
		"INSERT INTO delivery (school_id, channel, kind, notice_id, person_id, made_at_ms,"
		" next_at_ms) SELECT n.school_id, c.channel, 1, n.id, n.person_id, n.at_ms, n.at_ms"
		" FROM notice n JOIN notice_channel c ON c.school_id = n.school_id AND c.is_on = 1"
		" JOIN account a ON a.person_id = n.person_id"
		" LEFT JOIN notice_setting s ON s.person_id = n.person_id"
		" WHERE n.school_id = ? AND n.event = ?" SQL_PROVEN
		" AND ((c.channel = 1 AND s.email_state = 2 AND s.by_email = 1)"
		" OR (c.channel = 2 AND a.phone IS NOT NULL AND COALESCE(s.by_phone, 1) = 1))"
		" ON DUPLICATE KEY UPDATE kind = delivery.kind";
static const char sql_list[] =
		"SELECT n.id, n.kind, n.school_id, c.name, n.student_id, p.full_name, n.thread_id,"
		" n.about, n.on_date, n.at_ms, n.read_at_ms FROM notice n"
		" JOIN school c ON c.id = n.school_id LEFT JOIN student s ON s.id = n.student_id"
		" LEFT JOIN person p ON p.id = s.person_id"
		" WHERE n.person_id = ? AND n.id < ?" SQL_PROVEN " ORDER BY n.id DESC LIMIT ?";
static const char sql_unread[] =
		"SELECT COUNT(*) FROM notice n WHERE n.person_id = ? AND n.read_at_ms IS NULL" SQL_PROVEN;
static const char sql_read[] = "UPDATE notice n SET n.read_at_ms = ? WHERE n.person_id = ?"
			       " AND n.id <= ? AND n.read_at_ms IS NULL" SQL_PROVEN;
static const char sql_read_thread[] =
		"UPDATE notice SET read_at_ms = ? WHERE person_id = ? AND thread_id = ?"
		" AND read_at_ms IS NULL";

enum { FIRST_FREE = 6 }; /* the parameter behind those of the event */

static enum err prepare(struct db *db, const char *sql, const struct notice_event *event,
		struct db_stmt **out) {
	assert(strlen(event->name) < NOTICE_EVENT_BYTES);
	enum err e = db_prepare(db, sql, out);
	if (e) {
		return e;
	}
	db_bind_u64(*out, 0, event->school_id);
	db_bind_u64(*out, 1, (uint64_t)event->kind);
	db_bind_text(*out, 2, event->name);
	db_bind_str(*out, 3, event->about.n ? event->about : str_from(""));
	db_bind_date(*out, 4, event->on);
	db_bind_i64(*out, 5, event->at_ms);
	return ERR_OK;
}

enum err notice_store_family(struct db *db, const struct notice_event *event, uint64_t student_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = prepare(db, sql_family, event, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, FIRST_FREE, event->school_id);
	db_bind_u64(stmt, FIRST_FREE + 1, student_id);
	db_bind_u64(stmt, FIRST_FREE + 2, event->school_id);
	db_bind_u64(stmt, FIRST_FREE + 3, student_id);
	return db_exec(stmt, NULL);
}

enum err notice_store_person(struct db *db, const struct notice_event *event, uint64_t person_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = prepare(db, sql_person, event, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, FIRST_FREE, person_id);
	return db_exec(stmt, NULL);
}

enum err notice_store_letter(struct db *db, const struct notice_event *event, uint64_t letter_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = prepare(db, sql_letter, event, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, FIRST_FREE, event->school_id);
	db_bind_u64(stmt, FIRST_FREE + 1, letter_id);
	return db_exec(stmt, NULL);
}

enum err notice_store_thread(struct db *db, const struct notice_event *event, uint64_t thread_id,
		uint64_t person_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = prepare(db, sql_thread, event, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, FIRST_FREE, person_id);
	db_bind_u64(stmt, FIRST_FREE + 1, event->school_id);
	db_bind_u64(stmt, FIRST_FREE + 2, thread_id);
	return db_exec(stmt, NULL);
}

enum err notice_store_office(struct db *db, const struct notice_event *event, uint64_t thread_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = prepare(db, sql_office, event, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, FIRST_FREE, event->school_id);
	db_bind_u64(stmt, FIRST_FREE + 1, thread_id);
	return db_exec(stmt, NULL);
}

enum err notice_store_queue(struct db *db, const struct notice_event *event) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_queue, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, event->school_id);
	db_bind_text(stmt, 1, event->name);
	return db_exec(stmt, NULL);
}

enum err notice_store_families(
		struct db *db, const struct notice_event *event, struct db_stmt *students) {
	enum err e = ERR_OK;
	while ((e = db_next(students)) == ERR_OK) {
		e = notice_store_family(db, event, db_col_u64(students, 0));
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? notice_store_queue(db, event) : e;
}

static enum err read_row(const struct db_stmt *stmt, struct notice_row *out) {
	*out = (struct notice_row){
		.id = db_col_u64(stmt, 0),
		.school_id = db_col_u64(stmt, 2),
		.school_name = db_col_str(stmt, 3),
		.student_id = db_col_u64(stmt, 4),
		.student_name = db_col_str(stmt, 5),
		.thread_id = db_col_u64(stmt, 6),
		.about = db_col_str(stmt, 7),
		.on = db_col_date(stmt, 8),
		.at_ms = db_col_i64(stmt, 9),
		.read_at_ms = db_col_i64(stmt, 10),
	};
	return notice_kind_from(db_col_u64(stmt, 1), &out->kind);
}

enum err notice_store_list(struct db *db, uint64_t person_id, uint64_t below_id, unsigned limit,
		enum err (*each)(const struct notice_row *row, void *ctx), void *ctx) {
	if (limit > NOTICE_PAGE_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_list, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person_id);
	db_bind_u64(stmt, 1, below_id ? below_id : UINT64_MAX);
	db_bind_u64(stmt, 2, limit);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct notice_row row;
		e = read_row(stmt, &row);
		e = e ? e : each(&row, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err notice_store_unread(struct db *db, uint64_t person_id, uint64_t *out_count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_unread, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person_id);
	e = db_next(stmt);
	if (!e) {
		*out_count = db_col_u64(stmt, 0);
	}
	return e;
}

static enum err mark_read(
		struct db *db, const char *sql, uint64_t person_id, uint64_t id, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_u64(stmt, 1, person_id);
	db_bind_u64(stmt, 2, id);
	return db_exec(stmt, NULL);
}

enum err notice_store_read(struct db *db, uint64_t person_id, uint64_t upto_id, int64_t now_ms) {
	return mark_read(db, sql_read, person_id, upto_id, now_ms);
}

enum err notice_store_read_thread(
		struct db *db, uint64_t person_id, uint64_t thread_id, int64_t now_ms) {
	return mark_read(db, sql_read_thread, person_id, thread_id, now_ms);
}
