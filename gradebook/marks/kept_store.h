#ifndef GRADEBOOK_MARKS_KEPT_STORE_H
#define GRADEBOOK_MARKS_KEPT_STORE_H

/*
 * What people decided to keep against an exam: of each attempt the exam's mark that was refused
 * last. It stands in the ledger, and is read from there. An attempt that comes to another mark
 * later is proposed again; whatever happens to the gradebook's own mark, it is not.
 */

#include <stdbool.h>
#include <stddef.h>

#include "gradebook/marks/ledger_store.h"

enum { KEPT_MAX = 1000 }; /* attempts of one column; those past it are asked for again */

struct kept {
	struct {
		uint8_t attempt_id[LEDGER_REF_BYTES];
		uint8_t exam_code; /* cell.h */
	} items[KEPT_MAX];
	size_t count;
};

/* Fills `out` with the decisions about a column of that chain. */
enum err kept_store_load(struct db *db, const struct ledger_chain *chain, uint64_t column_id,
		struct kept *out) MUST_CHECK;

/* Whether that mark of that attempt was refused, and no other one after it. */
bool kept_has(const struct kept *kept, const uint8_t *attempt_id, int exam_x10);

#endif
