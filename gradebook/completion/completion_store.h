#ifndef GRADEBOOK_COMPLETION_COMPLETION_STORE_H
#define GRADEBOOK_COMPLETION_COMPLETION_STORE_H

/* Reads how far a school year's marks are: one statement a table, however many classes. */

#include "core/db/db.h"
#include "gradebook/completion/completion.h"

/*
 * Loads a year of the school and works it out, all of one moment; of the marks those of one term
 * (SCOPE_TERM_1, SCOPE_TERM_2) or of both (SCOPE_YEAR). `out` was made by completion_init(), and
 * belongs to completion_finish() whatever comes of it.
 * Errors  ERR_NOT_FOUND  the year is not of the school
 *         ERR_LIMIT      more classes, places or text than a school can have
 */
enum err completion_load(struct db *db, uint64_t school_id, uint64_t year_id,
		enum class_scope scope, struct completion *out) MUST_CHECK;

#endif
