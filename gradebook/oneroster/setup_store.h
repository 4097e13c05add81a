#ifndef GRADEBOOK_ONEROSTER_SETUP_STORE_H
#define GRADEBOOK_ONEROSTER_SETUP_STORE_H

/*
 * Sets an empty school up from a bundle: its year, subjects, people, classes, columns and marks,
 * whole or not at all. A school is empty while it has no class, student or teacher; its office, its
 * years and its subjects may be there. Every mark enters the chained history as one that came by
 * this way. Whoever is set up is invited and gets a sign-in slip from the office, as ever.
 */

#include "core/db/db.h"
#include "gradebook/oneroster/bundle.h"

struct oneroster_setup {
	uint64_t school_id;
	uint64_t by_id; /* the person of the office who does it */
	int64_t now_ms;
};

/* ERR_CONFLICT when the school is not empty. */
enum err oneroster_setup_check(struct db *db, uint64_t school_id) MUST_CHECK;

/* Adds to `why` whose sign-in names of the bundle are somebody else's of the office. */
enum err oneroster_setup_look(struct db *db, uint64_t school_id, const struct bundle *bundle,
		struct diag *why) MUST_CHECK;

/*
 * Inside a transaction, or in one of its own.
 * Errors  ERR_CONFLICT  the school is not empty
 *         ERR_INVAL     a sign-in name of the bundle is somebody's of the office with another name:
 *                       `why` says whose
 */
enum err oneroster_setup(struct db *db, const struct oneroster_setup *setup,
		const struct bundle *bundle, struct diag *why) MUST_CHECK;

#endif
