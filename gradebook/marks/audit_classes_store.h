#ifndef GRADEBOOK_MARKS_AUDIT_CLASSES_STORE_H
#define GRADEBOOK_MARKS_AUDIT_CLASSES_STORE_H

/*
 * The classes that an audit of the gradebook goes through, one after the other: so each statement
 * is about one class and takes no longer, and no more memory, in a province than in a school.
 */

#include "core/db/db.h"

enum { AUDIT_CLASSES_MAX = 4000000 };

struct audit_classes {
	uint64_t *ids; /* ascending, each once after audit_classes_sort() */
	size_t count;
	size_t cap;
};

/* With audit_classes_finish() as _cleanup_. */
void audit_classes_finish(struct audit_classes *list);

/*
 * Every class of the school, also one of which only heads or closings are left. With 0 every class
 * that any table of the gradebook names: what stands there under a class that is nowhere else, of
 * whichever school, is for this one to find. Sorted. Errors are the database's, ERR_LIMIT and
 * ERR_NOMEM.
 */
enum err audit_classes_load(struct db *db, uint64_t school, struct audit_classes *list) MUST_CHECK;
/* One more, from elsewhere; sort afterwards. */
enum err audit_classes_add(struct audit_classes *list, uint64_t class_id) MUST_CHECK;
void audit_classes_sort(struct audit_classes *list);

#endif
