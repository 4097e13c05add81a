#ifndef GRADEBOOK_CLOSING_KEPT_YEAR_STORE_H
#define GRADEBOOK_CLOSING_KEPT_YEAR_STORE_H

/*
 * A student's term or year as it was closed: its subjects, marks, absences and everything that they
 * came to are those of the closing, whatever became of the tables, the subjects or the rules since.
 * Who the student is (name, birth) and the names of school and class are those of now.
 */

#include "gradebook/closing/close_store.h"
#include "gradebook/results/class_year_store.h"

/*
 * Loads one student's year. When that part of the class is closed and something was kept of the
 * student, that part of it is what was kept: input and outcome, as they are (not to be worked out
 * again), and *out_closed_at_ms says when. Otherwise it is the present, and *out_closed_at_ms is 0.
 * `out` as in class_year_load().
 * Errors  ERR_CORRUPT  what was kept is not what the class's history says of it; those of
 *                      class_year_load()
 */
enum err kept_year_store_load(struct db *db, const struct class_year_wanted *wanted,
		enum class_scope scope, struct class_year *out,
		int64_t *out_closed_at_ms) MUST_CHECK;

#endif
