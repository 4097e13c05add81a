#ifndef CORE_EXCHANGE_EXCHANGE_BATCH_H
#define CORE_EXCHANGE_EXCHANGE_BATCH_H

/*
 * The bytes of a batch of records on their way from a school to its province (docs/exchange.md):
 * one header line of JSON, then the records' lines as they are stored, each with LF behind it. The
 * whole is signed by the school's exchange key. Both sides use this file. Pure.
 *
 * A school makes batches within EXCHANGE_BATCH_*; a province takes up to twice as much, so that
 * the limit can be raised at one side first.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/base/str.h"
#include "core/seal/hash.h"
#include "core/seal/sign.h"

enum {
	EXCHANGE_BATCH_RECORDS_MAX = 2000, /* that a school puts into one */
	EXCHANGE_BATCH_BYTES_MAX = 1 << 20,
	EXCHANGE_BATCH_TAKEN_RECORDS_MAX = 4000, /* that a province reads */
	EXCHANGE_BATCH_TAKEN_BYTES_MAX = 2 << 20,
	EXCHANGE_BATCH_HEADER_BYTES_MAX = 512, /* with its LF */
	EXCHANGE_BATCH_ID_BYTES = 16,
	EXCHANGE_SCHOOL_BYTES_MAX = 24, /* of a school's code */
	EXCHANGE_LINE_BYTES_MAX = 8 << 10,
	EXCHANGE_KEY_TEXT_BYTES = 2 * SIGN_KID_BYTES + 1,
	EXCHANGE_SIGNATURE_TEXT_BYTES = 2 * SIGN_BYTES + 1,
};

#define EXCHANGE_BATCH_FORMAT "truongthi.batch.v1"
#define EXCHANGE_BATCH_TYPE "application/x-ndjson"
#define EXCHANGE_KEY_HEADER "TruongThi-Key"             /* 16 hex digits: the key's id */
#define EXCHANGE_SIGNATURE_HEADER "TruongThi-Signature" /* 128 hex digits */

/* Letters, digits, "-", "_" and "." only, 1..EXCHANGE_SCHOOL_BYTES_MAX: what a school's or a
 * province's code may be in the exchange. */
bool exchange_code_is_good(struct str code);

struct exchange_batch_header {
	char school[EXCHANGE_SCHOOL_BYTES_MAX + 1];
	uint8_t id[EXCHANGE_BATCH_ID_BYTES];
	int64_t number;   /* of the last record in the school's outbox; 1.. */
	uint32_t records; /* lines behind the header; 1.. */
	int64_t made_at_ms;
};

/* Whether a line of `line_bytes` (without LF) still goes into a batch that holds `count` lines of
 * `bytes` together, each with its LF. */
bool exchange_batch_has_room(size_t count, size_t bytes, size_t line_bytes);

/*
 * Appends the whole batch; header->records is the number of lines.
 *
 * Errors  ERR_INVAL  a code that is not good, a number or time below 1, a line that is empty or
 *                    holds LF or CR
 *         ERR_LIMIT  no line, too many, one that is too long, or too many bytes together
 *         and what stuck to the buffer
 */
enum err exchange_batch_print(const struct exchange_batch_header *header, const struct str *lines,
		struct buf *out) MUST_CHECK;

/* A batch that was read. The lines point into the body. */
struct exchange_batch {
	struct exchange_batch_header header;
	struct str *lines; /* header.records of them, without LF; owned */
};
void exchange_batch_finish(struct exchange_batch *batch);

/*
 * Reads what stands between the lines, strictly: the header's form and nothing more in it, as many
 * lines as it says, each ended by LF alone. What a line holds is read by exchange_line_parse(): a
 * bad record is no bad batch.
 *
 * Errors  ERR_LIMIT   longer than EXCHANGE_BATCH_TAKEN_BYTES_MAX, or more records than
 *                     EXCHANGE_BATCH_TAKEN_RECORDS_MAX
 *         ERR_FORMAT  *out_line says where: 1 is the header; anything else that is wrong
 *         ERR_NOMEM
 * The caller finishes *out. *out_line is set on ERR_FORMAT only.
 */
enum err exchange_batch_read(
		struct str body, struct exchange_batch *out, unsigned *out_line) MUST_CHECK;

/* ---- signatures of bodies: batches, and questions about the tree ---- */

/* Ed25519 over "TTXG" || BLAKE2b-256(body), as hex for the header. */
void exchange_body_sign(
		const uint8_t *secret, struct str body, char out[EXCHANGE_SIGNATURE_TEXT_BYTES]);
/* `signature` is the header's text. False for anything that is no signature. */
bool exchange_body_is_signed(const uint8_t *public_key, struct str body, struct str signature);

#endif
