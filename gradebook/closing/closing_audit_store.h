#ifndef GRADEBOOK_CLOSING_CLOSING_AUDIT_STORE_H
#define GRADEBOOK_CLOSING_CLOSING_AUDIT_STORE_H

/*
 * Holds the results that were kept at closing against the classes' own chains, for
 * `truongthi audit`. That the chains themselves are whole is ledger_audit_store.h's.
 */

#include "core/db/db.h"
#include "gradebook/closing/snapshot.h"

enum closing_fault {
	CLOSING_RESULT_CHANGED, /* a result is not the one that the history has the hash of */
	CLOSING_RESULT_MISSING, /* the history has one, and there is no row */
	CLOSING_RESULT_ADDED,   /* a row that the history does not know */
	CLOSING_STATE_CHANGED,  /* closed or open, by whom, when, why, against what it says last */
	CLOSING_FAULT_COUNT_,
};

struct closing_finding {
	enum closing_fault fault;
	uint64_t class_id;
	uint64_t student_id; /* 0: of the class as a whole */
	unsigned scope;      /* enum class_scope, or what somebody wrote in its place */
};

struct closing_audit_out {
	void (*report)(void *owner, const struct closing_finding *finding);
	void *owner;
};

/* A school's, or with school 0 all. *out_rows: results looked at. The errors are the database's. */
enum err closing_audit_store_run(struct db *db, uint64_t school, struct closing_audit_out out,
		uint64_t *out_rows) MUST_CHECK;

/* The fault in a few plain words. */
const char *closing_fault_text(enum closing_fault fault);

#endif
