#include "core/exchange/outgoing_store.h"

/* The states of single records, as the office sees them. */

const char *outgoing_record_state_name(enum outgoing_record_state state) {
	switch (state) {
	case RECORD_STATE_QUEUED:
		return "queued";
	case RECORD_STATE_SENT:
		return "sent";
	case RECORD_STATE_RECEIVED:
		return "received";
	case RECORD_STATE_APPLIED:
		return "applied";
	case RECORD_STATE_REJECTED:
		return "rejected";
	}
	return "";
}

enum err outgoing_record_state_parse(struct str name, enum outgoing_record_state *out) {
	for (enum outgoing_record_state v = RECORD_STATE_QUEUED; v <= RECORD_STATE_REJECTED; v++) {
		if (str_eq_z(name, outgoing_record_state_name(v))) {
			*out = v;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

/* What its own row says; else it waits behind the watermark, or is in the batch under way, or is
 * there. */
#define STATE                                                                              \
	"COALESCE(s.state, IF(r.number > ?, 1, IF(r.number > COALESCE(o.first_number, ?)," \
	" o.state, 4)))"

static const char sql_records[] =
		"SELECT r.id, r.bang, r.idbanghi, r.phienban, " STATE
		" AS state_now, COALESCE(s.code, ''),"
		" COALESCE(s.params, '{}'), COALESCE(s.at_ms, 0) FROM record r"
		" LEFT JOIN record_state s ON s.destination_id = ? AND s.record_id = r.id"
		" LEFT JOIN outgoing o ON o.id = (SELECT MIN(x.id) FROM outgoing x"
		" WHERE x.destination_id = ? AND x.state < 3)"
		" WHERE r.school_id = ? AND (? = 0 OR r.id < ?) AND (? = '' OR r.bang = ?)"
		" HAVING ? = 0 OR state_now = ? ORDER BY r.id DESC LIMIT ?";

/* Rejected and received ones are few among many: from their own table. */
static const char sql_noted[] =
		"SELECT r.id, r.bang, r.idbanghi, r.phienban, s.state, s.code, s.params, s.at_ms"
		" FROM record_state s JOIN record r ON r.school_id = s.school_id"
		" AND r.id = s.record_id WHERE s.destination_id = ? AND s.state = ?"
		" AND (? = 0 OR s.record_id < ?) AND (? = '' OR r.bang = ?)"
		" ORDER BY s.record_id DESC LIMIT ?";

static enum err give(struct db_stmt *stmt,
		enum err (*each)(const struct outgoing_record *record, void *ctx), void *ctx) {
	enum err e = ERR_OK;
	while (!(e = db_next(stmt))) {
		struct outgoing_record r = { .id = db_col_u64(stmt, 0),
			.kind = db_col_str(stmt, 1),
			.key = db_col_str(stmt, 2),
			.version = (uint32_t)db_col_u64(stmt, 3),
			.state = (enum outgoing_record_state)db_col_u64(stmt, 4),
			.code = db_col_str(stmt, 5),
			.params = db_col_str(stmt, 6),
			.at_ms = db_col_i64(stmt, 7) };
		e = each(&r, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static struct str text_or_empty(struct str s) {
	return s.n ? s : str_from("");
}

static enum err list_noted(struct db *db, const struct destination *d,
		const struct outgoing_records *w,
		enum err (*each)(const struct outgoing_record *record, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_noted, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, d->id);
	db_bind_u64(stmt, 1, w->state);
	db_bind_u64(stmt, 2, w->below_id);
	db_bind_u64(stmt, 3, w->below_id);
	db_bind_str(stmt, 4, text_or_empty(w->kind));
	db_bind_str(stmt, 5, text_or_empty(w->kind));
	db_bind_u64(stmt, 6, w->limit);
	return give(stmt, each, ctx);
}

enum err outgoing_store_records(struct db *db, const struct destination *d,
		const struct outgoing_records *w,
		enum err (*each)(const struct outgoing_record *record, void *ctx), void *ctx) {
	if (w->state == RECORD_STATE_REJECTED || w->state == RECORD_STATE_RECEIVED) {
		return list_noted(db, d, w, each, ctx);
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_records, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, d->watermark);
	db_bind_u64(stmt, 1, d->watermark);
	db_bind_u64(stmt, 2, d->id);
	db_bind_u64(stmt, 3, d->id);
	db_bind_u64(stmt, 4, d->school_id);
	db_bind_u64(stmt, 5, w->below_id);
	db_bind_u64(stmt, 6, w->below_id);
	db_bind_str(stmt, 7, text_or_empty(w->kind));
	db_bind_str(stmt, 8, text_or_empty(w->kind));
	db_bind_u64(stmt, 9, w->state);
	db_bind_u64(stmt, 10, w->state);
	db_bind_u64(stmt, 11, w->limit);
	return give(stmt, each, ctx);
}

/* ---- again ---- */

static const char sql_resend[] =
		"INSERT INTO record_state (destination_id, record_id, school_id, state, phienban, code,"
		" params, at_ms) SELECT ?, id, school_id, 1, phienban, '', '{}', ? FROM record"
		" WHERE school_id = ? AND id = ? ON DUPLICATE KEY UPDATE outgoing_id = NULL,"
		" state = 1, phienban = VALUES(phienban), code = '', params = '{}',"
		" at_ms = VALUES(at_ms)";
static const char sql_resend_rejected[] =
		"UPDATE record_state SET state = 1, code = '', params = '{}', at_ms = ?"
		" WHERE destination_id = ? AND state = 5";

enum err outgoing_store_resend(
		struct db *db, const struct destination *d, uint64_t record_id, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_resend, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, d->id);
	db_bind_i64(stmt, 1, now_ms);
	db_bind_u64(stmt, 2, d->school_id);
	db_bind_u64(stmt, 3, record_id);
	return db_exec_one(stmt);
}

enum err outgoing_store_resend_rejected(
		struct db *db, const struct destination *d, int64_t now_ms, uint64_t *out_count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_resend_rejected, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_u64(stmt, 1, d->id);
	return db_exec(stmt, out_count);
}
