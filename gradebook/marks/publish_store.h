#ifndef GRADEBOOK_MARKS_PUBLISH_STORE_H
#define GRADEBOOK_MARKS_PUBLISH_STORE_H

/*
 * Planned publications (schedule_store.h), when their time has come: each column of the plan's
 * scope in which marks stand is published as its teacher would, by mark_store_publish(). A column
 * that is empty then stays hidden until its teacher publishes it: whoever types into a column that
 * families see must say why. What was begun goes on after a restart: a plan is done once nothing of
 * it is left.
 */

#include "gradebook/marks/schedule_store.h"

/* A plan that is due, of all schools; the first behind that id. ERR_NOT_FOUND when none is. */
struct publish_due {
	uint64_t id;
	struct schedule_scope scope;
	uint64_t person_id; /* who planned it */
	unsigned version;
	int64_t at_ms; /* the time that was planned */
};
enum err publish_store_due(struct db *db, int64_t now_ms, uint64_t after_id,
		struct publish_due *out) MUST_CHECK;

/*
 * Publishes at most `most` columns of the plan, in one transaction, and says that the plan is done
 * when that was the rest. *out_count: how many were published.
 */
enum err publish_store_step(struct db *db, const struct publish_due *due, int64_t now_ms,
		size_t most, size_t *out_count) MUST_CHECK;

/* When columns of each kind will be published in a class of that grade, as it is planned: by enum
 * mark_kind, 0 when it is not. */
enum err publish_store_planned(struct db *db, uint64_t school_id, uint64_t term_id, unsigned grade,
		int64_t out_at_ms[SCHEDULE_KINDS]) MUST_CHECK;

#endif
