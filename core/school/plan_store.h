#ifndef CORE_SCHOOL_PLAN_STORE_H
#define CORE_SCHOOL_PLAN_STORE_H

/*
 * The SQL for imports between preview and commit: the plan is what the preview showed, and its
 * hash is what the commit must name. What is in a plan is the importer's; here it is bytes.
 */

#include <stdint.h>

#include "core/db/db.h"

enum {
	PLAN_HASH_BYTES = 32,
	PLAN_BYTES_MAX = 32 << 20,
	PLAN_FILE_NAME_BYTES = 255 * 4 + 1,
};

enum plan_kind {
	PLAN_ROSTER = 1,
	PLAN_QUESTIONS = 2,
	PLAN_TEACHERS = 3,
	PLAN_TEACHING = 4,
	PLAN_MARKS_IN = 5,
	PLAN_MARKS_OUT = 6, /* its last part is the filled file */
	PLAN_BUNDLE = 7,    /* a whole school; behind the preview the file */
};

enum plan_state {
	PLAN_PREVIEWED = 1,
	PLAN_COMMITTED = 2,
	PLAN_DROPPED = 3,
};

struct plan_new {
	uint64_t school_id;
	enum plan_kind kind;
	uint64_t target_id; /* the school year, the bank, or the class */
	uint64_t created_by;
	int64_t created_at_ms;
	struct str file_name;
	struct str plan;
	const uint8_t *hash; /* PLAN_HASH_BYTES */
};

/* ERR_LIMIT when the plan is longer than PLAN_BYTES_MAX. */
enum err plan_store_add(struct db *db, const struct plan_new *plan, uint64_t *out_id) MUST_CHECK;

/* A stored plan; `plan` is the owner's: free with plan_finish(). */
struct plan {
	uint64_t id;
	uint64_t target_id;
	uint64_t created_by;
	int64_t created_at_ms;
	enum plan_state state;
	uint8_t hash[PLAN_HASH_BYTES];
	char file_name[PLAN_FILE_NAME_BYTES];
	char *plan;
	size_t plan_n;
};
void plan_finish(struct plan *plan);

/* Of that school and kind, in any state but dropped. ERR_NOT_FOUND otherwise. */
enum err plan_store_load(struct db *db, uint64_t school_id, enum plan_kind kind, uint64_t id,
		struct plan *out) MUST_CHECK;
/* Puts another plan in its place while it is only previewed. ERR_STALE when its hash is no longer
 * old_hash, ERR_CONFLICT when it was committed or dropped, ERR_NOT_FOUND, ERR_LIMIT. */
enum err plan_store_replace(struct db *db, const struct plan_new *plan, uint64_t id,
		const uint8_t *old_hash) MUST_CHECK;
/* Marks it as committed, in the transaction that applies it: of two commits at once the second
 * waits and then gets ERR_CONFLICT. Other errors as plan_store_replace(). */
enum err plan_store_commit(struct db *db, uint64_t school_id, enum plan_kind kind, uint64_t id,
		const uint8_t *hash, int64_t now_ms) MUST_CHECK;
/* Throws it away while it is only previewed, its bytes too. Errors as above. */
enum err plan_store_drop(
		struct db *db, uint64_t school_id, enum plan_kind kind, uint64_t id) MUST_CHECK;
/* Throws the previews away that were made before that time, at most limit. */
enum err plan_store_sweep(
		struct db *db, int64_t before_ms, unsigned limit, uint64_t *out_count) MUST_CHECK;

/* In a transaction that carries a plan out: one list at a time changes a school. */
enum err plan_store_hold_school(struct db *db, uint64_t school_id) MUST_CHECK;

#endif
