#ifndef GRADEBOOK_REASSESS_REASSESS_AUDIT_STORE_H
#define GRADEBOOK_REASSESS_REASSESS_AUDIT_STORE_H

/*
 * Holds what was assessed again against the classes' own chains, for `truongthi audit`: names each
 * that is not what the history says last. That the chains are whole is ledger_audit_store.h's.
 */

#include "gradebook/marks/said_audit_store.h"

/* A finding's place is the subject, or 0; its item reassess.h's. */
/* A school's, or with school 0 all. The errors are the database's. */
enum err reassess_audit_store_run(
		struct db *db, uint64_t school, struct said_audit_out out) MUST_CHECK;

#endif
