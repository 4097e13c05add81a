#ifndef GRADEBOOK_REASSESS_REASSESS_AUDIT_STORE_H
#define GRADEBOOK_REASSESS_REASSESS_AUDIT_STORE_H

/*
 * Holds what was assessed again against the classes' own chains, for `truongthi audit`: names each
 * that is not what the history says last. That the chains are whole is ledger_audit_store.h's.
 */

#include "core/db/db.h"

struct reassess_finding {
	bool is_missing; /* the history has one, and there is no row; else it was changed or added */
	uint64_t class_id;
	uint64_t student_id;
	uint64_t subject_id;
	unsigned item;
};

struct reassess_audit_out {
	void (*report)(void *owner, const struct reassess_finding *finding);
	void *owner;
};

/* A school's, or with school 0 all. The errors are the database's. */
enum err reassess_audit_store_run(
		struct db *db, uint64_t school, struct reassess_audit_out out) MUST_CHECK;

#endif
