/* What a province's answer to a batch proves (docs/exchange.md). */
#include "ws/cmd/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/json.h"
#include "core/exchange/exchange_receipt.h"

enum { FIRST_LINE_BYTES_MAX = 1024 };

bool verify_is_answer(struct str text) {
	return str_starts(text, "{\"statement\":");
}

/* The statement and its signature in the first line; *out_rest is what stands behind it. */
static bool read_first(
		struct str text, struct buf *statement, uint8_t *signature, struct str *out_rest) {
	const char *end = memchr(text.p, '\n', text.n);
	size_t n = end ? (size_t)(end - text.p) : text.n;
	size_t gone = end ? n + 1 : n;
	_cleanup_(json_freep) struct json *root = NULL;
	struct str hex;
	struct str signature_hex;
	uint8_t bytes[EXCHANGE_STATEMENT_BYTES_MAX];
	if (json_parse((struct str){ text.p, n }, FIRST_LINE_BYTES_MAX, &root) ||
			json_get_str(root, "statement", &hex) ||
			json_get_str(root, "signature", &signature_hex) ||
			hex.n / 2 > sizeof(bytes) || str_unhex(hex, bytes, hex.n / 2) ||
			str_unhex(signature_hex, signature, SIGN_BYTES)) {
		return false;
	}
	buf_add(statement, bytes, hex.n / 2);
	*out_rest = (struct str){ text.p + gone, text.n - gone };
	return !buf_err(statement);
}

static void print_statement(
		const struct exchange_statement *s, bool has_lines, const struct keys_public *key) {
	char batch[2 * EXCHANGE_BATCH_ID_BYTES + 1];
	str_hex(s->batch, sizeof(s->batch), batch);
	puts("This receipt is genuine: the department took the batch as it says.");
	printf("school                %s\n", s->school);
	printf("batch                 %s\n", batch);
	verify_print_time("received at          ", s->received_at_ms);
	printf("records applied       %" PRIu32 "\n", s->applied);
	printf("  that it had already %" PRIu32 "\n", s->stale);
	printf("  refused             %" PRIu32 "%s\n", s->rejected,
			has_lines ? "" : " (the lines that say which are not in this file)");
	verify_print_b64("hash of the batch    ", s->body.b, HASH_BYTES);
	verify_print_signer(s->kid, key);
}

int verify_answer(struct str text, const struct known_keys *keys) {
	_cleanup_(buf_finish) struct buf statement = buf_make(EXCHANGE_STATEMENT_BYTES_MAX);
	uint8_t signature[SIGN_BYTES];
	struct str rest = { NULL, 0 };
	struct exchange_statement s;
	if (!read_first(text, &statement, signature, &rest)) {
		return verify_refuse("it is no answer of a department");
	}
	struct str bytes = { buf_str(&statement), statement.len };
	if (exchange_statement_parse(bytes, &s)) {
		return verify_refuse("it is no answer of this version");
	}
	const struct keys_public *key = verify_find_key(keys, s.kid);
	if (!key) {
		return verify_refuse("the key that it names is none of this department's");
	}
	if (exchange_statement_verify(bytes, signature, key->key, &s)) {
		return verify_refuse("the signature does not hold: something in it was changed");
	}
	struct hash lines;
	struct hash nothing;
	hash_bytes(NULL, rest.p, rest.n, &lines);
	hash_bytes(NULL, NULL, 0, &nothing);
	bool has_lines = rest.n > 0 || hash_equal(&s.lines, &nothing);
	if (rest.n > 0 && !hash_equal(&lines, &s.lines)) {
		return verify_refuse("the lines behind it are not those that were signed");
	}
	print_statement(&s, has_lines, key);
	return 0;
}
