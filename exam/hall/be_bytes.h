#ifndef EXAM_HALL_BE_BYTES_H
#define EXAM_HALL_BE_BYTES_H

/* Fixed layouts byte by byte, integers big-endian: each call gives where the next one goes on. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint8_t *put(uint8_t *at, const void *bytes, size_t n) {
	memcpy(at, bytes, n);
	return at + n;
}

static inline uint8_t *put_be(uint8_t *at, uint64_t v, size_t bytes) {
	for (size_t i = bytes; i-- > 0; v >>= 8) {
		at[i] = (uint8_t)v;
	}
	return at + bytes;
}

static inline const uint8_t *take(const uint8_t *at, void *out, size_t n) {
	memcpy(out, at, n);
	return at + n;
}

static inline const uint8_t *take_be(const uint8_t *at, size_t bytes, uint64_t *out) {
	uint64_t v = 0;
	for (size_t i = 0; i < bytes; i++) {
		v = v << 8 | at[i];
	}
	*out = v;
	return at + bytes;
}

#endif
