#include "core/auth/token.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

void token_make(struct token *out) {
	int failed = sodium_init(); /* 1: was done before */
	assert(failed >= 0);
	(void)failed; /* asserted */
	randombytes_buf(out->b, sizeof(out->b));
}

void token_wipe(struct token *t) {
	explicit_bzero(t, sizeof(*t));
}

void token_print(const struct token *t, char out[TOKEN_TEXT_BYTES]) {
	sodium_bin2base64(out, TOKEN_TEXT_BYTES, t->b, sizeof(t->b),
			sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

enum err token_parse(struct str text, struct token *out) {
	struct token t;
	size_t n = 0;
	/* libsodium refuses bits that are left over, so a token has one spelling. */
	int failed = sodium_base642bin(t.b, sizeof(t.b), text.p, text.n, NULL, &n, NULL,
			sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	enum err e = failed || n != sizeof(t.b) ? ERR_INVAL : ERR_OK;
	if (!e) {
		*out = t;
	}
	token_wipe(&t);
	return e;
}

void token_hash(const struct token *t, struct hash *out) {
	struct hasher h;
	hash_begin(&h, NULL);
	hash_add(&h, "TT1O", 4);
	hash_add(&h, t->b, sizeof(t->b));
	hash_end(&h, out);
}
