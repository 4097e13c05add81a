/* The root of a sitting: its bytes, there and back, and that every changed bit is found. */
#include "exam/hall/root.h"

#include <string.h>

#include "tests/check.h"

enum { SIGNED_BYTES = ROOT_BYTES + SIGN_BYTES };

static uint8_t public_key[SIGN_PUBLIC_BYTES];
static uint8_t bytes[SIGNED_BYTES];
static struct root root = { .school = 7,
	.sitting = { { 3 } },
	.number = 2,
	.receipt_count = 45,
	.at_ms = INT64_C(1700000000000),
	.hash = { { 9 } } };

static void sign(void) {
	uint8_t seed[SIGN_SEED_BYTES] = { 1 };
	uint8_t secret[SIGN_SECRET_BYTES];
	sign_pair(seed, public_key, secret);
	sign_kid(public_key, root.sign_kid);
	root_print(&root, bytes);
	sign_make(secret, bytes, ROOT_BYTES, bytes + ROOT_BYTES);
}

static enum err verify(size_t n) {
	struct root got = { .number = 0 };
	enum err e = root_verify((struct str){ (const char *)bytes, n }, public_key, &got);
	CHECK_INT("untouched on failure", got.number, e ? 0 : root.number);
	return e;
}

int main(void) {
	sign();
	struct root got;
	struct str plain = { (const char *)bytes, ROOT_BYTES };
	CHECK_INT("reads", root_parse(plain, &got), ERR_OK);
	CHECK_INT("school", got.school, root.school);
	CHECK_INT("receipts", got.receipt_count, root.receipt_count);
	CHECK_INT("at", got.at_ms, root.at_ms);
	CHECK_MEM("sitting", got.sitting.b, root.sitting.b, ID16_BYTES);
	CHECK_MEM("hash", got.hash.b, root.hash.b, HASH_BYTES);
	CHECK_MEM("tag", bytes, "TT1W\x01", 5);
	CHECK_INT("holds", verify(SIGNED_BYTES), ERR_OK);
	CHECK_INT("too short", verify(SIGNED_BYTES - 1), ERR_FORMAT);
	CHECK_INT("no signature", verify(ROOT_BYTES), ERR_FORMAT);
	for (size_t i = 0; i < SIGNED_BYTES; i++) {
		bytes[i] ^= 1;
		CHECK("a changed bit", verify(SIGNED_BYTES) != ERR_OK);
		bytes[i] ^= 1;
	}
	CHECK_INT("as it was", verify(SIGNED_BYTES), ERR_OK);
	return check_done();
}
