#include "gradebook/marks/kept_store.h"

#include <string.h>

static enum err take(const struct ledger_stored *row, void *ctx) {
	struct kept *kept = ctx;
	size_t i = 0;
	if (!row->row.has_ref) {
		return ERR_OK;
	}
	while (i < kept->count &&
			memcmp(kept->items[i].attempt_id, row->row.ref, LEDGER_REF_BYTES) != 0) {
		i++;
	}
	if (i == KEPT_MAX) {
		return ERR_OK;
	}
	kept->count += i == kept->count;
	memcpy(kept->items[i].attempt_id, row->row.ref, LEDGER_REF_BYTES);
	kept->items[i].exam_code = row->row.new_code;
	return ERR_OK;
}

enum err kept_store_load(struct db *db, const struct ledger_chain *chain, uint64_t column_id,
		struct kept *out) {
	const struct ledger_each to = { take, out };
	out->count = 0;
	return ledger_store_kept(db, chain, column_id, &to);
}

bool kept_has(const struct kept *kept, const uint8_t *attempt_id, int exam_x10) {
	for (size_t i = 0; i < kept->count; i++) {
		if (memcmp(kept->items[i].attempt_id, attempt_id, LEDGER_REF_BYTES) == 0) {
			return kept->items[i].exam_code == exam_x10;
		}
	}
	return false;
}
