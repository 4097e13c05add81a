#ifndef GRADEBOOK_ONEROSTER_SETUP_INNER_STORE_H
#define GRADEBOOK_ONEROSTER_SETUP_INNER_STORE_H

/* What the files of setup_store.h share; nobody else includes it. */

#include "gradebook/oneroster/setup_store.h"

/* The rows that were made for what is in the bundle, by its place there. */
struct setup_work {
	struct db *db;
	const struct oneroster_setup *setup;
	const struct bundle *bundle;
	struct diag *why;
	uint64_t year_id;
	uint64_t term_ids[CALENDAR_TERMS_MAX + 1]; /* from 1 */
	uint64_t *subject_ids;
	uint64_t *class_ids;
	uint64_t *person_ids;
	uint64_t *student_ids; /* by person */
};

enum err setup_marks(struct setup_work *w) MUST_CHECK;

#endif
