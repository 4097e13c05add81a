#ifndef GRADEBOOK_MARKS_REOPENING_STORE_H
#define GRADEBOOK_MARKS_REOPENING_STORE_H

/*
 * A class and subject that may be worked on in spite of a lock, until some time and with a reason,
 * which the place's history keeps. Nothing is taken away: ending one sets its time to now.
 */

#include "core/db/db.h"
#include "gradebook/marks/mark_store.h"

enum { REOPENING_WHY_CHARS_MAX = 300 };

/* Texts are valid during the call. */
struct reopening {
	uint64_t id;
	uint64_t class_id;
	struct str class_name;
	uint64_t subject_id;
	struct str subject_name;
	unsigned kind; /* enum mark_kind, or 0: every kind */
	int64_t until_ms;
	struct str why;
	uint64_t made_by;
	struct str made_by_name;
	int64_t made_at_ms;
};

/* Those of a term that are in force, by class, subject and time. */
enum err reopening_store_list(struct db *db, uint64_t school_id, uint64_t term_id, int64_t now_ms,
		enum err (*each)(const struct reopening *reopening, void *ctx),
		void *ctx) MUST_CHECK;

struct reopening_wanted {
	struct mark_place place;
	unsigned kind;
	int64_t until_ms;
	struct mark_actor actor; /* with the reason */
};

/*
 * Inside a transaction.
 * Errors  ERR_INVAL      until_ms is not to come, or there is no reason
 *         ERR_CLOSED     the class's term or year is closed: open the class instead
 *         ERR_LIMIT      too many are in force for the place
 *         ERR_NOT_FOUND  class, subject and term are not of the school and of one year
 */
enum err reopening_store_add(
		struct db *db, const struct reopening_wanted *wanted, uint64_t *out_id) MUST_CHECK;

/* Ends one now. ERR_NOT_FOUND when none of that id is in force in the school. Inside a
 * transaction; the actor's reason is kept too. */
enum err reopening_store_end(struct db *db, uint64_t school_id, uint64_t id,
		const struct mark_actor *actor) MUST_CHECK;

#endif
