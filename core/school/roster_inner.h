#ifndef CORE_SCHOOL_ROSTER_INNER_H
#define CORE_SCHOOL_ROSTER_INNER_H

/* What the readers of Excel lists share: classes, teachers, who teaches what, marks. Not for others. */

#include "core/school/roster.h"

/* ---- roster_json.c: plans that were saved ---- */

/*
 * Each line of a saved plan behind its preview, the head first. An error of `each` ends it.
 * ERR_CORRUPT when there is no line, or `each` finds anything wrong: what stands there was written by
 * this program; ERR_NOMEM.
 */
enum err roster_plan_lines(struct str saved,
		enum err (*each)(struct str line, bool is_head, void *ctx), void *ctx) MUST_CHECK;

/* ---- roster_words.c: what Vietnamese schools write ---- */

/* A text for comparing: folded, what stands in brackets left out, other signs as blanks. */
enum err roster_plain(struct str s, struct buf *out) MUST_CHECK;
/* The field of a plain heading, ROSTER_FIELD_NONE when it is none of ours. */
enum roster_field roster_heading(struct str plain);
/* The same for a heading of two rows: what stands above and below. */
enum roster_field roster_heading_pair(struct str above, struct str below);

enum roster_line {
	ROSTER_LINE_DATA,
	ROSTER_LINE_TOTAL, /* "Tổng số: 45" */
	ROSTER_LINE_FOOTER, /* "HIỆU TRƯỞNG", "Người lập", "Ngày … tháng … năm …" */
};
/* What kind of line begins with this plain text, when it is no student's. */
enum roster_line roster_line_of(struct str plain);
/* ERR_INVAL when it is no word for a sex. */
enum err roster_sex_parse(struct str s, enum sex *out) MUST_CHECK;
/* Appends the class named in a text: a section line "Lớp: 10A1", a title "DANH SÁCH … LỚP 10A1
 * NĂM HỌC …", a sheet's name "10A1" (only when is_name). ERR_NOT_FOUND when there is none. */
enum err roster_class_find(struct str text, bool is_name, struct buf *out) MUST_CHECK;

/* ---- roster_head.c: where a sheet's list begins ---- */

struct roster_head {
	struct sheet_head list;
	struct str class_name; /* of a title above, or the sheet's name; may be empty */
};

/* Texts go into the arena; doubts into the sheet's messages by `plan`. */
enum err roster_head_find(
		const struct grid *grid, struct arena *arena, struct roster_head *out) MUST_CHECK;

/* ---- roster_read.c: a row's cells ---- */

/* One student's line as it stands there. */
struct roster_raw {
	unsigned number;
	bool is_hidden;
	const struct grid_cell *cells[ROSTER_FIELD_COUNT_]; /* NULL: empty */
	unsigned columns[ROSTER_FIELD_COUNT_]; /* where each field stands; 0: in no column */
	struct str class_name; /* from a section line or the sheet, when the row names none */
};

/* Reads the rows of a sheet below its head into the plan: checked, not yet compared. */
enum err roster_read_sheet(struct roster_plan *plan, size_t sheet, const struct grid *grid,
		const struct roster_head *head, const struct roster_target *target) MUST_CHECK;

/* ---- roster_check.c: a line's values ---- */

/* Fills the row from the line: parsed values, and messages for what is wrong. */
enum err roster_check_row(struct roster_plan *plan, const struct roster_raw *raw,
		const struct roster_target *target, struct roster_row *row) MUST_CHECK;
/* The class of a row by its name, added to the plan when it is not there. */
enum err roster_take_class(
		struct roster_plan *plan, struct str name, unsigned grade, size_t *out) MUST_CHECK;

/*
 * Adds a message; names and values (const char *) come in pairs and end with NULL. Past
 * SHEET_MESSAGES_MAX nothing is added, but an error still makes the row one.
 */
enum err roster_note(struct roster_plan *plan, struct roster_row *row, bool is_error,
		unsigned column, const char *code, ...) MUST_CHECK __attribute__((sentinel));

/* ---- roster_cell.c: days in cells ---- */

/* A day from one cell: a date, a date as text, or Excel's bare day number. `text` is the cell's,
 * clean. */
enum err roster_birth_parse(
		const struct grid_cell *cell, struct str text, struct date *out) MUST_CHECK;
/* The code of what is wrong with a birth date that could not be read. */
const char *roster_birth_fault(struct str text);

/* ---- roster_guardian.c ---- */

/* The guardians that a line names, with what is wrong with them. */
enum err roster_check_guardians(struct roster_plan *plan, const struct roster_raw *raw,
		struct roster_row *row) MUST_CHECK;

/* ---- roster_keys.c: finding by text ---- */

struct roster_key {
	struct str text;
	size_t index; /* of a row or a student */
};

struct roster_keys {
	struct roster_key *items;
	size_t count;
	size_t cap;
};

/* The text is not copied. */
enum err roster_keys_add(struct roster_keys *keys, struct str text, size_t index) MUST_CHECK;
void roster_keys_sort(struct roster_keys *keys);
/* The first of the sorted items with that text, by rising index, and how many there are. */
const struct roster_key *roster_keys_find(
		const struct roster_keys *keys, struct str text, size_t *out_count);
void roster_keys_finish(struct roster_keys *keys);

/* Texts to find by: a code in small letters; a folded name; name and birth date. */
enum err roster_key_code(struct arena *arena, struct str code, struct str *out) MUST_CHECK;
enum err roster_key_person(struct arena *arena, struct str name, struct date birth,
		struct str *out) MUST_CHECK;

/* ---- roster_diff.c: one row held against one student ---- */

/* What the whole school knows of guardians: by phone number. */
struct roster_phones {
	struct roster_keys known; /* index: of `people` */
	const struct roster_known_guardian **people;
	size_t people_count;
	size_t people_cap;
	struct roster_keys rows; /* numbers of the list; index: of the row */
};

/* Links the row's guardians and, when the student is known, lists what would change. */
enum err roster_diff(struct roster_plan *plan, struct roster_row *row,
		const struct roster_known_student *student, const struct roster_phones *phones,
		const uint8_t *personal_id_key) MUST_CHECK;

/* ---- roster_match.c: held against the school ---- */

/* Decides for every row that is not skipped: new, change, same, duplicate or error. */
enum err roster_match(struct roster_plan *plan, const struct roster_known *known,
		const struct roster_target *target) MUST_CHECK;

/* Appends a class's name for comparing: plain, and without blanks but between two digits. */
enum err roster_class_key(struct str s, struct buf *out) MUST_CHECK;

/* Appends trimmed NFC text with single blanks and without control characters. */
enum err roster_clean(struct str s, struct buf *out) MUST_CHECK;

#endif
