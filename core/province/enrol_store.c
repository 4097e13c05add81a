#include "core/province/enrol_store.h"

#include <string.h>

#include "core/province/province_school_store.h"
#include "core/seal/box.h"
#include "core/seal/secret.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

enum { KEY_BOX_BYTES_MAX = HASH_BYTES + BOX_EXTRA_BYTES };

static const char sql_void[] = "UPDATE province_code SET expires_at_ms = LEAST(expires_at_ms, ?)"
			       " WHERE school_id = ? AND used_at_ms IS NULL";
static const char sql_add[] =
		"INSERT INTO province_code (code_id, school_id, key_box, made_by, made_at_ms,"
		" expires_at_ms) VALUES (?, ?, ?, ?, ?, ?)";
static const char sql_find[] =
		"SELECT s.id, s.code, s.state, c.key_box, c.expires_at_ms, c.used_key, c.answer"
		" FROM province_code c JOIN province_school s ON s.id = c.school_id"
		" WHERE c.code_id = ? AND s.province_id = ? FOR UPDATE";
static const char sql_use[] = "UPDATE province_code SET used_at_ms = ?, used_key = ?, answer = ?"
			      " WHERE code_id = ? AND used_at_ms IS NULL";
static const char sql_enrolled[] =
		"UPDATE province_school SET state = 2, enrolled_at_ms = COALESCE(enrolled_at_ms, ?),"
		" commune_code = IF(commune_code = '', ?, commune_code), version = version + 1"
		" WHERE id = ?";

/* ---- codes ---- */

static enum err run_add_code(struct db *db, void *ctx) {
	const struct enrol_code *c = ctx;
	struct province_school school;
	enum err e = province_school_store_load(db, c->province_id, c->school_id, &school);
	_cleanup_(db_stmt_freep) struct db_stmt *older = NULL;
	e = e ? e : db_prepare(db, sql_void, &older);
	if (e) {
		return e;
	}
	db_bind_i64(older, 0, c->now_ms);
	db_bind_u64(older, 1, c->school_id);
	e = db_exec(older, NULL);
	_cleanup_(buf_finish) struct buf box = buf_make(KEY_BOX_BYTES_MAX);
	struct hash key;
	enrolment_code_key(c->code, &key);
	e = e ? e : box_seal(c->box_key, (struct str){ (const char *)key.b, HASH_BYTES }, &box);
	secret_wipe(&key, sizeof(key));
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = e ? e : db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_text(stmt, 0, c->code->id);
	db_bind_u64(stmt, 1, c->school_id);
	db_bind_bytes(stmt, 2, box.data, box.len);
	db_bind_id_or_null(stmt, 3, c->made_by);
	db_bind_i64(stmt, 4, c->now_ms);
	db_bind_i64(stmt, 5, c->now_ms + ENROL_CODE_DAYS * DAY_MS);
	return db_exec(stmt, NULL);
}

enum err enrol_store_add_code(struct db *db, const struct enrol_code *code) {
	struct enrol_code copy = *code;
	return db_transact(db, run_add_code, &copy);
}

/* ---- enrolling ---- */

/* The code's row, held until the commit. */
struct code_row {
	uint64_t school_id;
	uint64_t state;
	char school[EXCHANGE_SCHOOL_BYTES_MAX + 1];
	struct hash key;
	int64_t expires_at_ms;
	bool is_used;
	uint8_t used_key[SIGN_PUBLIC_BYTES];
	struct buf answer;
};

static void code_row_finish(struct code_row *row) {
	secret_wipe(&row->key, sizeof(row->key));
	buf_finish(&row->answer);
}

static enum err open_key(const struct enrol *enrol, struct str sealed, struct hash *out) {
	_cleanup_(buf_finish) struct buf plain = buf_make(HASH_BYTES);
	enum err e = box_open(enrol->box_key, sealed, &plain);
	if (!e && plain.len != HASH_BYTES) {
		e = ERR_CORRUPT;
	}
	if (!e) {
		memcpy(out->b, plain.data, HASH_BYTES);
		secret_wipe(plain.data, plain.len);
	}
	return e;
}

