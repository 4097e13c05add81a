#ifndef GRADEBOOK_CONDUCT_CONDUCT_AUDIT_STORE_H
#define GRADEBOOK_CONDUCT_CONDUCT_AUDIT_STORE_H

/*
 * Holds conduct against the classes' own chains, for `truongthi audit`: names each level that is
 * not what the history says last. That the chains are whole is ledger_audit_store.h's.
 */

#include "gradebook/marks/said_audit_store.h"

/* A finding's place: 1 and 2 the terms, 3 after summer. */
/* A school's, or with school 0 all. The errors are the database's. */
enum err conduct_audit_store_run(
		struct db *db, uint64_t school, struct said_audit_out out) MUST_CHECK;

#endif
