#ifndef TESTS_GRADEBOOK_RULES_PUPILS_H
#define TESTS_GRADEBOOK_RULES_PUPILS_H

/* Random primary pupils who stand where the circular divides more often than chance would have it:
 * all alike but for one thing, tests at a limit and one point beside it, help that nearly suffices. */

#include "core/base/rng.h"
#include "gradebook/rules/tt27.h"

void pupils_random(struct rng *rng, struct tt27_pupil *out);

#endif
