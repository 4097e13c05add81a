#ifndef GRADEBOOK_CLOSING_CLOSE_STORE_H
#define GRADEBOOK_CLOSING_CLOSE_STORE_H

/*
 * Closing a class's term or year, and opening it again. Closing keeps what each student came to
 * (snapshot.h), and the class's own chain of the ledger keeps the hash of each. Inside a
 * transaction; everything is of one school.
 */

#include "core/db/db.h"
#include "gradebook/closing/snapshot.h"

enum { CLOSE_WHY_CHARS_MAX = 200 }; /* the history puts the part before it */

struct close_wanted {
	uint64_t school_id;
	uint64_t class_id;
	enum class_scope scope;
	unsigned version; /* of the closing that was seen; 0: never closed */
	uint64_t person_id;
	int64_t now_ms;
	struct str why; /* of opening again: not empty */
};

/*
 * Closes. Nobody changes a mark of the class meanwhile.
 * Errors  ERR_MISSING      something is not there yet: *year says what (class_year_missing)
 *         ERR_STALE        another version by now
 *         ERR_CLOSED       it is closed already
 *         ERR_UNSUPPORTED  there are no rules for that class
 *         ERR_NOT_FOUND
 * `year` was made by class_year_init() and holds the class afterwards, unless it was not found.
 */
enum err close_store_close(struct db *db, const struct close_wanted *wanted,
		struct class_year *year) MUST_CHECK;

/*
 * Opens again; what was kept stays, as of when it was closed.
 * Errors  ERR_STALE     another version by now, or it is not closed
 *         ERR_CONFLICT  a term of a year that is closed: open the year first
 */
enum err close_store_open(struct db *db, const struct close_wanted *wanted) MUST_CHECK;

/* The snapshots of a class's part, or of one student of it, ordered by student; texts are valid
 * during `each`. */
struct close_stored {
	struct snapshot snapshot;
	struct hash hash;
	unsigned version;
	int64_t closed_at_ms;
};
enum err close_store_results(struct db *db, uint64_t school_id, uint64_t class_id,
		enum class_scope scope, enum err (*each)(const struct close_stored *row, void *ctx),
		void *ctx) MUST_CHECK;

#endif
