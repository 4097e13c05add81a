#ifndef GRADEBOOK_SHEETS_MARK_WORDS_H
#define GRADEBOOK_SHEETS_MARK_WORDS_H

/*
 * What Vietnamese schools write over columns of marks: the circular's own words (ĐĐGtx, ĐĐGgk,
 * ĐĐGck), those of vnEdu and SMAS, and older ones (Miệng, 15 phút, 1 tiết); in primary schools the
 * moment with "Mức đạt được" or "Điểm KTĐK". Pure.
 */

#include <stdbool.h>

#include "core/base/err.h"
#include "core/base/str.h"
#include "gradebook/marks/mark.h"

enum mark_heading_kind {
	MARK_HEADING_NONE, /* says nothing of marks */
	MARK_HEADING_TX,
	MARK_HEADING_GK,
	MARK_HEADING_CK,
	MARK_HEADING_PERIOD, /* "1 tiết": the midterm when there is no other */
	MARK_HEADING_RESULT, /* a mean, a remark: never a mark */
};

/* What the texts over a column say together, from the top down. */
struct mark_heading {
	enum mark_heading_kind kind;
	unsigned position; /* 0: not said */
	unsigned term;     /* 0: not said */
	bool is_old;       /* by words from before circular 22/2021 */
	bool is_other;     /* of primary school: it names something that is not the subject */
};

/* Takes one more text over the column, as it is in the file: what it says counts more than what
 * stood above it. ERR_FORMAT, ERR_NOMEM. */
enum err mark_words_read(struct str text, struct mark_heading *io) MUST_CHECK;

/*
 * The same in a primary school: the moment is the kind (GK, CK, or NONE), MARK_LEVEL_POSITION the
 * level ("Mức đạt được") and 1 the test ("Điểm KTĐK"). A text that names neither the subject nor
 * anything of assessment is of another subject: the ministry's tables have all of them side by side.
 */
enum err mark_words_read_primary(
		struct str text, struct str subject, struct mark_heading *io) MUST_CHECK;
/* What a title says of the moment, into kind and term; what it does not say stays. */
enum err mark_words_moment(struct str text, struct mark_heading *io) MUST_CHECK;

/* The term that a title names ("HỌC KỲ II", "HK1"), or 0. */
unsigned mark_words_term(struct str text);

/*
 * What a title says of the subject. OK: *out_is_it is whether it is this one; ERR_NOT_FOUND: it
 * names none ("MÔN: …").
 */
enum err mark_words_subject(struct str text, struct str subject, bool *out_is_it) MUST_CHECK;

#endif
