#ifndef EXAM_HALL_ROOT_H
#define EXAM_HALL_ROOT_H

/*
 * What a sitting comes to: the Merkle root over all of its receipts, to be signed and to leave the
 * box. Who holds it can tell later whether a receipt was changed, dropped or added. Pure.
 *
 * The leaves are the receipts' bytes without their signatures (receipt.h), ascending by attempt
 * and generation.
 */

#include "core/seal/chain.h"
#include "core/seal/sign.h"
#include "exam/hall/event.h"

enum {
	ROOT_VERSION = 1,
	ROOT_BYTES = 4 + 1 + SIGN_KID_BYTES + 8 + ID16_BYTES + 4 + 4 + 8 + HASH_BYTES,
};

struct root {
	uint8_t sign_kid[SIGN_KID_BYTES];
	uint64_t school;
	struct id16 sitting;
	uint32_t number;        /* 1, 2, … of this sitting */
	uint32_t receipt_count; /* leaves */
	int64_t at_ms;
	struct hash hash;
};

/* ROOT_BYTES into `out`: what is signed. */
void root_print(const struct root *root, uint8_t *out);
/* ERR_FORMAT when the bytes are not a root of this version. */
enum err root_parse(struct str bytes, struct root *out) MUST_CHECK;
/* Reads bytes followed by their signature. Errors as receipt_verify(). */
enum err root_verify(
		struct str signed_bytes, const uint8_t *public_key, struct root *out) MUST_CHECK;

#endif
