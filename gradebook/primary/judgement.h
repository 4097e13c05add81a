#ifndef GRADEBOOK_PRIMARY_JUDGEMENT_H
#define GRADEBOOK_PRIMARY_JUDGEMENT_H

/*
 * What the homeroom teacher of a primary class says of each student at the four moments of the year:
 * the qualities and competences of the rule pack, and at the year's end what an award asks for. It
 * is the teacher's judgement and follows from nothing. Pure: stored by judgement_store.h.
 */

#include "gradebook/rules/tt27.h"

enum {
	JUDGEMENT_MOMENTS = TT27_MOMENTS, /* numbered from 1, as in the database */
	JUDGEMENT_NONE = -1,              /* nothing was said, or it was taken back */
	/* Numbers behind those of the traits, of the year's end alone. */
	JUDGEMENT_OUTSTANDING = 101, /* in a subject, or with clear progress */
	JUDGEMENT_RECOGNISED = 102,  /* by the whole class */
	JUDGEMENT_ITEMS_MAX = PACK_TRAITS_MAX + 2,
};

struct judgement_item {
	unsigned number;
	const char *code;
	const char *name; /* Vietnamese, as in the circular */
	const char *kind; /* "quality", "general", "specific", "award" */
	bool is_answer;   /* 1 yes, 0 no; else enum pack_primary_level */
};

/* What is said at a moment in a grade, in its order; at most JUDGEMENT_ITEMS_MAX. */
size_t judgement_items(const struct primary_pack *pack, unsigned grade, unsigned moment,
		struct judgement_item out[JUDGEMENT_ITEMS_MAX]);
/* The item of that code, or NULL. */
const struct judgement_item *judgement_find(
		const struct judgement_item *items, size_t count, struct str code);
/* ERR_INVAL unless the value is one that the item can have, or JUDGEMENT_NONE. */
enum err judgement_check(const struct judgement_item *item, int value) MUST_CHECK;

/* The term that a moment is in: 1 or 2. */
unsigned judgement_term(unsigned moment);
/* How the class's chain names a moment's item in place of a column. */
uint64_t judgement_column(unsigned moment, unsigned item);

#endif
