#include "ws/http/picture_view.h"

#include <string.h>

enum { PICTURE_CACHE_S = 365 * 24 * 3600 };

enum err picture_view_reply(const struct request *req, uint64_t school_id,
		const uint8_t hash[PICTURE_STORE_HASH_BYTES], struct reply *reply) {
	static const char *const types[] = { "image/png", "image/jpeg" };
	struct picture picture;
	enum err e = picture_store_get(request_db(req), school_id, hash, &picture);
	if (e) {
		return e;
	}
	_cleanup_(buf_finish) struct buf bytes = buf_make(PICTURE_STORE_BYTES_MAX);
	buf_add(&bytes, picture.bytes, picture.bytes_n);
	const char *type = NULL;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(picture.mime, types[i]) == 0) {
			type = types[i];
		}
	}
	picture_finish(&picture);
	e = type ? buf_err(&bytes) : ERR_CORRUPT;
	if (e) {
		return e;
	}
	reply_file(reply, type, NULL, &bytes);
	reply_cache(reply, PICTURE_CACHE_S, true);
	return ERR_OK;
}
