#ifndef EXAM_BANK_IMPORT_SETTLE_PART_H
#define EXAM_BANK_IMPORT_SETTLE_PART_H

/* What the files settle*.c share. */

#include "exam/bank/import/marks.h"
#include "exam/bank/import/settle.h"

struct settler {
	const struct flow *flow;
	struct draft *draft;
	struct imported *out;
	struct assembler assembler;
	struct marks marks;
	size_t usual_options; /* how many options most questions have */
};

/* Gives each question what the lists of keys and the part behind the end say about it. */
enum err settle_match_keys(struct settler *s) MUST_CHECK;
/* Cuts "(Đ)", "– Sai" and the like off statements that all end so, and notes the truths. */
void settle_cut_truths(const struct flow *f, struct draft_question *q);

/* Decides the key of a question whose kind and choices are set. */
enum err settle_key(struct settler *s, const struct draft_question *d,
		struct imported_question *q) MUST_CHECK;
/* Decides the kind. *out_merge: the statements are part of the stem. */
enum question_kind settle_kind(struct settler *s, const struct draft_question *d,
		struct imported_question *q, bool *out_merge);
/* A value as a number ("3,14", "3,14 m/s"); index behind the number in the text, 0 for none. */
size_t settle_number(struct str value, char out[QUESTION_NUMBER_BYTES_MAX + 1]);

#endif
