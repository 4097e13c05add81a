#ifndef EXAM_HALL_EVENT_STORE_H
#define EXAM_HALL_EVENT_STORE_H

/*
 * Rows of the event table, the truth of an attempt, and of event_fork, the evidence. Decides
 * nothing: the writer does.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/db/db.h"
#include "exam/hall/event_row.h"

/* Inserts rows by one execute, in the open transaction. ERR_EXISTS when any (attempt, gen, seq)
 * is taken: then none may be kept. */
enum err event_store_insert(
		struct db *db, const struct event_row *const *rows, size_t count) MUST_CHECK;

/* The student's last row of a generation, a close not counted; its value is not read.
 * ERR_NOT_FOUND when it has none. */
enum err event_store_last(struct db *db, const struct id16 *attempt, uint32_t gen,
		struct event_row *out) MUST_CHECK;

/* The row of a number; its value is copied into `value`. ERR_NOT_FOUND. */
enum err event_store_get(struct db *db, const struct id16 *attempt, uint32_t gen, uint32_t seq,
		struct buf *value, struct event_row *out) MUST_CHECK;

/* Every row of a generation from `from_seq`, in order; the value is valid during the call. */
enum err event_store_each(struct db *db, const struct id16 *attempt, uint32_t gen,
		uint32_t from_seq, enum err (*each)(void *ctx, const struct event_row *row),
		void *ctx) MUST_CHECK;

enum { EVENT_STORE_MANY = 64 }; /* attempts of one event_store_each_of() */

/* Every row of the attempts, at most EVENT_STORE_MANY, of all generations: attempt by attempt, each
 * in order. The value is valid during the call, which runs no statement. */
enum err event_store_each_of(struct db *db, const struct id16 *attempts, size_t count,
		enum err (*each)(void *ctx, const struct event_row *row), void *ctx) MUST_CHECK;

/* Keeps other bytes under a taken number as evidence. */
enum err event_store_fork(struct db *db, const struct event_row *row) MUST_CHECK;

#endif
