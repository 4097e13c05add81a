#ifndef GRADEBOOK_CLOSING_CLOSING_STORE_H
#define GRADEBOOK_CLOSING_CLOSING_STORE_H

/* The SQL that asks whether a class's term or year is closed: then what counts into it stands. */

#include "core/db/db.h"

/*
 * ERR_CLOSED when the class's year, or that term of it (0: none in question), is closed. Inside a
 * transaction no closing can come between this and its end.
 */
enum err closing_store_check(struct db *db, uint64_t school_id, uint64_t class_id,
		unsigned term_number) MUST_CHECK;

/* ERR_CLOSED when a term or the year of any class of that grade is closed. Inside a transaction as
 * above. */
enum err closing_store_check_grade(struct db *db, uint64_t school_id, uint64_t school_year_id,
		unsigned grade) MUST_CHECK;

#endif
