#ifndef GRADEBOOK_MARKS_LEDGER_H
#define GRADEBOOK_MARKS_LEDGER_H

/*
 * The chained history of marks: each change is a row of its class and subject, numbered from 1,
 * whose hash holds that of the row before. Whoever edits, drops or reorders a row behind the
 * program's back breaks the chain. Pure: bytes and hashes; stored by ledger_store.h.
 */

#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"
#include "core/seal/hash.h"

enum { LEDGER_WHY_BYTES_MAX = 1200 }; /* 300 characters */

/* The numbers are the database's. */
enum ledger_act {
	LEDGER_SET = 1,
	LEDGER_CLEARED = 2,
	LEDGER_PUBLISHED = 3, /* a column; student_id is 0, no values */
	LEDGER_LINKED = 4,    /* a column and its exam; student_id is 0, no values */
	LEDGER_KEPT = 5,      /* a person kept the mark old_x10 where an exam gave new_x10 */
	LEDGER_CONDUCT = 13,  /* of the class's own chain; values as in gradebook/conduct/conduct.h */
};

struct ledger_row {
	uint64_t school_id;
	uint64_t class_id;
	uint64_t subject_id;
	uint32_t number; /* 1, 2, … within class and subject */
	uint64_t column_id;
	uint64_t student_id;
	enum ledger_act act;
	int old_x10; /* -1 for none */
	int new_x10;
	uint64_t person_id; /* who did it */
	int64_t at_ms;
	struct str why;
};

/* Where a chain stands. Begins as zeros. */
struct ledger_head {
	uint32_t number;
	struct hash hash;
};

/*
 * The head after that row, which must be number head->number + 1:
 *     H("TT1M" || prev32 || school u64 || class u64 || subject u64 || number u32 || column u64 ||
 *       student u64 || act u8 || old u8 || new u8 || person u64 || at u64 || len u16 || why)
 * with 255 for no value. `out` may be `head`.
 * Errors  ERR_INVAL  another number, a value outside 0..100, or too long a reason
 */
enum err ledger_next(const struct ledger_head *head, const struct ledger_row *row,
		struct ledger_head *out) MUST_CHECK;

/*
 * The same for a stored row. ERR_CORRUPT when it is not the next one of its chain or its hash is
 * not the stored one; then *head stays at the last good row.
 */
enum err ledger_check(struct ledger_head *head, const struct ledger_row *row,
		const struct hash *stored) MUST_CHECK;

#endif
