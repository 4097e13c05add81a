#include "core/notice/thread_store.h"

#define SQL_THREAD                                                                            \
	"SELECT t.id, t.school_id, c.name, t.letter_id, l.title, l.text, l.sent_at_ms,"       \
	" t.author_id, a.full_name, t.person_id, p.full_name, t.student_id, k.full_name,"     \
	" s.person_id = t.person_id, t.last_at_ms, t.person_read_at_ms, t.author_read_at_ms," \
	" t.author_last_at_ms, t.reply_count, t.person_last_at_ms, t.kind FROM thread t"      \
	" JOIN letter l ON l.id = t.letter_id JOIN school c ON c.id = t.school_id"            \
	" JOIN person a ON a.id = t.author_id JOIN person p ON p.id = t.person_id"            \
	" JOIN student s ON s.id = t.student_id JOIN person k ON k.id = s.person_id"
/* What is of a school that the person has still to prove is not shown (core/school/proof_store.h). */
#define SQL_NOT_UNPROVEN \
	" AND NOT EXISTS (SELECT 1 FROM unproven u WHERE u.school_id = t.school_id AND u.person_id = "
#define SQL_GOT " t.kind = 1 AND t.person_id = ?" SQL_NOT_UNPROVEN "t.person_id)"
#define SQL_BEGUN " t.kind > 1 AND t.author_id = ?" SQL_NOT_UNPROVEN "t.author_id)"
#define SQL_AS_TEACHER " t.kind = 2 AND t.person_id = ? AND t.school_id = ?"
#define SQL_AS_OFFICE " t.kind = 3 AND t.school_id = ? AND t.author_id <> ?"
#define SQL_ASKER                                                                              \
	" t.id = ? AND ((" SQL_GOT ") OR (t.kind = 1 AND t.author_id = ? AND t.school_id = ?)" \
	" OR (" SQL_BEGUN ") OR (" SQL_AS_TEACHER ") OR (" SQL_AS_OFFICE "))"
/* Each part by an index of its own. */
#define SQL_NEWEST(part)                        \
	"(SELECT t.id FROM thread t WHERE" part \
	" AND t.last_at_ms < ? ORDER BY t.last_at_ms DESC LIMIT ?)"
#define SQL_UNION(a, b, c, d) \
	SQL_NEWEST(a) " UNION " SQL_NEWEST(b) " UNION " SQL_NEWEST(c) " UNION " SQL_NEWEST(d)
static const char sql_mine[] = SQL_THREAD " JOIN (" SQL_UNION(SQL_GOT, SQL_BEGUN, SQL_AS_TEACHER,
		SQL_AS_OFFICE) ") x ON x.id = t.id"
			       " ORDER BY t.last_at_ms DESC, t.id DESC LIMIT ?";
static const char sql_one[] = SQL_THREAD " WHERE" SQL_ASKER;
enum { MINE_AS_TEACHER = 2, MINE_AS_OFFICE, MINE_PARTS };
static const char sql_replies[] = "SELECT id, person_id, text, at_ms FROM thread_reply"
				  " WHERE thread_id = ? ORDER BY id";
static const char sql_by_key[] = "SELECT id, thread_id, text FROM thread_reply"
				 " WHERE person_id = ? AND idem_key = ?";
static const char sql_count[] =
		"UPDATE thread t SET t.reply_count = t.reply_count + 1,"
		" t.author_last_at_ms = IF(t.author_id = ?, ?, t.author_last_at_ms),"
		" t.person_last_at_ms = IF(t.author_id <> ?, ?, t.person_last_at_ms),"
		" t.last_at_ms = ? WHERE" SQL_ASKER;
static const char sql_full[] = "SELECT t.reply_count FROM thread t WHERE t.id = ?";
static const char sql_add[] = "INSERT INTO thread_reply (school_id, thread_id, person_id, text,"
			      " at_ms, idem_key) SELECT t.school_id, t.id, ?, ?, ?, ? FROM thread t"
			      " WHERE t.id = ?";
static const char sql_read[] =
		"UPDATE thread t SET"
		" t.author_read_at_ms = IF(t.author_id = ?, ?, t.author_read_at_ms),"
		" t.person_read_at_ms = IF(t.author_id <> ?, ?, t.person_read_at_ms) WHERE" SQL_ASKER;

/* The school that the asker is a teacher or the office of; 0: of none. */
static uint64_t school_as(const struct thread_asker *who, bool is_it) {
	return is_it ? who->school_id : 0;
}

static void bind_asker(
		struct db_stmt *stmt, unsigned at, const struct thread_asker *who, uint64_t id) {
	const uint64_t values[] = { id, who->person_id, who->person_id, who->school_id,
		who->person_id, who->person_id, school_as(who, who->is_teacher),
		school_as(who, who->is_office), who->person_id };
	for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		db_bind_u64(stmt, at + i, values[i]);
	}
}

