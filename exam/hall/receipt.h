#ifndef EXAM_HALL_RECEIPT_H
#define EXAM_HALL_RECEIPT_H

/*
 * What proves an attempt: the macs of acks and stamps, the hash of the answers, the signed
 * receipt and the signed checkpoint (docs/protocol.md, "Bytes"). Pure.
 */

#include "core/base/buf.h"
#include "core/seal/hash.h"
#include "core/seal/sign.h"
#include "exam/hall/event.h"

enum {
	RECEIPT_VERSION = 1,
	RECEIPT_BYTES = 4 + 1 + SIGN_KID_BYTES + 8 + 2 * ID16_BYTES + 4 + 4 + 8 + 1 +
			3 * HASH_BYTES,
};

enum receipt_proof {
	RECEIPT_ACK,   /* stored durably */
	RECEIPT_STAMP, /* in the journal of this process, not in the database yet */
};

/* What an ack or a stamp says. `seq`, `at_ms` and `head` are those of the last event covered. */
struct receipt_mac {
	uint8_t kid; /* the mac key's id */
	uint64_t school;
	struct id16 attempt;
	uint32_t gen;
	uint32_t lease;
	uint32_t seq;
	int64_t at_ms;
	struct hash head;
};

/* The mac under the key of id what->kid (HASH_KEY_BYTES). */
void receipt_mac_make(const uint8_t *key, enum receipt_proof proof, const struct receipt_mac *what,
		struct hash *out);
bool receipt_mac_is_valid(const uint8_t *key, enum receipt_proof proof,
		const struct receipt_mac *what, const struct hash *mac);

/* The hash of the answers: begin, add every answered slot (value other than null) in ascending
 * order, end. */
void receipt_answers_begin(struct hasher *h, const uint8_t *salt);
void receipt_answers_add(struct hasher *h, uint16_t slot, struct str value);
void receipt_answers_end(struct hasher *h, struct hash *out);

enum receipt_kind {
	RECEIPT_CLOSED,     /* "TT1R": the attempt's generation is closed */
	RECEIPT_CHECKPOINT, /* "TT1H": so far, while it is open; why is 0 */
};

/* A receipt or checkpoint. `seq` and `head` are those of the student's last event: the close row
 * that follows it has no head of its own. `times` covers the close row too. */
struct receipt {
	uint8_t sign_kid[SIGN_KID_BYTES];
	uint64_t school;
	struct id16 sitting;
	struct id16 attempt;
	uint32_t gen;
	uint32_t seq;
	int64_t at_ms; /* closed_at, or the checkpoint's time */
	uint8_t why;   /* enum attempt_why */
	struct hash head;
	struct hash times;
	struct hash answers;
};

/* RECEIPT_BYTES into `out`: what is signed. */
void receipt_print(enum receipt_kind kind, const struct receipt *receipt, uint8_t *out);
/* ERR_FORMAT when the bytes are not a receipt or checkpoint of this version. */
enum err receipt_parse(
		struct str bytes, enum receipt_kind *out_kind, struct receipt *out) MUST_CHECK;

/*
 * Reads bytes followed by their signature, and checks it with the given public key.
 *
 * Errors  ERR_FORMAT   not a receipt of this version
 *         ERR_CORRUPT  the key is not the one the receipt names, or the signature does not hold
 */
enum err receipt_verify(struct str signed_bytes, const uint8_t *public_key,
		enum receipt_kind *out_kind, struct receipt *out) MUST_CHECK;

#endif
