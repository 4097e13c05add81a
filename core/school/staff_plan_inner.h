#ifndef CORE_SCHOOL_STAFF_PLAN_INNER_H
#define CORE_SCHOOL_STAFF_PLAN_INNER_H

/* What the files staff_*.c share among themselves. Not for others. */

#include "core/school/roster_inner.h"
#include "core/school/staff_plan.h"

/* An empty plan with the names of the sheets; hidden ones are noted. */
enum err staff_plan_begin(const struct grid *const *grids, size_t grid_count,
		struct staff_plan **out) MUST_CHECK;
/* One more row; it may move the others. */
enum err staff_plan_add(struct staff_plan *plan, size_t sheet, unsigned number,
		struct staff_row **out) MUST_CHECK;
/* Counts the actions and keeps what the plan was made from. */
void staff_plan_end(struct staff_plan *plan, const struct staff_known *known);

/* A message of a row, as roster_note(): an error makes the row one. */
enum err staff_note(struct staff_plan *plan, struct staff_row *row, bool is_error, unsigned column,
		const char *code, ...) MUST_CHECK __attribute__((sentinel));

/* Appends a cell's clean text; nothing when it is empty or holds no value (which is said). */
enum err staff_cell_text(struct staff_plan *plan, struct staff_row *row,
		const struct grid_cell *cell, struct buf *out) MUST_CHECK;
/* The first text of a row, plain: what kind of line it is. */
enum roster_line staff_line_of(const struct grid_row *row);

/* ---- staff_words.c: headings of lists of teachers ---- */

enum teacher_field {
	TEACHER_POSITION,
	TEACHER_CODE,
	TEACHER_NAME,
	TEACHER_NAME_REST,
	TEACHER_NAME_GIVEN,
	TEACHER_BIRTH,
	TEACHER_PHONE,
	TEACHER_SUBJECTS,
	TEACHER_NONE,
};

/* The field of one plain heading, and of two rows of it. */
unsigned teacher_heading(struct str plain);
unsigned teacher_headings(struct str above, struct str below);

/* ---- staff_teaching.c, staff_matrix.c, staff_pairs.c: who teaches what ---- */

/* A sheet of assignments under way. */
struct staff_reader {
	struct staff_plan *plan;
	const struct staff_known *known;
	const struct grid *grid;
	size_t sheet;
};

/* Where an entry stands, and what it is about; SIZE_MAX for what was not found. */
struct staff_place {
	unsigned number;
	unsigned column;
	size_t class_index;
	size_t subject_index;
};

/* The parts of a cell. */
enum { STAFF_PARTS_MAX = 40 };
struct staff_parts {
	struct str items[STAFF_PARTS_MAX];
	size_t count;
	bool is_cut; /* there were more */
};
/* The text between the signs, trimmed; a lone "-" is no part. */
void staff_split(struct str text, const char *signs, struct staff_parts *out);

/* An entry of a teacher whom the text names; an error when it names none, or several. */
enum err staff_entry_teacher(
		struct staff_reader *r, const struct staff_place *at, struct str text) MUST_CHECK;
/* An entry that is an error about that value; candidates: NULL, or names. */
enum err staff_entry_fault(struct staff_reader *r, const struct staff_place *at, const char *code,
		struct str value, const struct buf *candidates) MUST_CHECK;
/* An entry that is an error already said in these notes. */
enum err staff_entry_noted(struct staff_reader *r, const struct staff_place *at,
		const struct sheet_notes *notes) MUST_CHECK;
/* The subject that a text names, into the place; an entry that is an error when it names none. */
enum err staff_entry_subject(struct staff_reader *r, struct staff_place *at, unsigned column,
		struct str text, bool *out_is_found) MUST_CHECK;

/* Reads a matrix of subjects and classes; *out_head_row stays 0 when the sheet holds none. */
enum err staff_matrix_read(struct staff_reader *r, unsigned *out_head_row) MUST_CHECK;

/* Holds all entries against what is so: new, the same, twice, and who stops. */
enum err staff_pairs_judge(struct staff_plan *plan, const struct staff_known *known) MUST_CHECK;

#endif
