#include "core/exchange/destination_store.h"

#include <string.h>

#include "core/outbox/outbox_store.h"
#include "core/seal/box.h"
#include "core/seal/secret.h"

#define PASSWORD_CONTEXT "TT1_XCHG"

enum {
	PASSWORD_KEY_ID = 2, /* 1 seals the signing keys */
	PASSWORD_BOX_BYTES_MAX = 512,
};

void destination_finish(struct destination *d) {
	if (d->password) {
		secret_wipe(d->password, strlen(d->password));
	}
	free(d->password);
	free(d->ca_pem);
	d->password = NULL;
	d->ca_pem = NULL;
}

/* ---- passwords ---- */

static enum err seal_password(const struct keys *keys, struct str password, struct buf *out) {
	uint8_t key[KEYS_BYTES];
	if (password.n == 0) {
		return ERR_OK;
	}
	keys_derive(keys, PASSWORD_CONTEXT, PASSWORD_KEY_ID, key);
	enum err e = box_seal(key, password, out);
	secret_wipe(key, sizeof(key));
	return e;
}

static enum err open_password(const struct keys *keys, struct str box, char **out) {
	uint8_t key[KEYS_BYTES];
	_cleanup_(buf_finish) struct buf plain = buf_make(PASSWORD_BOX_BYTES_MAX);
	size_t n = 0;
	keys_derive(keys, PASSWORD_CONTEXT, PASSWORD_KEY_ID, key);
	enum err e = box_open(key, box, &plain);
	secret_wipe(key, sizeof(key));
	if (e) {
		return e == ERR_FORMAT ? ERR_CORRUPT : e;
	}
	char *text = buf_steal(&plain, &n);
	if (!text) {
		return ERR_NOMEM;
	}
	*out = text;
	return ERR_OK;
}

/* ---- making and changing ---- */

/* The school's row puts those who add one after the other; who has looked before another's was
 * committed meets that one here, and its transaction is run again (core/db/db.h). */
static const char sql_hold_school[] = "SELECT id FROM school WHERE id = ? FOR UPDATE";
static const char sql_all[] = "SELECT id FROM destination WHERE school_id = ? FOR UPDATE";
static const char sql_add[] =
		"INSERT INTO destination (school_id, kind, name, settings, secret_box, ca_pem, kid,"
		" peer_code, peer_name, peer_key, state, made_at_ms, made_by)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)";

static enum err check_count(struct db *db, uint64_t school_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *hold = NULL;
	_cleanup_(db_stmt_freep) struct db_stmt *all = NULL;
	unsigned count = 0;
	enum err e = db_prepare(db, sql_hold_school, &hold);
	e = e ? e : db_prepare(db, sql_all, &all);
	if (e) {
		return e;
	}
	db_bind_u64(hold, 0, school_id);
	db_bind_u64(all, 0, school_id);
	e = db_next(hold);
	while (!e) {
		e = db_next(all);
		count += !e;
	}
	e = e == ERR_NOT_FOUND ? ERR_OK : e;
	return !e && count >= DESTINATIONS_MAX ? ERR_LIMIT : e;
}

static void bind_bytes_or_null(struct db_stmt *stmt, unsigned i, const void *bytes, size_t n) {
	if (bytes) {
		db_bind_bytes(stmt, i, bytes, n);
	} else {
		db_bind_null(stmt, i);
	}
}

enum err destination_store_add(struct db *db, const struct keys *keys,
		const struct destination_new *d, uint64_t *out_id) {
	_cleanup_(buf_finish) struct buf settings = buf_make(DESTINATION_SETTINGS_BYTES_MAX);
	_cleanup_(buf_finish) struct buf box = buf_make(PASSWORD_BOX_BYTES_MAX);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = check_count(db, d->school_id);
	e = e ? e : destination_settings_print(d->kind, d->settings, &settings);
	e = e ? e : seal_password(keys, d->password, &box);
	e = e ? e : db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, d->school_id);
	db_bind_u64(stmt, 1, (uint64_t)d->kind);
	db_bind_str(stmt, 2, d->name);
	db_bind_str(stmt, 3, (struct str){ settings.data, settings.len });
	bind_bytes_or_null(stmt, 4, box.data, box.len);
	db_bind_str_or_null(stmt, 5, d->ca_pem);
	bind_bytes_or_null(stmt, 6, d->kid, SIGN_KID_BYTES);
	db_bind_str(stmt, 7, d->peer_code);
	db_bind_str(stmt, 8, d->peer_name);
	bind_bytes_or_null(stmt, 9, d->peer_key, SIGN_PUBLIC_BYTES);
	db_bind_i64(stmt, 10, d->now_ms);
	db_bind_u64(stmt, 11, d->person_id);
	e = db_exec(stmt, NULL);
	if (!e) {
		*out_id = db_last_id(stmt);
	}
	return e;
}

