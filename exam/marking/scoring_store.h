#ifndef EXAM_MARKING_SCORING_STORE_H
#define EXAM_MARKING_SCORING_STORE_H

/*
 * Points in the database: what a scoring needs of a sitting, and the points it gives; the results
 * read from them are result_store.h. A score is written once per attempt and generation; a person's mark of
 * an essay writes the next number. Every function is guarded by the school.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/db/db.h"
#include "exam/bank/bank_store.h"
#include "exam/hall/fold.h"
#include "exam/hall/sitting.h"
#include "exam/hall/variant_store.h"
#include "exam/marking/scoring.h"

enum {
	SCORING_STORE_DUES_MAX = SITTING_ATTEMPTS_MAX,
};

/* The layouts and keys of a sitting. */
struct scoring_sheet {
	struct variants variants;
	struct bank_questions questions;
	struct scoring_key *keys; /* of questions.items, in the same order */
};

void scoring_sheet_free(struct scoring_sheet *sheet);
DEFINE_FREEP(struct scoring_sheet *, scoring_sheet_free);

/* ERR_NOT_FOUND when there is no such sitting in the school. The caller frees *out. */
enum err scoring_store_sheet(struct db *db, uint64_t school_id, const struct id16 *sitting,
		struct scoring_sheet **out) MUST_CHECK;
/* The layout of a variant, or NULL. */
const struct paper_layout *scoring_sheet_layout(
		const struct scoring_sheet *sheet, const char *variant);
const struct bank_question *scoring_sheet_question(
		const struct scoring_sheet *sheet, const struct paper_slot *slot);

/* A closed attempt. */
struct scoring_due {
	struct id16 attempt;
	uint32_t gen;
	char variant[PAPER_VARIANT_BYTES];
};
struct scoring_dues {
	struct scoring_due *items;
	size_t count;
	size_t cap;
};
void scoring_dues_finish(struct scoring_dues *list);

/* The closed attempts of a sitting whose generation has no score yet. */
enum err scoring_store_dues(struct db *db, uint64_t school_id, const struct id16 *sitting,
		struct scoring_dues *out) MUST_CHECK;

/* What closed attempts of a sitting may lack. */
enum scoring_lack {
	SCORING_LACKS_SCORE,
	SCORING_LACKS_MARK, /* scored, the sitting fills a gradebook column, and no mark of it stands */
};

enum { SCORING_STORE_SITTINGS_MAX = 200 };

struct scoring_sitting {
	uint64_t school_id;
	struct id16 sitting;
};
struct scoring_sittings {
	struct scoring_sitting items[SCORING_STORE_SITTINGS_MAX];
	size_t count;
};

/* Sittings of all schools with attempts that lack it and ended at since_ms or later, at most
 * SCORING_STORE_SITTINGS_MAX of them: for the sweep. */
enum err scoring_store_sittings(struct db *db, enum scoring_lack lack, int64_t since_ms,
		struct scoring_sittings *out) MUST_CHECK;

/* Takes an attempt's events of a generation into a fold. */
enum err scoring_store_fold(struct db *db, const struct id16 *attempt, uint32_t gen,
		struct fold *fold) MUST_CHECK;

/* Writes score number 1 and its items, together. ERR_EXISTS when the generation has one. */
struct scoring_save {
	uint64_t school_id;
	struct id16 attempt;
	uint32_t gen;
	const struct scoring_item *items;
	size_t item_count;
	struct scoring_total total;
	int64_t now_ms;
};
enum err scoring_store_save(struct db *db, const struct scoring_save *save) MUST_CHECK;

/* An item as stored. Slots are the index plus one. */
struct scoring_row {
	struct scoring_item item;
	uint32_t version;
	char *note;
};
struct scoring_rows {
	struct scoring_row *items;
	size_t count;
	size_t cap;
};
void scoring_rows_finish(struct scoring_rows *list);
/* By slot; none when there is no score. */
enum err scoring_store_items(struct db *db, uint64_t school_id, const struct id16 *attempt,
		uint32_t gen, struct scoring_rows *out) MUST_CHECK;

/* A person's points for an item that a rule could not decide. */
struct scoring_mark {
	uint64_t school_id;
	struct id16 attempt;
	uint32_t gen;
	unsigned slot;
	uint32_t version; /* the one that was seen */
	unsigned points_x100;
	struct str note;
	uint64_t person_id;
	int64_t now_ms;
};
/*
 * Writes it and the next score, with the new total, together.
 * Errors  ERR_NOT_FOUND  no such item, or one that a rule decided
 *         ERR_STALE      another version is stored
 *         ERR_INVAL      more points than the item has
 */
enum err scoring_store_mark(struct db *db, const struct scoring_mark *mark,
		struct scoring_total *out) MUST_CHECK;

#endif
