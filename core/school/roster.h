#ifndef CORE_SCHOOL_ROSTER_H
#define CORE_SCHOOL_ROSTER_H

/*
 * Class lists: what a school's Excel list says, row by row, held against the students the school
 * has, as a plan that a person looks at and that is then carried out exactly as it was shown.
 * Pure: sheets and present students in, plan out. A mistake names sheet, row and column.
 *
 * An empty cell changes nothing: a list never takes away what the school knows.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/date.h"
#include "core/base/err.h"
#include "core/base/grid.h"
#include "core/base/messages.h"
#include "core/school/account.h"
#include "core/school/sheet_head.h"
#include "core/school/sheet_note.h"
#include "core/seal/hash.h"

enum {
	ROSTER_ROWS_MAX = 5000, /* rows of one plan, skipped ones included */
	ROSTER_SHEETS_MAX = 100,
	ROSTER_CLASSES_MAX = 300,
	ROSTER_STUDENTS_MAX = 20000, /* that a school has already */
	ROSTER_GUARDIANS_MAX = 3,    /* father, mother, another: of one row */
	ROSTER_BYTES_MAX = 64 * 1024 * 1024,
	ROSTER_CODE_MAX = 32, /* characters, as in the tables */
	ROSTER_CLASS_CHARS_MAX = 32,
	ROSTER_ETHNICITY_CHARS_MAX = 60,
	ROSTER_PLACE_CHARS_MAX = 200,
	ROSTER_LONG_CHARS_MAX = 300, /* address, note */
	ROSTER_PERSONAL_ID_DIGITS = 12,
	ROSTER_HIGHEST_GRADE = 12,
};

/* What a column can hold. Those up to ROSTER_NOTE can change on a student who is known. */
enum roster_field {
	ROSTER_CODE,
	ROSTER_PERSONAL_ID,
	ROSTER_NAME,
	ROSTER_BIRTH,
	ROSTER_SEX,
	ROSTER_CLASS,
	ROSTER_BIRTH_PLACE,
	ROSTER_ETHNICITY,
	ROSTER_ADDRESS,
	ROSTER_NOTE,
	ROSTER_STATE,              /* not a column: left, and back again */
	ROSTER_GUARDIAN,           /* not a column: one more */
	ROSTER_GUARDIAN_PHONE_SET, /* not a column: one who had none */
	ROSTER_POSITION,
	ROSTER_NAME_REST, /* family and middle names */
	ROSTER_NAME_GIVEN,
	ROSTER_BIRTH_DAY,
	ROSTER_BIRTH_MONTH,
	ROSTER_BIRTH_YEAR,
	ROSTER_FEMALE, /* a cross for girls */
	ROSTER_GRADE,
	ROSTER_FATHER_NAME,
	ROSTER_FATHER_PHONE,
	ROSTER_MOTHER_NAME,
	ROSTER_MOTHER_PHONE,
	ROSTER_OTHER_NAME,
	ROSTER_OTHER_PHONE,
	ROSTER_CODE_OR_ID, /* "Mã định danh": told apart by what stands below */
	ROSTER_FIELD_COUNT_,
	ROSTER_FIELD_NONE,
};

/* The field's word in JSON: "birthDate", "fatherPhone"; NULL for ROSTER_FIELD_NONE. */
const char *roster_field_name(enum roster_field field);
enum err roster_field_parse(struct str s, enum roster_field *out) MUST_CHECK;

enum roster_action {
	ROSTER_NEW,
	ROSTER_CHANGE,
	ROSTER_SAME,
	ROSTER_DUPLICATE, /* of a row above */
	ROSTER_ERROR,
	ROSTER_SKIPPED, /* no student: a total, a signature, a blank row */
	ROSTER_ACTION_COUNT_,
};

const char *roster_action_name(enum roster_action action);
enum err roster_action_parse(struct str s, enum roster_action *out) MUST_CHECK;

/* Numbers of the tables. */
enum roster_relation { ROSTER_FATHER = 1, ROSTER_MOTHER = 2, ROSTER_OTHER = 3 };

const char *roster_relation_name(enum roster_relation relation); /* "father", "mother", "other" */
enum err roster_relation_parse(struct str s, enum roster_relation *out) MUST_CHECK;
enum err roster_relation_from_db(uint64_t v, enum roster_relation *out) MUST_CHECK;

/*
 * A class's name as it is kept: "Lớp  10a1 " gives "10a1" and grade 10. The grade is the number
 * the name begins with.
 * Errors  ERR_MISSING  nothing is left;  ERR_LIMIT  too long
 *         ERR_INVAL    it begins with no grade 1..12: *out_name is set all the same, grade 0
 */
enum err roster_class_parse(struct str raw, struct buf *out_name, unsigned *out_grade) MUST_CHECK;
/* Whether two names are the same class: case, blanks and marks between the parts do not count. */
bool roster_class_same(struct str a, struct str b);

/* What the school has. Texts and arrays are in the arena. */
struct roster_known_guardian {
	uint64_t person_id;
	enum roster_relation relation;
	struct str full_name;
	struct str phone; /* "+84…", or empty */
};

struct roster_known_student {
	uint64_t student_id;
	uint64_t person_id;
	unsigned student_version;
	unsigned person_version;
	bool has_left;
	struct str code;
	struct str full_name;
	struct date birth; /* year 0: not known */
	enum sex sex;
	bool has_personal_id;
	struct hash personal_id_hash;
	struct str birth_place;
	struct str ethnicity;
	struct str address;
	struct str note;
	uint64_t class_id; /* in this school year; 0: in none */
	struct str class_name;
	const struct roster_known_guardian *guardians;
	size_t guardian_count;
};

