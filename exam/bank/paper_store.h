#ifndef EXAM_BANK_PAPER_STORE_H
#define EXAM_BANK_PAPER_STORE_H

/*
 * Papers in the database: a title, parts, and items that name a question's revision. A paper
 * belongs to the teacher who made it; once a sitting uses it, it is frozen.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/db/db.h"
#include "exam/bank/bank_store.h"
#include "exam/bank/paper.h"

enum {
	PAPER_STORE_PAPERS_MAX = 1000, /* in one person's list */
};

/* The numbers stand in the column paper.state. */
enum paper_state {
	PAPER_DRAFT = 1,
	PAPER_IN_USE = 2, /* by a sitting: never changed again */
};

/* One row of the list. */
struct paper_row {
	uint64_t id;
	uint64_t subject_id;
	uint64_t owner_id;
	enum paper_state state;
	uint32_t version;
	unsigned item_count;
	unsigned total_x100;
	char *title;
	char *subject_name;
};

struct paper_rows {
	struct paper_row *items;
	size_t count;
	size_t cap;
};

void paper_rows_finish(struct paper_rows *list);

/* A whole paper. items[i] and questions.items[i] belong together. */
struct paper_whole {
	struct paper_row row;
	struct blueprint bp;
	struct blueprint_item *items;
	size_t item_count;
	struct bank_questions questions;
};

void paper_whole_free(struct paper_whole *paper);
DEFINE_FREEP(struct paper_whole *, paper_whole_free);

/* What a person wants an item to be. */
struct paper_wish {
	uint64_t question_id;
	uint32_t revision; /* 0: the newest */
	unsigned part;
	unsigned weight_x100;
};

/* What a save writes. */
struct paper_save {
	uint64_t id;
	uint32_t version; /* the one that was read */
	const char *title;
	const struct blueprint *bp;
	const struct paper_wish *items; /* in the order of their parts */
	size_t item_count;
};

/* The papers of this person, newest first. */
enum err paper_store_list(
		struct db *db, struct bank_actor actor, struct paper_rows *out) MUST_CHECK;
/* ERR_NOT_FOUND unless it is the person's own; with person_id 0 any paper of the school (for
 * steps whose right was decided otherwise). The caller frees *out. */
enum err paper_store_load(struct db *db, struct bank_actor actor, uint64_t paper_id,
		struct paper_whole **out) MUST_CHECK;

/* ERR_MISSING when the subject is not one of the school. */
enum err paper_store_add(struct db *db, struct bank_actor actor, uint64_t subject_id,
		const char *title, const struct blueprint *bp, int64_t now_ms,
		uint64_t *out_id) MUST_CHECK;

/*
 * Replaces title, parts and items.
 *
 * Errors  ERR_NOT_FOUND  not the person's own
 *         ERR_STALE      another version is stored
 *         ERR_CLOSED     in use by a sitting
 *         ERR_MISSING    an item's question or revision is not one the person sees, or is retired
 */
enum err paper_store_save(
		struct db *db, struct bank_actor actor, const struct paper_save *save) MUST_CHECK;

/* A sitting uses it from now on; the school guards. Once more does nothing. ERR_NOT_FOUND. */
enum err paper_store_freeze(struct db *db, uint64_t school_id, uint64_t paper_id) MUST_CHECK;

#endif