static enum err find_code(struct db *db, const struct enrol *enrol, struct code_row *row) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_find, &stmt);
	if (e) {
		return e;
	}
	db_bind_text(stmt, 0, enrol->ask->code_id);
	db_bind_u64(stmt, 1, enrol->province_id);
	e = db_next(stmt);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_DENIED : e;
	}
	row->school_id = db_col_u64(stmt, 0);
	row->state = db_col_u64(stmt, 2);
	row->expires_at_ms = db_col_i64(stmt, 4);
	row->is_used = !db_col_is_null(stmt, 5);
	e = db_col_copy(stmt, 1, row->school, sizeof(row->school));
	e = e ? e : open_key(enrol, db_col_str(stmt, 3), &row->key);
	if (!e && row->is_used) {
		struct str answer = db_col_str(stmt, 6);
		e = db_col_bytes(stmt, 5, row->used_key, sizeof(row->used_key));
		buf_add(&row->answer, answer.p, answer.n);
	}
	return e ? e : buf_err(&row->answer);
}

static enum err make_answer(
		const struct enrol *enrol, const struct code_row *row, struct buf *out) {
	struct enrolment_answer a = { .province = "" };
	if (enrol->province_code.n >= sizeof(a.province) ||
			enrol->province_name.n >= sizeof(a.name)) {
		return ERR_LIMIT;
	}
	memcpy(a.province, enrol->province_code.p, enrol->province_code.n);
	memcpy(a.name, enrol->province_name.p, enrol->province_name.n);
	memcpy(a.key, enrol->province_key, sizeof(a.key));
	enrolment_answer_seal(&a, enrol->ask, &row->key);
	return enrolment_answer_print(&a, out);
}

static enum err write_enrolled(struct db *db, const struct enrol *enrol, const struct code_row *row,
		const struct buf *answer) {
	_cleanup_(db_stmt_freep) struct db_stmt *use = NULL;
	_cleanup_(db_stmt_freep) struct db_stmt *school = NULL;
	enum err e = db_prepare(db, sql_use, &use);
	e = e ? e : db_prepare(db, sql_enrolled, &school);
	if (e) {
		return e;
	}
	db_bind_i64(use, 0, enrol->now_ms);
	db_bind_bytes(use, 1, enrol->ask->key, sizeof(enrol->ask->key));
	db_bind_str(use, 2, (struct str){ buf_str(answer), answer->len });
	db_bind_text(use, 3, enrol->ask->code_id);
	e = db_exec_one(use);
	if (e) {
		return e;
	}
	db_bind_i64(school, 0, enrol->now_ms);
	db_bind_text(school, 1, enrol->ask->commune);
	db_bind_u64(school, 2, row->school_id);
	return db_exec_one(school);
}

struct take {
	const struct enrol *enrol;
	struct buf *answer;
};

static enum err run_take(struct db *db, void *ctx) {
	const struct take *t = ctx;
	const struct enrolment_ask *ask = t->enrol->ask;
	buf_clear(t->answer);
	_cleanup_(code_row_finish) struct code_row row = {
		.answer = buf_make(ENROLMENT_BODY_BYTES_MAX)
	};
	enum err e = find_code(db, t->enrol, &row);
	if (e) {
		return e;
	}
	if (!enrolment_ask_is_valid(ask, &row.key) || strcmp(ask->school, row.school) != 0) {
		return ERR_DENIED;
	}
	if (row.is_used) {
		bool is_same = memcmp(row.used_key, ask->key, sizeof(row.used_key)) == 0;
		buf_add(t->answer, row.answer.data, is_same ? row.answer.len : 0);
		return is_same ? buf_err(t->answer) : ERR_FORK;
	}
	if (row.state == PROVINCE_SCHOOL_SUSPENDED) {
		return ERR_CLOSED;
	}
	if (row.expires_at_ms <= t->enrol->now_ms) {
		return ERR_EXPIRED;
	}
	e = make_answer(t->enrol, &row, t->answer);
	e = e ? e : province_key_store_put(db, row.school_id, ask->key, t->enrol->now_ms);
	return e ? e : write_enrolled(db, t->enrol, &row, t->answer);
}

enum err enrol_store_take(struct db *db, const struct enrol *enrol, struct buf *answer) {
	struct take t = { enrol, answer };
	return db_transact_with(db, DB_TX_IDEMPOTENT, run_take, &t);
}
