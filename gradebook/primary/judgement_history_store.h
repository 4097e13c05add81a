#ifndef GRADEBOOK_PRIMARY_JUDGEMENT_HISTORY_STORE_H
#define GRADEBOOK_PRIMARY_JUDGEMENT_HISTORY_STORE_H

/*
 * What was ever said of one quality or competence of a pupil at one moment, as people read it: from
 * the own chains of the classes that the pupil was in that year. Changes nothing.
 */

#include "core/db/db.h"
#include "gradebook/primary/judgement_store.h"

struct judgement_said {
	uint8_t old_code; /* as in a ledger's row (gradebook/marks/cell.h) */
	uint8_t new_code;
	struct str why;
	uint64_t person_id;
	struct str person_name; /* valid during the call */
	int64_t at_ms;
};

struct judgement_history {
	enum err (*said)(const struct judgement_said *said, void *ctx);
	void *ctx;
};

/*
 * Every change of that cell, oldest first.
 * Errors  ERR_NOT_FOUND  the pupil never was in the place's class; those of `to`
 */
enum err judgement_history_store_load(struct db *db, const struct judgement_place *place,
		uint64_t student_id, unsigned item, const struct judgement_history *to) MUST_CHECK;

#endif
