#include "exam/bank/paper_check.h"

/* The same finding with the item's position. */
static void take(const struct diag_item *from, unsigned row, struct diag *diag) {
	diag_add(diag, from->level, "", row, 0, from->code, from->names[0], from->values[0],
			from->names[1], from->values[1], from->names[2], from->values[2],
			from->names[3], from->values[3], NULL);
}

enum err paper_check(const struct blueprint *bp, const struct blueprint_item *items,
		const struct question *const *questions, size_t item_count, struct diag *diag) {
	enum err e = blueprint_check(bp, items, item_count, diag);
	if (e) {
		return e;
	}
	for (size_t i = 0; i < item_count; i++) {
		struct diag found = { 0 };
		question_check(questions[i], &found);
		for (size_t k = 0; k < found.count; k++) {
			take(&found.items[k], (unsigned)i + 1, diag);
		}
		diag_finish(&found);
	}
	return ERR_OK;
}

void paper_check_errors(const struct diag *found, struct diag *out) {
	for (size_t i = 0; i < found->count; i++) {
		if (found->items[i].level == DIAG_ERROR) {
			take(&found->items[i], found->items[i].row, out);
		}
	}
}
