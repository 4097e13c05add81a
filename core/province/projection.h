#ifndef CORE_PROVINCE_PROJECTION_H
#define CORE_PROVINCE_PROJECTION_H

/*
 * What a record of each kind holds, as the department reads it: the members of its "dulieu" as
 * typed values, and what it adds to the tallies. Reading is strict: a member that is missing or of
 * another form, and a key that is not the one under which the record travels, are told, so that
 * what is applied always has its place. Pure.
 *
 * The kinds and their members: docs/records.md.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/base/json.h"
#include "core/base/str.h"
#include "core/province/tally.h"

enum {
	PROJECTION_FIELDS_MAX = 12,
	PROJECTION_CODE_CHARS_MAX = 64, /* a code of the school's own */
	PROJECTION_TEXT_CHARS_MAX = 200,
	PROJECTION_LONG_CHARS_MAX = 2000, /* a title, a remark */
	PROJECTION_GRADE_MAX = 12,
	PROJECTION_PRIMARY_GRADE_MAX = 5,
};

enum projection_kind {
	PROJECTION_SCHOOL,
	PROJECTION_YEAR,
	PROJECTION_SUBJECT,
	PROJECTION_CLASS,
	PROJECTION_TEACHER,
	PROJECTION_STUDENT,
	PROJECTION_ENROLMENT,
	PROJECTION_TEACHING,
	PROJECTION_COLUMN,
	PROJECTION_MARK,
	PROJECTION_CONDUCT,
	PROJECTION_JUDGEMENT,
	PROJECTION_REASSESSMENT,
	PROJECTION_REMARK,
	PROJECTION_EXEMPTION,
	PROJECTION_ABSENCE,
	PROJECTION_CLOSING,
	PROJECTION_RESULT,
	PROJECTION_SUBJECT_RESULT,
	PROJECTION_SITTING,
	PROJECTION_KIND_COUNT_,
};

enum projection_shape {
	PROJECTION_CODE,   /* 1 to PROJECTION_CODE_CHARS_MAX characters, no blanks around them */
	PROJECTION_TEXT,   /* at most PROJECTION_TEXT_CHARS_MAX characters, may be empty */
	PROJECTION_LONG,   /* the same with PROJECTION_LONG_CHARS_MAX */
	PROJECTION_NUMBER, /* a whole number in least..most */
	PROJECTION_WORD,   /* one of the words, as its number from 1 */
	PROJECTION_DAY,    /* YYYY-MM-DD */
	PROJECTION_LIST,   /* an array, not looked into */
};

struct projection_field {
	const char *name; /* in dulieu */
	enum projection_shape shape;
	bool is_key; /* a part of idbanghi; those stand first and in its order */
	bool may_be_null;
	bool is_kept;      /* has a column in the typed table */
	const char *words; /* of PROJECTION_WORD, with a blank between */
	int64_t least;     /* of PROJECTION_NUMBER */
	int64_t most;
};

struct projection_shape_of {
	const char *bang;
	const struct projection_field *fields;
	size_t field_count;
	bool is_kept; /* there is a typed table */
};

/* One value: text for all but numbers and words, whose word is there too. */
struct projection_value {
	bool is_null;
	int64_t number;
	struct str text;
};

struct projection_row {
	enum projection_kind kind;
	struct projection_value values[PROJECTION_FIELDS_MAX]; /* as the fields of its kind */
};

const struct projection_shape_of *projection_shape(enum projection_kind kind);
/* ERR_UNSUPPORTED when there is no such kind. */
enum err projection_kind_of(struct str bang, enum projection_kind *out) MUST_CHECK;

/*
 * Reads dulieu. Texts of *out lie in the arena, or in static storage.
 * Errors  ERR_UNSUPPORTED  no such kind
 *         ERR_INVAL        a member is missing or wrong; *out_member is its name (static storage)
 *         ERR_CONFLICT     the members do not make up this idbanghi
 *         ERR_LIMIT, ERR_NOMEM  the arena
 * An inbox that asks this of each record before it applies any can never fail on a value later.
 */
enum err projection_read(struct str bang, struct str idbanghi, const struct json *dulieu,
		struct arena *arena, struct projection_row *out,
		const char **out_member) MUST_CHECK;

/* In the order of the natural keys; both of one kind. */
int projection_compare(const struct projection_row *a, const struct projection_row *b);

/* The class that the row is of, by whose grade its tallies stand; false when they need none. */
bool projection_class(
		const struct projection_row *row, struct str *out_year, struct str *out_class);
/* The grade of a row of PROJECTION_CLASS. */
unsigned projection_grade(const struct projection_row *row);

/* Adds what the row counts for, `by` times (1, or -1 for a row that goes). grade: of its class
 * where projection_class() names one, else not looked at. Errors as tally_add(). */
enum err projection_count(const struct projection_row *row, unsigned grade, int64_t by,
		struct tally *tally) MUST_CHECK;

/* The tally's value of a mark or result; false when neither is there. letter: its number or 0. */
bool projection_mark_value(bool has_x10, int64_t value_x10, int64_t letter, unsigned *out);
/* The part of the year at whose end a moment lies (1 the first term, 0 the year); false for one in
 * the middle of a term. */
bool projection_moment_part(int64_t moment, unsigned *out);
/* The measure of a kind of mark (1 regular, 2 midterm, 3 final). */
enum tally_measure projection_mark_measure(int64_t kind);

#endif
