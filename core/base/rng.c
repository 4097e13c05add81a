#include "core/base/rng.h"

#include <assert.h>

/* SplitMix64: the recommended way to fill xoshiro's state from one number. */
static uint64_t splitmix(uint64_t *state) {
	*state += UINT64_C(0x9E3779B97F4A7C15);
	uint64_t z = *state;
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

void rng_init(struct rng *rng, uint64_t seed, uint64_t stream) {
	/* The seed is scrambled before the stream joins it, and both again together, so that
	 * (1, 0) and (0, 1), or a stream and the next, have nothing in common. */
	uint64_t state = seed;
	state = splitmix(&state) ^ stream;
	state = splitmix(&state);
	for (size_t i = 0; i < 4; i++) {
		rng->s[i] = splitmix(&state);
	}
}

static uint64_t rotate(uint64_t x, unsigned k) {
	return (x << k) | (x >> (64 - k));
}

uint64_t rng_next(struct rng *rng) {
	uint64_t *s = rng->s;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

uint64_t rng_below(struct rng *rng, uint64_t bound) {
	assert(bound > 0);
	/* 2^64 mod bound: draws below it would make the small results likelier. */
	uint64_t least = (0 - bound) % bound;
	for (;;) {
		uint64_t draw = rng_next(rng);
		if (draw >= least) {
			return draw % bound;
		}
	}
}

static void swap(unsigned char *a, unsigned char *b, size_t size) {
	for (size_t i = 0; i < size; i++) {
		unsigned char byte = a[i];
		a[i] = b[i];
		b[i] = byte;
	}
}

void rng_shuffle(struct rng *rng, void *items, size_t count, size_t size) {
	assert(items || count == 0);
	unsigned char *bytes = items;
	for (size_t left = count; left > 1; left--) {
		size_t chosen = (size_t)rng_below(rng, left);
		swap(bytes + chosen * size, bytes + (left - 1) * size, size);
	}
}
