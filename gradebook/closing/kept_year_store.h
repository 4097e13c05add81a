#ifndef GRADEBOOK_CLOSING_KEPT_YEAR_STORE_H
#define GRADEBOOK_CLOSING_KEPT_YEAR_STORE_H

/*
 * A class's term or year as it was closed: the subjects, marks, absences and everything that they
 * came to are those of the closing, whatever became of the tables, the subjects or the rules since.
 * Who the students are (name, birth) and the names of school and class are those of now.
 */

#include "gradebook/closing/close_store.h"
#include "gradebook/results/class_year_store.h"

/*
 * Loads the year, of one student or of all who are in the class, by one statement a table. When that
 * part of the class is closed, each student of whom something was kept is what was kept: input and
 * outcome, as they are (not to be worked out again), with `kept_at_ms`; the class's subjects and rules
 * are those of the closing, and *out_closed_at_ms says when that was. Who came to the class after it
 * is as in the present, also in the order of subjects (class_year_place()). *out_closed_at_ms is 0
 * where nothing was kept of the part. Of a year that is open the marks, exemptions and conduct of each
 * term that is closed are those that were kept, and everything is worked out from them; else what is
 * open is the present. `out` as in class_year_load().
 * Errors  ERR_CORRUPT  what was kept is not what the class's history says of it; those of
 *                      class_year_load()
 */
enum err kept_year_store_load(struct db *db, const struct class_year_wanted *wanted,
		enum class_scope scope, struct class_year *out,
		int64_t *out_closed_at_ms) MUST_CHECK;

#endif
