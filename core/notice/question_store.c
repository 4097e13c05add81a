#include "core/notice/question_store.h"

#include <string.h>

/* Questions of one person take turns. */
static const char sql_turn[] = "SELECT id FROM person WHERE id = ? FOR UPDATE";
static const char sql_by_key[] = "SELECT t.id, l.body_hash FROM letter l"
				 " JOIN thread t ON t.letter_id = l.id AND t.kind > 1"
				 " WHERE l.author_id = ? AND l.idem_key = ?";
static const char sql_count[] = "SELECT COUNT(*) FROM letter WHERE school_id = ? AND author_id = ?"
				" AND scope = 5 AND sent_at_ms > ?";
/* Of the class that the child is in now; nobody writes to himself or herself. */
static const char sql_teacher[] =
		"SELECT c.homeroom_person_id FROM enrolment e JOIN class c ON c.id = e.class_id"
		" JOIN membership m ON m.school_id = c.school_id AND m.person_id = c.homeroom_person_id"
		" AND m.role = 2 AND m.state = 1 WHERE e.school_id = ? AND e.student_id = ?"
		" AND e.to_on IS NULL AND c.homeroom_person_id <> ? ORDER BY e.from_on DESC LIMIT 1";
static const char sql_office[] =
		"SELECT m.person_id FROM student s JOIN membership m ON m.school_id = s.school_id"
		" AND m.role = 1 AND m.state = 1 WHERE s.school_id = ? AND s.id = ?"
		" AND m.person_id <> ? ORDER BY m.person_id LIMIT 1";
static const char sql_letter[] =
		"INSERT INTO letter (school_id, author_id, scope, target_id, audience, title, text,"
		" sent_at_ms, idem_key, body_hash) VALUES (?, ?, 5, ?, 1, ?, ?, ?, ?, ?)";
static const char sql_thread[] =
		"INSERT INTO thread (school_id, letter_id, author_id, person_id, student_id, last_at_ms,"
		" author_last_at_ms, kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

#define DAY_MS INT64_C(86400000)

static enum err take_turn(struct db *db, const struct question_new *q) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_turn, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, q->author_id);
	return db_next(stmt);
}

/* ERR_NOT_FOUND when nothing stands under the key. */
static enum err find_by_key(struct db *db, const struct question_new *q, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	uint8_t hash[LETTER_HASH_BYTES];
	enum err e = db_prepare(db, sql_by_key, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, q->author_id);
	db_bind_bytes(stmt, 1, q->key, LETTER_KEY_BYTES);
	e = db_next(stmt);
	e = e ? e : db_col_bytes(stmt, 1, hash, sizeof(hash));
	if (e) {
		return e;
	}
	*out_id = db_col_u64(stmt, 0);
	return memcmp(hash, q->body_hash, sizeof(hash)) == 0 ? ERR_OK : ERR_FORK;
}

static enum err check_count(struct db *db, const struct question_new *q) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_count, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, q->school_id);
	db_bind_u64(stmt, 1, q->author_id);
	db_bind_i64(stmt, 2, q->now_ms - DAY_MS);
	e = db_next(stmt);
	return !e && db_col_u64(stmt, 0) >= QUESTIONS_A_DAY ? ERR_THROTTLED : e;
}

static enum err find_reader(struct db *db, const struct question_new *q, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, q->kind == THREAD_TO_OFFICE ? sql_office : sql_teacher, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, q->school_id);
	db_bind_u64(stmt, 1, q->student_id);
	db_bind_u64(stmt, 2, q->author_id);
	e = db_next(stmt);
	if (!e) {
		*out_id = db_col_u64(stmt, 0);
	}
	return e == ERR_NOT_FOUND ? ERR_MISSING : e;
}

static enum err add_letter(struct db *db, const struct question_new *q, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_letter, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, q->school_id);
	db_bind_u64(stmt, 1, q->author_id);
	db_bind_u64(stmt, 2, q->student_id);
	db_bind_str(stmt, 3, q->title);
	db_bind_str(stmt, 4, q->text);
	db_bind_i64(stmt, 5, q->now_ms);
	if (q->has_key) {
		db_bind_bytes(stmt, 6, q->key, LETTER_KEY_BYTES);
	} else {
		db_bind_null(stmt, 6);
	}
	db_bind_bytes(stmt, 7, q->body_hash, LETTER_HASH_BYTES);
	e = db_exec(stmt, NULL);
	if (!e) {
		*out_id = db_last_id(stmt);
	}
	return e;
}

static enum err add_thread(struct db *db, const struct question_new *q, uint64_t letter_id,
		uint64_t reader_id, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_thread, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, q->school_id);
	db_bind_u64(stmt, 1, letter_id);
	db_bind_u64(stmt, 2, q->author_id);
	db_bind_u64(stmt, 3, reader_id);
	db_bind_u64(stmt, 4, q->student_id);
	db_bind_i64(stmt, 5, q->now_ms);
	db_bind_i64(stmt, 6, q->now_ms);
	db_bind_u64(stmt, 7, (uint64_t)q->kind);
	e = db_exec(stmt, NULL);
	if (!e) {
		*out_id = db_last_id(stmt);
	}
	return e;
}

enum err question_store_add(
		struct db *db, const struct question_new *q, struct question_done *out) {
	uint64_t letter_id = 0;
	struct question_done done = { .is_new = false };
	enum err e = take_turn(db, q);
	if (e) {
		return e;
	}
	e = q->has_key ? find_by_key(db, q, &done.thread_id) : ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND) {
		done.is_new = true;
		e = check_count(db, q);
		e = e ? e : find_reader(db, q, &done.reader_id);
		e = e ? e : add_letter(db, q, &letter_id);
		e = e ? e : add_thread(db, q, letter_id, done.reader_id, &done.thread_id);
	}
	if (!e) {
		*out = done;
	}
	return e;
}
