#ifndef TESTS_GRADEBOOK_RULES_STUDENTS_H
#define TESTS_GRADEBOOK_RULES_STUDENTS_H

/* Random students who stand at the thresholds of the circular more often than chance would have
 * it: means just at, above and below each limit, exact halves, one subject far below the others. */

#include "core/base/rng.h"
#include "gradebook/rules/tt22_year.h"

void students_random(struct rng *rng, struct tt22_student *out);

#endif
