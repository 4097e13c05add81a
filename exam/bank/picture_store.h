#ifndef EXAM_BANK_PICTURE_STORE_H
#define EXAM_BANK_PICTURE_STORE_H

/*
 * Pictures of questions, named by the hash of their bytes within a school. Never changed.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"
#include "core/db/db.h"

enum {
	PICTURE_STORE_HASH_BYTES = 32,
	PICTURE_STORE_MIME_BYTES = 32,
	PICTURE_STORE_BYTES_MAX = 4 << 20, /* of one picture */
};

struct picture {
	uint8_t hash[PICTURE_STORE_HASH_BYTES];
	char mime[PICTURE_STORE_MIME_BYTES];
	unsigned width;  /* pixels */
	unsigned height; /* pixels */
	char *bytes;
	size_t bytes_n;
};

void picture_finish(struct picture *picture);

/* What a new picture is made of; bytes belong to the caller. */
struct picture_draft {
	const uint8_t *hash; /* PICTURE_STORE_HASH_BYTES: H of the bytes, made by the caller */
	const char *mime;
	unsigned width;
	unsigned height;
	struct str bytes;
};

/* Keeps it; a picture that is there already stays as it is. ERR_LIMIT for an empty or too large
 * one. */
enum err picture_store_put(
		struct db *db, uint64_t school_id, const struct picture_draft *draft) MUST_CHECK;
/* ERR_NOT_FOUND. The caller calls picture_finish(). */
enum err picture_store_get(struct db *db, uint64_t school_id,
		const uint8_t hash[PICTURE_STORE_HASH_BYTES], struct picture *out) MUST_CHECK;

#endif
