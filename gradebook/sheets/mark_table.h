#ifndef GRADEBOOK_SHEETS_MARK_TABLE_H
#define GRADEBOOK_SHEETS_MARK_TABLE_H

/*
 * Where the marks of a sheet stand: our own form by the ids it hides, any other by its headings (of
 * one to four rows, merged cells, titles above), and what the sheet says it is of. Pure.
 */

#include "core/base/arena.h"
#include "core/base/grid.h"
#include "core/school/sheet_note.h"
#include "gradebook/sheets/mark_known.h"
#include "gradebook/sheets/mark_words.h"

enum {
	MARK_TABLE_COLUMNS_MAX = 60, /* of marks, means too */
	MARK_TABLE_WIDTH_MAX = 200,  /* columns of a sheet that are looked at */
	MARK_TABLE_HEAD_ROWS_MAX = 4,
	MARK_TABLE_BIRTH_PARTS = 3,
	MARK_TABLE_SEARCH_ROWS_MAX = 40, /* rows with content in which the table must begin */
};

/* What stands in hidden cells of our own form. */
#define MARK_FORM_MARK "truongthi-diem-1" /* followed by class, subject and term */
#define MARK_FORM_COLUMN "cot"            /* followed by the column's id */
#define MARK_FORM_BASIS "goc"             /* over what each cell was when the form was made */

struct mark_table_column {
	unsigned column;
	struct str title; /* as a person reads it */
	enum mark_kind kind;
	unsigned position;
	size_t known; /* index of the gradebook's column; SIZE_MAX: it has none */
	struct sheet_notes notes;
};

struct mark_table {
	unsigned head_row; /* the last row of the head; 0: no table */
	unsigned name;     /* columns; 0: none */
	unsigned given;
	unsigned code;
	unsigned birth;
	unsigned birth_parts
			[MARK_TABLE_BIRTH_PARTS]; /* day, month and year in columns of their own */
	bool is_own;                              /* our form: */
	unsigned id;
	unsigned basis;
	struct mark_table_column columns[MARK_TABLE_COLUMNS_MAX];
	size_t column_count;
	size_t used_count;        /* of them known */
	unsigned agrees;          /* how many of class, subject and term the sheet names rightly */
	struct sheet_notes notes; /* an error: the sheet is of something else */
	bool is_refused;
};

/* The table of a sheet; texts and notes go into the arena. */
enum err mark_table_find(const struct grid *grid, const struct mark_known *known,
		struct arena *arena, struct mark_table *out) MUST_CHECK;

#endif
