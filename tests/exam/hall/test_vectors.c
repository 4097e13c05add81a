#include "tests/exam/hall/vectors.h"

#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "exam/hall/event.h"
#include "exam/hall/receipt.h"
#include "exam/hall/sealed.h"
#include "tests/check.h"

enum { FILE_BYTES_MAX = 1 << 20 };

static void check_hex(const char *name, const struct hash *got, const char *want) {
	char hex[2 * HASH_BYTES + 1];
	str_hex(got->b, HASH_BYTES, hex);
	CHECK_STR(name, hex, want);
}

/* The vector that the protocol itself states (docs/protocol.md). */
static void check_stated(void) {
	uint8_t salt[EVENT_SALT_BYTES];
	uint8_t key[HASH_KEY_BYTES];
	struct event_origin origin = { .school = 7, .salt = salt, .variant = str_from("103") };
	memset(salt, 1, sizeof(salt));
	memset(origin.attempt.b, 2, ID16_BYTES);
	memset(origin.sitting.b, 3, ID16_BYTES);
	memset(key, 4, sizeof(key));
	struct hash h;
	event_genesis(&origin, &h);
	check_hex("genesis", &h,
			"4945da9f6dfdbc7612c788ae12ffd315e37672d375c857c344257207591bed70");
	struct event ev = { 1, EVENT_ANSWER, 7, str_from("\"B\"") };
	event_head(&h, &origin.attempt, &ev, &h);
	check_hex("head", &h, "9e952c4468030bc5f1d8132a00497b8d7b2899cc8abc8af8f1497b1da66a75f0");
	struct receipt_mac what = { 1, 7, origin.attempt, 1, 1, 1, 1700000000000, h };
	struct hash mac;
	receipt_mac_make(key, RECEIPT_ACK, &what, &mac);
	check_hex("ack", &mac, "2ae80af91b891b6a67e1418d1afc2dcab60b335400e4a360afcb37a9a21222a2");
	struct hasher hasher;
	receipt_answers_begin(&hasher, salt);
	receipt_answers_add(&hasher, 7, ev.value);
	receipt_answers_end(&hasher, &h);
	check_hex("answers", &h,
			"458ba9d0e100b763f9f34bccbdba8253d3c220610f0c1aaa1c1b21e72424f578");
}

/* A mac of one attempt, gen, lease, seq, time, head, key id, kind or school fails for others. */
static void check_mac_fields(void) {
	const uint8_t key[HASH_KEY_BYTES] = { 1 };
	const struct receipt_mac base = { .kid = 1, .gen = 1, .lease = 1, .seq = 1, .at_ms = 1 };
	struct hash mac;
	receipt_mac_make(key, RECEIPT_ACK, &base, &mac);
	CHECK("itself", receipt_mac_is_valid(key, RECEIPT_ACK, &base, &mac));
	CHECK("a stamp", !receipt_mac_is_valid(key, RECEIPT_STAMP, &base, &mac));
	struct receipt_mac others[8];
	for (size_t i = 0; i < 8; i++) {
		others[i] = base;
	}
	others[0].kid++;
	others[1].school++;
	others[2].attempt.b[15]++;
	others[3].gen++;
	others[4].lease++;
	others[5].seq++;
	others[6].at_ms++;
	others[7].head.b[31]++;
	for (size_t i = 0; i < 8; i++) {
		CHECK("another", !receipt_mac_is_valid(key, RECEIPT_ACK, &others[i], &mac));
	}
}

static void check_receipt(void) {
	const uint8_t seed[SIGN_SEED_BYTES] = { 9 };
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	uint8_t secret[SIGN_SECRET_BYTES];
	sign_pair(seed, public_key, secret);
	struct receipt r = { .school = 1, .gen = 2, .seq = 3, .at_ms = 4, .why = 5 };
	sign_kid(public_key, r.sign_kid);
	uint8_t bytes[RECEIPT_BYTES + SIGN_BYTES];
	receipt_print(RECEIPT_CLOSED, &r, bytes);
	sign_make(secret, bytes, RECEIPT_BYTES, bytes + RECEIPT_BYTES);
	struct str whole = { (const char *)bytes, sizeof(bytes) };
	enum receipt_kind kind = RECEIPT_CHECKPOINT;
	struct receipt got;
	CHECK_INT("verify", receipt_verify(whole, public_key, &kind, &got), ERR_OK);
	CHECK_INT("kind", kind, RECEIPT_CLOSED);
	CHECK("fields",
			got.school == 1 && got.gen == 2 && got.seq == 3 && got.at_ms == 4 &&
					got.why == 5);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] ^= 1;
		CHECK("a changed bit", receipt_verify(whole, public_key, &kind, &got) != ERR_OK);
		bytes[i] ^= 1;
	}
	public_key[0] ^= 1;
	CHECK_INT("another key", receipt_verify(whole, public_key, &kind, &got), ERR_CORRUPT);
	whole.n--;
	CHECK_INT("cut", receipt_verify(whole, public_key, &kind, &got), ERR_FORMAT);
}

