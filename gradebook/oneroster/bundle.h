#ifndef GRADEBOOK_ONEROSTER_BUNDLE_H
#define GRADEBOOK_ONEROSTER_BUNDLE_H

/*
 * Reads a OneRoster 1.2 bundle (bulk CSV in a zip) of one school and one school year into what a
 * school is set up from (setup_store.h). Every mistake is named by file, row and column; a bundle
 * with one is not taken at all. What this program has no place for (resources, learning objectives,
 * computed means, guardians without a phone number, another maker's line items) is left out, and so
 * are rows that are marked as deleted. Pure: bytes in, values out.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/cleanup.h"
#include "core/base/date.h"
#include "core/base/diag.h"
#include "core/school/calendar.h"
#include "core/school/place.h"
#include "gradebook/oneroster/source.h"
#include "gradebook/oneroster/table.h"

enum {
	BUNDLE_SUBJECTS_MAX = 200,
	BUNDLE_LESSONS_MAX = 2400,
	BUNDLE_CLASSES_MAX = 1000,
	BUNDLE_PAIRS_MAX = 40000, /* classes and subjects of classes */
	BUNDLE_PEOPLE_MAX = 20000,
	BUNDLE_ENROLMENTS_MAX = 40000,
	BUNDLE_COLUMNS_MAX = 100000,
	BUNDLE_MARKS_MAX = 1000000,
	BUNDLE_FILE_BYTES_MAX = 96 << 20, /* one file, inflated */
	BUNDLE_TEXT_BYTES = 64 << 20,
};
#define BUNDLE_NONE UINT32_MAX

struct bundle_subject {
	struct str code;
	struct str name;
	bool is_comment;
};

struct bundle_lessons {
	uint32_t subject;
	unsigned grade;
	unsigned lessons;
};

struct bundle_class {
	struct str name;
	unsigned grade;
	uint32_t homeroom; /* a person, or BUNDLE_NONE */
};

struct bundle_person {
	enum oneroster_role role;
	bool has_role;
	struct str key; /* a student's code; of a teacher not looked at */
	struct str login;
	struct str full_name;
	struct date birth;
	unsigned sex; /* enum sex of core/school/account.h */
	struct str ethnicity;
	struct str birth_place;
	bool is_active;
	struct str subjects; /* codes with "," between them */
	unsigned row;        /* of users.csv */
};

struct bundle_enrolment {
	uint32_t class;
	uint32_t person;
	struct date from_on;
	struct date to_on; /* zeros: still */
	unsigned position;
};

struct bundle_teaching {
	uint32_t class;
	uint32_t subject;
	uint32_t person;
};

struct bundle_column {
	uint32_t class;
	uint32_t subject;
	unsigned term;
	enum oneroster_kind kind; /* with a mean, results of it say who is exempt */
	unsigned position;
	int64_t published_at_ms; /* 0: not */
};

struct bundle_mark {
	uint32_t column;
	uint32_t person;
	enum oneroster_state state;
	int value_x10;
	bool is_makeup;
	struct date on;
};

#define BUNDLE_LIST(type)     \
	struct {              \
		type *items;  \
		size_t count; \
		size_t cap;   \
	}

struct bundle {
	struct arena arena;
	struct str school_code;
	struct str school_name;
	struct school_year year;                     /* ids are zeros */
	BUNDLE_LIST(struct bundle_subject) subjects; /* in the order of the courses */
	BUNDLE_LIST(struct bundle_lessons) lessons;
	BUNDLE_LIST(struct bundle_class) classes;
	BUNDLE_LIST(struct bundle_person) people;
	BUNDLE_LIST(struct bundle_enrolment) enrolments;
	BUNDLE_LIST(struct bundle_teaching) teaching;
	BUNDLE_LIST(struct bundle_column) columns; /* by class, subject, term, kind, position */
	BUNDLE_LIST(struct bundle_mark) marks;     /* by column, then person */
	size_t rows[ONEROSTER_FILES];
	size_t left_out;      /* people who are neither student nor teacher */
	size_t other_columns; /* line items that do not say which of our columns they are: left out */
	size_t other_marks;   /* their results */
};

/*
 * Errors  ERR_INVAL  it cannot be taken: `why` says everything that is wrong
 *         ERR_NOMEM
 * `why` is the caller's, and may have warnings when the bundle is good.
 */
enum err bundle_read(const void *zip, size_t n, struct bundle **out, struct diag *why) MUST_CHECK;
void bundle_free(struct bundle *b);
DEFINE_FREEP(struct bundle *, bundle_free);

#endif