static struct thread_row read_row(const struct db_stmt *stmt) {
	return (struct thread_row){
		.id = db_col_u64(stmt, 0),
		.school_id = db_col_u64(stmt, 1),
		.school_name = db_col_str(stmt, 2),
		.letter_id = db_col_u64(stmt, 3),
		.title = db_col_str(stmt, 4),
		.text = db_col_str(stmt, 5),
		.sent_at_ms = db_col_i64(stmt, 6),
		.author_id = db_col_u64(stmt, 7),
		.author_name = db_col_str(stmt, 8),
		.person_id = db_col_u64(stmt, 9),
		.person_name = db_col_str(stmt, 10),
		.student_id = db_col_u64(stmt, 11),
		.student_name = db_col_str(stmt, 12),
		.is_student = db_col_bool(stmt, 13),
		.last_at_ms = db_col_i64(stmt, 14),
		.person_read_at_ms = db_col_i64(stmt, 15),
		.author_read_at_ms = db_col_i64(stmt, 16),
		.author_last_at_ms = db_col_i64(stmt, 17),
		.reply_count = (unsigned)db_col_u64(stmt, 18),
		.person_last_at_ms = db_col_i64(stmt, 19),
		.kind = (enum thread_kind)db_col_u64(stmt, 20),
	};
}

enum err thread_store_mine(struct db *db, const struct thread_asker *who, int64_t before_ms,
		unsigned limit, enum err (*each)(const struct thread_row *row, void *ctx),
		void *ctx) {
	if (limit > THREAD_PAGE_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_mine, &stmt);
	if (e) {
		return e;
	}
	unsigned at = 0;
	for (unsigned part = 0; part < MINE_PARTS; part++) {
		if (part == MINE_AS_OFFICE) {
			db_bind_u64(stmt, at++, school_as(who, who->is_office));
		}
		db_bind_u64(stmt, at++, who->person_id);
		if (part == MINE_AS_TEACHER) {
			db_bind_u64(stmt, at++, school_as(who, who->is_teacher));
		}
		db_bind_i64(stmt, at++, before_ms);
		db_bind_u64(stmt, at++, limit);
	}
	db_bind_u64(stmt, at, limit);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct thread_row row = read_row(stmt);
		e = each(&row, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err thread_store_one(struct db *db, const struct thread_asker *who, uint64_t id,
		enum err (*each)(const struct thread_row *row, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_one, &stmt);
	if (e) {
		return e;
	}
	bind_asker(stmt, 0, who, id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	struct thread_row row = read_row(stmt);
	return each(&row, ctx);
}

enum err thread_store_replies(struct db *db, uint64_t thread_id,
		enum err (*each)(const struct thread_reply *reply, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_replies, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, thread_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct thread_reply r = { db_col_u64(stmt, 0), db_col_u64(stmt, 1),
			db_col_str(stmt, 2), db_col_i64(stmt, 3) };
		e = each(&r, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ---- answering ---- */

static enum err find_by_key(struct db *db, const struct thread_answer *a, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_by_key, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, a->who.person_id);
	db_bind_bytes(stmt, 1, a->key, THREAD_KEY_BYTES);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out_id = db_col_u64(stmt, 0);
	bool is_same = db_col_u64(stmt, 1) == a->thread_id && str_eq(db_col_str(stmt, 2), a->text);
	return is_same ? ERR_OK : ERR_FORK;
}

/* Also locks the thread, so that two answers at once are counted both. */
static enum err count_answer(struct db *db, const struct thread_answer *a) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_count, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, a->who.person_id);
	db_bind_i64(stmt, 1, a->now_ms);
	db_bind_u64(stmt, 2, a->who.person_id);
	db_bind_i64(stmt, 3, a->now_ms);
	db_bind_i64(stmt, 4, a->now_ms);
	bind_asker(stmt, 5, &a->who, a->thread_id);
	return db_exec_one(stmt);
}

static enum err check_room(struct db *db, uint64_t thread_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_full, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, thread_id);
	e = db_next(stmt);
	return !e && db_col_u64(stmt, 0) > THREAD_REPLIES_MAX ? ERR_LIMIT : e;
}

enum err thread_store_answer(struct db *db, const struct thread_answer *answer, uint64_t *out_id,
		bool *out_is_new) {
	uint64_t id = 0;
	enum err e = answer->has_key ? find_by_key(db, answer, &id) : ERR_NOT_FOUND;
	if (e != ERR_NOT_FOUND) {
		if (!e) {
			*out_id = id;
			*out_is_new = false;
		}
		return e;
	}
	e = count_answer(db, answer);
	e = e ? e : check_room(db, answer->thread_id);
	if (e) {
		return e;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, answer->who.person_id);
	db_bind_str(stmt, 1, answer->text);
	db_bind_i64(stmt, 2, answer->now_ms);
	if (answer->has_key) {
		db_bind_bytes(stmt, 3, answer->key, THREAD_KEY_BYTES);
	} else {
		db_bind_null(stmt, 3);
	}
	db_bind_u64(stmt, 4, answer->thread_id);
	e = db_exec_one(stmt);
	if (!e) {
		*out_id = db_last_id(stmt);
		*out_is_new = true;
	}
	return e;
}

enum err thread_store_read(
		struct db *db, const struct thread_asker *who, uint64_t id, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_read, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, who->person_id);
	db_bind_i64(stmt, 1, now_ms);
	db_bind_u64(stmt, 2, who->person_id);
	db_bind_i64(stmt, 3, now_ms);
	bind_asker(stmt, 4, who, id);
	return db_exec_one(stmt);
}
