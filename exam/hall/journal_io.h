#ifndef EXAM_HALL_JOURNAL_IO_H
#define EXAM_HALL_JOURNAL_IO_H

/*
 * The journal: stamped events on this process's disk while the database is away. A file of
 * records, each with its length and a hash chained over all before it, so that a torn tail (the
 * power failed in the middle of a write) is told from damage. An event counts as journalled only
 * after journal_sync().
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "exam/hall/event_store.h"

enum { JOURNAL_BYTES_MAX = 1 << 30 };

struct journal;

/*
 * Opens or makes the file and reads what is in it through `each` (may be NULL), oldest first;
 * values are valid during the call. A torn last record is cut off. An error of `each` ends the
 * reading and is given back.
 *
 * Errors  ERR_CORRUPT  a record that is not the last does not verify
 *         ERR_BUSY     another process holds the file
 *         ERR_IO, ERR_DISK_FULL, ERR_NOMEM
 */
enum err journal_open(const char *path, enum err (*each)(void *ctx, const struct event_row *row),
		void *ctx, struct journal **out) MUST_CHECK;
void journal_free(struct journal *j);
DEFINE_FREEP(struct journal *, journal_free);

/* Adds a record to what the next sync makes durable. ERR_LIMIT past JOURNAL_BYTES_MAX. */
enum err journal_add(struct journal *j, const struct event_row *row) MUST_CHECK;
/* Writes and fsyncs what was added. On failure nothing of it is in the file. */
enum err journal_sync(struct journal *j) MUST_CHECK;
/* Everything in it is in the database now: empties the file, durably. */
enum err journal_clear(struct journal *j) MUST_CHECK;
/* Reads it again from the start, as journal_open does. */
enum err journal_read(struct journal *j, enum err (*each)(void *ctx, const struct event_row *row),
		void *ctx) MUST_CHECK;
size_t journal_bytes(const struct journal *j);

#endif
