#ifndef GRADEBOOK_REASSESS_REASSESS_STORE_H
#define GRADEBOOK_REASSESS_REASSESS_STORE_H

/*
 * The SQL for what was assessed again. Everything is of one school: a row of another is not found.
 * Each change writes its row of the class's own chain in the ledger, in the same transaction.
 */

#include "core/db/db.h"
#include "gradebook/reassess/reassess.h"

struct reassess_cell {
	uint64_t student_id;
	uint64_t subject_id;
	unsigned item;
	int value; /* or REASSESS_NONE */
	unsigned version;
};
/* Every cell of the class's year, of those who are in the class now; an error of `each` ends the
 * reading and is given back. */
enum err reassess_store_cells(struct db *db, uint64_t school_id, uint64_t class_id,
		enum err (*each)(const struct reassess_cell *cell, void *ctx),
		void *ctx) MUST_CHECK;

struct reassess_change {
	uint64_t school_id;
	uint64_t class_id;
	uint64_t year_id; /* the class's */
	uint64_t student_id;
	uint64_t subject_id;
	unsigned item;
	int value;        /* REASSESS_NONE takes it back */
	unsigned version; /* that was seen; 0: nothing there */
	uint64_t person_id;
	int64_t now_ms;
};
/*
 * Begins changing: all who change the class's own chain follow each other. The first statement of the
 * transaction.
 * Errors  ERR_CLOSED  the class's year is closed
 */
enum err reassess_store_open(struct db *db, uint64_t school_id, uint64_t class_id) MUST_CHECK;
/*
 * Says one thing, behind reassess_store_open(). Saying what stands already changes nothing.
 * Errors  ERR_STALE      another version is there by now
 *         ERR_NOT_FOUND  the student is not in the class
 */
enum err reassess_store_set(struct db *db, const struct reassess_change *change) MUST_CHECK;

#endif
