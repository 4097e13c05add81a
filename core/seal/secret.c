#include "core/seal/secret.h"

#include <string.h>

#include <sodium.h>

enum err secret_init(void) {
	return sodium_init() < 0 ? ERR_IO : ERR_OK;
}

void secret_random(void *out, size_t n) {
	randombytes_buf(out, n);
}

bool secret_equal(const void *a, const void *b, size_t n) {
	return sodium_memcmp(a, b, n) == 0;
}

void secret_wipe(void *bytes, size_t n) {
	sodium_memzero(bytes, n);
}

void *secret_alloc(size_t n) {
	/* sodium_malloc aborts when the library is not ready. */
	void *p = sodium_init() < 0 ? NULL : sodium_malloc(n);
	if (p) {
		memset(p, 0, n);
	}
	return p;
}

void secret_free(void *p) {
	sodium_free(p); /* wipes */
}
