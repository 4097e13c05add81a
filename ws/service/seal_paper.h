#ifndef WS_SERVICE_SEAL_PAPER_H
#define WS_SERVICE_SEAL_PAPER_H

/*
 * Seals a sitting's paper: one plaintext and one fresh random key a variant, pictures inside, every
 * variant padded to the same length, so that what students fetch before the bell says nothing.
 */

#include <stddef.h>

#include "core/base/diag.h"
#include "core/db/db.h"
#include "core/seal/keys.h"
#include "exam/bank/paper_store.h"
#include "exam/hall/sitting.h"
#include "exam/hall/variant_store.h"

/* What is sealed. The sitting's `sealing` is the number of this sealing. */
struct seal_paper {
	const struct sitting *sitting;
	const struct paper_whole *paper;
	const struct variant *variants;
	size_t variant_count;
};

/*
 * Writes keys and files of the sealing, in the transaction of the caller. What a person must mend
 * goes into `problems`, by the item's position.
 *
 * Errors  ERR_MISSING  a picture is not stored (in problems)
 *         ERR_LIMIT    the pictures are more or larger than a paper may carry (in problems), or
 *                      the text is
 *         ERR_EXISTS   this sealing is written already; those of the database
 */
enum err seal_paper_write(struct db *db, const struct keys *keys, const struct seal_paper *what,
		struct diag *problems) MUST_CHECK;

#endif
