#ifndef CORE_OUTBOX_TOUCH_STORE_H
#define CORE_OUTBOX_TOUCH_STORE_H

/*
 * Looking at a school's records again and writing what is new of them into its outbox. A turn is
 * one school with its head locked, in a transaction: what it writes is numbered behind all that was
 * committed before, and nobody else's turn of this school begins before this one is committed or
 * rolled back. So whoever reads the rows behind a number, in their order, misses none.
 *
 * Deeds do not call this: they owe (owe_store.h).
 */

#include <stdbool.h>

#include "core/db/db.h"
#include "core/outbox/record_kind.h"
#include "core/school/place.h"

struct outbox_turn {
	struct db *db;
	uint64_t school_id;
	char code[PLACE_SCHOOL_CODE_BYTES];
	uint64_t number; /* of the newest row, with what this turn wrote */
	uint64_t first;  /* the same when it began */
	int64_t now_ms;  /* by the database's clock, once the head was locked */
	/* For outbox_turn_look(): told of each change, which is then not written. */
	void (*found)(const struct record_change *change, void *ctx);
	void *found_ctx;
};

/* ERR_NOT_FOUND when the school exchanges nothing. */
enum err outbox_turn_begin(struct db *db, uint64_t school_id, struct outbox_turn *out) MUST_CHECK;
/* A turn that only looks: nothing is locked or written. Errors as above. */
enum err outbox_turn_look(struct db *db, uint64_t school_id,
		void (*found)(const struct record_change *change, void *ctx), void *ctx,
		struct outbox_turn *out) MUST_CHECK;
/* Looks at the records of a kind in these scopes, all of them at once: what moved from one to
 * another has moved, and is not gone. A scope of zeros is the whole school, class by class where
 * the kind has classes. */
enum err outbox_turn_touch(struct outbox_turn *turn, const struct record_kind *kind,
		const struct record_scope *scopes, size_t count) MUST_CHECK;
/* Tells a record's last data once more: outbox_store_raise(). */
enum err outbox_turn_raise(struct outbox_turn *turn, uint64_t record_id, uint32_t least) MUST_CHECK;
/* Keeps the number. */
enum err outbox_turn_end(struct outbox_turn *turn) MUST_CHECK;

/* The school's classes, and those that records of the kinds are of. The caller frees *out. */
enum err outbox_turn_classes(
		struct outbox_turn *turn, uint64_t **out, size_t *out_count) MUST_CHECK;

/*
 * One kind in one scope, in the running transaction or in one of its own. ERR_OK, and nothing done,
 * for a school that exchanges nothing.
 */
enum err outbox_touch(struct db *db, uint64_t school_id, const struct record_kind *kind,
		const struct record_scope *scope) MUST_CHECK;

#endif
