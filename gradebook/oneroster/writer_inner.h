#ifndef GRADEBOOK_ONEROSTER_WRITER_INNER_H
#define GRADEBOOK_ONEROSTER_WRITER_INNER_H

/* What writer.c (which rows there are) and writer_rows.c (how a row is written) share; nobody else
 * includes it. Failures of cells stick to the buffer, and row_end() gives them. */

#include "core/base/csv.h"
#include "core/base/date.h"
#include "core/doc/zip_out.h"
#include "gradebook/oneroster/words.h"
#include "gradebook/oneroster/writer.h"

/* The file that is being written. */
struct out {
	const struct oneroster_wish *wish;
	struct zip_out *zip;
	enum oneroster_file file;
	size_t column; /* of the present row, to be written next */
	bool has_entry;
	struct buf csv;
	struct csv_writer writer;
	struct oneroster_counts counts;
};

/* ---- cells of the present row, from the left ---- */

void row_cell(struct out *o, struct str s);
void row_cellz(struct out *o, const char *z);
void row_item(struct out *o, struct str s);
void row_blanks(struct out *o, size_t count);
void row_number(struct out *o, unsigned v);
void row_count(struct out *o, unsigned v);
void row_bool(struct out *o, bool v);
void row_date(struct out *o, struct date d);
void row_time(struct out *o, int64_t at_ms);
void row_grade(struct out *o, unsigned grade);
void row_score(struct out *o, int value_x10);

/* ---- rows ---- */

/* Begins a row, and its file with the first: sourcedId, status, dateLastModified. */
enum err row_begin(struct out *o, const char *id, const struct oneroster_fact *f) MUST_CHECK;
/* Every column of the file has its cell by now. */
enum err row_end(struct out *o) MUST_CHECK;
/* Compresses what was kept back when it is at least so much. */
enum err row_flush(struct out *o, size_t least) MUST_CHECK;

#endif
