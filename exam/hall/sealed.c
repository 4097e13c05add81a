#include "exam/hall/sealed.h"

#include <assert.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/seal/hash.h"
#include "core/seal/secret.h"

enum {
	PAD_MARK = 0x80, /* as sodium_pad does: one byte 0x80, then zeros */
	FIXED_BYTES = SEALED_HEADER_BYTES_MAX - EVENT_VARIANT_BYTES_MAX,
	ADDITIONAL_BYTES_MAX = SEALED_HEADER_BYTES_MAX + HASH_BYTES + BOX_NONCE_BYTES,
};

size_t sealed_padded_bytes(size_t longest) {
	return (longest + 1 + SEALED_PAD_BYTES - 1) / SEALED_PAD_BYTES * SEALED_PAD_BYTES;
}

static void add_header(struct buf *b, const struct sealed_header *h) {
	assert(h->variant.n <= EVENT_VARIANT_BYTES_MAX);
	buf_add(b, "TT1P", 4);
	buf_add_char(b, SEALED_VERSION);
	buf_add(b, h->sitting.b, ID16_BYTES);
	buf_add_be16(b, (uint16_t)h->variant.n);
	buf_add(b, h->variant.p, h->variant.n);
	buf_add_be16(b, h->section);
	buf_add_be16(b, h->part);
	buf_add_be32(b, h->rev);
}

/* H("TT1K" || key || header): XChaCha20-Poly1305 alone would let one file open under two keys. */
static void commitment(const uint8_t *key, struct str header, struct hash *out) {
	struct hasher h;
	hash_begin(&h, NULL);
	hash_add(&h, "TT1K", 4);
	hash_add(&h, key, BOX_KEY_BYTES);
	hash_add(&h, header.p, header.n);
	hash_end(&h, out);
}

/* A buffer of secret bytes, wiped before it goes. */
static void wipe_finish(struct buf *b) {
	if (b->data) {
		secret_wipe(b->data, b->cap);
	}
	buf_finish(b);
}

static enum err pad(struct str plain, size_t padded, struct buf *out) {
	buf_add(out, plain.p, plain.n);
	buf_add_char(out, (char)PAD_MARK);
	static const char zeros[SEALED_PAD_BYTES];
	size_t left = padded - plain.n - 1;
	while (left > 0) {
		size_t n = left < sizeof(zeros) ? left : sizeof(zeros);
		buf_add(out, zeros, n);
		left -= n;
	}
	return buf_err(out);
}

enum err sealed_make(const struct sealed_make *what, struct buf *out) {
	if (what->plain.n > SEALED_PLAIN_BYTES_MAX || what->padded <= what->plain.n ||
			what->padded > sealed_padded_bytes(SEALED_PLAIN_BYTES_MAX)) {
		return ERR_LIMIT;
	}
	_cleanup_(buf_finish) struct buf additional = buf_make(ADDITIONAL_BYTES_MAX);
	add_header(&additional, &what->header);
	struct hash commit;
	commitment(what->key, (struct str){ additional.data, additional.len }, &commit);
	buf_add(&additional, commit.b, HASH_BYTES);
	buf_add(&additional, what->nonce, BOX_NONCE_BYTES);
	enum err e = buf_err(&additional);
	if (e) {
		return e;
	}
	_cleanup_(wipe_finish) struct buf padded = buf_make(what->padded);
	e = pad(what->plain, what->padded, &padded);
	if (e) {
		return e;
	}
	struct str ad = { additional.data, additional.len };
	buf_add(out, ad.p, ad.n);
	return box_aead_seal(
			what->key, what->nonce, ad, (struct str){ padded.data, padded.len }, out);
}

static uint32_t get_be(const uint8_t *at, size_t bytes) {
	uint32_t v = 0;
	for (size_t i = 0; i < bytes; i++) {
		v = v << 8 | at[i];
	}
	return v;
}

/* Also gives the header's length. */
static enum err parse_header(struct str file, struct sealed_header *out, size_t *out_n) {
	const size_t len_at = 4 + 1 + ID16_BYTES;
	const uint8_t *p = (const uint8_t *)file.p;
	if (file.n < FIXED_BYTES || memcmp(p, "TT1P", 4) != 0 || p[4] != SEALED_VERSION) {
		return ERR_FORMAT;
	}
	size_t variant_n = get_be(p + len_at, 2);
	if (variant_n > EVENT_VARIANT_BYTES_MAX || file.n < FIXED_BYTES + variant_n) {
		return ERR_FORMAT;
	}
	struct sealed_header h;
	memcpy(h.sitting.b, p + 5, ID16_BYTES);
	h.variant = (struct str){ file.p + len_at + 2, variant_n };
	const uint8_t *rest = p + len_at + 2 + variant_n;
	h.section = (uint16_t)get_be(rest, 2);
	h.part = (uint16_t)get_be(rest + 2, 2);
	h.rev = get_be(rest + 4, 4);
	*out = h;
	*out_n = FIXED_BYTES + variant_n;
	return ERR_OK;
}

/* The length without the padding. */
static enum err unpad(const struct buf *b, size_t *out) {
	size_t n = b->len;
	while (n > 0 && b->data[n - 1] == '\0') {
		n--;
	}
	if (n == 0 || (uint8_t)b->data[n - 1] != PAD_MARK) {
		return ERR_CORRUPT;
	}
	*out = n - 1;
	return ERR_OK;
}

enum err sealed_open(const uint8_t *key, struct str file, struct sealed_header *out_header,
		struct buf *out) {
	struct sealed_header header;
	size_t header_n = 0;
	enum err e = parse_header(file, &header, &header_n);
	if (e) {
		return e;
	}
	size_t additional_n = header_n + HASH_BYTES + BOX_NONCE_BYTES;
	if (file.n < additional_n) {
		return ERR_FORMAT;
	}
	struct hash want;
	commitment(key, (struct str){ file.p, header_n }, &want);
	if (!secret_equal(want.b, file.p + header_n, HASH_BYTES)) {
		return ERR_CORRUPT;
	}
	_cleanup_(wipe_finish) struct buf padded =
			buf_make(sealed_padded_bytes(SEALED_PLAIN_BYTES_MAX));
	e = box_aead_open(key, (const uint8_t *)file.p + header_n + HASH_BYTES,
			(struct str){ file.p, additional_n },
			(struct str){ file.p + additional_n, file.n - additional_n }, &padded);
	if (e) {
		return e;
	}
	size_t n = 0;
	e = unpad(&padded, &n);
	if (e) {
		return e;
	}
	buf_add(out, padded.data, n);
	e = buf_err(out);
	if (e) {
		return e;
	}
	*out_header = header;
	return ERR_OK;
}
