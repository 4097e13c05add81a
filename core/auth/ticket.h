#ifndef CORE_AUTH_TICKET_H
#define CORE_AUTH_TICKET_H

/*
 * Codes that people read off paper and type: exam tickets and activation codes. Symbols are those
 * of Crockford's base32 (no I, L, O, U); the last two are check symbols, so that a mistyped code
 * is told from a wrong one without a look at the database. The database holds a keyed hash only:
 * without the key file a stolen database cannot even be guessed at.
 *
 *     exam ticket      16 symbols, 80 random bits, and 2 check symbols:   six groups of three
 *     activation code  13 symbols, 65 random bits, and 2 check symbols:   five groups of three
 *
 * Check symbols: the sums of a^i x(i) and of a^2i x(i) over all symbols x(1), x(2), … in the field
 * of 32 elements (polynomial x^5 + x^2 + 1, a = 2), added to the number of the kind. They find
 * every error in one or two symbols, swapped neighbours among them.
 */

#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"
#include "core/seal/hash.h"

enum ticket_kind {
	TICKET_EXAM = 1,
	TICKET_ACTIVATION = 2,
};

enum {
	TICKET_EXAM_SYMBOLS = 18,
	TICKET_ACTIVATION_SYMBOLS = 15,
	TICKET_CHECK_SYMBOLS = 2,
	TICKET_SYMBOLS_MAX = TICKET_EXAM_SYMBOLS,
	TICKET_GROUP = 3,
	TICKET_TEXT_BYTES = TICKET_SYMBOLS_MAX + TICKET_SYMBOLS_MAX / TICKET_GROUP, /* and end */
	TICKET_INPUT_BYTES_MAX = 128,
};

struct ticket {
	enum ticket_kind kind;
	char symbols[TICKET_SYMBOLS_MAX + 1]; /* capitals and digits, check symbols included */
};

/* A new random code. */
void ticket_make(enum ticket_kind kind, struct ticket *out);
void ticket_wipe(struct ticket *t);

/*
 * Reads what a person typed: small letters are capitals, O is 0, I and L are 1, blanks, hyphens,
 * dots and underscores count for nothing. The kind follows from the number of symbols.
 *
 * Errors  ERR_FORMAT  a character that is in no code, or another number of symbols
 *         ERR_INVAL   the check symbols do not fit: mistyped
 */
enum err ticket_parse(struct str text, struct ticket *out) MUST_CHECK;

/* In groups of three joined by hyphens. */
void ticket_print(const struct ticket *t, char out[TICKET_TEXT_BYTES]);

/* What the database holds: keyed BLAKE2b of "TT1I", the kind and the symbols. The key is
 * HASH_KEY_BYTES long (KEYS_TICKET_CONTEXT of core/seal/keys.h). */
void ticket_hash(const struct ticket *t, const uint8_t *key, struct hash *out);

#endif
