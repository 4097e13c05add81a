#ifndef CORE_OUTBOX_TOLD_STORE_H
#define CORE_OUTBOX_TOLD_STORE_H

/*
 * Writing what is new of a school's records: lines into its outbox, and what was told into
 * `record`, some hundred rows at a time. For touch_store.c, inside a turn.
 */

#include "core/outbox/touch_store.h"

enum { TOLD_ASK_MOST = 400 }; /* keys that are asked for at once */

struct told_batch;

/* The texts of `turn`, `kind` and of every change live longer than the batch. */
enum err told_new(struct outbox_turn *turn, const char *kind, struct told_batch **out) MUST_CHECK;
void told_free(struct told_batch *b);
DEFINE_FREEP(struct told_batch *, told_free);

/* For record_set_changes(), with the batch as its context: takes one change, and writes when there
 * are many. A turn that only looks is told of it instead. */
enum err told_put(const struct record_change *change, void *batch) MUST_CHECK;
/* Writes what is left. */
enum err told_send(struct told_batch *b) MUST_CHECK;

/* A statement that asks for `count` keys at once: `begin` and "column IN (?, …)". */
enum err told_ask(struct db *db, const char *begin, const char *column, size_t count,
		struct db_stmt **out) MUST_CHECK;
/* How many places such a statement has when so many keys are left. */
size_t told_ask_size(size_t left);

#endif
