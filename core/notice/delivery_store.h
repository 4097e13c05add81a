#ifndef CORE_NOTICE_DELIVERY_STORE_H
#define CORE_NOTICE_DELIVERY_STORE_H

/*
 * The SQL of what is to leave the house. Each channel is a queue of its own. Who sends takes one
 * delivery at a time under a lease: a process that dies over it leaves it to be taken again once
 * the lease has run out, so each is sent at least once, and the receiver knows a second one by its
 * key. Texts given to `each` are valid during the call; an error of `each` ends the reading and is
 * given back.
 */

#include "core/db/db.h"
#include "core/notice/delivery.h"

enum {
	DELIVERY_PAGE_MAX = 101,
	DELIVERY_DETAIL_CHARS_MAX = 200,
	DELIVERY_TESTS_AN_HOUR = 10,
};

struct delivery_new {
	uint64_t school_id;
	enum notice_channel channel;
	enum delivery_kind kind; /* but a notice: those are made by notice_store_queue() */
	uint64_t person_id;
	struct str address; /* of mail, or a telephone number */
	int64_t now_ms;
};
/* ERR_THROTTLED: DELIVERY_TESTS_AN_HOUR tests of the school were made within the hour. Inside a
 * transaction. */
enum err delivery_store_add(
		struct db *db, const struct delivery_new *delivery, uint64_t *out_id) MUST_CHECK;

/* ---- sending ---- */

/* The next that is due on a channel, taken until lease_ms. ERR_NOT_FOUND: none. */
enum err delivery_store_take(struct db *db, enum notice_channel channel, int64_t now_ms,
		int64_t lease_ms, struct delivery *out) MUST_CHECK;
enum err delivery_store_sent(struct db *db, uint64_t id, int64_t now_ms) MUST_CHECK;
enum err delivery_store_drop(struct db *db, uint64_t id, int64_t now_ms) MUST_CHECK;
/* Puts it back until then without counting the try. */
enum err delivery_store_postpone(struct db *db, uint64_t id, int64_t until_ms) MUST_CHECK;
/* Why a try failed, and when the next one is; given_up: there is none. */
struct delivery_fault {
	int64_t next_at_ms;
	bool is_given_up;
	const char *error; /* a code: "refused" */
	struct str detail; /* what the other side said, cut to DELIVERY_DETAIL_CHARS_MAX */
};
enum err delivery_store_fault(
		struct db *db, uint64_t id, const struct delivery_fault *fault) MUST_CHECK;

/* ---- the office ---- */

struct delivery_row {
	uint64_t id;
	enum notice_channel channel;
	enum delivery_kind kind;
	unsigned notice; /* enum notice_kind; 0: none */
	uint64_t person_id;
	struct str full_name;
	struct str address; /* where it goes as things stand; "": nowhere */
	enum delivery_state state;
	unsigned tries;
	int64_t made_at_ms;
	int64_t next_at_ms;
	int64_t sent_at_ms; /* 0: not yet */
	struct str error;
	struct str detail;
};
struct delivery_page {
	uint64_t school_id;
	unsigned state;    /* 0: any */
	unsigned channel;  /* 0: any */
	uint64_t below_id; /* 0: from the newest */
	unsigned limit;
};
enum err delivery_store_list(struct db *db, const struct delivery_page *page,
		enum err (*each)(const struct delivery_row *row, void *ctx), void *ctx) MUST_CHECK;
/* Has one that was given up sent again. ERR_NOT_FOUND: not of the school; ERR_CONFLICT: it is not
 * given up. */
enum err delivery_store_resend(
		struct db *db, uint64_t school_id, uint64_t id, int64_t now_ms) MUST_CHECK;

struct delivery_channel {
	bool is_on;
	uint64_t waiting;
	uint64_t failed;
	uint64_t sent; /* since a day */
};
enum err delivery_store_channel(struct db *db, uint64_t school_id, enum notice_channel channel,
		int64_t now_ms, struct delivery_channel *out) MUST_CHECK;
struct delivery_switch {
	uint64_t school_id;
	enum notice_channel channel;
	bool is_on;
	uint64_t person_id;
	int64_t now_ms;
};
enum err delivery_store_switch(struct db *db, const struct delivery_switch *to) MUST_CHECK;

#endif
