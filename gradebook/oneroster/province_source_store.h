#ifndef GRADEBOOK_ONEROSTER_PROVINCE_SOURCE_STORE_H
#define GRADEBOOK_ONEROSTER_PROVINCE_SOURCE_STORE_H

/*
 * One school year of one school as a province holds it, as the source of a OneRoster bundle: from
 * the typed rows of core/province and the records that came in, class by class. Only what is whole
 * is given: nothing that names a class, subject or person which the province does not hold. Means
 * are those that the school kept at closing. To be used inside one transaction, so that all of it
 * is of one moment.
 */

#include "core/db/db.h"
#include "gradebook/oneroster/source.h"

enum {
	PROVINCE_SOURCE_CLASSES_MAX = 1000,
	PROVINCE_SOURCE_PAIRS_MAX = 40000, /* subjects of classes */
	PROVINCE_SOURCE_TEXT_BYTES = 8 << 20,
};

struct province_source_wish {
	uint32_t province_id;
	uint64_t school_id; /* province_school.id */
	struct str year;    /* "2026-2027"; outlives the source */
};

struct province_source;

/*
 * Reads what everything else refers to: school, year, classes and their subjects.
 * Errors  ERR_NOT_FOUND  no such school in the province
 *         ERR_MISSING    the province does not hold that year of it, with both of its terms
 *         ERR_LIMIT      more than the limits above
 */
enum err province_source_new(struct db *db, const struct province_source_wish *wish,
		struct province_source **out) MUST_CHECK;
void province_source_free(struct province_source *s);
DEFINE_FREEP(struct province_source *, province_source_free);

/* The school's code, valid as long as `s`. */
struct str province_source_code(const struct province_source *s);
/* How the writer walks it; valid as long as `s`. */
struct oneroster_source province_source_walker(struct province_source *s);

#endif
