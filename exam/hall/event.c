#include "exam/hall/event.h"

#include <assert.h>
#include <string.h>

enum { HEAD_FIXED_BYTES = 4 + HASH_BYTES + ID16_BYTES + 4 + 1 + 2 + 4, HEAD_STACK_BYTES = 256 };

bool id16_equal(const struct id16 *a, const struct id16 *b) {
	return memcmp(a->b, b->b, ID16_BYTES) == 0;
}

void event_genesis(const struct event_origin *origin, struct hash *out) {
	assert(origin->variant.n <= EVENT_VARIANT_BYTES_MAX);
	struct hasher h;
	hash_begin(&h, origin->salt);
	hash_add(&h, "TT1G", 4);
	hash_add_be64(&h, origin->school);
	hash_add(&h, origin->sitting.b, ID16_BYTES);
	hash_add(&h, origin->attempt.b, ID16_BYTES);
	hash_add_be16(&h, (uint16_t)origin->variant.n);
	hash_add(&h, origin->variant.p, origin->variant.n);
	hash_end(&h, out);
}

static uint8_t *put_be(uint8_t *at, uint64_t v, size_t bytes) {
	for (size_t i = 0; i < bytes; i++) {
		at[i] = (uint8_t)(v >> (8 * (bytes - 1 - i)));
	}
	return at + bytes;
}

/* One call into the hash for a usual answer: this runs for each of 45,000 a second. */
void event_head(const struct hash *prev, const struct id16 *attempt, const struct event *event,
		struct hash *out) {
	assert(event->value.n <= EVENT_VALUE_BYTES_MAX);
	assert(event->kind != EVENT_CLOSE);
	uint8_t bytes[HEAD_STACK_BYTES];
	memcpy(bytes, "TT1E", 4);
	memcpy(bytes + 4, prev->b, HASH_BYTES);
	memcpy(bytes + 4 + HASH_BYTES, attempt->b, ID16_BYTES);
	uint8_t *at = bytes + 4 + HASH_BYTES + ID16_BYTES;
	at = put_be(at, event->seq, 4);
	at = put_be(at, (uint64_t)event->kind, 1);
	at = put_be(at, event->slot, 2);
	at = put_be(at, event->value.n, 4);
	assert(at == bytes + HEAD_FIXED_BYTES);
	if (event->value.n <= HEAD_STACK_BYTES - HEAD_FIXED_BYTES) {
		memcpy(at, event->value.p, event->value.n);
		hash_bytes(NULL, bytes, HEAD_FIXED_BYTES + event->value.n, out);
		return;
	}
	struct hasher h;
	hash_begin(&h, NULL);
	hash_add(&h, bytes, HEAD_FIXED_BYTES);
	hash_add(&h, event->value.p, event->value.n);
	hash_end(&h, out);
}

void event_times(
		const struct hash *prev, const struct hash *head, int64_t at_ms, struct hash *out) {
	assert(at_ms >= 0);
	uint8_t bytes[4 + 2 * HASH_BYTES + 8];
	memcpy(bytes, "TT1T", 4);
	memcpy(bytes + 4, prev->b, HASH_BYTES);
	memcpy(bytes + 4 + HASH_BYTES, head->b, HASH_BYTES);
	(void)put_be(bytes + 4 + 2 * HASH_BYTES, (uint64_t)at_ms, 8); /* the end is known */
	hash_bytes(NULL, bytes, sizeof(bytes), out);
}
