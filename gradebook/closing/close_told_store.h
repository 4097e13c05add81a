#ifndef GRADEBOOK_CLOSING_CLOSE_TOLD_STORE_H
#define GRADEBOOK_CLOSING_CLOSE_TOLD_STORE_H

/* Who is told that a class's term or year was closed. */

#include "core/db/db.h"

/*
 * Tells the families of the class's students. term_number: 1, 2, or 0 for the year; the version is
 * that of the closing. Inside its transaction; once more tells nobody again.
 */
struct close_told {
	uint64_t school_id;
	uint64_t class_id;
	unsigned term_number;
	unsigned version;
	int64_t now_ms;
};
enum err close_told_store_families(struct db *db, const struct close_told *told) MUST_CHECK;

#endif
