#include "exam/bank/picture_store.h"

#include <stdlib.h>
#include <string.h>

static const char sql_put[] = "INSERT INTO picture (school_id, hash, mime, width, height, bytes)"
			      " VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE width = width";
static const char sql_get[] = "SELECT mime, width, height, bytes FROM picture"
			      " WHERE school_id = ? AND hash = ?";

void picture_finish(struct picture *picture) {
	free(picture->bytes);
	*picture = (struct picture){ .bytes = NULL };
}

enum err picture_store_put(struct db *db, uint64_t school_id, const struct picture_draft *draft) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	if (draft->bytes.n == 0 || draft->bytes.n > PICTURE_STORE_BYTES_MAX) {
		return ERR_LIMIT;
	}
	enum err e = db_prepare(db, sql_put, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, draft->hash, PICTURE_STORE_HASH_BYTES);
	db_bind_text(stmt, 2, draft->mime);
	db_bind_u64(stmt, 3, draft->width);
	db_bind_u64(stmt, 4, draft->height);
	db_bind_bytes(stmt, 5, draft->bytes.p, draft->bytes.n);
	return db_exec(stmt, NULL);
}

enum err picture_store_get(struct db *db, uint64_t school_id,
		const uint8_t hash[PICTURE_STORE_HASH_BYTES], struct picture *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	struct picture picture = { .bytes = NULL };
	enum err e = db_prepare(db, sql_get, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, hash, PICTURE_STORE_HASH_BYTES);
	e = db_next(stmt);
	e = e ? e : db_col_copy(stmt, 0, picture.mime, sizeof(picture.mime));
	e = e ? e : db_col_dup(stmt, 3, &picture.bytes);
	if (e) {
		return e;
	}
	picture.bytes_n = db_col_str(stmt, 3).n;
	picture.width = (unsigned)db_col_u64(stmt, 1);
	picture.height = (unsigned)db_col_u64(stmt, 2);
	memcpy(picture.hash, hash, PICTURE_STORE_HASH_BYTES);
	*out = picture;
	return ERR_OK;
}