static void check_sealed(void) {
	const uint8_t key[BOX_KEY_BYTES] = { 1 };
	const uint8_t other[BOX_KEY_BYTES] = { 2 };
	const uint8_t nonce[BOX_NONCE_BYTES] = { 3 };
	struct sealed_make make = {
		.header = { { { 4 } }, str_from("104"), 0, 1, 2 },
		.key = key,
		.nonce = nonce,
		.plain = str_from("Câu 1. Hà Nội\xC2\x80"),
	};
	make.padded = sealed_padded_bytes(make.plain.n);
	CHECK_INT("padded", make.padded, SEALED_PAD_BYTES);
	CHECK_INT("at the edge", sealed_padded_bytes(SEALED_PAD_BYTES - 1), SEALED_PAD_BYTES);
	CHECK_INT("one past", sealed_padded_bytes(SEALED_PAD_BYTES), 2 * SEALED_PAD_BYTES);
	_cleanup_(buf_finish) struct buf file = buf_make(10000);
	_cleanup_(buf_finish) struct buf plain = buf_make(10000);
	CHECK_INT("make", sealed_make(&make, &file), ERR_OK);
	struct str f = { file.data, file.len };
	struct sealed_header h;
	CHECK_INT("open", sealed_open(key, f, &h, &plain), ERR_OK);
	CHECK_STR("plain", buf_str(&plain), make.plain.p);
	CHECK("header", h.part == 1 && h.rev == 2 && h.section == 0 && str_eq_z(h.variant, "104"));
	CHECK_INT("other key", sealed_open(other, f, &h, &plain), ERR_CORRUPT);
	for (size_t i = 0; i < file.len; i += i < 120 ? 1 : 97) {
		file.data[i] ^= 4;
		CHECK("a changed bit", sealed_open(key, f, &h, &plain) != ERR_OK);
		file.data[i] ^= 4;
	}
	for (size_t n = 0; n < 120; n++) {
		CHECK("cut", sealed_open(key, (struct str){ f.p, n }, &h, &plain) != ERR_OK);
	}
	make.padded = make.plain.n;
	CHECK_INT("no room for the padding", sealed_make(&make, &file), ERR_LIMIT);
}

static void check_fixture(const char *path) {
	_cleanup_(buf_finish) struct buf want = buf_make(FILE_BYTES_MAX);
	_cleanup_(buf_finish) struct buf got = buf_make(FILE_BYTES_MAX);
	FILE *f = fopen(path, "rb");
	CHECK(path, f != NULL);
	if (!f) {
		return;
	}
	char piece[4096];
	for (size_t n = fread(piece, 1, sizeof(piece), f); n > 0;
			n = fread(piece, 1, sizeof(piece), f)) {
		buf_add(&want, piece, n);
	}
	CHECK_INT("close", fclose(f), 0);
	CHECK_INT("print", vectors_print(&got), ERR_OK);
	CHECK("the fixture is what this program writes; `test_vectors --print` shows it",
			strcmp(buf_str(&got), buf_str(&want)) == 0);
}

int main(int argc, char **argv) {
	if (argc == 2 && strcmp(argv[1], "--print") == 0) {
		_cleanup_(buf_finish) struct buf b = buf_make(FILE_BYTES_MAX);
		enum err e = vectors_print(&b);
		return e || fputs(buf_str(&b), stdout) < 0;
	}
	CHECK_INT("arguments", argc, 2);
	check_stated();
	check_mac_fields();
	check_receipt();
	check_sealed();
	check_fixture(argc == 2 ? argv[1] : "");
	return check_done();
}
