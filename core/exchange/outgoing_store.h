#ifndef CORE_EXCHANGE_OUTGOING_STORE_H
#define CORE_EXCHANGE_OUTGOING_STORE_H

/*
 * Batches on their way to a destination. One is made in the transaction that moves the watermark,
 * and its bytes stay the same until there is an answer, so that a process that dies anywhere loses
 * and doubles nothing. A destination has at most one batch under way.
 *
 * Every change is sent, in the order of the commits: also a version that a later one has passed by.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/db/db.h"
#include "core/exchange/destination_store.h"
#include "core/exchange/exchange_receipt.h"
#include "core/seal/hash.h"

enum outgoing_state {
	OUTGOING_MADE = 1,
	OUTGOING_SENT = 2, /* at least once */
	OUTGOING_ANSWERED = 3,
};

struct outgoing {
	uint64_t id;
	uint64_t school_id;
	uint64_t destination_id;
	uint8_t batch_id[EXCHANGE_BATCH_ID_BYTES];
	uint64_t last_number;
	enum outgoing_state state;
	char *body; /* owned */
	size_t body_n;
	struct hash body_hash;
	uint32_t records;
};
void outgoing_finish(struct outgoing *o);

/* The batch that is under way. ERR_NOT_FOUND: none. */
enum err outgoing_store_open(
		struct db *db, uint64_t destination_id, struct outgoing *out) MUST_CHECK;
/*
 * Makes the next batch: records that are to be sent again, else what stands behind the watermark.
 * ERR_NOT_FOUND: nothing. A transaction of its own.
 */
enum err outgoing_store_make(struct db *db, const struct destination *d, int64_t now_ms,
		struct outgoing *out) MUST_CHECK;
/* What the next batch would be made of, without making it. */
struct outgoing_plan {
	uint64_t records;
	uint64_t bytes;
};
enum err outgoing_store_plan(
		struct db *db, const struct destination *d, struct outgoing_plan *out) MUST_CHECK;

enum err outgoing_store_sent(struct db *db, uint64_t id, int64_t now_ms) MUST_CHECK;
/* The other side said what became of it, and signed that. A transaction of its own; does nothing
 * when it is done already. */
enum err outgoing_store_answered(struct db *db, const struct outgoing *o,
		const struct exchange_answer *answer, int64_t now_ms) MUST_CHECK;
/* The same where nobody signs: every record is there. */
enum err outgoing_store_delivered(
		struct db *db, const struct outgoing *o, int64_t now_ms) MUST_CHECK;

/* What the other side signed of a batch (core/exchange/exchange_receipt.h). */
struct outgoing_receipt {
	struct str statement;
	uint8_t signature[SIGN_BYTES];
};
/* Every receipt of the destination, the oldest first; valid during the call, whose error ends the
 * reading and is given back. */
enum err outgoing_store_receipts(struct db *db, uint64_t destination_id,
		enum err (*each)(const struct outgoing_receipt *receipt, void *ctx),
		void *ctx) MUST_CHECK;

/* ---- records, for the office ---- */

enum outgoing_record_state {
	RECORD_STATE_QUEUED = 1,
	RECORD_STATE_SENT = 2,
	RECORD_STATE_RECEIVED = 3,
	RECORD_STATE_APPLIED = 4,
	RECORD_STATE_REJECTED = 5,
};
const char *outgoing_record_state_name(enum outgoing_record_state state);
enum err outgoing_record_state_parse(struct str name, enum outgoing_record_state *out) MUST_CHECK;

struct outgoing_record {
	uint64_t id;
	struct str kind; /* bang */
	struct str key;  /* idbanghi */
	uint32_t version;
	enum outgoing_record_state state;
	struct str code;   /* why; "" */
	struct str params; /* "{}" */
	int64_t at_ms;     /* of the state; 0: not known */
};
struct outgoing_records {
	unsigned state;    /* 0: any */
	struct str kind;   /* "": any */
	uint64_t below_id; /* 0: from the newest */
	unsigned limit;
};
enum { OUTGOING_RECORDS_MAX = 101 };
/* Newest first; texts are valid during the call; an error of `each` ends the reading. */
enum err outgoing_store_records(struct db *db, const struct destination *d,
		const struct outgoing_records *wanted,
		enum err (*each)(const struct outgoing_record *record, void *ctx),
		void *ctx) MUST_CHECK;

/* Has one record sent again. ERR_NOT_FOUND: the school has none of that id. */
enum err outgoing_store_resend(struct db *db, const struct destination *d, uint64_t record_id,
		int64_t now_ms) MUST_CHECK;
/* Has every rejected one sent again; how many. */
enum err outgoing_store_resend_rejected(struct db *db, const struct destination *d, int64_t now_ms,
		uint64_t *out_count) MUST_CHECK;

#endif
