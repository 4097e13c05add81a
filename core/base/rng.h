#ifndef CORE_BASE_RNG_H
#define CORE_BASE_RNG_H

/*
 * The seeded generator that draws and orders papers: xoshiro256** (Blackman and Vigna, 2018),
 * seeded by SplitMix64. The same seed gives the same paper for ever, on every machine: a change
 * of any number here would change papers that were already sat, so the test vectors are fixed.
 * Never for secrets: those come from libsodium.
 */

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t s[4];
};

/* Streams of one seed (one a variant, one a part …) are independent of one another. */
void rng_init(struct rng *rng, uint64_t seed, uint64_t stream);
uint64_t rng_next(struct rng *rng);
/* Uniform in 0 .. bound - 1, without bias; bound is at least 1. */
uint64_t rng_below(struct rng *rng, uint64_t bound);
/* Puts `count` items of `size` bytes into an order chosen uniformly (Fisher and Yates). */
void rng_shuffle(struct rng *rng, void *items, size_t count, size_t size);

#endif
