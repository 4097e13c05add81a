#ifndef GRADEBOOK_SHEETS_MARK_FILE_INNER_H
#define GRADEBOOK_SHEETS_MARK_FILE_INNER_H

/* What the files mark_file*.c and mark_match.c share. Not for others. */

#include "gradebook/sheets/mark_file.h"

/* One line of the table that may be a student's. */
struct mark_line {
	const struct grid_row *row;
	struct str name; /* clean, may be empty when the form names the student by id */
	size_t student;  /* SIZE_MAX: nobody, or not sure */
	struct sheet_notes notes;
};

struct mark_lines {
	struct mark_line *items;
	size_t count;
	size_t cap;
};

/* ---- mark_match.c ---- */

/* The lines of the table with whom each is about; two of one student are nobody's. Texts and notes
 * go into the arena. Free lines->items. */
enum err mark_match_lines(const struct grid *grid, const struct mark_table *table,
		const struct mark_known *known, struct arena *arena,
		struct mark_lines *out) MUST_CHECK;

#endif
