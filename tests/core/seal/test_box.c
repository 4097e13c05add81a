#include "core/seal/box.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/seal/secret.h"
#include "tests/check.h"

static const uint8_t key[BOX_KEY_BYTES] = { 1, 2, 3 };
static const uint8_t other_key[BOX_KEY_BYTES] = { 1, 2, 4 };

static void check_secretbox(void) {
	_cleanup_(buf_finish) struct buf sealed = buf_make(1000);
	_cleanup_(buf_finish) struct buf again = buf_make(1000);
	_cleanup_(buf_finish) struct buf plain = buf_make(1000);
	struct str text = str_from("số định danh 001209012345");
	CHECK_INT("seal", box_seal(key, text, &sealed), ERR_OK);
	CHECK_INT("length", sealed.len, text.n + BOX_EXTRA_BYTES);
	CHECK_INT("seal again", box_seal(key, text, &again), ERR_OK);
	CHECK("a fresh nonce each time", memcmp(sealed.data, again.data, sealed.len) != 0);

	struct str s = { sealed.data, sealed.len };
	CHECK_INT("open", box_open(key, s, &plain), ERR_OK);
	CHECK_STR("open", buf_str(&plain), text.p);
	buf_clear(&plain);
	CHECK_INT("other key", box_open(other_key, s, &plain), ERR_CORRUPT);
	for (size_t i = 0; i < sealed.len; i++) {
		sealed.data[i] ^= 1;
		CHECK_INT("a changed byte", box_open(key, s, &plain), ERR_CORRUPT);
		sealed.data[i] ^= 1;
	}
	s.n = BOX_EXTRA_BYTES;
	CHECK_INT("cut", box_open(key, s, &plain), ERR_CORRUPT);
	s.n = BOX_EXTRA_BYTES - 1;
	CHECK_INT("too short", box_open(key, s, &plain), ERR_FORMAT);
	CHECK_INT("nothing appended", plain.len, 0);
	_cleanup_(buf_finish) struct buf small = buf_make(10);
	CHECK_INT("no room", box_seal(key, text, &small), ERR_LIMIT);
}

static void check_empty(void) {
	_cleanup_(buf_finish) struct buf sealed = buf_make(1000);
	_cleanup_(buf_finish) struct buf plain = buf_make(1000);
	CHECK_INT("seal nothing", box_seal(key, str_from(""), &sealed), ERR_OK);
	CHECK_INT("open nothing", box_open(key, (struct str){ sealed.data, sealed.len }, &plain),
			ERR_OK);
	CHECK_INT("nothing", plain.len, 0);
}

static void check_aead(void) {
	const uint8_t nonce[BOX_NONCE_BYTES] = { 5 };
	_cleanup_(buf_finish) struct buf sealed = buf_make(1000);
	_cleanup_(buf_finish) struct buf plain = buf_make(1000);
	struct str ad = str_from("header");
	CHECK_INT("seal", box_aead_seal(key, nonce, ad, str_from("đề thi"), &sealed), ERR_OK);
	struct str s = { sealed.data, sealed.len };
	CHECK_INT("open", box_aead_open(key, nonce, ad, s, &plain), ERR_OK);
	CHECK_STR("open", buf_str(&plain), "đề thi");
	CHECK_INT("other header", box_aead_open(key, nonce, str_from("Header"), s, &plain),
			ERR_CORRUPT);
	CHECK_INT("other key", box_aead_open(other_key, nonce, ad, s, &plain), ERR_CORRUPT);
	s.n = BOX_TAG_BYTES - 1;
	CHECK_INT("too short", box_aead_open(key, nonce, ad, s, &plain), ERR_FORMAT);
}

static void check_secrets(void) {
	uint8_t *p = secret_alloc(BOX_KEY_BYTES);
	CHECK("memory", p != NULL);
	if (!p) {
		return;
	}
	const uint8_t zeros[BOX_KEY_BYTES] = { 0 };
	CHECK("zeroed", secret_equal(p, zeros, sizeof(zeros)));
	secret_random(p, BOX_KEY_BYTES);
	CHECK("random", !secret_equal(p, zeros, sizeof(zeros)));
	secret_wipe(p, BOX_KEY_BYTES);
	CHECK("wiped", secret_equal(p, zeros, sizeof(zeros)));
	secret_free(p);
	secret_free(NULL);
}

int main(void) {
	CHECK_INT("init", secret_init(), ERR_OK);
	CHECK_INT("init again", secret_init(), ERR_OK);
	check_secretbox();
	check_empty();
	check_aead();
	check_secrets();
	return check_done();
}
