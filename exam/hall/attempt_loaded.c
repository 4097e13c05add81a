#include "exam/hall/attempt_loaded.h"

#include <stdlib.h>

#include "core/base/str.h"
#include "exam/hall/fold.h"

enum {
	ANSWERS_BYTES_MAX = FOLD_SLOTS_MAX * 64 * 1024,
	RECEIPT_TEXT_BYTES_MAX = 4096,
};

struct attempt_loaded *attempt_loaded_new(void) {
	struct attempt_loaded *loaded = calloc(1, sizeof(*loaded));
	if (!loaded) {
		return NULL;
	}
	loaded->answers = buf_make(ANSWERS_BYTES_MAX);
	loaded->receipt = buf_make(RECEIPT_TEXT_BYTES_MAX);
	return loaded;
}

void attempt_loaded_free(struct attempt_loaded *loaded) {
	if (!loaded) {
		return;
	}
	buf_finish(&loaded->answers);
	buf_finish(&loaded->receipt);
	free(loaded->answered);
	free(loaded);
}

void attempt_loaded_view(
		const struct attempt_loaded *loaded, uint16_t variant, struct room_joined *out) {
	*out = (struct room_joined){ .row = loaded->row,
		.seq = loaded->seq,
		.head = loaded->head,
		.has_tail = loaded->has_tail,
		.tail = loaded->tail,
		.signal_count = loaded->signal_count,
		.answers = { buf_str(&loaded->answers), loaded->answers.len },
		.answered_count = loaded->answered_count,
		.answered = loaded->answered,
		.receipt = { buf_str(&loaded->receipt), loaded->receipt.len } };
	out->row.variant = variant;
	out->row.salt = loaded->salt;
}
