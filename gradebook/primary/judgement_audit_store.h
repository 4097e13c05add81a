#ifndef GRADEBOOK_PRIMARY_JUDGEMENT_AUDIT_STORE_H
#define GRADEBOOK_PRIMARY_JUDGEMENT_AUDIT_STORE_H

/*
 * Holds the judgements of primary classes against the classes' own chains, for `truongthi audit`:
 * names each that is not what the history says last. That the chains are whole is
 * ledger_audit_store.h's, which also holds the levels of subjects against theirs: they are marks.
 */

#include "gradebook/marks/said_audit_store.h"

/* A finding's place is the moment; its item the judgement's. */
/* A school's, or with school 0 all. The errors are the database's. */
enum err judgement_audit_store_run(
		struct db *db, uint64_t school, struct said_audit_out out) MUST_CHECK;

#endif
