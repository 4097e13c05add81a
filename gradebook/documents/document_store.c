#include "gradebook/documents/document_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "gradebook/closing/kept_year_store.h"

static const char sql_remarks[] =
		"SELECT r.student_id, r.subject_id, t.number, r.text FROM remark r"
		" JOIN term t ON t.id = r.term_id AND t.school_year_id = ?"
		" JOIN enrolment e ON e.student_id = r.student_id AND e.class_id = ?"
		" WHERE r.school_id = ? AND (? = 0 OR r.student_id = ?)";
static const char sql_heads[] = "SELECT subject_id, number, hash FROM mark_ledger_head"
				" WHERE class_id = ? AND school_id = ? ORDER BY subject_id";
static const char sql_row[] = "SELECT hash FROM mark_ledger WHERE class_id = ? AND subject_id = ?"
			      " AND number = ? AND school_id = ?";
static const char sql_classes[] =
		"SELECT c.id, c.school_year_id FROM enrolment e JOIN class c ON c.id = e.class_id"
		" JOIN school_year y ON y.id = c.school_year_id"
		" WHERE e.school_id = ? AND e.student_id = ?"
		" ORDER BY y.starts_on, e.to_on IS NULL, e.from_on, c.id";
static const char sql_add[] =
		"INSERT INTO issued_document (school_id, class_id, student_id, kind, term_number,"
		" statement_hash, statement, signature, heads, issued_by, issued_at_ms)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char sql_find[] = "SELECT heads FROM issued_document WHERE statement_hash = ?";
static const char sql_changed[] =
		"SELECT COALESCE(MAX(at_ms), 0) FROM mark_ledger WHERE school_id = ? AND class_id = ?"
		" AND at_ms > ? AND (? = 0 OR student_id = ?)";

enum { HEAD_BYTES = 8 + 4 + HASH_BYTES, HEADS_HEAD_BYTES = 8 + 4 };

/* ---- what a document shows ---- */

static size_t place_of(const struct class_year *y, uint64_t subject_id) {
	if (subject_id == 0) {
		return REPORT_HOMEROOM;
	}
	for (size_t i = 0; i < y->subject_count; i++) {
		if (y->subjects[i].id == subject_id) {
			return i;
		}
	}
	return REPORT_HOMEROOM + 1;
}

static enum err take_remark(struct report_year *p, const struct db_stmt *stmt) {
	uint64_t number = db_col_u64(stmt, 2);
	size_t place = place_of(&p->year, db_col_u64(stmt, 1));
	if (place > REPORT_HOMEROOM || number < 1 || number > PACK_TERMS) {
		return ERR_OK; /* of a subject that is not taught in the class any more */
	}
	for (size_t i = 0; i < p->year.student_count; i++) {
		if (p->year.students[i].id == db_col_u64(stmt, 0)) {
			return arena_copy(&p->year.arena, db_col_str(stmt, 3),
					&p->remarks[i].text[place][number - 1]);
		}
	}
	return ERR_OK;
}

static enum err load_remarks(struct db *db, uint64_t student_id, struct report_year *p) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	p->remarks = calloc(p->year.student_count ? p->year.student_count : 1, sizeof(*p->remarks));
	enum err e = p->remarks ? db_prepare(db, sql_remarks, &stmt) : ERR_NOMEM;
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, p->year.year_id);
	db_bind_u64(stmt, 1, p->year.class_id);
	db_bind_u64(stmt, 2, p->year.school_id);
	db_bind_u64(stmt, 3, student_id);
	db_bind_u64(stmt, 4, student_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = take_remark(p, stmt);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err document_store_class(
		struct db *db, uint64_t school_id, uint64_t class_id, struct report_year *out) {
	const struct class_year_wanted wanted = { .school_id = school_id, .class_id = class_id };
	enum err e = kept_year_store_load(db, &wanted, SCOPE_YEAR, &out->year, &out->closed_at_ms);
	return e ? e : load_remarks(db, 0, out);
}

enum err document_store_year(struct db *db, const struct class_year_wanted *wanted,
		enum class_scope scope, struct report_year *out) {
	enum err e = kept_year_store_load(db, wanted, scope, &out->year, &out->closed_at_ms);
	return e ? e : load_remarks(db, wanted->student_id, out);
}

/* ---- where the chains stand ---- */

enum err document_store_heads(
		struct db *db, uint64_t school_id, uint64_t class_id, struct buf *out) {
	_cleanup_(buf_finish) struct buf rows = buf_make(DOCUMENT_HEADS_BYTES_MAX);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_heads, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, class_id);
	db_bind_u64(stmt, 1, school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct hash hash;
		e = db_col_bytes(stmt, 2, hash.b, HASH_BYTES);
		if (e) {
			return e;
		}
		buf_add_be64(&rows, db_col_u64(stmt, 0));
		buf_add_be32(&rows, (uint32_t)db_col_u64(stmt, 1));
		buf_add(&rows, hash.b, HASH_BYTES);
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	buf_add_be64(out, class_id);
	buf_add_be32(out, (uint32_t)(rows.len / HEAD_BYTES));
	buf_add(out, buf_str(&rows), rows.len);
	return buf_err(&rows) ? buf_err(&rows) : buf_err(out);
}

static uint64_t read_be(const char *p, int bytes) {
	uint64_t v = 0;
	for (int i = 0; i < bytes; i++) {
		v = v << 8 | (uint8_t)p[i];
	}
	return v;
}

static enum err check_head(struct db *db, uint64_t school_id, uint64_t class_id, const char *head) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	struct hash hash;
	uint64_t number = read_be(head + 8, 4);
	enum err e = number ? db_prepare(db, sql_row, &stmt) : ERR_OK;
	if (e || number == 0) { /* a chain that was opened and has no row yet */
		return e;
	}
	db_bind_u64(stmt, 0, class_id);
	db_bind_u64(stmt, 1, read_be(head, 8));
	db_bind_u64(stmt, 2, number);
	db_bind_u64(stmt, 3, school_id);
	e = db_next(stmt);
	e = e ? e : db_col_bytes(stmt, 0, hash.b, HASH_BYTES);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
	}
	return memcmp(hash.b, head + 12, HASH_BYTES) == 0 ? ERR_OK : ERR_CORRUPT;
}

