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

/* A student whom a family asks about. */
struct child {
	uint64_t school_id;
	uint64_t student_id;
	uint64_t person_id;
};
/* The guardian's child in the path, as above; whoever is signed in as a student. */
enum err child_wanted(const struct request *req, struct child *out) MUST_CHECK;
enum err child_self(const struct request *req, struct child *out) MUST_CHECK;

#endif
