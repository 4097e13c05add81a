#ifndef GRADEBOOK_ONEROSTER_EXPORT_STORE_H
#define GRADEBOOK_ONEROSTER_EXPORT_STORE_H

/*
 * A school year of a school as a OneRoster 1.2 bundle: all of one moment, into whatever takes the
 * bytes (a file: core/doc/zip_file_io.h; a buffer: zip_sink_buf()).
 */

#include "core/db/db.h"
#include "gradebook/oneroster/writer.h"

struct oneroster_export {
	uint64_t school_id;
	uint64_t year_id;
	bool has_guardians;
	int64_t since_ms; /* a delta: what changed since then (UTC ms); 0: everything */
	int64_t now_ms;
};

/*
 * Errors  ERR_NOT_FOUND  no such school, or no such year in it
 *         ERR_MISSING    the year has not both of its terms
 *         ERR_UNSUPPORTED  a delta of a school that exchanges nothing: nobody kept what changed
 *         ERR_EARLY      a delta before the first full load of what is exchanged has ended
 *         ERR_INVAL      a delta with guardians, whose changes are not kept
 *         ERR_LIMIT      more than a school can have (school_source_store.h), or past 4 GiB
 * and what the sink gave. After a failure the bytes that were written are good for nothing.
 */
enum err oneroster_export(struct db *db, const struct oneroster_export *wish,
		const struct zip_sink *sink, struct oneroster_counts *out_counts) MUST_CHECK;

#endif
