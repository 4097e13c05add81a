#ifndef GRADEBOOK_MARKS_LEDGER_AUDIT_STORE_H
#define GRADEBOOK_MARKS_LEDGER_AUDIT_STORE_H

/*
 * Holds the marks against their chained history, for `truongthi audit`: names every row of the
 * history that was edited, dropped, added or moved behind the program's back, and every mark that
 * is not what its history says last.
 */

#include "core/db/db.h"

enum ledger_fault {
	LEDGER_ROW_CHANGED,  /* its hash does not follow from the row before */
	LEDGER_ROW_MISSING,  /* numbers number … last are gone */
	LEDGER_HEAD_CHANGED, /* the chain's stored head is not its end */
	LEDGER_MARK_CHANGED, /* the mark is not what the history says */
	LEDGER_MARK_MISSING, /* the history says a mark, and there is no row */
	LEDGER_FAULT_COUNT_,
};

struct ledger_finding {
	enum ledger_fault fault;
	uint64_t class_id;
	uint64_t subject_id;
	uint32_t number; /* of a history row; 0 for a mark */
	uint32_t last;
	uint64_t column_id; /* of a mark */
	uint64_t student_id;
};

struct ledger_audit_out {
	void (*report)(void *owner, const struct ledger_finding *finding);
	void *owner;
};

/* A school's, or with school 0 all. *out_rows: history rows walked. The errors are the
 * database's. */
enum err ledger_audit_store_run(struct db *db, uint64_t school, struct ledger_audit_out out,
		uint64_t *out_rows) MUST_CHECK;

/* The fault in a few plain words. */
const char *ledger_fault_text(enum ledger_fault fault);

#endif
