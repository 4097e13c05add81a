#ifndef GRADEBOOK_MARKS_MARK_FACTS_H
#define GRADEBOOK_MARKS_MARK_FACTS_H

/*
 * What a class, subject and term is, and what its rules say of columns and cells: the one place
 * where marks of primary and of secondary school part. Pure; loaded by mark_store_facts().
 */

#include "gradebook/marks/mark.h"

struct mark_facts {
	char class_name[129];
	unsigned grade;
	char subject_code[65];
	char subject_name[401];
	enum mark_subject subject;
	unsigned term_number;
	int year;                /* the school year's first half */
	unsigned lessons_a_year; /* 0: not known */
	uint64_t school_year_id;
	/* One of them, or none where this program knows no rules: mark_facts_find_rules(). */
	const struct rule_pack *pack;
	const struct primary_pack *primary;
};

/* Sets the rules by grade and year. */
void mark_facts_find_rules(struct mark_facts *facts);
bool mark_facts_has_rules(const struct mark_facts *facts);

/* What may stand in a column. */
enum mark_scale mark_facts_scale(
		const struct mark_facts *facts, enum mark_kind kind, unsigned position);
/*
 * Whether a column of that kind may stand at that position (from 1).
 * Errors  ERR_INVAL  outside what the rules provide for; ERR_UNSUPPORTED  there are no rules
 */
enum err mark_facts_check_column(
		const struct mark_facts *facts, enum mark_kind kind, unsigned position) MUST_CHECK;
/* What the term needs; regular_columns as in mark_plan_of(). Nothing where there are no rules. */
struct mark_plan mark_facts_plan(const struct mark_facts *facts, size_t regular_columns);

#endif
