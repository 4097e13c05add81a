#include "core/notice/letter_store.h"

#include <assert.h>
#include <string.h>

static const char *const scopes[LETTER_SCOPE_COUNT_] = {
	[LETTER_STUDENT] = "student",
	[LETTER_CLASS] = "class",
	[LETTER_GRADE] = "grade",
	[LETTER_SCHOOL] = "school",
};
static const char *const audiences[LETTER_AUDIENCE_COUNT_] = {
	[LETTER_GUARDIANS] = "guardians",
	[LETTER_STUDENTS] = "students",
	[LETTER_ALL] = "all",
};

const char *letter_scope_name(enum letter_scope scope) {
	assert(scope >= LETTER_STUDENT && scope < LETTER_SCOPE_COUNT_);
	return scopes[scope];
}

const char *letter_audience_name(enum letter_audience audience) {
	assert(audience >= LETTER_GUARDIANS && audience < LETTER_AUDIENCE_COUNT_);
	return audiences[audience];
}

static enum err parse(const char *const *names, unsigned count, struct str name, unsigned *out) {
	for (unsigned i = 1; i < count; i++) {
		if (str_eq_z(name, names[i])) {
			*out = i;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

enum err letter_scope_parse(struct str name, enum letter_scope *out) {
	unsigned found = 0;
	enum err e = parse(scopes, LETTER_SCOPE_COUNT_, name, &found);
	if (!e) {
		*out = (enum letter_scope)found;
	}
	return e;
}

enum err letter_audience_parse(struct str name, enum letter_audience *out) {
	unsigned found = 0;
	enum err e = parse(audiences, LETTER_AUDIENCE_COUNT_, name, &found);
	if (!e) {
		*out = (enum letter_audience)found;
	}
	return e;
}

/* ---- writing ---- */

static const char sql_by_key[] =
		"SELECT id, body_hash FROM letter WHERE author_id = ? AND idem_key = ?";
static const char sql_add[] =
		"INSERT INTO letter (school_id, author_id, scope, target_id, audience, title, text,"
		" sent_at_ms, idem_key, body_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
/* A guardian of several children gets it once, as one of them. */
#define SQL_THREADS                                                        \
	"INSERT INTO thread (school_id, letter_id, author_id, last_at_ms," \
	" author_last_at_ms, person_id, student_id) SELECT ?, ?, ?, ?, ?, "
#define SQL_GUARDIANS                                                                       \
	SQL_THREADS                                                                         \
	"g.person_id, MIN(g.student_id) FROM class c JOIN enrolment e ON e.class_id = c.id" \
	" AND e.to_on IS NULL JOIN student s ON s.id = e.student_id AND s.state = 1"        \
	" JOIN guardian g ON g.student_id = s.id JOIN membership m"                         \
	" ON m.school_id = g.school_id AND m.person_id = g.person_id AND m.role = 4"        \
	" AND m.state = 1 WHERE c.school_id = ? AND g.person_id <> ?"
#define SQL_STUDENTS                                                                 \
	SQL_THREADS                                                                  \
	"s.person_id, MIN(s.id) FROM class c JOIN enrolment e ON e.class_id = c.id"  \
	" AND e.to_on IS NULL JOIN student s ON s.id = e.student_id AND s.state = 1" \
	" WHERE c.school_id = ? AND s.person_id <> ?"
#define SQL_ONE " AND e.student_id = ?"
#define SQL_CLASS " AND c.id = ?"
#define SQL_GRADE " AND c.grade = ? AND c.school_year_id = ?"
#define SQL_SCHOOL " AND c.grade >= ? AND c.school_year_id = ?"
#define SQL_KEPT " ON DUPLICATE KEY UPDATE letter_id = thread.letter_id"
#define SQL_BY_GUARDIAN " GROUP BY g.person_id" SQL_KEPT
#define SQL_BY_STUDENT " GROUP BY s.person_id" SQL_KEPT
static const char *const sql_guardians[LETTER_SCOPE_COUNT_] = {
	[LETTER_STUDENT] = SQL_GUARDIANS SQL_ONE SQL_BY_GUARDIAN,
	[LETTER_CLASS] = SQL_GUARDIANS SQL_CLASS SQL_BY_GUARDIAN,
	[LETTER_GRADE] = SQL_GUARDIANS SQL_GRADE SQL_BY_GUARDIAN,
	[LETTER_SCHOOL] = SQL_GUARDIANS SQL_SCHOOL SQL_BY_GUARDIAN,
};
static const char *const sql_students[LETTER_SCOPE_COUNT_] = {
	[LETTER_STUDENT] = SQL_STUDENTS SQL_ONE SQL_BY_STUDENT,
	[LETTER_CLASS] = SQL_STUDENTS SQL_CLASS SQL_BY_STUDENT,
	[LETTER_GRADE] = SQL_STUDENTS SQL_GRADE SQL_BY_STUDENT,
	[LETTER_SCHOOL] = SQL_STUDENTS SQL_SCHOOL SQL_BY_STUDENT,
};

/* ERR_NOT_FOUND when nothing stands under the key. */
static enum err find_by_key(struct db *db, const struct letter_new *l, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	uint8_t hash[LETTER_HASH_BYTES];
	enum err e = db_prepare(db, sql_by_key, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, l->author_id);
	db_bind_bytes(stmt, 1, l->key, LETTER_KEY_BYTES);
	e = db_next(stmt);
	e = e ? e : db_col_bytes(stmt, 1, hash, sizeof(hash));
	if (e) {
		return e;
	}
	*out_id = db_col_u64(stmt, 0);
	return memcmp(hash, l->body_hash, sizeof(hash)) == 0 ? ERR_OK : ERR_FORK;
}

static enum err add_letter(struct db *db, const struct letter_new *l, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, l->school_id);
	db_bind_u64(stmt, 1, l->author_id);
	db_bind_u64(stmt, 2, (uint64_t)l->scope);
	db_bind_u64(stmt, 3, l->target_id);
	db_bind_u64(stmt, 4, (uint64_t)l->audience);
	db_bind_str(stmt, 5, l->title);
	db_bind_str(stmt, 6, l->text);
	db_bind_i64(stmt, 7, l->now_ms);
	if (l->has_key) {
		db_bind_bytes(stmt, 8, l->key, LETTER_KEY_BYTES);
	} else {
		db_bind_null(stmt, 8);
	}
	db_bind_bytes(stmt, 9, l->body_hash, LETTER_HASH_BYTES);
	e = db_exec(stmt, NULL);
	if (!e) {
		*out_id = db_last_id(stmt);
	}
	return e;
}

static enum err add_threads(struct db *db, const struct letter_new *l, uint64_t id, const char *sql,
		uint64_t *count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	uint64_t added = 0;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, l->school_id);
	db_bind_u64(stmt, 1, id);
	db_bind_u64(stmt, 2, l->author_id);
	db_bind_i64(stmt, 3, l->now_ms);
	db_bind_i64(stmt, 4, l->now_ms);
	db_bind_u64(stmt, 5, l->school_id);
	db_bind_u64(stmt, 6, l->author_id);
	db_bind_u64(stmt, 7, l->target_id);
	if (l->scope == LETTER_GRADE || l->scope == LETTER_SCHOOL) {
		db_bind_u64(stmt, 8, l->year_id);
	}
	e = db_exec(stmt, &added);
	*count += added;
	return e;
}

enum err letter_store_add(struct db *db, const struct letter_new *letter, uint64_t *out_id,
		bool *out_is_new) {
	uint64_t id = 0;
	uint64_t count = 0;
	enum err e = letter->has_key ? find_by_key(db, letter, &id) : ERR_NOT_FOUND;
	if (e != ERR_NOT_FOUND) {
		if (!e) {
			*out_id = id;
			*out_is_new = false;
		}
		return e;
	}
	e = add_letter(db, letter, &id);
	if (!e && letter->audience != LETTER_STUDENTS) {
		e = add_threads(db, letter, id, sql_guardians[letter->scope], &count);
	}
	if (!e && letter->audience != LETTER_GUARDIANS) {
		e = add_threads(db, letter, id, sql_students[letter->scope], &count);
	}
	if (e || count == 0) {
		return e ? e : ERR_MISSING;
	}
	*out_id = id;
	*out_is_new = true;
	return ERR_OK;
}

/* ---- reading ---- */

#define SQL_COUNT(what) "(SELECT COUNT(*) FROM thread t WHERE t.letter_id = l.id" what ")"
#define SQL_LETTER                                                                                                                                                                                           \
	"SELECT l.id, l.scope, l.target_id, COALESCE(c.name, p.full_name, ''), l.audience,"                                                                                                                  \
	" l.title, l.text, l.sent_at_ms, " SQL_COUNT("") ", " SQL_COUNT(" AND t.person_read_at_ms > 0") ", " SQL_COUNT(                                                                                      \
			" AND t.person_last_at_ms > 0") ", " SQL_COUNT(" AND t.person_last_at_ms > t.author_read_at_ms") " FROM letter l LEFT JOIN class c ON l.scope = 2"                                   \
															 " AND c.id = l.target_id LEFT JOIN student s ON l.scope = 1 AND s.id = l.target_id" \
															 " LEFT JOIN person p ON p.id = s.person_id WHERE l.school_id = ? AND l.author_id = ? AND l.scope < 5"
static const char sql_mine[] = SQL_LETTER " AND l.id < ? ORDER BY l.id DESC LIMIT ?";
static const char sql_one[] = SQL_LETTER " AND l.id = ?";
static const char sql_readers[] =
		"SELECT t.id, p.full_name, s.person_id = t.person_id, t.student_id, k.full_name,"
		" t.person_read_at_ms, t.reply_count, t.person_last_at_ms > t.author_read_at_ms"
		" FROM thread t JOIN person p ON p.id = t.person_id JOIN student s"
		" ON s.id = t.student_id JOIN person k ON k.id = s.person_id"
		" WHERE t.school_id = ? AND t.letter_id = ?"
		" ORDER BY k.sort_given, k.sort_rest, t.student_id, t.id";

static enum err each_letter(struct db_stmt *stmt,
		enum err (*each)(const struct letter_row *row, void *ctx), void *ctx) {
	enum err e = ERR_OK;
	while ((e = db_next(stmt)) == ERR_OK) {
		struct letter_row row = {
			.id = db_col_u64(stmt, 0),
			.scope = (enum letter_scope)db_col_u64(stmt, 1),
			.target_id = db_col_u64(stmt, 2),
			.target_name = db_col_str(stmt, 3),
			.audience = (enum letter_audience)db_col_u64(stmt, 4),
			.title = db_col_str(stmt, 5),
			.text = db_col_str(stmt, 6),
			.sent_at_ms = db_col_i64(stmt, 7),
			.sent = (unsigned)db_col_u64(stmt, 8),
			.read = (unsigned)db_col_u64(stmt, 9),
			.replied = (unsigned)db_col_u64(stmt, 10),
			.unread = (unsigned)db_col_u64(stmt, 11),
		};
		e = each(&row, ctx);
		if (e) {
			return e;
		}
	}
	return e;
}

enum err letter_store_mine(struct db *db, uint64_t school_id, uint64_t author_id,
		const uint64_t page[2], enum err (*each)(const struct letter_row *row, void *ctx),
		void *ctx) {
	if (page[1] > LETTER_PAGE_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_mine, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, author_id);
	db_bind_u64(stmt, 2, page[0] ? page[0] : UINT64_MAX);
	db_bind_u64(stmt, 3, page[1]);
	e = each_letter(stmt, each, ctx);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

struct found {
	enum err (*each)(const struct letter_row *row, void *ctx);
	void *ctx;
	bool is_there;
};

static enum err take_found(const struct letter_row *row, void *ctx) {
	struct found *f = ctx;
	f->is_there = true;
	return f->each(row, f->ctx);
}

enum err letter_store_one(struct db *db, uint64_t school_id, uint64_t author_id, uint64_t id,
		enum err (*each)(const struct letter_row *row, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	struct found f = { each, ctx, false };
	enum err e = db_prepare(db, sql_one, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, author_id);
	db_bind_u64(stmt, 2, id);
	e = each_letter(stmt, take_found, &f);
	return e == ERR_NOT_FOUND && f.is_there ? ERR_OK : e;
}

enum err letter_store_readers(struct db *db, uint64_t school_id, uint64_t letter_id,
		enum err (*each)(const struct letter_reader *reader, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_readers, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, letter_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct letter_reader r = {
			.thread_id = db_col_u64(stmt, 0),
			.full_name = db_col_str(stmt, 1),
			.is_student = db_col_bool(stmt, 2),
			.student_id = db_col_u64(stmt, 3),
			.student_name = db_col_str(stmt, 4),
			.read_at_ms = db_col_i64(stmt, 5),
			.reply_count = (unsigned)db_col_u64(stmt, 6),
			.is_unread = db_col_bool(stmt, 7),
		};
		e = each(&r, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