enum err document_store_check_heads(struct db *db, uint64_t school_id, struct str heads) {
	while (heads.n >= HEADS_HEAD_BYTES) {
		uint64_t class_id = read_be(heads.p, 8);
		uint64_t count = read_be(heads.p + 8, 4);
		heads.p += HEADS_HEAD_BYTES;
		heads.n -= HEADS_HEAD_BYTES;
		for (; count > 0; count--) {
			if (heads.n < HEAD_BYTES) {
				return ERR_FORMAT;
			}
			enum err e = check_head(db, school_id, class_id, heads.p);
			if (e) {
				return e;
			}
			heads.p += HEAD_BYTES;
			heads.n -= HEAD_BYTES;
		}
	}
	return heads.n == 0 ? ERR_OK : ERR_FORMAT;
}

/* ---- a student's classes ---- */

enum err document_store_classes(struct db *db, uint64_t school_id, uint64_t student_id,
		struct document_classes *out) {
	uint64_t last_year = 0;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_classes, &stmt);
	if (e) {
		return e;
	}
	out->count = 0;
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, student_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		/* Of several classes of one year the one that the student is in, or was last. */
		bool is_same = out->count > 0 && db_col_u64(stmt, 1) == last_year;
		if (!is_same && out->count == REPORT_YEARS_MAX) {
			return ERR_LIMIT;
		}
		out->count += !is_same;
		out->ids[out->count - 1] = db_col_u64(stmt, 0);
		last_year = db_col_u64(stmt, 1);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ---- what was issued ---- */

static void hash_signed(const uint8_t *bytes, const uint8_t *signature, struct hash *out) {
	struct hasher h;
	hash_begin(&h, NULL);
	hash_add(&h, bytes, STATEMENT_BYTES);
	hash_add(&h, signature, SIGN_BYTES);
	hash_end(&h, out);
}

enum err document_store_add(struct db *db, const struct document_issue *issue) {
	assert(db_in_transaction(db));
	const struct statement *s = &issue->statement;
	uint8_t bytes[STATEMENT_BYTES];
	struct hash hash;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	statement_print(s, bytes);
	hash_signed(bytes, issue->signature, &hash);
	db_bind_u64(stmt, 0, s->school_id);
	db_bind_u64(stmt, 1, s->class_id);
	db_bind_u64(stmt, 2, s->student_id);
	db_bind_u64(stmt, 3, s->kind);
	db_bind_u64(stmt, 4, s->scope);
	db_bind_bytes(stmt, 5, hash.b, HASH_BYTES);
	db_bind_bytes(stmt, 6, bytes, STATEMENT_BYTES);
	db_bind_bytes(stmt, 7, issue->signature, SIGN_BYTES);
	db_bind_bytes(stmt, 8, issue->heads.p, issue->heads.n);
	db_bind_u64(stmt, 9, issue->issued_by);
	db_bind_i64(stmt, 10, s->issued_at_ms);
	e = db_exec(stmt, NULL);
	return e == ERR_EXISTS ? ERR_OK : e; /* the same, within the same millisecond */
}

enum err document_store_find(struct db *db, struct str signed_bytes, struct buf *heads) {
	struct hash hash;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_find, &stmt);
	if (e) {
		return e;
	}
	hash_bytes(NULL, signed_bytes.p, signed_bytes.n, &hash);
	db_bind_bytes(stmt, 0, hash.b, HASH_BYTES);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	struct str found = db_col_str(stmt, 0);
	buf_add(heads, found.p, found.n);
	return buf_err(heads);
}

enum err document_store_changed(struct db *db, uint64_t school_id, uint64_t class_id,
		uint64_t student_id, int64_t after_ms, int64_t *out_at_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_changed, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, class_id);
	db_bind_i64(stmt, 2, after_ms);
	db_bind_u64(stmt, 3, student_id);
	db_bind_u64(stmt, 4, student_id);
	e = db_next(stmt);
	if (!e) {
		*out_at_ms = db_col_i64(stmt, 0);
	}
	return e;
}
