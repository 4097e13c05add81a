#ifndef GRADEBOOK_RESULTS_CLASS_AGAIN_H
#define GRADEBOOK_RESULTS_CLASS_AGAIN_H

/*
 * What of a student may be assessed again after the year, by the rules of the class: subjects in
 * summer, or whatever a primary pupil did not complete, and of such a pupil the headmaster's decision.
 * Pure.
 */

#include "gradebook/reassess/reassess.h"
#include "gradebook/results/class_year.h"

enum { CLASS_AGAIN_MAX = 3 * TT22_SUBJECTS_MAX };

struct class_again {
	struct reassess_item item;
	struct str name; /* of the subject, the quality or competence; "" of a decision */
	int before;      /* what the year had; MARK_NONE of a decision */
};

/* At most CLASS_AGAIN_MAX; none while the year is not worked out, or when nothing is to be. */
size_t class_again_list(const struct class_year *year, const struct class_student *student,
		struct class_again out[CLASS_AGAIN_MAX]);
/* The one of that subject (0: none) and item, or NULL. */
const struct class_again *class_again_find(
		const struct class_again *list, size_t count, uint64_t subject_id, unsigned item);

#endif
