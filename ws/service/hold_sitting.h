#ifndef WS_SERVICE_HOLD_SITTING_H
#define WS_SERVICE_HOLD_SITTING_H

/*
 * A teacher holds an exam: publishing it (rooms by class, an attempt prepared for every student,
 * variants dealt, papers sealed) in one transaction, seeing every student's end before, and moving
 * the start while no key was sent.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/diag.h"
#include "core/db/db.h"
#include "core/seal/keys.h"
#include "exam/hall/sitting.h"

enum { HOLD_EXTRAS_MAX = SITTING_ATTEMPTS_MAX };

/* A student who gets more time than the others. */
struct hold_extra {
	uint64_t student_id;
	int64_t extra_ms;
};

/* What the teacher asks for. Of `sitting` everything but subject, seed, state, revision and sealing
 * is read; created_by is the teacher. An id of zeros is drawn at random; another one is taken as it
 * is, so that the same request sent twice makes one sitting. */
struct hold_plan {
	struct sitting sitting;
	const uint64_t *class_ids;
	size_t class_count;
	const struct hold_extra *extras;
	size_t extra_count;
};

/* Where one student will sit. */
struct hold_seat {
	uint64_t student_id;
	uint64_t person_id;
	size_t class_index; /* into the plan's classes */
	unsigned variant;   /* index */
	int64_t extra_ms;
	int64_t ends_at_ms; /* with an own clock: the latest possible */
	char *full_name;
	char *code;
};

struct hold_seats {
	struct hold_seat *items;
	size_t count;
	size_t cap;
};

void hold_seats_finish(struct hold_seats *list);

/*
 * Publishes. Mistakes that a person can mend go into `problems`: where "/member" of the request,
 * or the item's position in the paper.
 *
 * Errors  ERR_INVAL      a time or choice is not possible, the paper is not ready, an extra is of
 *                        a student who is not there (in problems)
 *         ERR_NOT_FOUND  the paper is not the teacher's
 *         ERR_DENIED     the teacher does not teach the subject in a class (in problems)
 *         ERR_MISSING    no student, a picture is not stored (in problems)
 *         ERR_LIMIT      too many classes, students or pictures (in problems)
 *         ERR_EXISTS     the plan's id is taken: it has been published already
 */
enum err hold_sitting_publish(struct db *db, const struct keys *keys, const struct hold_plan *plan,
		int64_t now_ms, struct diag *problems, struct id16 *out_id) MUST_CHECK;

/* The seats as publishing would deal them, without writing anything. Errors as above. */
enum err hold_sitting_preview(struct db *db, const struct hold_plan *plan, int64_t now_ms,
		struct diag *problems, struct hold_seats *out) MUST_CHECK;

/* Who moves a start, to when, and what he has seen. */
struct hold_move {
	uint64_t school_id;
	uint64_t person_id;
	struct id16 sitting;
	int64_t starts_at_ms;
	uint32_t revision;
	/* Asked in the last minute before the bell: whether no live room has sent a key yet and
	 * all take the change. NULL: nobody can say, and the move is refused. */
	enum err (*confirm)(void *ctx, const struct sitting *moved);
	void *ctx;
};

/*
 * Moves lobby, start and window together, seals anew and computes every end again.
 *
 * Errors  ERR_NOT_FOUND  not the person's sitting
 *         ERR_STALE      another revision is stored
 *         ERR_CONFLICT   a key was sent or the bell has rung, or the room's owner refused
 *         ERR_INVAL      the new start is not possible
 * *out: the sitting as it is stored now.
 */
enum err hold_sitting_move(struct db *db, const struct keys *keys, const struct hold_move *move,
		int64_t now_ms, struct sitting *out) MUST_CHECK;

#endif
