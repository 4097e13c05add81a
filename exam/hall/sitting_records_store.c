#include "exam/hall/sitting_records_store.h"

#include <stdlib.h>
#include <string.h>

#include "core/outbox/touch_store.h"
#include "exam/hall/sitting.h"

#define DAY_MS INT64_C(86400000)
#define SQL_PLACE "CAST(CONV(HEX(LEFT(s.id, 8)), 16, 10) AS UNSIGNED)"
#define SQL_ATTEMPTS(which) "(SELECT COUNT(*) FROM attempt a WHERE a.sitting_id = s.id" which ")"

enum {
	CLASSES_BYTES_MAX = 4 << 10, /* the rest of a long list is left out */
	RUNNING_BYTES_MAX = 1 << 20,
};

static const char sql_sitting[] =
		"SELECT 0, 0, " SQL_PLACE ", LOWER(HEX(s.id)), s.title, sb.code, s.starts_at_ms,"
		" s.window_end_ms, s.state, " SQL_ATTEMPTS("") "," SQL_ATTEMPTS(" AND a.state = 2 AND a.started_at_ms IS NOT NULL") "," SQL_ATTEMPTS(
				" AND a.state = 3"
				" AND a.started_at_ms IS NOT NULL") "," SQL_ATTEMPTS(" AND a.state = 3") ","
													 " (SELECT GROUP_CONCAT(DISTINCT cl.name ORDER BY cl.name SEPARATOR '\\n') FROM room r"
													 "  JOIN class cl ON cl.id = r.class_id WHERE r.sitting_id = s.id)"
													 " FROM sitting s LEFT JOIN subject sb ON sb.id = s.subject_id"
													 " WHERE s.is_practice = 0 AND s.state <> 1 AND s.school_id = ?";
static const char sql_running[] = "SELECT s.school_id, " SQL_PLACE " FROM outbox_head h"
				  " JOIN sitting s ON s.school_id = h.school_id"
				  " WHERE s.is_practice = 0 AND s.state <> 1 AND s.lobby_at_ms <= ?"
				  " AND (s.window_end_ms >= ? OR EXISTS (SELECT 1 FROM attempt a"
				  "  WHERE a.sitting_id = s.id AND a.state IN (1, 2)))";

uint64_t sitting_record_place(const uint8_t id[16]) {
	uint64_t place = 0;
	for (size_t i = 0; i < 8; i++) {
		place = place << 8 | id[i];
	}
	return place;
}

/* Over once everybody has handed in; before that it runs since its key was sent. */
static const char *state_of(const struct db_stmt *row) {
	uint64_t state = db_col_u64(row, 8);
	uint64_t attempts = db_col_u64(row, 9);
	bool is_over = attempts > 0 && db_col_u64(row, 12) == attempts;
	if (is_over || state == SITTING_ENDED) {
		return "daxong";
	}
	return state == SITTING_KEY_SENT ? "dangthi" : "kehoach";
}

static void put_classes(struct record_draft *d, struct str names) {
	size_t before = d->data.len;
	jo_karr(&d->w, "lop");
	while (names.n > 0 && d->data.len - before < CLASSES_BYTES_MAX) {
		const char *end = memchr(names.p, '\n', names.n);
		size_t n = end ? (size_t)(end - names.p) : names.n;
		jo_str(&d->w, (struct str){ names.p, n });
		n += end != NULL;
		names = (struct str){ names.p + n, names.n - n };
	}
	jo_end_arr(&d->w);
}

static enum err read_sitting(const struct db_stmt *row, struct record_draft *d) {
	record_key_text(d, "macathi", row, 3);
	record_text(d, "ten", row, 4);
	record_text(d, "mamon", row, 5);
	record_number(d, "batdau", row, 6);
	record_number(d, "ketthuc", row, 7);
	jo_kstrz(&d->w, "trangthai", state_of(row));
	record_number(d, "sothisinh", row, 9);
	record_number(d, "dangthi", row, 10);
	record_number(d, "danop", row, 11);
	put_classes(d, db_col_str(row, 13));
	return ERR_OK;
}

const struct record_kind record_kind_sitting = {
	.name = "cathi",
	.sql = sql_sitting,
	.place_column = SQL_PLACE,
	.follows = { [RECORD_OF_SITTING] = RECORD_BY_PLACE,
			[RECORD_OF_SUBJECT_CODE] = RECORD_ANYWHERE,
			[RECORD_OF_CLASS_NAME] = RECORD_ANYWHERE },
	.read = read_sitting,
};

/* ---- what is under way ---- */

static enum err load_running(struct db *db, int64_t now_ms, struct buf *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_running, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_i64(stmt, 1, now_ms - DAY_MS);
	while ((e = db_next(stmt)) == ERR_OK) {
		const uint64_t one[] = { db_col_u64(stmt, 0), db_col_u64(stmt, 1) };
		buf_add(out, one, sizeof(one));
	}
	return e == ERR_NOT_FOUND ? buf_err(out) : e;
}

enum err sitting_records_store_tell(struct db *db, int64_t now_ms) {
	_cleanup_(buf_finish) struct buf list = buf_make(RUNNING_BYTES_MAX);
	uint64_t one[2];
	enum err e = load_running(db, now_ms, &list);
	for (size_t at = 0; at < list.len && !e; at += sizeof(one)) {
		memcpy(one, list.data + at, sizeof(one));
		const struct record_scope scope = { .place_id = one[1] };
		e = outbox_touch(db, one[0], &record_kind_sitting, &scope);
	}
	return e;
}
