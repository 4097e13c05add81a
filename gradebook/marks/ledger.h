#ifndef GRADEBOOK_MARKS_LEDGER_H
#define GRADEBOOK_MARKS_LEDGER_H

/*
 * The chained history of marks: each change is a row of its class and subject, numbered from 1,
 * whose hash holds that of the row before. Whoever edits, drops or reorders a row behind the
 * program's back breaks the chain. Pure: bytes and hashes; stored by ledger_store.h.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"
#include "core/seal/hash.h"

enum {
	LEDGER_WHY_BYTES_MAX = 1200, /* 300 characters */
	LEDGER_REF_BYTES = 16,
};

/*
 * The numbers are the database's. Rows about a column as a whole have student 0 and no codes; rows
 * about a class as a whole stand in its chain of subject 0 with column 0. What the office plans for a
 * whole term stands in the school's own chain: class 0, and the school in the place of the subject.
 */
enum ledger_act {
	LEDGER_SET = 1,
	LEDGER_CLEARED = 2,
	LEDGER_PUBLISHED = 3, /* a column: ledger_of_column() */
	LEDGER_LINKED = 4,    /* a column, and its exam (ref) */
	LEDGER_KEPT = 5,      /* a person kept the mark old_code where an exam gave new_code */
	LEDGER_LOCKED = 6,    /* a lock of a term was set, moved or taken away: ledger_of_lock();
			       * in the school's chain and in that of each class that it
			       * holds for */
	LEDGER_REOPENED = 7,  /* a place in spite of locks, until a time: ledger_of_lock() */
	LEDGER_UNLINKED = 8,  /* a column, from the exam (ref) */
	LEDGER_EXEMPTED = 9,  /* a student from the subject; column_id is the term */
	LEDGER_COUNTED = 10,  /* the exemption is lifted; column_id is the term */
	LEDGER_CLOSED = 11,   /* a class's term or year, with its results */
	LEDGER_OPENED = 12,   /* the same, opened again */
	LEDGER_CONDUCT = 13, /* of the class's own chain; codes as in gradebook/conduct/conduct.h */
	LEDGER_PLANNED = 14, /* a publication was planned, moved or taken away: ledger_of_lock(); of
			      * the school's chain, as the next one */
	LEDGER_PLAN_DONE = 15,   /* it was carried out to the end */
	LEDGER_JUDGED = 16,      /* of a class's own chain; column and codes as in
			     * gradebook/primary/judgement.h */
	LEDGER_COLUMN_MADE = 17, /* ledger_of_column() */
	LEDGER_REASSESSED = 18,  /* of a class's own chain, gradebook/reassess/reassess.h */
};

struct ledger_row {
	uint64_t school_id;
	uint64_t class_id;
	uint64_t subject_id;
	uint32_t number; /* 1, 2, … within class and subject */
	uint64_t column_id;
	uint64_t student_id;
	enum ledger_act act;
	uint8_t old_code; /* cell.h; of a conduct its level */
	uint8_t new_code;
	uint64_t person_id;   /* who did it */
	uint64_t approved_by; /* who allowed it after locking; 0: nobody had to */
	bool has_ref;
	uint8_t ref[LEDGER_REF_BYTES]; /* the attempt that a mark came from, the exam of a column */
	int64_t at_ms;
	struct str why;
};

/* What was made or published, so that it cannot become another kind later: old_code the kind, new_code the
 * position, the ref begins with the term (u64). */
void ledger_of_column(struct ledger_row *row, unsigned kind, unsigned position, uint64_t term_id);

/* What was locked or reopened: old_code the kind, new_code the grade (0 of either: all), the ref the
 * time from which or until which it holds (u64; 0: taken away) and the term (u64). */
void ledger_of_lock(struct ledger_row *row, unsigned kind, unsigned grade, int64_t at_ms,
		uint64_t term_id);

/* Where a chain stands. Begins as zeros. */
struct ledger_head {
	uint32_t number;
	struct hash hash;
};

/*
 * The head after that row, which must be number head->number + 1:
 *     H("TT1M" || prev32 || school u64 || class u64 || subject u64 || number u32 || column u64 ||
 *       student u64 || act u8 || old u8 || new u8 || person u64 || at u64 || len u16 || why)
 * and of a row with an approver or a ref
 *     H("TT1B" || prev32 || the same || approver u64 || ref 16 bytes, zeros for none)
 * `out` may be `head`.
 * Errors  ERR_INVAL  another number, a code that says nothing, or too long a reason
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
