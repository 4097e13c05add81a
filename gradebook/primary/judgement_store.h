#ifndef GRADEBOOK_PRIMARY_JUDGEMENT_STORE_H
#define GRADEBOOK_PRIMARY_JUDGEMENT_STORE_H

/*
 * The SQL for judgements. Everything is of one school: a row of another is not found. Each change
 * writes its row of the class's own chain in the ledger, in the same transaction.
 */

#include "core/db/db.h"
#include "gradebook/primary/judgement.h"

struct judgement_facts {
	uint64_t year_id;
	unsigned grade;
	const struct primary_pack *pack;
};
/* ERR_NOT_FOUND unless the class is of the school; ERR_UNSUPPORTED when it is no primary class. */
enum err judgement_store_facts(struct db *db, uint64_t school_id, uint64_t class_id,
		struct judgement_facts *out) MUST_CHECK;

/* One moment of a class. */
struct judgement_place {
	uint64_t school_id;
	uint64_t class_id;
	uint64_t year_id;
	unsigned moment;
};

struct judgement_cell {
	uint64_t student_id;
	unsigned moment;
	unsigned item;
	int value; /* or JUDGEMENT_NONE */
	unsigned version;
	uint64_t changed_by;
	int64_t changed_at_ms;
};
/*
 * The cells of a moment (0: of all), of those who are in the class now, or with `student_id` of that
 * student; whichever class it was said in. An error of `each` ends the reading and is given back.
 */
enum err judgement_store_cells(struct db *db, const struct judgement_place *place,
		uint64_t student_id, enum err (*each)(const struct judgement_cell *cell, void *ctx),
		void *ctx) MUST_CHECK;

/*
 * Begins changing the place: all who change the class's own chain follow each other. The first
 * statement of the transaction.
 * Errors  ERR_CLOSED  the class's term or year is closed
 */
enum err judgement_store_open(struct db *db, const struct judgement_place *place) MUST_CHECK;

struct judgement_change {
	struct judgement_place place;
	uint64_t student_id;
	unsigned item;
	int value;        /* JUDGEMENT_NONE takes it back */
	unsigned version; /* that was seen; 0: nothing there */
	uint64_t person_id;
	int64_t now_ms;
};
/*
 * Says one thing of one student, behind judgement_store_open(). Saying what stands already changes
 * nothing. *out_now is what stands then, on success and when it is stale.
 * Errors  ERR_STALE      another version is there by now
 *         ERR_NOT_FOUND  the student is not in the class
 */
enum err judgement_store_set(struct db *db, const struct judgement_change *change,
		struct judgement_cell *out_now) MUST_CHECK;

#endif
