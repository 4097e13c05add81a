#ifndef CORE_EXCHANGE_EXCHANGE_RECEIPT_H
#define CORE_EXCHANGE_EXCHANGE_RECEIPT_H

/*
 * What a province answers to a batch (docs/exchange.md): a statement of what became of it, signed
 * with the province's key, and a line for each record that was not applied. Both sides keep it;
 * whoever has the province's public key can check it. Pure.
 *
 *     {"statement":"<hex>","signature":"<hex>"}
 *     {"n":3,"state":"rejected","code":"exchange.value","params":{"field":"diemx10"}}
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/base/str.h"
#include "core/exchange/exchange_batch.h"
#include "core/seal/hash.h"
#include "core/seal/sign.h"

enum {
	EXCHANGE_STATEMENT_VERSION = 1,
	/* "TTXH", version, length, code, batch, two hashes, a time, three counts, a key's id */
	EXCHANGE_STATEMENT_BYTES_MAX = 4 + 1 + 1 + EXCHANGE_SCHOOL_BYTES_MAX +
			EXCHANGE_BATCH_ID_BYTES + 2 * HASH_BYTES + 8 + 3 * 4 + SIGN_KID_BYTES,
	EXCHANGE_CODE_BYTES_MAX = 48,      /* of a reason */
	EXCHANGE_PARAMS_BYTES_MAX = 768,   /* of its parameters, as JSON */
	EXCHANGE_OUTCOME_BYTES_MAX = 1024, /* of a whole line */
	EXCHANGE_ANSWER_BYTES_MAX =
			(EXCHANGE_BATCH_TAKEN_RECORDS_MAX + 1) * (EXCHANGE_OUTCOME_BYTES_MAX + 1),
};

struct exchange_statement {
	char school[EXCHANGE_SCHOOL_BYTES_MAX + 1];
	uint8_t batch[EXCHANGE_BATCH_ID_BYTES];
	struct hash body; /* H(the batch's bytes) */
	int64_t received_at_ms;
	uint32_t applied;
	uint32_t stale;
	uint32_t rejected;
	struct hash lines;           /* H(what stands behind the answer's first LF) */
	uint8_t kid[SIGN_KID_BYTES]; /* of the province's key */
};

/* The bytes that are signed, and how many. */
size_t exchange_statement_print(
		const struct exchange_statement *s, uint8_t out[EXCHANGE_STATEMENT_BYTES_MAX]);
/* ERR_FORMAT when the bytes are not a statement of this version. */
enum err exchange_statement_parse(struct str bytes, struct exchange_statement *out) MUST_CHECK;
/* ERR_FORMAT as above; ERR_CORRUPT when the key is not the one the statement names, or the
 * signature (SIGN_BYTES) is not of these bytes. */
enum err exchange_statement_verify(struct str bytes, const uint8_t *signature,
		const uint8_t *public_key, struct exchange_statement *out) MUST_CHECK;

/* ---- a record that was not applied ---- */

enum exchange_outcome_state {
	EXCHANGE_STALE = 1,    /* the province holds this version already, or a larger one */
	EXCHANGE_REJECTED = 2, /* it cannot be taken as it is */
};
struct exchange_outcome {
	uint32_t n; /* the record's place in the batch, from 0 */
	enum exchange_outcome_state state;
	struct str code;   /* small letters, digits, "." and "_" */
	struct str params; /* a JSON object of texts and whole numbers; "{}" */
};
/* Appends its line with LF. ERR_INVAL for a code that is none; ERR_LIMIT for a code, params or a
 * line that is too long. */
enum err exchange_outcome_print(const struct exchange_outcome *outcome, struct buf *out) MUST_CHECK;

/* Appends the whole answer: the statement with its signature, LF, and the outcomes' lines, which
 * are those that the statement's hash was made of. */
enum err exchange_answer_print(struct str statement, const uint8_t *signature, struct str lines,
		struct buf *out) MUST_CHECK;

/* ---- the school reads an answer ---- */

struct exchange_expected {
	const char *school;
	const uint8_t *batch;    /* EXCHANGE_BATCH_ID_BYTES */
	const struct hash *body; /* of what was sent */
	uint32_t records;        /* in it */
	const uint8_t *peer_key; /* the province's key that this school believes */
};
struct exchange_answer {
	struct exchange_statement statement;
	uint8_t bytes[EXCHANGE_STATEMENT_BYTES_MAX]; /* of the statement, to be kept */
	size_t bytes_n;
	uint8_t signature[SIGN_BYTES];
	struct exchange_outcome *outcomes; /* by ascending n; texts point into `text` */
	size_t count;
	char *text; /* owned */
};
void exchange_answer_free(struct exchange_answer *answer);
DEFINE_FREEP(struct exchange_answer *, exchange_answer_free);

/*
 * Reads and checks an answer. Nothing of it is believed before the signature holds.
 *
 * Errors  ERR_FORMAT   not an answer; or its lines are not those of the statement, or do not fit
 *                      its counts
 *         ERR_LIMIT    longer than EXCHANGE_ANSWER_BYTES_MAX
 *         ERR_CORRUPT  not signed by the expected key
 *         ERR_STALE    genuine, but for another batch or for other bytes: a replay
 *         ERR_NOMEM
 * The caller frees *out with exchange_answer_free.
 */
enum err exchange_answer_read(struct str text, const struct exchange_expected *expected,
		struct exchange_answer **out) MUST_CHECK;

#endif
