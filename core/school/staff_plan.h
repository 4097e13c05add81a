#ifndef CORE_SCHOOL_STAFF_PLAN_H
#define CORE_SCHOOL_STAFF_PLAN_H

/*
 * Lists of teachers, and of who teaches what, from a school's Excel files: each row, or cell, held
 * against what the school has, as a plan that a person looks at and that is then carried out exactly
 * as it was shown. Pure. A mistake names sheet, row and column.
 *
 * An empty cell changes nothing. What a file says of a class and a subject is the whole of it: who
 * teaches there and is not named any more, teaches there no more.
 */

#include "core/base/grid.h"
#include "core/school/roster.h"
#include "core/school/staff.h"

enum {
	STAFF_ROWS_MAX = 10000, /* of one plan */
	STAFF_CHANGES_MAX = 4,
};

struct staff_change {
	const char *field; /* "birthDate", "phone", "subjects" */
	struct str old_text;
	struct str new_text;
};

/* One line of the plan: a teacher, or a teacher in a class and a subject. */
struct staff_row {
	size_t sheet;
	struct str sheet_name; /* of a plan that was read back, which has no sheets */
	unsigned number;
	unsigned column; /* of a cell of a matrix; 0: the row */
	enum roster_action action;
	struct sheet_notes notes;
	/* Whom the list names: known by person_id, or new (0). */
	uint64_t person_id;
	unsigned version;
	struct str full_name;
	struct str login;
	/* Of a list of teachers. */
	struct date birth;
	struct str phone;
	bool has_subjects; /* the list says which */
	uint64_t subjects[STAFF_SUBJECTS_OF_ONE_MAX];
	size_t subject_count;
	struct str subject_names;
	struct staff_change changes[STAFF_CHANGES_MAX];
	size_t change_count;
	/* Of a list of assignments. */
	uint64_t class_id;
	uint64_t subject_id;
	struct str class_name;
	struct str subject_name;
	uint64_t *removes; /* who teaches there no more */
	size_t remove_count;
	struct str remove_names;
};

struct staff_sheet {
	struct str name;
	unsigned header_row; /* 0: no list */
	struct sheet_notes notes;
};

struct staff_plan {
	struct staff_sheet *sheets;
	size_t sheet_count;
	struct staff_row *rows;
	size_t row_count;
	size_t row_cap;
	size_t counts[ROSTER_ACTION_COUNT_];
	struct hash basis; /* staff_known_hash() of what it was made from */
	struct arena arena;
};

/* A list of teachers. ERR_LIMIT: more rows or sheets than the limits. A plan without rows is one of
 * a file without such a list. */
enum err staff_plan_teachers(const struct grid *const *grids, size_t grid_count,
		const struct staff_known *known, struct staff_plan **out) MUST_CHECK;
/* Who teaches what: lists of teacher, subject and class, and matrices of subjects and classes. */
enum err staff_plan_teaching(const struct grid *const *grids, size_t grid_count,
		const struct staff_known *known, struct staff_plan **out) MUST_CHECK;
void staff_plan_free(struct staff_plan *plan);
DEFINE_FREEP(struct staff_plan *, staff_plan_free);

/* Appends the plan as it is kept: the first line is the preview, a JSON object (with sentences in
 * that language); the lines behind it are what carrying it out needs. */
enum err staff_plan_save(const struct staff_plan *plan, enum lang lang, struct buf *out) MUST_CHECK;
/* Reads a saved plan back: basis, counts, and the rows that are new or change something. ERR_CORRUPT
 * when it is none. The preview is roster_plan_preview(). */
enum err staff_plan_load(struct str saved, struct staff_plan **out) MUST_CHECK;

#endif
