#ifndef GRADEBOOK_RULES_TT27_H
#define GRADEBOOK_RULES_TT27_H

/*
 * A primary pupil's year under Circular 27/2020/TT-BGDDT: the result of the year, promotion and
 * award, with the numbers of a primary pack. The levels of subjects, qualities and competences are
 * the teacher's judgement and are never derived from a test mark. Pure, no allocation.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "gradebook/rules/explain.h"
#include "gradebook/rules/pack.h"

enum {
	TT27_SUBJECTS_MAX = 40,
	TT27_TRAITS_MAX = 20, /* qualities, and competences */
	TT27_MOMENTS = 4,     /* middle and end of each term; the last is the year's end */
	TT27_TEST_NONE = -1,
	TT27_ROW_OPEN = -1,
	TT27_AWARD_OPEN = -2,
	TT27_AWARD_NONE = -1, /* otherwise the index of its row in the pack */
};

struct tt27_subject {
	struct str code; /* owned by the caller */
	bool has_tests;
	bool is_exempt;
	enum pack_primary_level moments[TT27_MOMENTS];
	int tests_x10[TT27_MOMENTS]; /* whole points, in tenths; or TT27_TEST_NONE */
	/* After help, when the year came to the lowest result. */
	enum pack_primary_level again;
	int again_test_x10; /* or TT27_TEST_NONE */
};

/* A quality or a competence. */
struct tt27_trait {
	struct str code;
	enum pack_primary_level moments[TT27_MOMENTS];
	enum pack_primary_level again; /* after help */
};

struct tt27_traits {
	struct tt27_trait items[TT27_TRAITS_MAX];
	size_t count;
};

struct tt27_pupil {
	struct tt27_subject subjects[TT27_SUBJECTS_MAX];
	size_t subject_count;
	struct tt27_traits qualities;
	struct tt27_traits competences;
	/* Outstanding in a subject, or clear progress in a quality or competence; recognised by
	 * the class. */
	enum pack_answer outstanding;
	enum pack_answer recognised;
	/* What the headmaster decided of one who did not complete the grade after help, either. */
	enum pack_answer advanced;
};

struct tt27_outcome {
	int row; /* of the pack, PACK_PRIMARY_ROWS for the rest, TT27_ROW_OPEN */
	/* Of the rest, once something was assessed again after help: the lowest row of the pack when
	 * that completes the grade, the rest when it does not; TT27_ROW_OPEN otherwise. */
	int after;
	enum pack_promotion promotion;
	int award;
};

/* What holds the pupil below a row: indexes into the subjects, names otherwise. */
struct tt27_short {
	struct str subjects[TT27_SUBJECTS_MAX];
	size_t subject_count;
	struct str traits[2 * TT27_TRAITS_MAX];
	size_t trait_count;
	struct str tests[TT27_SUBJECTS_MAX];
	size_t test_count;
};

/* The code of the year's result: "htxs" ...; NULL while it is open. */
const char *tt27_row_code(const struct primary_pack *pack, int row);

/*
 * Works everything out.
 * Errors  ERR_INVAL  a test outside 0..10 points or not in whole points
 */
enum err tt27_work_out(const struct primary_pack *pack, const struct tt27_pupil *pupil,
		struct tt27_outcome *out) MUST_CHECK;

/* What is below the row. */
void tt27_find_short(const struct tt27_pupil *pupil, const struct pack_primary_row *row,
		struct tt27_short *out);
/* What the lowest row asks and the pupil does not have at the year's end: that is assessed again. Of
 * one whose year did not come to the rest, nothing. */
void tt27_find_again(const struct primary_pack *pack, const struct tt27_pupil *pupil,
		const struct tt27_outcome *outcome, struct tt27_short *out);
/* What is still below it with what was assessed again in the place of the year's end. */
void tt27_find_left(const struct primary_pack *pack, const struct tt27_pupil *pupil,
		struct tt27_short *out);
/* Whether anything was assessed again. */
bool tt27_is_again(const struct tt27_pupil *pupil);
/* What is not there at the year's end: subjects and traits without a level, tests without a mark. */
void tt27_find_missing(const struct tt27_pupil *pupil, struct tt27_short *out);

/* Is given each explanation in turn; an error ends the round and is returned. */
struct tt27_why_sink {
	/* what: "learning", "promotion", "award" */
	enum err (*take)(const char *what, const struct explain *x, void *ctx);
	void *ctx;
};

/* Why the results are what they are; with only_missing just what is missing. */
enum err tt27_why_all(const struct primary_pack *pack, const struct tt27_pupil *pupil,
		const struct tt27_outcome *outcome, bool only_missing,
		const struct tt27_why_sink *sink) MUST_CHECK;

#endif
