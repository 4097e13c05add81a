#ifndef GRADEBOOK_MARKS_SCHEDULE_AUDIT_STORE_H
#define GRADEBOOK_MARKS_SCHEDULE_AUDIT_STORE_H

/*
 * Holds what the office planned for marks (locks and publications of a term, places that were reopened
 * in spite of a lock) against its history, for `truongthi audit`: the school's own chain, and for the
 * reopenings those of their places. That the chains themselves are whole is ledger_audit_store.h's.
 */

#include "core/db/db.h"

enum schedule_fault {
	SCHEDULE_PLAN_CHANGED, /* a plan is not what the history says of it last, or was added */
	SCHEDULE_PLAN_MISSING, /* the history has one, and there is no row */
	SCHEDULE_REOPENING_CHANGED, /* it was changed or added, or was ended and holds again */
	SCHEDULE_REOPENING_MISSING,
	SCHEDULE_FAULT_COUNT_,
};

struct schedule_finding {
	enum schedule_fault fault;
	bool is_lock; /* of a plan; else a publication */
	uint64_t school_id;
	uint64_t term_id;
	unsigned kind;
	unsigned grade;      /* of a plan */
	uint64_t class_id;   /* of a reopening */
	uint64_t subject_id; /* of a reopening */
};

struct schedule_audit_out {
	void (*report)(void *owner, const struct schedule_finding *finding);
	void *owner;
};

/* A school's, or with school 0 all. The errors are the database's. */
enum err schedule_audit_store_run(
		struct db *db, uint64_t school, struct schedule_audit_out out) MUST_CHECK;

/* The fault in a few plain words. */
const char *schedule_fault_text(enum schedule_fault fault);

#endif
