#ifndef CORE_OUTBOX_OUTBOX_STORE_H
#define CORE_OUTBOX_OUTBOX_STORE_H

/*
 * The outbox as those see it who carry it out: switching it on, filling it, reading it, and
 * cutting off what everybody has. Texts given to `each` are valid during the call; an error of
 * `each` ends the reading and is given back.
 */

#include "core/db/db.h"
#include "core/outbox/record_kind.h"

/* ---- on and off ---- */

/* From now on every change of the school's records is told. Does nothing when it is so already. */
enum err outbox_store_begin(struct db *db, uint64_t school_id) MUST_CHECK;
/* Nothing is told any more. What was told stays: when it begins again, versions go on. */
enum err outbox_store_end(struct db *db, uint64_t school_id) MUST_CHECK;

enum { OUTBOX_ERROR_BYTES = 33 };

struct outbox_head {
	uint64_t number; /* of the newest row */
	int64_t begun_at_ms;
	int64_t seeded_at_ms;                /* 0: not yet to the end (seed_store.h) */
	char seed_error[OUTBOX_ERROR_BYTES]; /* why it failed last; "": it did not */
};
/* ERR_NOT_FOUND when the school does not exchange. */
enum err outbox_store_head(struct db *db, uint64_t school_id, struct outbox_head *out) MUST_CHECK;
/* Every school that exchanges. */
enum err outbox_store_schools(struct db *db,
		enum err (*each)(uint64_t school_id, const struct outbox_head *head, void *ctx),
		void *ctx) MUST_CHECK;

/* ---- reading ---- */

struct outbox_row {
	uint64_t number;
	uint64_t record_id;
	uint32_t version; /* phienban */
	int64_t at_ms;
	struct str line;       /* envelope.h, without a line feed */
	struct hash line_hash; /* exchange_line_hash() */
};
/* The rows behind a number, in their order, at most `limit`. Whoever goes on from the last number
 * that it got misses nothing and gets nothing twice. */
enum err outbox_store_after(struct db *db, uint64_t school_id, uint64_t number, unsigned limit,
		enum err (*each)(const struct outbox_row *row, void *ctx), void *ctx) MUST_CHECK;
/* The newest row of one record. ERR_NOT_FOUND. */
enum err outbox_store_newest(struct db *db, uint64_t school_id, uint64_t record_id,
		enum err (*each)(const struct outbox_row *row, void *ctx), void *ctx) MUST_CHECK;

/* How many records there are, by kind. */
struct outbox_count {
	struct str kind;
	uint64_t told; /* that the outside has or will have */
	uint64_t cancelled;
};
enum err outbox_store_counts(struct db *db, uint64_t school_id,
		enum err (*each)(const struct outbox_count *count, void *ctx),
		void *ctx) MUST_CHECK;

/*
 * Tells a record's last data once more, as UPDATE (as CANCEL when it is gone), with a phienban larger
 * than its own and not less than `least`: for a receiver that holds other bytes under it.
 * ERR_NOT_FOUND: no such record, or the school does not exchange; ERR_LIMIT past INT32_MAX.
 */
enum err outbox_store_raise(
		struct db *db, uint64_t school_id, uint64_t record_id, uint32_t least) MUST_CHECK;

/* ---- cutting off ---- */

/* Deletes rows up to and with `number` that are of before `before_ms` and not their record's
 * newest; at most `limit`. */
enum err outbox_store_prune(struct db *db, uint64_t school_id, uint64_t number, int64_t before_ms,
		unsigned limit, uint64_t *out_count) MUST_CHECK;

/* ---- checking ---- */

/* A kind of which something was not told. */
struct outbox_untold {
	const char *kind;
	uint64_t count;   /* rows that looking at everything again would write */
	struct str first; /* the key of one of them */
};
/*
 * Looks at every record of the school again, and writes nothing. Gives each kind that has something
 * to tell to `each`; none is what it should be. ERR_NOT_FOUND when the school does not exchange.
 */
enum err outbox_store_check(struct db *db, uint64_t school_id, const struct record_kinds *kinds,
		enum err (*each)(const struct outbox_untold *untold, void *ctx),
		void *ctx) MUST_CHECK;

#endif
