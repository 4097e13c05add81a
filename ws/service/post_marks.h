#ifndef WS_SERVICE_POST_MARKS_H
#define WS_SERVICE_POST_MARKS_H

/*
 * From points to the gradebook: the mark of each attempt goes to the column that the teacher chose
 * for the sitting, which is made when it is missing. A mark that a person typed, and a mark that
 * was posted before, are never overwritten: they are told as conflicts and a person decides. Who
 * never came, and who has an essay that nobody has marked yet, gets no mark.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/db/db.h"
#include "exam/hall/event.h"
#include "exam/hall/sitting.h"
#include "exam/marking/result_store.h"

/* Where the mark of one attempt stands. */
enum post_state {
	POST_NONE,     /* no column, or nothing to post (yet) */
	POST_DONE,     /* this mark of this attempt stands in the column */
	POST_CONFLICT, /* another mark stands there, or the column is another exam's */
	POST_KEPT,     /* another mark stands there, and a person decided to keep it */
};

struct post_mark {
	enum post_state state;
	int stored_x10; /* what stands in the column with a conflict or when kept; -1 for none */
};

/*
 * Posts what can be posted of a sitting; once more changes nothing. *out_posted: marks written by
 * this call.
 * Errors  ERR_NOT_FOUND  no such sitting in the school
 */
enum err post_marks_sitting(struct db *db, uint64_t school_id, const struct id16 *sitting,
		int64_t now_ms, unsigned *out_posted) MUST_CHECK;

/* Scores the closed attempts of a sitting and posts their marks: to be called after each hand-in,
 * and by the sweep. */
enum err post_marks_score_sitting(struct db *db, uint64_t school_id, const struct id16 *sitting,
		int64_t now_ms) MUST_CHECK;

/* Scores what is unscored and posts what is not posted of all schools, of attempts that ended within
 * the last `back_ms`: what a stopped process left. A sitting that fails does not stop the others;
 * the first such error is given at the end. */
enum err post_marks_sweep(struct db *db, int64_t now_ms, int64_t back_ms) MUST_CHECK;

/* Whether the attempt has a mark: it was sat, closed and scored whole. */
bool post_marks_has_mark(const struct result *r);

/* Where each result's mark stands, into out[results->count], without writing. */
enum err post_marks_look(struct db *db, const struct sitting *s, const struct results *results,
		struct post_mark *out) MUST_CHECK;

/* What a person decides about a mark that was told as a conflict, and what he or she saw. */
struct post_choice {
	bool takes_exam; /* the exam's mark into the column; else what stands there is kept */
	int exam_x10;
	int stored_x10; /* or -1 */
	uint64_t person_id;
	int64_t now_ms;
};

/*
 * Carries the decision out; either way it stands in the ledger. *out is how matters stand then.
 * Errors  ERR_STALE      the exam's mark or the column's is another by now
 *         ERR_NOT_FOUND  the sitting fills no column, or the attempt has no mark
 */
enum err post_marks_settle(struct db *db, const struct sitting *s, const struct result *r,
		const struct post_choice *choice, struct post_mark *out) MUST_CHECK;

/* "posted", "conflict", "kept", or NULL. */
const char *post_marks_state_name(enum post_state state);

#endif
