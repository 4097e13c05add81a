#ifndef CORE_PROVINCE_INBOX_H
#define CORE_PROVINCE_INBOX_H

/*
 * What becomes of a batch of records at the province: each line is read by itself, held against
 * what the province has, and applied, or told why not. A record that cannot be taken stands in
 * nobody's way. Pure: what the province has is loaded by inbox_store.h.
 *
 * A record is applied when its phienban is larger than the one that is held. The same bytes once
 * more, or an older phienban, are stale: nothing to do. The same phienban with other bytes is
 * refused: somebody printed a record twice.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/str.h"
#include "core/exchange/exchange_line.h"
#include "core/province/projection.h"
#include "core/seal/hash.h"

enum { INBOX_VALUES_BYTES_MAX = 64 << 20 /* of the values of one batch while they are checked */ };

enum inbox_verdict {
	INBOX_APPLIED,
	INBOX_STALE,
	INBOX_REJECTED,
};

/* Of the record of that name; all zeros: the province has none. */
struct inbox_held {
	uint64_t row_id;
	uint32_t version;
	struct hash hash;
	struct str line;
};

/* A record's name in this batch, once however often it comes. */
struct inbox_entry {
	struct str id;
	struct inbox_held held;
	size_t now; /* the record that stands in the end; INBOX_NONE: what is held goes on */
};
#define INBOX_NONE ((size_t)-1)

/* One line. */
struct inbox_record {
	struct str text;
	struct exchange_line line; /* zeros when the text could not be read */
	struct hash hash;
	struct projection_row row; /* what it says, unless there is a fault */
	size_t entry;              /* INBOX_NONE when it cannot be taken whatever is held */
	const char *fault;         /* why not: a code; NULL otherwise */
	const char *field;         /* of dulieu, when that is what is wrong; else NULL */
	enum inbox_verdict verdict;
	const char *code; /* of a record that is not applied */
	uint32_t held_version;
};

struct inbox {
	struct arena values;          /* of the records' rows */
	struct inbox_record *records; /* as the lines */
	size_t count;
	struct inbox_entry *entries; /* in byte order of their ids */
	size_t entry_count;
	uint32_t applied;
	uint32_t stale;
	uint32_t rejected;
};
void inbox_finish(struct inbox *inbox);

/* Reads the lines of a batch of that school; they outlive *out, which the caller finishes. A bad
 * line is no error. ERR_NOMEM */
enum err inbox_read(struct str school, const struct str *lines, size_t count,
		struct inbox *out) MUST_CHECK;

/* The entry of that name; NULL when the batch has none. */
struct inbox_entry *inbox_entry_find(struct inbox *inbox, struct str id);

/* Decides every record in the order of the lines, from what the entries hold. May be called again
 * after what is held was loaded anew. */
void inbox_decide(struct inbox *inbox);

/* Appends {"phienban":"3"} or the like: the parameters of the code of a record. */
void inbox_params(const struct inbox_record *record, struct buf *out);
/* Appends a line for each record that is not applied (exchange_outcome_print()). */
enum err inbox_print(const struct inbox *inbox, struct buf *out) MUST_CHECK;

#endif
