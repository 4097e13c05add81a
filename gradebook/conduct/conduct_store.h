#ifndef GRADEBOOK_CONDUCT_CONDUCT_STORE_H
#define GRADEBOOK_CONDUCT_CONDUCT_STORE_H

/*
 * The SQL for conduct. Everything is of one school: a row of another is not found. Each change
 * writes its row of the class's own chain in the ledger, in the same transaction.
 */

#include "core/db/db.h"
#include "gradebook/conduct/conduct.h"

/* Which conduct of which class. */
struct conduct_place {
	uint64_t school_id;
	uint64_t class_id;
	uint64_t term_id;
	unsigned term_number; /* conduct_store_facts() */
	enum conduct_stage stage;
};

struct conduct_facts {
	unsigned term_number;
	unsigned grade;
	int year; /* the school year's first half */
};
/* ERR_NOT_FOUND unless class and term are of the school and of one school year. */
enum err conduct_store_facts(struct db *db, uint64_t school_id, uint64_t class_id, uint64_t term_id,
		struct conduct_facts *out) MUST_CHECK;

struct conduct_cell {
	uint64_t student_id;
	unsigned term_number;
	enum conduct_stage stage;
	enum pack_level level;
	unsigned version;
};
/* Every cell of the class's year, of those who are in the class now; an error of `each` ends the
 * reading and is given back. */
enum err conduct_store_cells(struct db *db, uint64_t school_id, uint64_t class_id,
		enum err (*each)(const struct conduct_cell *cell, void *ctx), void *ctx) MUST_CHECK;

struct conduct_change {
	struct conduct_place place;
	uint64_t student_id;
	enum pack_level level; /* PACK_LEVEL_NONE takes it back */
	unsigned version;      /* that was seen; 0: nothing there */
	uint64_t person_id;
	int64_t now_ms;
};
/*
 * Sets one student's level. Inside a transaction. Saying what stands already changes nothing.
 * Errors  ERR_STALE      another version is there by now
 *         ERR_NOT_FOUND  the student is not in the class
 *         ERR_CLOSED     the class's term (after summer: its year) is closed
 */
enum err conduct_store_set(struct db *db, const struct conduct_change *change) MUST_CHECK;

#endif
