#ifndef TESTS_FUZZ_PARTS_H
#define TESTS_FUZZ_PARTS_H

/* An input of several texts, each ended by a NUL: what a fuzz target makes an archive of. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { FUZZ_PART_BYTES = 65536 };

/* The part of that number with its end, or what stands in for it. */
static inline void fuzz_take_part(const uint8_t *data, size_t size, size_t number,
		const char *other, char out[FUZZ_PART_BYTES]) {
	size_t start = 0;
	for (size_t i = 0; i < size && number > 0; i++) {
		if (data[i] == 0) {
			number--;
			start = i + 1;
		}
	}
	size_t n = 0;
	while (number == 0 && start + n < size && n < FUZZ_PART_BYTES - 1 && data[start + n]) {
		n++;
	}
	memcpy(out, data + start, n);
	out[n] = '\0';
	if (n == 0) {
		memcpy(out, other, strlen(other) + 1);
	}
}

#endif
