#ifndef EXAM_HALL_VARIANT_STORE_H
#define EXAM_HALL_VARIANT_STORE_H

/*
 * The variants of a sitting in the database: their layouts, the sealed papers that browsers fetch
 * before the bell, and the papers' keys, which are stored sealed themselves: who opens them is
 * decided elsewhere. Every function is guarded by the school.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/db/db.h"
#include "exam/bank/paper.h"
#include "exam/hall/event.h"

enum {
	VARIANT_STORE_MAX = 64, /* variants of one sitting */
	VARIANT_STORE_PARTS_MAX = 64,
	VARIANT_STORE_KEYS_MAX = 512,
	VARIANT_STORE_KEY_BOX_BYTES_MAX = 128,
};

/* The layout is the server's secret: it says which question stands where. */
struct variant {
	char code[PAPER_VARIANT_BYTES];
	struct paper_layout *layout;
};
struct variants {
	struct variant *items;
	size_t count;
	size_t cap;
};
void variants_finish(struct variants *list);

/* ERR_EXISTS when the code is taken. */
enum err variant_store_add(struct db *db, uint64_t school_id, const struct id16 *sitting,
		const char *code, const struct paper_layout *layout) MUST_CHECK;
/* By code. */
enum err variant_store_list(struct db *db, uint64_t school_id, const struct id16 *sitting,
		struct variants *out) MUST_CHECK;

/* Which sealed file. */
struct variant_part {
	uint64_t school_id;
	struct id16 sitting;
	struct str variant;
	uint16_t section;
	uint16_t part;
	uint32_t rev;
};
/* A key, sealed under the seal key of the deployment (KEYS_SEAL_CONTEXT). */
struct variant_key {
	char variant[PAPER_VARIANT_BYTES];
	uint16_t section;
	uint32_t rev;
	uint8_t box[VARIANT_STORE_KEY_BOX_BYTES_MAX];
	size_t box_bytes;
};
struct variant_keys {
	struct variant_key *items;
	size_t count;
	size_t cap;
};
void variant_keys_finish(struct variant_keys *list);

enum err variant_store_add_key(
		struct db *db, const struct variant_part *which, struct str box) MUST_CHECK;
/* The keys of the present sealing. */
enum err variant_store_keys(struct db *db, uint64_t school_id, const struct id16 *sitting,
		struct variant_keys *out) MUST_CHECK;
enum err variant_store_add_part(
		struct db *db, const struct variant_part *which, struct str bytes) MUST_CHECK;
/* Appends the file. ERR_NOT_FOUND. */
enum err variant_store_part(
		struct db *db, const struct variant_part *which, struct buf *out) MUST_CHECK;
/* The parts of a variant's present sealing, by number: their lengths. */
struct variant_part_row {
	uint16_t section;
	uint16_t part;
	uint32_t rev;
	uint64_t bytes;
};
struct variant_part_rows {
	struct variant_part_row *items;
	size_t count;
	size_t cap;
};
void variant_part_rows_finish(struct variant_part_rows *list);
enum err variant_store_part_rows(struct db *db, uint64_t school_id, const struct id16 *sitting,
		struct str variant, struct variant_part_rows *out) MUST_CHECK;
/* Forgets keys and files of sealings before `rev`: they will never be opened. */
enum err variant_store_drop_sealings(struct db *db, uint64_t school_id, const struct id16 *sitting,
		uint32_t rev) MUST_CHECK;

#endif
