#ifndef GRADEBOOK_PRIMARY_JUDGEMENT_AUDIT_STORE_H
#define GRADEBOOK_PRIMARY_JUDGEMENT_AUDIT_STORE_H

/*
 * Holds the judgements of primary classes against the classes' own chains, for `truongthi audit`:
 * names each that is not what the history says last. That the chains are whole is
 * ledger_audit_store.h's, which also holds the levels of subjects against theirs: they are marks.
 */

#include "core/db/db.h"

struct judgement_finding {
	bool is_missing; /* the history has one, and there is no row; else it was changed or added */
	uint64_t class_id;
	uint64_t student_id;
	unsigned moment;
	unsigned item;
};

struct judgement_audit_out {
	void (*report)(void *owner, const struct judgement_finding *finding);
	void *owner;
};

/* A school's, or with school 0 all. The errors are the database's. */
enum err judgement_audit_store_run(
		struct db *db, uint64_t school, struct judgement_audit_out out) MUST_CHECK;

#endif
