#ifndef GRADEBOOK_RULES_TT22_WHY_H
#define GRADEBOOK_RULES_TT22_WHY_H

/*
 * Why each result of tt22_work_out() is what it is, one explanation after the other: the formula
 * with the numbers put in, the article, the subject that decided, or what is missing. Pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "gradebook/rules/explain.h"
#include "gradebook/rules/tt22_year.h"

/* Which result is explained. */
enum tt22_what {
	TT22_WHAT_MEAN, /* a subject's, in a term or the year */
	TT22_WHAT_LEARNING,
	TT22_WHAT_CONDUCT,
	TT22_WHAT_PROMOTION,
	TT22_WHAT_RETEST,
	TT22_WHAT_SUMMER,
	TT22_WHAT_AWARD,
};

enum tt22_scope {
	TT22_SCOPE_TERM_1,
	TT22_SCOPE_TERM_2,
	TT22_SCOPE_YEAR,
	TT22_SCOPE_SUMMER, /* the year, with the new results of summer */
};

struct tt22_why {
	enum tt22_what what;
	enum tt22_scope scope;
	bool has_subject;
	size_t subject; /* index, when has_subject */
	/* What nobody could see from the numbers: something is missing, or a level was raised. */
	bool is_notable;
	struct explain x; /* its texts are the student's, or live until `take` returns */
};

/* Is given each explanation in turn; an error ends the round and is returned. */
struct tt22_why_sink {
	enum err (*take)(const struct tt22_why *why, void *ctx);
	void *ctx;
};

const char *tt22_what_name(enum tt22_what what);    /* "mean", "learning" ... */
const char *tt22_scope_name(enum tt22_scope scope); /* "term_1", "year" ... */

/* Explains every result; with only_notable just those. Errors of the sink. */
enum err tt22_why_all(const struct rule_pack *pack, const struct tt22_student *student,
		const struct tt22_outcome *outcome, bool only_notable,
		const struct tt22_why_sink *sink) MUST_CHECK;

#endif
