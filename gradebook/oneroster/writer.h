#ifndef GRADEBOOK_ONEROSTER_WRITER_H
#define GRADEBOOK_ONEROSTER_WRITER_H

/*
 * Writes a OneRoster 1.2 bundle (CSV in a zip) from a source, row by row, as a stream: memory does
 * not grow with the rows. A file without a row is not there, as the specification wants it; the
 * manifest names all 21. Whatever comes from the same facts has the same bytes in each file.
 */

#include "core/doc/zip_out.h"
#include "gradebook/oneroster/source.h"
#include "gradebook/oneroster/table.h"

struct oneroster_wish {
	bool is_delta;
	int64_t now_ms;         /* the time of the entries in the archive */
	struct str system_name; /* manifest: source.systemName, source.systemCode */
	struct str system_code;
};

struct oneroster_counts {
	uint64_t rows[ONEROSTER_FILES];
	uint64_t bytes; /* of all files before they are compressed */
};

/* Errors of the source, of the sink and of zip_out.h. *out_counts may be NULL. */
enum err oneroster_write(const struct oneroster_source *source, const struct oneroster_wish *wish,
		const struct zip_sink *sink, struct oneroster_counts *out_counts) MUST_CHECK;

#endif
