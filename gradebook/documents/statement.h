#ifndef GRADEBOOK_DOCUMENTS_STATEMENT_H
#define GRADEBOOK_DOCUMENTS_STATEMENT_H

/*
 * What a printed document says of itself in its QR code, signed by the school: what it is, of which
 * student (a number, no name), the hash of the data it shows, and the hash of where the histories
 * of the marks stood. Whoever holds the paper can ask whether the school made it and whether its
 * records still say the same. Pure.
 */

#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/str.h"
#include "core/seal/hash.h"
#include "core/seal/sign.h"
#include "gradebook/results/class_year.h"

enum {
	STATEMENT_VERSION = 1,
	STATEMENT_BYTES = 4 + 1 + SIGN_KID_BYTES + 1 + 1 + 8 + 8 + 8 + 8 + 2 * HASH_BYTES,
	STATEMENT_SIGNED_BYTES = STATEMENT_BYTES + SIGN_BYTES,
	MASKED_NAME_BYTES = 512,
};

/* The numbers are those of the table and of the bytes. */
enum document_kind {
	DOCUMENT_TERM_REPORT = 1,     /* phiếu báo kết quả of a term */
	DOCUMENT_YEAR_REPORT = 2,     /* of the year */
	DOCUMENT_TRANSCRIPT_YEAR = 3, /* trang học bạ of one year */
	DOCUMENT_TRANSCRIPT = 4,      /* of all years */
	DOCUMENT_MARK_BOOK = 5,       /* sổ theo dõi và đánh giá, of a class */
};

/* "term_report" … ; ERR_INVAL for any other text. */
const char *document_kind_name(enum document_kind kind);
enum err document_kind_parse(struct str name, enum document_kind *out) MUST_CHECK;

struct statement {
	uint8_t sign_kid[SIGN_KID_BYTES];
	enum document_kind kind;
	enum class_scope scope;
	uint64_t school_id;
	uint64_t class_id;
	uint64_t student_id; /* 0: of the whole class */
	int64_t issued_at_ms;
	struct hash data;
	struct hash heads;
};

/*
 * STATEMENT_BYTES into `out`, which is what is signed:
 *     "TT1D" || version u8 || kid 8 || kind u8 || part u8 || school u64 || class u64 ||
 *     student u64 || at u64 || data 32 || heads 32
 */
void statement_print(const struct statement *s, uint8_t out[STATEMENT_BYTES]);
/* ERR_FORMAT when the bytes are no statement of this version. */
enum err statement_parse(struct str bytes, struct statement *out) MUST_CHECK;
/*
 * Reads bytes followed by their signature, and checks it.
 * Errors  ERR_FORMAT; ERR_CORRUPT  another key, or the signature does not hold
 */
enum err statement_verify(struct str signed_bytes, const uint8_t *public_key,
		struct statement *out) MUST_CHECK;

/* "Nguyễn Văn An" as "N. V. An": enough for whoever holds the paper. Cut when it is too long. */
void statement_mask_name(struct str full_name, char out[MASKED_NAME_BYTES]);

#endif
