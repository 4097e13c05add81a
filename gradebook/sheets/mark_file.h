#ifndef GRADEBOOK_SHEETS_MARK_FILE_H
#define GRADEBOOK_SHEETS_MARK_FILE_H

/*
 * An Excel file of marks held against the gradebook, cell by cell, as a plan that a person looks at
 * and that is then carried out exactly as it was shown. In either direction: the file's marks into
 * the gradebook, or the gradebook's into the file. Pure. What is doubtful is asked, what is wrong is
 * refused, each with sheet, row and column; an empty cell of a file takes nothing away, unless it is
 * our own form and held something when it was made.
 */

#include "core/base/messages.h"
#include "gradebook/sheets/mark_table.h"

enum {
	MARK_FILE_SHEETS_MAX = 100,
	MARK_FILE_ROWS_MAX = 2000, /* of a table */
	MARK_FILE_CELLS_MAX = 2 * MARK_KNOWN_STUDENTS_MAX * MARK_COLUMNS_MAX,
	MARK_FILE_BYTES_MAX = 32 << 20,
};

enum mark_file_way { MARK_FILE_IN, MARK_FILE_OUT };

/* What becomes of a cell. */
enum mark_file_fate {
	MARK_FILE_CHANGE,
	MARK_FILE_ASK, /* a change when a person says so */
	MARK_FILE_REFUSED,
	MARK_FILE_KEPT, /* the other side has nothing to put there */
	MARK_FILE_SAME,
	MARK_FILE_FATE_COUNT_,
};
const char *mark_file_fate_name(enum mark_file_fate fate);

struct mark_file_cell {
	unsigned row;
	unsigned column;
	size_t student; /* indexes of the gradebook's */
	size_t known;
	enum mark_file_fate fate;
	struct str old_text; /* as a person reads them */
	struct str new_text;
	struct sheet_notes notes;
	/* Of a change of the gradebook. */
	uint64_t column_id;
	uint64_t student_id;
	struct cell wanted;
	unsigned version; /* that the preview saw */
	uint64_t confirm; /* of an asked one: its name in the preview; 0: not asked */
};

/* A row of the table whose student is not sure. */
struct mark_file_row {
	unsigned number;
	struct str name;
	size_t student; /* SIZE_MAX: nobody */
	struct sheet_notes notes;
};

struct mark_file_sheet {
	struct str name;
	bool has_table;
	struct sheet_notes notes;
};

struct mark_file {
	enum mark_file_way way;
	uint64_t class_id; /* the place */
	uint64_t subject_id;
	uint64_t term_id;
	struct mark_file_sheet *sheets;
	size_t sheet_count;
	size_t sheet; /* that is read; SIZE_MAX: none */
	struct mark_table table;
	struct mark_file_cell *cells; /* all that are not the same, by row and column */
	size_t cell_count;
	size_t cell_cap;
	struct mark_file_row *rows;
	size_t row_count;
	size_t row_cap;
	size_t counts[MARK_FILE_FATE_COUNT_];
	bool is_seen[MARK_KNOWN_STUDENTS_MAX]; /* students with a row */
	bool needs_why;                        /* a change of a mark that families have seen */
	struct arena arena;
};

/*
 * The plan of a file. `sheet` is the one to read, or SIZE_MAX for the one that fits best. When none
 * can be read out->sheet is SIZE_MAX, and the notes of the sheets say why.
 * Errors  ERR_LIMIT  more sheets, rows or cells than the limits
 */
enum err mark_file_new(const struct grid *const *grids, size_t grid_count,
		const struct mark_known *known, enum mark_file_way way, size_t sheet,
		enum lang lang, struct mark_file **out) MUST_CHECK;
void mark_file_free(struct mark_file *file);
DEFINE_FREEP(struct mark_file *, mark_file_free);

/* Of a plan that fills the file: a cell that cannot be written after all, since a formula is there. */
enum err mark_file_keep_formula(struct mark_file *file, size_t cell) MUST_CHECK;

/* Appends the plan as it is kept: the first line is the preview, a JSON object (with sentences in
 * that language); the lines behind it are what carrying it out needs. */
enum err mark_file_save(const struct mark_file *file, const struct mark_known *known,
		enum lang lang, struct buf *out) MUST_CHECK;

/* A kept plan read back: its place, and the cells that change or are asked. ERR_CORRUPT. */
enum err mark_file_load(struct str saved, struct mark_file **out) MUST_CHECK;

#endif
