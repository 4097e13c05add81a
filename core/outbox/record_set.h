#ifndef CORE_OUTBOX_RECORD_SET_H
#define CORE_OUTBOX_RECORD_SET_H

/*
 * What there is, held against what was told. A set takes the records of one kind as they are now
 * and those that the outside knows, and says what has to be told: new ones, changed ones, and
 * those that are there no more. A record is known by its key and by nothing else. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/outbox/envelope.h"

enum {
	RECORD_SET_MAX = 1 << 20, /* records in one set */
	RECORD_SET_BYTES_MAX = 512 << 20,
};

/* One record while it is put together: a kind's `read` fills in all but the scope. */
struct record_draft {
	struct buf id; /* school and kind stand in it already */
	struct buf data;
	struct json_out w; /* inside the object of the data */
	struct buf class_path;
	struct buf student;
	unsigned term;
	uint64_t class_id;
	uint64_t student_id;
	uint64_t place_id;
};

/* A record as it is now. */
struct record_item {
	struct str id; /* texts are valid as long as the set, once it is sorted */
	struct str data;
	struct str class_path;
	struct str student;
	unsigned term;
	uint64_t class_id;
	uint64_t student_id;
	uint64_t place_id;
	struct hash content; /* of all of the above */
};

/* A record as it was told last. */
struct record_known {
	uint64_t record_id;
	uint64_t number; /* of its newest row in the outbox */
	uint32_t version;
	enum exchange_event event;
	struct hash content;
	struct str id; /* valid as long as the set */
};

struct record_set;

/* For records of that school and kind. */
enum err record_set_new(struct str school, const char *kind, struct record_set **out) MUST_CHECK;
void record_set_free(struct record_set *set);
DEFINE_FREEP(struct record_set *, record_set_free);

/* A draft to fill in, the same one each time; record_set_add() takes what is in it. A record whose
 * line would pass EXCHANGE_LINE_BYTES_MAX is left out: it must not stand in the way of a deed. */
struct record_draft *record_set_draft(struct record_set *set);
enum err record_set_add(struct record_set *set) MUST_CHECK;
/* Sorts what was added by key and drops what came twice: after this nothing is added any more. */
void record_set_sort(struct record_set *set);

size_t record_set_count(const struct record_set *set);
const struct record_item *record_set_item(const struct record_set *set, size_t index);

/* One that was told; its key is copied. */
enum err record_set_know(struct record_set *set, const struct record_known *known) MUST_CHECK;
const struct record_known *record_set_known(const struct record_set *set, size_t index);
/* Sorts what is known by key and drops what came twice. More may be added afterwards. */
void record_set_sort_known(struct record_set *set);
/* Whether that key is known; they are sorted. */
bool record_set_knows(const struct record_set *set, struct str id);

/* What has to be told of one record. */
struct record_change {
	enum exchange_event event;
	uint32_t version;
	const struct record_item *item;   /* NULL for EXCHANGE_CANCEL */
	const struct record_known *known; /* NULL when it was never told */
};
/*
 * Gives every change to `each`: first what is gone, then the rest by key. What is the same as it was
 * told gives no change. An error of `each` ends it.
 */
enum err record_set_changes(struct record_set *set,
		enum err (*each)(const struct record_change *change, void *ctx),
		void *ctx) MUST_CHECK;

#endif
