#include "core/auth/password.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <argon2.h>
#include <sodium.h>

#include "core/base/cleanup.h"

enum {
	SALT_BYTES = 16,
	OUTPUT_BYTES = 32,
	LANES = 1,
};

static int64_t clamp(int64_t v, int64_t least, int64_t most) {
	if (v < least) {
		return least;
	}
	return v > most ? most : v;
}

struct password_cost password_cost(int64_t memory_kib, int64_t iterations) {
	return (struct password_cost){
		.memory_kib = (uint32_t)clamp(
				memory_kib, PASSWORD_MEMORY_KIB_MIN, PASSWORD_MEMORY_KIB_MAX),
		.iterations = (uint32_t)clamp(
				iterations, PASSWORD_ITERATIONS_MIN, PASSWORD_ITERATIONS_MAX),
	};
}

static void wipe_and_finish(struct buf *b) {
	if (b->data) {
		explicit_bzero(b->data, b->cap);
	}
	buf_finish(b);
}

/* The password in NFC. ERR_INVAL for what can be no password at all. The buffer is made large
 * enough at once: a growing one would leave copies behind. */
static enum err prepare(struct str password, struct buf *out) {
	if (password.n > PASSWORD_BYTES_MAX || !str_is_utf8(password) ||
			(password.n && memchr(password.p, '\0', password.n))) {
		return ERR_INVAL;
	}
	static const char blank[3 * PASSWORD_BYTES_MAX]; /* a code point grows to 3 at most */
	buf_add(out, blank, sizeof(blank));
	if (out->err) {
		return out->err;
	}
	buf_clear(out);
	return str_nfc(password, out);
}

enum err password_hash(
		struct str password, struct password_cost cost, char out[PASSWORD_HASH_BYTES]) {
	_cleanup_(wipe_and_finish) struct buf nfc = buf_make((size_t)3 * PASSWORD_BYTES_MAX);
	enum err e = prepare(password, &nfc);
	if (e) {
		return e;
	}
	int failed = sodium_init(); /* 1: was done before */
	assert(failed >= 0);
	unsigned char salt[SALT_BYTES];
	randombytes_buf(salt, sizeof(salt));
	char hash[PASSWORD_HASH_BYTES];
	failed = argon2id_hash_encoded(cost.iterations, cost.memory_kib, LANES, buf_str(&nfc),
			nfc.len, salt, sizeof(salt), OUTPUT_BYTES, hash, sizeof(hash));
	if (failed) {
		assert(failed ==
				ARGON2_MEMORY_ALLOCATION_ERROR); /* the rest is ours to get right */
		return ERR_NOMEM;
	}
	memcpy(out, hash, sizeof(hash));
	return ERR_OK;
}

/* The cost that a PHC string names; false when it is none of ours. */
static bool read_cost(const char *hash, struct password_cost *out) {
	unsigned memory = 0;
	unsigned iterations = 0;
	unsigned lanes = 0;
	int end = 0;
	int n = sscanf(hash, "$argon2id$v=19$m=%9u,t=%9u,p=%9u$%n", &memory, &iterations, &lanes,
			&end);
	if (n != 3 || end == 0 || lanes != LANES || strlen(hash) >= PASSWORD_HASH_BYTES) {
		return false;
	}
	*out = (struct password_cost){ memory, iterations };
	return true;
}

enum err password_verify(struct str password, const char *hash) {
	struct password_cost cost;
	/* A row that asks for more memory than any of ours must not get it. */
	if (!read_cost(hash, &cost) || cost.memory_kib > PASSWORD_MEMORY_KIB_MAX ||
			cost.iterations > PASSWORD_ITERATIONS_MAX) {
		return ERR_CORRUPT;
	}
	_cleanup_(wipe_and_finish) struct buf nfc = buf_make((size_t)3 * PASSWORD_BYTES_MAX);
	enum err e = prepare(password, &nfc);
	if (e) {
		return e == ERR_INVAL ? ERR_PASSWORD : e;
	}
	int failed = argon2id_verify(hash, buf_str(&nfc), nfc.len);
	if (!failed) {
		return ERR_OK;
	}
	if (failed == ARGON2_VERIFY_MISMATCH) {
		return ERR_PASSWORD;
	}
	return failed == ARGON2_MEMORY_ALLOCATION_ERROR ? ERR_NOMEM : ERR_CORRUPT;
}

enum err password_verify_nobody(struct str password, struct password_cost cost) {
	char hash[PASSWORD_HASH_BYTES];
	enum err e = password_hash(password, cost, hash);
	return e && e != ERR_INVAL ? e : ERR_PASSWORD;
}

bool password_needs_rehash(const char *hash, struct password_cost cost) {
	struct password_cost had;
	return !read_cost(hash, &had) || had.memory_kib != cost.memory_kib ||
			had.iterations != cost.iterations;
}
