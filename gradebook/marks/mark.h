#ifndef GRADEBOOK_MARKS_MARK_H
#define GRADEBOOK_MARKS_MARK_H

/*
 * One mark of the gradebook: its kinds and range, how it is written, when it may change, and what
 * a student's marks of one term come to. Marks are in tenths (85 is 8.5); in a subject judged by
 * comment 1 is Dat and 0 is Chua dat. Pure: stored by mark_store.h.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/messages.h"
#include "core/base/str.h"
#include "gradebook/rules/explain.h"
#include "gradebook/rules/pack.h"

enum {
	MARK_NONE = -1, /* no mark, or one that was taken back */
	MARK_MAX_X10 = 100,
	MARK_COLUMNS_MAX = 12,    /* of one class, subject and term */
	MARK_POSITION_MAX = 4,    /* within a kind */
	MARK_WHY_BYTES_MAX = 300, /* characters in the column; bytes here, to be on the safe side */
};

/* The numbers are the database's. */
enum mark_kind {
	MARK_TX = 1, /* regular, weight 1 */
	MARK_GK = 2, /* midterm, weight 2 */
	MARK_CK = 3, /* final, weight 3 */
};

/* How a subject is judged; the numbers are the database's. */
enum mark_subject {
	MARK_SUBJECT_MARK = 1,
	MARK_SUBJECT_COMMENT = 2,
};

/*
 * In a primary school a term's two moments are GK and CK, with a test at the first place and, at
 * this one, the level that the teacher sees: Hoàn thành tốt, Hoàn thành, Chưa hoàn thành. No other
 * school has a second place of these kinds.
 */
enum { MARK_LEVEL_POSITION = 2 };

/* What may stand in a column. */
enum mark_scale {
	MARK_SCALE_TENTHS, /* 0 to 10 with one decimal, in tenths */
	MARK_SCALE_WHOLE,  /* 0 to 10 without decimals, in tenths */
	MARK_SCALE_PASSED, /* 1 Dat, 0 Chua dat */
	MARK_SCALE_LEVEL,  /* enum pack_primary_level */
};

const char *mark_kind_name(enum mark_kind kind); /* "tx", "gk", "ck" */
enum err mark_kind_parse(struct str s, enum mark_kind *out) MUST_CHECK;
enum err mark_kind_from_db(uint64_t v, enum mark_kind *out) MUST_CHECK;
enum err mark_subject_from_db(uint64_t v, enum mark_subject *out) MUST_CHECK;

/* How the marks of a column are written, which says all but whether decimals are allowed. */
enum mark_scale mark_scale_of(enum mark_subject subject, enum mark_kind kind, unsigned position);
/* The same of means and of regular marks. */
enum mark_scale mark_scale_of_subject(enum mark_subject subject);

/* ERR_INVAL unless value_x10 is MARK_NONE or a mark on that scale. */
enum err mark_check_value(enum mark_scale scale, int value_x10) MUST_CHECK;

/*
 * A mark as a person types it: "8", "7,5", "7.5"; "Đ" or "CĐ" in either case and without marks too;
 * "T", "H", "C"; empty is MARK_NONE. ERR_INVAL for anything else: "7,55" is not rounded.
 */
enum err mark_parse(enum mark_scale scale, struct str s, int *out_value_x10) MUST_CHECK;
/* Appends "7,5" (vi) or "7.5" (en), a whole mark as "8"; "Đ", "CĐ"; "T", "H", "C"; nothing for
 * MARK_NONE. */
void mark_print(enum mark_scale scale, int value_x10, enum lang lang, struct buf *out);

/*
 * Whether a column of that kind may stand at that position (from 1).
 * Errors  ERR_INVAL  outside what the kind can have under the pack
 */
enum err mark_check_column(const struct rule_pack *pack, enum mark_subject subject,
		unsigned lessons_a_year, enum mark_kind kind, unsigned position) MUST_CHECK;

/* A change somebody asks for. */
struct mark_change {
	uint8_t old_code; /* cell.h */
	uint8_t new_code;
	bool is_published; /* parents have seen the column */
	bool has_why;
};

/*
 * A mark that parents have seen changes only with a reason, which stays in the ledger.
 * Errors  ERR_MISSING  the reason
 */
enum err mark_check_change(const struct mark_change *change) MUST_CHECK;

/* A student's cell. */
struct mark_cell {
	enum mark_kind kind;
	unsigned position;
	int value_x10; /* or MARK_NONE */
};

/* How many assessments of each kind the term needs. */
struct mark_plan {
	enum mark_subject subject;
	size_t regular_count;
	size_t midterm_count;
	size_t final_count;
	const struct rule_pack *pack; /* whose weights count; NULL: there are no means */
};

/* lessons_a_year 0 means not known: then as many regular marks as there are columns, at least
 * those of the smallest subject. */
struct mark_plan mark_plan_of(const struct rule_pack *pack, enum mark_subject subject,
		unsigned lessons_a_year, size_t regular_columns);

/*
 * The same of a primary class, where regular assessments are remarks: in each moment the level, and
 * where the rules have one the test.
 */
struct mark_primary {
	const struct primary_pack *pack;
	unsigned grade;
	enum mark_subject subject; /* comment: without tests */
	struct str code;           /* of the subject */
};
struct mark_plan mark_plan_primary(const struct mark_primary *of);
/* As mark_check_column(). */
enum err mark_check_primary_column(
		const struct mark_primary *of, enum mark_kind kind, unsigned position) MUST_CHECK;

/* A result: the mean in tenths, or 1 and 0 in a comment subject, or MARK_NONE while something is
 * missing. */
struct mark_result {
	int value_x10;
	struct explain why; /* always set */
};

/*
 * What the cells of one student in one term come to.
 * Errors  ERR_INVAL  a cell that mark_check_value() refuses, or more cells of a kind than can be
 */
enum err mark_term_result(const struct mark_plan *plan, const struct mark_cell *cells, size_t count,
		struct mark_result *out) MUST_CHECK;
/* The year, from the results of its terms. */
enum err mark_year_result(const struct rule_pack *pack, enum mark_subject subject, int term_1_x10,
		int term_2_x10, struct mark_result *out) MUST_CHECK;

#endif
