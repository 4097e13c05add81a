#ifndef GRADEBOOK_RESULTS_CLASS_YEAR_STORE_H
#define GRADEBOOK_RESULTS_CLASS_YEAR_STORE_H

/*
 * Reads a class's whole year by one statement a table, however many students there are. Everything
 * is of one school: a class of another is not found.
 */

#include "core/db/db.h"
#include "gradebook/results/class_year.h"

struct class_year_wanted {
	uint64_t school_id;
	uint64_t class_id;
	uint64_t student_id; /* one alone, also one who has left the class; 0: all who are in it */
	/* What students and parents may see: published columns, and conduct, qualities and
	 * competences once the class's term is closed. */
	bool is_for_family;
};

/*
 * Loads the class and works its students out, all of one moment. `out` was made by
 * class_year_init(), and belongs to class_year_finish() whatever comes of it.
 * Errors  ERR_NOT_FOUND    no such class in the school, or the student was never in it
 *         ERR_UNSUPPORTED  there are no rules for that grade: everything but what comes of the
 *                          marks is in `out`
 *         ERR_LIMIT        more students, subjects or text than a class can have
 */
enum err class_year_load(struct db *db, const struct class_year_wanted *wanted,
		struct class_year *out) MUST_CHECK;

#endif
