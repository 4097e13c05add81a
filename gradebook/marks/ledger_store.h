#ifndef GRADEBOOK_MARKS_LEDGER_STORE_H
#define GRADEBOOK_MARKS_LEDGER_STORE_H

/* The SQL of the marks' chained history. */

#include "core/db/db.h"
#include "gradebook/marks/ledger.h"

/* Adds a row behind its chain's head, which it locks until the transaction ends; row->number is
 * not looked at. Only inside a transaction, together with the change that it records. */
enum err ledger_store_add(struct db *db, const struct ledger_row *row) MUST_CHECK;

/* A row and when it was read: texts are valid during the call. */
struct ledger_stored {
	struct ledger_row row;
	struct hash hash;
};
/* The whole chain of a class and subject, from the first row. */
enum err ledger_store_chain(struct db *db, uint64_t school_id, uint64_t class_id,
		uint64_t subject_id, enum err (*each)(const struct ledger_stored *row, void *ctx),
		void *ctx) MUST_CHECK;
/* What happened to one student's mark in one column, oldest first. */
enum err ledger_store_history(struct db *db, uint64_t school_id, uint64_t column_id,
		uint64_t student_id, enum err (*each)(const struct ledger_stored *row, void *ctx),
		void *ctx) MUST_CHECK;
/* The rows of one column in which a person kept its mark against an exam's, oldest first. */
enum err ledger_store_kept(struct db *db, uint64_t school_id, uint64_t column_id,
		enum err (*each)(const struct ledger_stored *row, void *ctx), void *ctx) MUST_CHECK;
/* Recomputes a chain. ERR_CORRUPT when a row was edited, dropped or moved; *out_number is the
 * last row that is good. */
enum err ledger_store_check(struct db *db, uint64_t school_id, uint64_t class_id,
		uint64_t subject_id, uint32_t *out_number) MUST_CHECK;

#endif
