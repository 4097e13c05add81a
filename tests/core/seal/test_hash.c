#include "core/seal/chain.h"
#include "core/seal/hash.h"
#include "core/seal/mac.h"
#include "core/seal/sign.h"

#include <string.h>

#include "core/base/str.h"
#include "tests/check.h"

static void check_hex(const char *name, const void *got, size_t n, const char *want) {
	char hex[2 * 64 + 1];
	str_hex(got, n, hex);
	CHECK_STR(name, hex, want);
}

/* Known answers for BLAKE2b with 32 bytes of output. */
static void check_known(void) {
	struct hash h;
	hash_bytes(NULL, "", 0, &h);
	check_hex("empty", h.b, HASH_BYTES,
			"0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
	hash_bytes(NULL, "abc", 3, &h);
	check_hex("abc", h.b, HASH_BYTES,
			"bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

static void check_pieces(void) {
	uint8_t key[HASH_KEY_BYTES];
	memset(key, 9, sizeof(key));
	const uint8_t bytes[] = { 7, 0x01, 0x02, 0, 0, 1, 2, 0, 0, 0, 0, 1, 2, 3, 4, 'x' };
	struct hash whole;
	hash_bytes(key, bytes, sizeof(bytes), &whole);
	struct hasher h;
	struct hash pieces;
	hash_begin(&h, key);
	hash_add_u8(&h, 7);
	hash_add_be16(&h, 0x0102);
	hash_add_be32(&h, 0x0102);
	hash_add_be64(&h, 0x01020304);
	hash_add(&h, NULL, 0);
	hash_add(&h, "x", 1);
	hash_end(&h, &pieces);
	CHECK("pieces", hash_equal(&whole, &pieces));
	hash_bytes(NULL, bytes, sizeof(bytes), &pieces);
	CHECK("the key matters", !hash_equal(&whole, &pieces));
}

static void check_mac(void) {
	uint8_t key[HASH_KEY_BYTES] = { 1 };
	uint8_t other[HASH_KEY_BYTES] = { 2 };
	struct hash mac;
	mac_make(key, "abc", 3, &mac);
	CHECK("valid", mac_is_valid(key, "abc", 3, &mac));
	CHECK("other bytes", !mac_is_valid(key, "abd", 3, &mac));
	CHECK("other key", !mac_is_valid(other, "abc", 3, &mac));
	mac.b[HASH_BYTES - 1] ^= 1;
	CHECK("last bit", !mac_is_valid(key, "abc", 3, &mac));
}

/* RFC 8032, section 7.1, test 1. */
static void check_sign(void) {
	uint8_t seed[SIGN_SEED_BYTES];
	CHECK_INT("seed",
			str_unhex(str_from("9d61b19deffd5a60ba844af492ec2cc4"
					   "4449c5697b326919703bac031cae7f60"),
					seed, sizeof(seed)),
			ERR_OK);
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	uint8_t secret[SIGN_SECRET_BYTES];
	uint8_t signature[SIGN_BYTES];
	sign_pair(seed, public_key, secret);
	check_hex("public", public_key, sizeof(public_key),
			"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
	sign_make(secret, "", 0, signature);
	check_hex("signature", signature, sizeof(signature),
			"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
			"5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
	CHECK("valid", sign_is_valid(public_key, "", 0, signature));
	CHECK("other bytes", !sign_is_valid(public_key, "x", 1, signature));
	signature[0] ^= 1;
	CHECK("changed", !sign_is_valid(public_key, "", 0, signature));
}

/* The root by its definition, to compare with the one built leaf by leaf. */
static void reference_root(size_t first, size_t count, struct hash *out) {
	uint8_t bytes[4 + 2 * HASH_BYTES];
	if (count == 1) {
		uint8_t leaf = (uint8_t)first;
		memcpy(bytes, "TT1L", 4);
		bytes[4] = leaf;
		hash_bytes(NULL, bytes, 5, out);
		return;
	}
	size_t left_count = 1;
	while (left_count * 2 < count) {
		left_count *= 2;
	}
	struct hash left;
	struct hash right;
	reference_root(first, left_count, &left);
	reference_root(first + left_count, count - left_count, &right);
	memcpy(bytes, "TT1N", 4);
	memcpy(bytes + 4, left.b, HASH_BYTES);
	memcpy(bytes + 4 + HASH_BYTES, right.b, HASH_BYTES);
	hash_bytes(NULL, bytes, sizeof(bytes), out);
}

static void check_merkle(void) {
	struct merkle m;
	merkle_init(&m);
	struct hash empty;
	merkle_root(&m, &empty);
	struct hash want;
	hash_bytes(NULL, "TT1L", 4, &want);
	CHECK("root of nothing", hash_equal(&empty, &want));
	for (size_t n = 1; n <= 70; n++) {
		uint8_t leaf = (uint8_t)(n - 1);
		merkle_add(&m, &leaf, 1);
		struct hash got;
		merkle_root(&m, &got);
		reference_root(0, n, &want);
		CHECK("root", hash_equal(&got, &want));
	}
}

static void check_chain(void) {
	struct hash zero = { { 0 } };
	struct hash one;
	struct hash two;
	chain_next("TT1X", &zero, "a", 1, &one);
	uint8_t bytes[4 + HASH_BYTES + 1] = "TT1X";
	bytes[4 + HASH_BYTES] = 'a';
	struct hash want;
	hash_bytes(NULL, bytes, sizeof(bytes), &want);
	CHECK("one link", hash_equal(&one, &want));
	two = one;
	chain_next("TT1X", &two, "b", 1, &two);
	chain_next("TT1X", &one, "b", 1, &want);
	CHECK("in place", hash_equal(&two, &want));
	chain_next("TT1Y", &one, "b", 1, &want);
	CHECK("the tag matters", !hash_equal(&two, &want));
}

int main(void) {
	check_known();
	check_pieces();
	check_mac();
	check_sign();
	check_merkle();
	check_chain();
	return check_done();
}
