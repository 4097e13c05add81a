#ifndef GRADEBOOK_MARKS_LEDGER_AUDIT_STORE_H
#define GRADEBOOK_MARKS_LEDGER_AUDIT_STORE_H

/*
 * Holds the marks against their chained history, and the history against the heads that the school
 * signed, for `truongthi audit`: names every row of the history that was edited, dropped, added or
 * moved behind the program's back, and every mark, column and exemption that is not what its
 * history says last.
 */

#include "core/db/db.h"
#include "core/seal/keys.h"
#include "gradebook/marks/head.h"

enum ledger_fault {
	LEDGER_ROW_CHANGED,    /* its hash does not follow from the row before */
	LEDGER_ROW_MISSING,    /* numbers number … last are gone */
	LEDGER_HEAD_CHANGED,   /* the chain's stored head is not its end */
	LEDGER_SIGNED_OTHER,   /* the history up to that row is not what the school signed */
	LEDGER_SIGNED_CHANGED, /* a signed head was changed */
	LEDGER_SIGNED_MISSING, /* the head that was signed last is gone */
	LEDGER_MARK_CHANGED,   /* the mark is not what the history says */
	LEDGER_MARK_MISSING,   /* the history says a mark, and there is no row */
	LEDGER_MARK_ADDED,     /* a mark that the history knows nothing of */
	LEDGER_COLUMN_CHANGED, /* its kind, place or term is not what it was made with */
	LEDGER_COLUMN_PUBLISHED, /* that it is published, or since when, is not what the history says */
	LEDGER_COLUMN_LINKED,  /* its exam is not the one that the history says */
	LEDGER_COLUMN_MISSING, /* the history has rows of it */
	LEDGER_EXEMPTION,      /* the student is exempt, or not, against the history */
	LEDGER_FAULT_COUNT_,
};

struct ledger_finding {
	enum ledger_fault fault;
	uint64_t class_id;
	uint64_t subject_id;
	uint32_t number; /* of a history row; 0 for a mark, column or exemption */
	uint32_t last;
	uint64_t column_id;  /* of a mark or column */
	uint64_t student_id; /* of a mark or exemption */
	uint64_t term_id;    /* of an exemption */
};

struct ledger_audit_out {
	void (*report)(void *owner, const struct ledger_finding *finding);
	void *owner;
};

/* What the audit holds the history against. */
struct ledger_audit {
	uint64_t school;            /* 0: all */
	const struct keys *keys;    /* whose public keys are the school's */
	const struct head *outside; /* verified heads that were kept elsewhere */
	size_t outside_count;
};

/* *out_rows: history rows walked. The errors are the database's. */
enum err ledger_audit_store_run(struct db *db, const struct ledger_audit *audit,
		struct ledger_audit_out out, uint64_t *out_rows) MUST_CHECK;

/* The parts about marks, columns and exemptions: mark_audit_store.c. Inside a transaction. What
 * one class shows, and what no class does: of the school, with 0 of all. */
enum err mark_audit_store_class(
		struct db *db, uint64_t class_id, struct ledger_audit_out out) MUST_CHECK;
enum err mark_audit_store_rest(
		struct db *db, uint64_t school, struct ledger_audit_out out) MUST_CHECK;

/* The fault in a few plain words. */
const char *ledger_fault_text(enum ledger_fault fault);

#endif
