#ifndef GRADEBOOK_CONDUCT_CONDUCT_H
#define GRADEBOOK_CONDUCT_CONDUCT_H

/*
 * Conduct (rèn luyện) of secondary school: what the homeroom teacher says of each term, and after
 * training in summer where the rules ask for it. What the year comes to is for the rule pack
 * (gradebook/rules). Pure: stored by conduct_store.h.
 */

#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"
#include "gradebook/rules/pack.h"
#include "gradebook/rules/tt22_why.h"

/* The numbers are the database's. */
enum conduct_stage {
	CONDUCT_TERM = 1,   /* the term's own */
	CONDUCT_SUMMER = 2, /* after training in summer: of the year's second term */
};

/* "term", "summer", as in JSON. ERR_INVAL for any other text. */
enum err conduct_stage_parse(struct str name, enum conduct_stage *out) MUST_CHECK;

/* The database counts from the top: 1 Tốt … 4 Chưa đạt; 0 stands for none. */
unsigned conduct_level_to_db(enum pack_level level);
/* ERR_CORRUPT for a number that this program does not know. */
enum err conduct_level_from_db(uint64_t v, enum pack_level *out) MUST_CHECK;

/*
 * What the chained history says of a level: tens are the place (1 and 2 the terms, 3 after
 * summer), ones the database's number. 11 is Tốt in term I, 30 is the summer's taken back.
 */
int conduct_ledger_code(unsigned term_number, enum conduct_stage stage, enum pack_level level);
/* A level back from there, with its term (2 after summer). ERR_CORRUPT for a code that is none. */
enum err conduct_from_ledger(unsigned code, unsigned *out_term_number,
		enum conduct_stage *out_stage, enum pack_level *out_level) MUST_CHECK;

/* What is known of one student's year. */
struct conduct_year {
	enum pack_level terms[PACK_TERMS];
	enum pack_level again; /* after summer */
};

struct conduct_outcome {
	enum pack_level year;
	enum pack_answer summer; /* must the student train in summer: only then `again` counts */
	enum pack_level after;   /* the year's, with the summer's where it counts */
};

/* What the year comes to. ERR_INVAL for a level that is none. */
enum err conduct_work_out(const struct rule_pack *pack, const struct conduct_year *year,
		struct conduct_outcome *out) MUST_CHECK;
/* Why: the explanations of the year's conduct and of training in summer. Errors of the sink. */
enum err conduct_why(const struct rule_pack *pack, const struct conduct_year *year,
		const struct tt22_why_sink *sink) MUST_CHECK;

#endif
