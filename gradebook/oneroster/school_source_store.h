#ifndef GRADEBOOK_ONEROSTER_SCHOOL_SOURCE_STORE_H
#define GRADEBOOK_ONEROSTER_SCHOOL_SOURCE_STORE_H

/*
 * One school year of one school as the source of a OneRoster bundle, read from its tables: class by
 * class, never all marks at once. Means are worked out by the rules as everywhere (gradebook/results);
 * of what is closed they are those of the closing. To be used inside one transaction, so that all of
 * it is of one moment. A class of which what was kept was edited since has no means.
 */

#include "core/db/db.h"
#include "gradebook/oneroster/source.h"

enum {
	ONEROSTER_CLASSES_MAX = 1000,
	ONEROSTER_SUBJECTS_MAX = 1000,
	ONEROSTER_PAIRS_MAX = 40000, /* subjects of classes */
	ONEROSTER_SOURCE_TEXT_BYTES = 8 << 20,
};

struct school_source_wish {
	uint64_t school_id;
	uint64_t year_id;
	bool has_guardians; /* names and children, no phone numbers */
	/* For a delta: a mean that is open is given as gone, since it may have been closed before. */
	bool tells_open_means;
};

struct school_source;

/*
 * Reads what everything else refers to: school, year, subjects, classes.
 * Errors  ERR_NOT_FOUND  no such school, or no such year in it
 *         ERR_MISSING    the year has not both of its terms
 *         ERR_LIMIT      more than the limits above
 */
enum err school_source_new(struct db *db, const struct school_source_wish *wish,
		struct school_source **out) MUST_CHECK;
void school_source_free(struct school_source *s);
DEFINE_FREEP(struct school_source *, school_source_free);

/* How the writer walks it; valid as long as `s`. */
struct oneroster_source school_source_walker(struct school_source *s);

#endif