struct roster_known_class {
	uint64_t id;
	unsigned grade;
	struct str name;
};

struct roster_known {
	struct roster_known_student *students;
	size_t student_count;
	size_t student_cap;
	struct roster_known_class *classes; /* of this school year */
	size_t class_count;
	size_t class_cap;
	struct arena arena;
};

/* A hash over all of it, by rising ids: two are equal when nothing changed in between. */
void roster_known_hash(const struct roster_known *known, struct hash *out);
void roster_known_finish(struct roster_known *known);

/* What the list is for. */
struct roster_target {
	int year;           /* the school year's first half */
	unsigned grade_min; /* that such a school has */
	unsigned grade_max;
	const uint8_t *personal_id_key; /* 32 bytes: personal ids are compared by keyed hash */
};

struct roster_change {
	enum roster_field field;
	struct str old_text;
	struct str new_text;
};

struct roster_guardian {
	enum roster_relation relation;
	struct str full_name;
	struct str phone;   /* "+84…", or empty */
	bool is_made_name;  /* the list gives only a number */
	uint64_t person_id; /* known at this school as the guardian of some child; 0: not */
	bool is_linked;     /* is this child's guardian already */
	bool sets_phone;    /* has none yet and gets this one */
};

struct roster_row {
	size_t sheet;          /* index into the plan's sheets */
	struct str sheet_name; /* of a plan that was read back, which has no sheets */
	unsigned number;       /* row of the sheet */
	enum roster_action action;
	struct sheet_message *messages;
	size_t message_count;
	/* The student as the list has it; empty: the list does not say. */
	struct str code;
	struct str full_name;
	struct str personal_id; /* 12 digits */
	struct date birth;
	enum sex sex;
	struct str birth_place;
	struct str ethnicity;
	struct str address;
	struct str note;
	unsigned position;
	size_t class_index; /* into the plan's classes; SIZE_MAX: none */
	struct roster_guardian guardians[ROSTER_GUARDIANS_MAX];
	size_t guardian_count;
	/* The student who is meant, of ROSTER_CHANGE and ROSTER_SAME. */
	uint64_t student_id;
	uint64_t person_id;
	unsigned student_version;
	unsigned person_version;
	struct roster_change *changes;
	size_t change_count;
	/* Found by code or personal id, but the list has another name: perhaps a code was mistyped.
	 * Carried out only when a person said that it is the same student. */
	bool is_doubtful;
	bool is_agreed;
};

struct roster_plan_class {
	uint64_t id; /* 0: to be made */
	unsigned grade;
	struct str name;
};

struct roster_sheet {
	struct str name;
	unsigned header_row;          /* 0: no list was found in this sheet */
	struct str class_name;        /* for rows that name none; may be empty */
	struct sheet_column *columns; /* fields: enum roster_field */
	size_t column_count;
	struct sheet_message *messages;
	size_t message_count;
};

struct roster_plan {
	struct roster_sheet *sheets;
	size_t sheet_count;
	struct roster_row *rows;
	size_t row_count;
	size_t row_cap;
	struct roster_plan_class *classes; /* that rows of the plan are in */
	size_t class_count;
	size_t class_cap;
	size_t counts[ROSTER_ACTION_COUNT_];
	struct hash basis; /* roster_known_hash() of what it was made from */
	struct arena arena;
};

/*
 * Makes the plan of a list. Nothing of the grids or of `known` is needed afterwards. A plan
 * without rows is one of a file without a list of students: its sheets say why.
 * Errors  ERR_LIMIT  more rows, sheets or classes than the limits above
 */
enum err roster_plan_new(const struct grid *const *grids, size_t grid_count,
		const struct roster_target *target, const struct roster_known *known,
		struct roster_plan **out) MUST_CHECK;
void roster_plan_free(struct roster_plan *plan);
DEFINE_FREEP(struct roster_plan *, roster_plan_free);

/*
 * Appends the plan as it is kept until somebody decides: the first line is the preview in JSON
 * (with sentences in that language), the lines behind it what carrying it out needs. Personal ids
 * stand in those lines only, sealed under the key (32 bytes), never in plain.
 */
enum err roster_plan_save(const struct roster_plan *plan, enum lang lang, const uint8_t *seal_key,
		struct buf *out) MUST_CHECK;
/* The preview of a saved plan: its first line, a JSON object. */
struct str roster_plan_preview(struct str saved);
/*
 * Reads a saved plan back for carrying it out: classes, basis, counts, and the rows that are new
 * or change something. ERR_CORRUPT when it is not one that roster_plan_save() wrote.
 */
enum err roster_plan_load(
		struct str saved, const uint8_t *seal_key, struct roster_plan **out) MUST_CHECK;

/* The office says yes to the doubtful row of that student. ERR_NOT_FOUND when there is none. */
enum err roster_plan_agree(struct roster_plan *plan, uint64_t student_id) MUST_CHECK;
/* Doubtful rows that nobody said yes to: they are not carried out. */
size_t roster_plan_left_out(const struct roster_plan *plan);

/* Whether two names are the same but for marks, capitals and blanks. */
bool roster_same_name(struct str a, struct str b);

/* The keyed hash by which personal ids are found. */
void roster_personal_id_hash(const uint8_t *key, struct str digits, struct hash *out);

#endif
