#ifndef GRADEBOOK_CONDUCT_CONDUCT_AUDIT_STORE_H
#define GRADEBOOK_CONDUCT_CONDUCT_AUDIT_STORE_H

/*
 * Holds conduct against the classes' own chains, for `truongthi audit`: names each level that is
 * not what the history says last. That the chains are whole is ledger_audit_store.h's.
 */

#include "core/db/db.h"

struct conduct_finding {
	bool is_missing; /* the history has a level, and there is no row; else it was changed */
	uint64_t class_id;
	uint64_t student_id;
	unsigned place; /* 1 and 2 the terms, 3 after summer */
};

struct conduct_audit_out {
	void (*report)(void *owner, const struct conduct_finding *finding);
	void *owner;
};

/* A school's, or with school 0 all. The errors are the database's. */
enum err conduct_audit_store_run(
		struct db *db, uint64_t school, struct conduct_audit_out out) MUST_CHECK;

#endif
