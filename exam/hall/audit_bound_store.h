#ifndef EXAM_HALL_AUDIT_BOUND_STORE_H
#define EXAM_HALL_AUDIT_BOUND_STORE_H

/*
 * The audit's part that holds sittings, their rooms, acts and attempts against their macs
 * (bound.h), and the number of a sitting's roots against its row.
 */

#include "core/db/db.h"
#include "core/seal/keys.h"
#include "exam/hall/audit.h"

/* A school's sittings, or with school 0 all. *out_unbound: how many are from before there were
 * macs. The errors are the database's. */
enum err audit_bound_store_run(struct db *db, const struct keys *keys, uint64_t school,
		struct audit_out out, uint64_t *out_unbound) MUST_CHECK;

#endif
