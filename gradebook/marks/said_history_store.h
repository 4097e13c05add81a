#ifndef GRADEBOOK_MARKS_SAID_HISTORY_STORE_H
#define GRADEBOOK_MARKS_SAID_HISTORY_STORE_H

/*
 * What was ever said of one thing of a student in a year, beside marks, as people read it: conduct, a
 * quality or competence at a moment, what was assessed again. From the own chains of the classes that the
 * student was in that year. Changes nothing.
 */

#include "core/db/db.h"
#include "gradebook/marks/ledger.h"

/* Of what: as the rows of the chains name it. */
struct said_place {
	uint64_t school_id;
	uint64_t class_id;
	uint64_t student_id;
	enum ledger_act act;
	uint64_t column_id; /* judgement_column(), reassess_column(); 0 of conduct */
};

struct said_row {
	uint8_t old_code; /* as in a ledger's row (cell.h; of conduct its own) */
	uint8_t new_code;
	struct str why; /* texts are valid during the call */
	uint64_t person_id;
	struct str person_name;
	int64_t at_ms;
};

struct said_each {
	enum err (*said)(const struct said_row *row, void *ctx);
	void *ctx;
};

/*
 * Every change, oldest first.
 * Errors  ERR_NOT_FOUND  the student never was in the place's class; those of `to`
 */
enum err said_history_store_load(struct db *db, const struct said_place *place,
		const struct said_each *to) MUST_CHECK;

#endif
