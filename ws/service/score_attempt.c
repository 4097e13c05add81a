#include "ws/service/score_attempt.h"

#include <stdlib.h>

#include "exam/marking/scoring_store.h"

/* The answers of a fold as the scoring takes them. */
static enum err list_answers(const struct fold *fold, struct scoring_answer **out) {
	struct scoring_answer *answers = calloc(fold->count + 1, sizeof(*answers));
	if (!answers) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < fold->count; i++) {
		const struct fold_answer *a = &fold->answers[i];
		answers[i] = (struct scoring_answer){ a->slot, { a->value, a->n } };
	}
	*out = answers;
	return ERR_OK;
}

static enum err score_one(struct db *db, uint64_t school_id, const struct scoring_sheet *sheet,
		const struct scoring_due *due, int64_t now_ms) {
	const struct paper_layout *layout = scoring_sheet_layout(sheet, due->variant);
	if (!layout) {
		return ERR_MISSING;
	}
	_cleanup_(fold_finish) struct fold fold = { 0 };
	_cleanup_(mem_freep) struct scoring_answer *answers = NULL;
	struct scoring_item items[BLUEPRINT_ITEMS_MAX];
	enum err e = scoring_store_fold(db, &due->attempt, due->gen, &fold);
	e = e ? e : list_answers(&fold, &answers);
	e = e ? e
	      : scoring_attempt(layout, sheet->keys, sheet->questions.count, answers, fold.count,
				items);
	if (e) {
		return e;
	}
	struct scoring_save save = { school_id, due->attempt, due->gen, items, layout->slot_count,
		scoring_sum(items, layout->slot_count), now_ms };
	return scoring_store_save(db, &save);
}

enum err score_attempt_sitting(struct db *db, uint64_t school_id, const struct id16 *sitting,
		int64_t now_ms, unsigned *out_count) {
	_cleanup_(scoring_sheet_freep) struct scoring_sheet *sheet = NULL;
	_cleanup_(scoring_dues_finish) struct scoring_dues dues = { 0 };
	unsigned count = 0;
	enum err e = scoring_store_dues(db, school_id, sitting, &dues);
	if (!e && dues.count) {
		e = scoring_store_sheet(db, school_id, sitting, &sheet);
	}
	for (size_t i = 0; !e && i < dues.count; i++) {
		e = score_one(db, school_id, sheet, &dues.items[i], now_ms);
		if (e == ERR_EXISTS) {
			e = ERR_OK; /* scored by another process since the list was read */
		} else if (!e) {
			count++;
		}
	}
	if (e) {
		return e;
	}
	*out_count = count;
	return ERR_OK;
}

enum err score_attempt_sweep(
		struct db *db, int64_t now_ms, int64_t back_ms, unsigned *out_sittings) {
	_cleanup_(mem_freep) struct scoring_sittings *list = calloc(1, sizeof(*list));
	if (!list) {
		return ERR_NOMEM;
	}
	enum err e = scoring_store_sittings(db, SCORING_LACKS_SCORE, now_ms - back_ms, list);
	enum err first = e;
	*out_sittings = 0;
	for (size_t i = 0; !e && i < list->count; i++) {
		const struct scoring_sitting *s = &list->items[i];
		unsigned count = 0;
		enum err failed = score_attempt_sitting(
				db, s->school_id, &s->sitting, now_ms, &count);
		first = first ? first : failed;
		*out_sittings += !failed && count > 0;
	}
	return first;
}
