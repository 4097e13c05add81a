#ifndef GRADEBOOK_ONEROSTER_DELTA_STORE_H
#define GRADEBOOK_ONEROSTER_DELTA_STORE_H

/*
 * What changed of a school year since a time, as a source: of another source (a school's tables)
 * everything that the records (core/outbox) say was told anew since then, and what is gone. Rows are
 * the same as in bulk; what follows from a change (a mean, the subjects of a student's class) comes
 * along. To be used inside one transaction.
 */

#include "gradebook/oneroster/school_source_store.h"

struct delta_source;

/*
 * `source` was made with tells_open_means.
 * Errors  ERR_UNSUPPORTED  the school exchanges nothing, so that nobody kept what changed
 *         ERR_EARLY        what was there before is not told to the end yet
 *         ERR_LIMIT        more changes than fit
 */
enum err delta_source_new(struct db *db, struct school_source *source, int64_t since_ms,
		struct delta_source **out) MUST_CHECK;
void delta_source_free(struct delta_source *d);
DEFINE_FREEP(struct delta_source *, delta_source_free);

struct oneroster_source delta_source_walker(struct delta_source *d);

#endif
