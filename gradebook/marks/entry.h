#ifndef GRADEBOOK_MARKS_ENTRY_H
#define GRADEBOOK_MARKS_ENTRY_H

/*
 * What became of each cell of one entry of marks, as it is told and as it is kept, so that an entry
 * that is sent again (its answer was lost on the way) gets the same answer. Pure: stored by
 * entry_store.h.
 */

#include <stddef.h>

#include "core/base/buf.h"
#include "core/seal/hash.h"
#include "gradebook/marks/cell.h"

enum { ENTRY_KEY_BYTES = 16, ENTRY_CELL_BYTES = 8 + 8 + 1 + 1 + 4 + 8 + 8 };

/* The numbers are the database's. */
enum entry_fate {
	ENTRY_SAVED = 0,
	ENTRY_CONFLICT = 1, /* somebody else had changed it: theirs stands */
	ENTRY_LOCKED = 2,
	ENTRY_CLOSED = 3,
	ENTRY_EXEMPT = 4,
};

/* A cell as it stands behind the entry. */
struct entry_cell {
	uint64_t column_id;
	uint64_t student_id;
	enum entry_fate fate;
	struct cell cell;
	uint32_t version;
	uint64_t changed_by; /* 0: nobody yet */
	int64_t changed_at_ms;
};

/* Appends ENTRY_CELL_BYTES. */
void entry_print(const struct entry_cell *cell, struct buf *out);
/* The cells of `bytes` into out[most]. ERR_CORRUPT, or ERR_LIMIT when there are more. */
enum err entry_parse(struct str bytes, struct entry_cell *out, size_t most,
		size_t *out_count) MUST_CHECK;

#endif
