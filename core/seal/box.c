#include "core/seal/box.h"

#include <string.h>

#include <sodium.h>

#include "core/base/cleanup.h"

_Static_assert(BOX_KEY_BYTES == crypto_secretbox_KEYBYTES, "key");
_Static_assert(BOX_NONCE_BYTES == crypto_secretbox_NONCEBYTES, "nonce");
_Static_assert(BOX_TAG_BYTES == crypto_secretbox_MACBYTES, "tag");
_Static_assert(BOX_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");
_Static_assert(BOX_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce");
_Static_assert(BOX_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag");

/* Memory for plain bytes, wiped before it is freed. */
struct scratch {
	unsigned char *p;
	size_t n;
};

static void scratch_finish(struct scratch *s) {
	if (s->p) {
		sodium_memzero(s->p, s->n);
		free(s->p);
	}
}

static enum err scratch_make(size_t n, struct scratch *out) {
	unsigned char *p = malloc(n + 1); /* n may be 0 */
	if (!p) {
		return ERR_NOMEM;
	}
	*out = (struct scratch){ p, n };
	return ERR_OK;
}

static const unsigned char *bytes_of(struct str s) {
	return (const unsigned char *)s.p;
}

enum err box_seal(const uint8_t *key, struct str plain, struct buf *out) {
	_cleanup_(scratch_finish) struct scratch sealed = { NULL, 0 };
	enum err e = scratch_make(plain.n + BOX_EXTRA_BYTES, &sealed);
	if (e) {
		return e;
	}
	randombytes_buf(sealed.p, BOX_NONCE_BYTES);
	if (crypto_secretbox_easy(
			    sealed.p + BOX_NONCE_BYTES, bytes_of(plain), plain.n, sealed.p, key)) {
		return ERR_LIMIT; /* longer than the cipher's counter reaches */
	}
	buf_add(out, sealed.p, sealed.n);
	return buf_err(out);
}

enum err box_open(const uint8_t *key, struct str sealed, struct buf *out) {
	if (sealed.n < BOX_EXTRA_BYTES) {
		return ERR_FORMAT;
	}
	_cleanup_(scratch_finish) struct scratch plain = { NULL, 0 };
	enum err e = scratch_make(sealed.n - BOX_EXTRA_BYTES, &plain);
	if (e) {
		return e;
	}
	if (crypto_secretbox_open_easy(plain.p, bytes_of(sealed) + BOX_NONCE_BYTES,
			    sealed.n - BOX_NONCE_BYTES, bytes_of(sealed), key)) {
		return ERR_CORRUPT;
	}
	buf_add(out, plain.p, plain.n);
	return buf_err(out);
}

enum err box_aead_seal(const uint8_t *key, const uint8_t *nonce, struct str additional,
		struct str plain, struct buf *out) {
	_cleanup_(scratch_finish) struct scratch sealed = { NULL, 0 };
	enum err e = scratch_make(plain.n + BOX_TAG_BYTES, &sealed);
	if (e) {
		return e;
	}
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.p, NULL, bytes_of(plain), plain.n,
			    bytes_of(additional), additional.n, NULL, nonce, key)) {
		return ERR_LIMIT;
	}
	buf_add(out, sealed.p, sealed.n);
	return buf_err(out);
}

enum err box_aead_open(const uint8_t *key, const uint8_t *nonce, struct str additional,
		struct str sealed, struct buf *out) {
	if (sealed.n < BOX_TAG_BYTES) {
		return ERR_FORMAT;
	}
	_cleanup_(scratch_finish) struct scratch plain = { NULL, 0 };
	enum err e = scratch_make(sealed.n - BOX_TAG_BYTES, &plain);
	if (e) {
		return e;
	}
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.p, NULL, NULL, bytes_of(sealed),
			    sealed.n, bytes_of(additional), additional.n, nonce, key)) {
		return ERR_CORRUPT;
	}
	buf_add(out, plain.p, plain.n);
	return buf_err(out);
}
