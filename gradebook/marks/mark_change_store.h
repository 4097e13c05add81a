#ifndef GRADEBOOK_MARKS_MARK_CHANGE_STORE_H
#define GRADEBOOK_MARKS_MARK_CHANGE_STORE_H

/*
 * Changing cells: the one way in, whoever asks (typing, exams, requests, files). Locks, exemptions,
 * versions and reasons are looked at inside the transaction of the change, which also writes the
 * row of the ledger.
 */

#include "core/db/db.h"
#include "gradebook/marks/lock.h"
#include "gradebook/marks/mark_store.h"

/*
 * A place that is open for changes, as it stands in this transaction. Opening it locks the place's
 * history, so that all who change the place follow each other: open it before anything else is read.
 */
struct mark_desk;
enum err mark_desk_open(struct db *db, const struct mark_place *place, int64_t now_ms,
		struct mark_desk **out) MUST_CHECK;
/* The place of a column. ERR_NOT_FOUND when there is none in the school. */
enum err mark_desk_open_column(struct db *db, uint64_t school_id, uint64_t column_id,
		int64_t now_ms, struct mark_desk **out) MUST_CHECK;
void mark_desk_free(struct mark_desk *desk);
DEFINE_FREEP(struct mark_desk *, mark_desk_free);

/* A column of the place, or NULL. */
const struct mark_column *mark_desk_column(const struct mark_desk *desk, uint64_t column_id);
/* The cell as it stands; with version 0 and empty when there is none. */
struct mark_stored mark_desk_cell(
		const struct mark_desk *desk, uint64_t column_id, uint64_t student_id);

/* Why a cell may not be changed now. */
enum mark_refusal {
	MARK_ALLOWED,
	MARK_LOCKED, /* since a lock of the term: by request only */
	MARK_CLOSED, /* the class's term or year is closed */
	MARK_EXEMPT, /* the student is exempt from the subject */
};
enum mark_refusal mark_desk_refusal(
		const struct mark_desk *desk, uint64_t column_id, uint64_t student_id);

/* Whether the cell is one of the place (ERR_NOT_FOUND), and one that its subject can have
 * (ERR_INVAL); locks are not looked at. */
enum err mark_desk_check(const struct mark_desk *desk, const struct mark_stored *wanted) MUST_CHECK;

/*
 * Sets one cell: wanted->version is the version that was seen, 0 when there was none; an empty cell
 * takes a mark back. *out_version is the new one; setting what is there already changes nothing and
 * keeps the version. An actor with an approver may change what is locked, not what is closed.
 * Errors  ERR_STALE      another version is there by now
 *         ERR_CLOSED     it may not be changed (mark_desk_refusal)
 *         ERR_INVAL      a cell that the subject cannot have
 *         ERR_MISSING    a change of a published mark without a reason
 *         ERR_NOT_FOUND  no such column in the place, or the student is not in its class
 */
enum err mark_desk_set(struct db *db, struct mark_desk *desk, const struct mark_stored *wanted,
		const struct mark_actor *actor, unsigned *out_version) MUST_CHECK;

/*
 * Keeps what stands in a cell against an exam: `exam` holds the exam's mark and attempt, and the
 * version that was seen of the cell. Nothing changes; that it was kept stands in the ledger.
 * Errors  ERR_STALE  another version is there by now; those of mark_desk_check()
 */
enum err mark_desk_keep(struct db *db, const struct mark_desk *desk, const struct mark_stored *exam,
		const struct mark_actor *actor) MUST_CHECK;

/* Opens the column's place and sets one cell. Inside a transaction; errors as above. */
enum err mark_store_set(struct db *db, uint64_t school_id, const struct mark_stored *wanted,
		const struct mark_actor *actor, unsigned *out_version) MUST_CHECK;

#endif