static const char sql_version[] =
		"SELECT version FROM destination WHERE id = ? AND school_id = ? AND kind = ? FOR UPDATE";
static const char sql_change[] =
		"UPDATE destination SET name = ?, settings = ?, ca_pem = ?, secret_box ="
		" IF(?, ?, secret_box), version = version + 1, state = IF(state = 3, 1, state),"
		" tries = 0, next_try_at_ms = 0, error = '', error_params = '{}' WHERE id = ?";

static enum err check_version(struct db *db, const struct destination_change *c) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_version, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, c->id);
	db_bind_u64(stmt, 1, c->school_id);
	db_bind_u64(stmt, 2, (uint64_t)c->kind);
	e = db_next(stmt);
	return !e && db_col_u64(stmt, 0) != c->version ? ERR_STALE : e;
}

enum err destination_store_change(
		struct db *db, const struct keys *keys, const struct destination_change *c) {
	_cleanup_(buf_finish) struct buf settings = buf_make(DESTINATION_SETTINGS_BYTES_MAX);
	_cleanup_(buf_finish) struct buf box = buf_make(PASSWORD_BOX_BYTES_MAX);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = check_version(db, c);
	e = e ? e : destination_settings_print(c->kind, c->settings, &settings);
	e = e ? e : seal_password(keys, c->password, &box);
	e = e ? e : db_prepare(db, sql_change, &stmt);
	if (e) {
		return e;
	}
	db_bind_str(stmt, 0, c->name);
	db_bind_str(stmt, 1, (struct str){ settings.data, settings.len });
	db_bind_str_or_null(stmt, 2, c->ca_pem);
	db_bind_bool(stmt, 3, c->sets_password);
	bind_bytes_or_null(stmt, 4, box.data, box.len);
	db_bind_u64(stmt, 5, c->id);
	return db_exec(stmt, NULL);
}

/* One UPDATE of one destination of a school; the SQL ends in its id and school. */
static enum err change_one(struct db *db, const char *sql, uint64_t school_id, uint64_t id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, id);
	db_bind_u64(stmt, 1, school_id);
	return db_exec_one(stmt);
}

static const char sql_resume[] =
		"UPDATE destination SET state = 1, tries = 0, next_try_at_ms = 0, error = '',"
		" error_params = '{}' WHERE id = ? AND school_id = ?";
static const char sql_pause[] = "UPDATE destination SET state = 2 WHERE id = ? AND school_id = ?";
static const char sql_hurry[] =
		"UPDATE destination SET next_try_at_ms = 0 WHERE id = ? AND school_id = ?";
static const char sql_want[] =
		"UPDATE destination SET wants_compare = TRUE, next_try_at_ms = 0 WHERE id = ?"
		" AND school_id = ?";

enum err destination_store_switch(
		struct db *db, uint64_t school_id, uint64_t id, enum destination_state state) {
	return change_one(db, state == DESTINATION_ON ? sql_resume : sql_pause, school_id, id);
}

enum err destination_store_hurry(struct db *db, uint64_t school_id, uint64_t id) {
	return change_one(db, sql_hurry, school_id, id);
}

enum err destination_store_want_compare(struct db *db, uint64_t school_id, uint64_t id) {
	return change_one(db, sql_want, school_id, id);
}

static const char sql_compared[] =
		"UPDATE destination SET wants_compare = FALSE, compared_at_ms = ?,"
		" compared_found = ? WHERE id = ?";

enum err destination_store_compared(struct db *db, uint64_t id, int64_t now_ms, uint64_t found) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_compared, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_u64(stmt, 1, found);
	db_bind_u64(stmt, 2, id);
	return db_exec(stmt, NULL);
}

static const char sql_count[] = "SELECT COUNT(*) FROM destination WHERE school_id = ?";
static const char sql_lock[] =
		"SELECT id FROM destination WHERE id = ? AND school_id = ? FOR UPDATE";
static const char sql_drop_states[] = "DELETE FROM record_state WHERE destination_id = ?";
static const char sql_drop_batches[] = "DELETE FROM outgoing WHERE destination_id = ?";
static const char sql_drop[] = "DELETE FROM destination WHERE id = ?";

static enum err run_on(struct db *db, const char *sql, uint64_t id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, id);
	return db_exec(stmt, NULL);
}

/* Who sends to nobody tells nothing: it costs each deed. */
static enum err end_without_any(struct db *db, uint64_t school_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_count, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	e = db_next(stmt);
	return e || db_col_u64(stmt, 0) > 0 ? e : outbox_store_end(db, school_id);
}

