#ifndef WS_HTTP_CHILD_H
#define WS_HTTP_CHILD_H

/* The student in a path, as the child of the guardian who asks. */

#include <stdint.h>

#include "core/base/err.h"

struct request;

/*
 * The first parameter of the path is the student: gives the school where the child is and the
 * child as a person, whatever school the guardian is signed in at. ERR_NOT_FOUND for everybody
 * else's child.
 */
enum err child_of_path(const struct request *req, uint64_t *out_school_id,
		uint64_t *out_person_id) MUST_CHECK;

#endif
