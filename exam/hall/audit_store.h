#ifndef EXAM_HALL_AUDIT_STORE_H
#define EXAM_HALL_AUDIT_STORE_H

/* Walks the hall's tables for the audit (audit.h). */

#include "core/db/db.h"
#include "core/seal/keys.h"
#include "exam/hall/audit.h"

struct audit_counts {
	uint64_t attempts;
	uint64_t events;
	uint64_t receipts;
	uint64_t checkpoints;
	uint64_t roots;
	uint64_t unbound; /* sittings from before their rows were bound (bound.h) */
};

/* Every attempt, receipt, checkpoint and root of a school, or with school 0 of all. Findings go to
 * `out`; the errors are the database's. */
enum err audit_store_run(struct db *db, const struct keys *keys, uint64_t school,
		struct audit_out out, struct audit_counts *counts) MUST_CHECK;

#endif