enum err destination_store_drop(struct db *db, uint64_t school_id, uint64_t id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_lock, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, id);
	db_bind_u64(stmt, 1, school_id);
	e = db_next(stmt);
	e = e ? e : run_on(db, sql_drop_states, id);
	e = e ? e : run_on(db, sql_drop_batches, id);
	e = e ? e : run_on(db, sql_drop, id);
	return e ? e : end_without_any(db, school_id);
}

/* ---- loading ---- */

static const char sql_load[] =
		"SELECT d.id, d.school_id, s.code, d.kind, d.name, d.settings, d.secret_box, d.ca_pem,"
		" d.kid, d.peer_code, d.peer_name, d.peer_key, d.state, d.watermark,"
		" d.wants_compare, d.compared_at_ms, d.compared_found, d.tries, d.next_try_at_ms,"
		" d.last_ok_at_ms, d.error, d.error_params, d.version FROM destination d"
		" JOIN school s ON s.id = d.school_id WHERE d.id = ? AND (? = 0 OR d.school_id = ?)";

static enum err read_secret(
		const struct db_stmt *stmt, const struct keys *keys, struct destination *d) {
	enum err e = ERR_OK;
	if (!db_col_is_null(stmt, 6)) {
		e = open_password(keys, db_col_str(stmt, 6), &d->password);
	}
	if (!e && !db_col_is_null(stmt, 7)) {
		e = db_col_dup(stmt, 7, &d->ca_pem);
	}
	d->has_kid = !db_col_is_null(stmt, 8);
	d->has_peer = !db_col_is_null(stmt, 11);
	if (!e && d->has_kid) {
		e = db_col_bytes(stmt, 8, d->kid, sizeof(d->kid));
	}
	if (!e && d->has_peer) {
		e = db_col_bytes(stmt, 11, d->peer_key, sizeof(d->peer_key));
	}
	return e;
}

static enum err read_texts(const struct db_stmt *stmt, struct destination *d) {
	enum err e = db_col_copy(stmt, 2, d->school_code, sizeof(d->school_code));
	e = e ? e : db_col_copy(stmt, 4, d->name, sizeof(d->name));
	e = e ? e : destination_settings_read(db_col_str(stmt, 5), &d->settings);
	e = e ? e : db_col_copy(stmt, 9, d->peer_code, sizeof(d->peer_code));
	e = e ? e : db_col_copy(stmt, 10, d->peer_name, sizeof(d->peer_name));
	e = e ? e : db_col_copy(stmt, 20, d->error, sizeof(d->error));
	return e ? e : db_col_copy(stmt, 21, d->error_params, sizeof(d->error_params));
}

enum err destination_store_load(struct db *db, const struct keys *keys, uint64_t school_id,
		uint64_t id, struct destination *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_load, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, id);
	db_bind_u64(stmt, 1, school_id);
	db_bind_u64(stmt, 2, school_id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	struct destination d = { .id = db_col_u64(stmt, 0),
		.school_id = db_col_u64(stmt, 1),
		.kind = (enum destination_kind)db_col_u64(stmt, 3),
		.state = (enum destination_state)db_col_u64(stmt, 12),
		.watermark = db_col_u64(stmt, 13),
		.wants_compare = db_col_bool(stmt, 14),
		.compared_at_ms = db_col_i64(stmt, 15),
		.compared_found = db_col_u64(stmt, 16),
		.tries = (unsigned)db_col_u64(stmt, 17),
		.next_try_at_ms = db_col_i64(stmt, 18),
		.last_ok_at_ms = db_col_i64(stmt, 19),
		.version = (uint32_t)db_col_u64(stmt, 22) };
	e = read_texts(stmt, &d);
	e = e ? e : read_secret(stmt, keys, &d);
	if (e) {
		destination_finish(&d);
		return e;
	}
	*out = d;
	return ERR_OK;
}

static const char sql_ids[] = "SELECT id FROM destination WHERE ? = 0 OR school_id = ? ORDER BY id";

enum err destination_store_ids(
		struct db *db, uint64_t school_id, uint64_t *ids, size_t most, size_t *out_count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	size_t count = 0;
	enum err e = db_prepare(db, sql_ids, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, school_id);
	while (!(e = db_next(stmt)) && count < most) {
		ids[count++] = db_col_u64(stmt, 0);
	}
	if (e && e != ERR_NOT_FOUND) {
		return e;
	}
	*out_count = count;
	return ERR_OK;
}

static const char sql_commune[] =
		"SELECT c.code FROM school s JOIN commune c ON c.id = s.commune_id WHERE s.id = ?";

enum err destination_store_commune(struct db *db, uint64_t school_id, char *out, size_t size) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_commune, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	e = db_next(stmt);
	return e ? e : db_col_copy(stmt, 0, out, size);
}
