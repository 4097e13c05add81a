#ifndef GRADEBOOK_RULES_PACK_H
#define GRADEBOOK_RULES_PACK_H

/*
 * Rule packs: what a circular asks, as dated data. A pack is chosen by school year and grade, or by
 * its code, never by a constant in other code; a new circular of the same build is a new row of the
 * tables in pack.c. Secondary schools have struct rule_pack (Circular 22/2021 is "tt22", worked out
 * by tt22*.h), primary schools struct primary_pack (Circular 27/2020 is "tt27", tt27.h). Pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "core/base/str.h"

enum {
	PACK_STEPS_MAX = 4,
	PACK_GRADES_MAX = 12,
	PACK_YEAR_NONE = 9999, /* in no school year yet */
	PACK_MARK_MAX_X10 = 100,
	PACK_REGULAR_MAX = 4, /* regular marks of one subject in one term */
	PACK_TERMS = 2,
	PACK_LEARNING_ROWS = 3, /* levels with conditions; the lowest is the rest */
	PACK_AWARDS_MAX = 2,
	PACK_PRIMARY_ROWS = 3,
	PACK_TRAITS_MAX = 20,
	PACK_MIDTERM_SUBJECTS_MAX = 4,
};

/* Levels of learning and of conduct, the lowest first. */
enum pack_level {
	PACK_LEVEL_NONE = -1, /* cannot be said yet */
	PACK_CHUA_DAT,
	PACK_DAT,
	PACK_KHA,
	PACK_TOT,
	PACK_LEVELS,
};

/* A yes or no that may be open. */
enum pack_answer {
	PACK_OPEN,
	PACK_NO,
	PACK_YES,
};

enum pack_promotion {
	PACK_PROMOTION_OPEN,
	PACK_PROMOTED,
	PACK_CONDITIONAL, /* not yet: after training, help or another assessment */
	PACK_HELD,
};

/* Where a rule stands in its circular: article 9, clause 2, point "a". */
struct pack_article {
	unsigned article;
	unsigned clause;   /* 0: the article has none, or all of them */
	const char *point; /* "" in the same way; static storage */
};

/* From when to when a pack is in force. */
struct pack_dates {
	int first_year[PACK_GRADES_MAX + 1]; /* by grade: the first school year, its first half */
	int last_year;                       /* the last school year, or PACK_YEAR_NONE */
};

/* A subject with at most this many lessons a year needs that many regular marks a term. */
struct pack_step {
	unsigned lessons_max;
	size_t regular_count;
};

/* What a learning level asks of all subjects of a student. */
struct pack_learning {
	enum pack_level level;
	int every_least_x10;       /* no marked subject is below it */
	size_t many_count;         /* at least so many marked subjects ... */
	int many_least_x10;        /* ... reach this */
	size_t comment_fails_most; /* at most so many comment subjects are not passed */
	struct pack_article article;
};

/* One subject alone that pulls the level down. */
struct pack_exception {
	int lowered_least;          /* by at least so many levels ... */
	enum pack_level from_least; /* ... below a level that is at least this */
	bool takes_comment;         /* the one may be a comment subject */
	struct pack_article article;
};

struct pack_award {
	const char *code; /* stable: "xuat_sac" */
	enum pack_level conduct_least;
	enum pack_level learning_least;
	size_t many_count;  /* at least so many marked subjects ... */
	int many_least_x10; /* ... have a year's mean of at least this */
};

/* Lower and upper secondary school. */
struct rule_pack {
	const char *code;     /* stable: "tt22" */
	const char *circular; /* its number */
	struct pack_dates dates;

	struct pack_step steps[PACK_STEPS_MAX]; /* for marked subjects, by rising lessons */
	size_t step_count;
	size_t comment_regular_count; /* regular assessments a term of a comment subject */
	size_t midterm_count;
	size_t final_count;

	int midterm_weight; /* a regular mark weighs 1 */
	int final_weight;
	int term_2_weight; /* in the year's mean, where term I weighs 1 */
	struct pack_article mean_article;
	struct pack_article comment_article;

	struct pack_learning learning[PACK_LEARNING_ROWS]; /* the highest level first */
	struct pack_article learning_rest;                 /* of the level that is left */
	struct pack_exception exception;

	enum pack_level conduct[PACK_LEVELS][PACK_LEVELS]; /* the year's: [term II][term I] */
	struct pack_article conduct_article;

	enum pack_level promotion_conduct; /* at least */
	enum pack_level promotion_learning;
	int absences_most; /* sessions of the year, excused ones too */
	struct pack_article promotion_article;

