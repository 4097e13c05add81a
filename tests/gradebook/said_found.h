#ifndef TESTS_GRADEBOOK_SAID_FOUND_H
#define TESTS_GRADEBOOK_SAID_FOUND_H

/* What an audit of what is said beside the marks finds: how many, and the last of them. */

#include "gradebook/marks/said_audit_store.h"
#include "tests/check.h"

struct found {
	unsigned changed;
	unsigned missing;
	struct said_finding last;
};

static inline void note_finding(void *owner, const struct said_finding *f) {
	struct found *found = owner;
	found->changed += !f->is_missing;
	found->missing += f->is_missing;
	found->last = *f;
}

static inline struct found said_found(struct db *db, uint64_t school,
		enum err (*run)(struct db *db, uint64_t school, struct said_audit_out out)) {
	struct found found = { 0 };
	const struct said_audit_out out = { note_finding, &found };
	CHECK_INT("audit", run(db, school, out), ERR_OK);
	return found;
}

#endif
