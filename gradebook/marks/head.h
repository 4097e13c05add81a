#ifndef GRADEBOOK_MARKS_HEAD_H
#define GRADEBOOK_MARKS_HEAD_H

/*
 * The head of a chain of the marks' history, signed by the school: whoever holds it can tell later
 * whether the history up to that row was rewritten, however consistently. Pure.
 */

#include "core/base/str.h"
#include "core/seal/hash.h"
#include "core/seal/sign.h"

enum {
	HEAD_VERSION = 1,
	HEAD_BYTES = 4 + 1 + SIGN_KID_BYTES + 8 + 8 + 8 + 4 + 8 + HASH_BYTES,
	HEAD_SIGNED_BYTES = HEAD_BYTES + SIGN_BYTES,
};

struct head {
	uint8_t sign_kid[SIGN_KID_BYTES];
	uint64_t school_id;
	uint64_t class_id;
	uint64_t subject_id; /* 0: the class's own chain */
	uint32_t number;     /* of the row that the head stands behind */
	int64_t at_ms;
	struct hash hash;
};

/*
 * HEAD_BYTES into `out`, which are what is signed:
 *     "TT1C" || 1 u8 || key id 8 || school u64 || class u64 || subject u64 || number u32 || at u64 ||
 *     head 32 bytes
 */
void head_print(const struct head *head, uint8_t *out);
/* ERR_FORMAT when the bytes are not a head of this version. */
enum err head_parse(struct str bytes, struct head *out) MUST_CHECK;
/*
 * Reads bytes followed by their signature.
 * Errors  ERR_FORMAT   no head of this version
 *         ERR_CORRUPT  not signed by that key
 */
enum err head_verify(
		struct str signed_bytes, const uint8_t *public_key, struct head *out) MUST_CHECK;

#endif