	enum pack_level summer_below; /* conduct below it: training in summer */
	struct pack_article summer_article;

	enum pack_level retest_conduct; /* the year's conduct is at least this ... */
	bool retest_after_training;     /* ... or may become so by training in summer */
	enum pack_level retest_below;   /* learning below it: some subjects are assessed again */
	int retest_below_x10;           /* those with a year's mean below it, or not passed */
	struct pack_article retest_article;

	struct pack_award awards[PACK_AWARDS_MAX]; /* the highest first */
	size_t award_count;
	struct pack_article award_article;
};

/* Levels of a primary pupil's subject (C, H, T) and of a quality or competence (C, D, T). */
enum pack_primary_level {
	PACK_PRIMARY_NONE = -1,
	PACK_PRIMARY_C,
	PACK_PRIMARY_MIDDLE, /* H of a subject, D of a quality or competence */
	PACK_PRIMARY_T,
	PACK_PRIMARY_LEVELS,
};

/* What a result of the year asks at its end. */
struct pack_primary_row {
	const char *code; /* stable: "htxs" */
	enum pack_primary_level subject_least;
	enum pack_primary_level trait_least;
	int test_least_x10;   /* of the tests at the year's end */
	const char *award;    /* its code, or NULL */
	bool award_is_chosen; /* only with an outstanding subject or clear progress, recognised */
};

/* What is judged beside the subjects. */
enum pack_trait_group {
	PACK_QUALITY,  /* phẩm chất chủ yếu */
	PACK_GENERAL,  /* năng lực chung */
	PACK_SPECIFIC, /* năng lực đặc thù */
};
struct pack_trait {
	unsigned number; /* stable: the database's, from 1 */
	const char *code;
	const char *name; /* as the circular has it */
	enum pack_trait_group group;
	unsigned first_grade; /* from this grade on */
};

struct primary_pack {
	const char *code;
	const char *circular; /* its number */
	struct pack_dates dates;
	struct pack_trait traits[PACK_TRAITS_MAX]; /* group after group */
	size_t trait_count;
	/* Subjects with tests have one at the end of each term; these, by their codes, one in its
	 * middle too, from that grade on. */
	const char *midterm_subjects[PACK_MIDTERM_SUBJECTS_MAX];
	unsigned midterm_first_grade;
	struct pack_primary_row rows[PACK_PRIMARY_ROWS]; /* the highest first */
	const char *rest_code;
	int test_step_x10; /* marks are whole points */
	size_t qualities_least;
	size_t competences_least;
	struct pack_article year_article;
	struct pack_article promotion_article;
	struct pack_article again_article;    /* assessment again after help */
	struct pack_article decision_article; /* the headmaster's, where that was not enough */
	struct pack_article award_article;
};

/*
 * The pack in force for a grade (1..12) in the school year that begins in that calendar year.
 * Errors  ERR_INVAL        a grade out of range
 *         ERR_UNSUPPORTED  no such pack of this program: another school level, or years before
 *                          the circular
 */
enum err pack_find(unsigned grade, int year, const struct rule_pack **out) MUST_CHECK;
enum err pack_find_primary(unsigned grade, int year, const struct primary_pack **out) MUST_CHECK;

/* The pack of that code. ERR_NOT_FOUND. */
enum err pack_by_code(struct str code, const struct rule_pack **out) MUST_CHECK;
enum err pack_primary_by_code(struct str code, const struct primary_pack **out) MUST_CHECK;

/* "2026-2027" into 2026. ERR_INVAL for another form, or when the years do not follow. */
enum err pack_parse_year(struct str code, int *out) MUST_CHECK;

/* Whether the subject of that code is tested in the middle of a term, too. */
bool pack_primary_tests_midterm(const struct primary_pack *pack, unsigned grade, struct str code);
/* How many qualities and competences are judged in a grade. */
size_t pack_primary_trait_count(const struct primary_pack *pack, unsigned grade);

/* Regular marks a term for a marked subject with so many lessons a year. */
size_t pack_regular_count(const struct rule_pack *pack, unsigned lessons_a_year);

/* "promoted", "conditional", "held"; NULL while it is open. */
const char *pack_promotion_name(enum pack_promotion promotion);

/* "tot", "kha", "dat", "chua_dat"; ERR_INVAL for anything else. */
const char *pack_level_name(enum pack_level level);
enum err pack_level_parse(struct str s, enum pack_level *out) MUST_CHECK;

#endif
