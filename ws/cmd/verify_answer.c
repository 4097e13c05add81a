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

/* What one answer holds. */
struct judged {
	struct exchange_statement statement;
	const struct keys_public *key;
	struct str rest; /* behind its first line */
};

/* Why it is not genuine; NULL when it is. */
static const char *judge(struct str text, const struct known_keys *keys, struct judged *out) {
	_cleanup_(buf_finish) struct buf statement = buf_make(EXCHANGE_STATEMENT_BYTES_MAX);
	struct exchange_statement *s = &out->statement;
	uint8_t signature[SIGN_BYTES];
	if (!read_first(text, &statement, signature, &out->rest)) {
		return "it is no answer of a department";
	}
	struct str bytes = { buf_str(&statement), statement.len };
	if (exchange_statement_parse(bytes, s)) {
		return "it is no answer of this version";
	}
	out->key = verify_find_key(keys, s->kid);
	if (!out->key) {
		return "the key that it names is none of this department's";
	}
	return exchange_statement_verify(bytes, signature, out->key->key, s)
			? "the signature does not hold: something in it was changed"
			: NULL;
}

/* ---- many, one a line ---- */

struct total {
	uint64_t receipts;
	uint64_t wrong;
	uint64_t applied;
	uint64_t stale;
	uint64_t rejected;
};

static void judge_line(struct str line, uint64_t number, const struct known_keys *keys,
		struct total *total) {
	struct judged one;
	char batch[2 * EXCHANGE_BATCH_ID_BYTES + 1];
	const char *why = judge(line, keys, &one);
	const struct exchange_statement *s = &one.statement;
	total->receipts++;
	if (why) {
		total->wrong++;
		printf("NOT genuine, line %" PRIu64 ": %s.\n", number, why);
		return;
	}
	total->applied += s->applied;
	total->stale += s->stale;
	total->rejected += s->rejected;
	str_hex(s->batch, sizeof(s->batch), batch);
	printf("genuine  %s  %s  applied %" PRIu32 ", had %" PRIu32 ", refused %" PRIu32, s->school,
			batch, s->applied, s->stale, s->rejected);
	verify_print_time(",", s->received_at_ms);
}

/* What `truongthi sync receipts` gave; gives the exit status. */
static int judge_list(struct str text, const struct known_keys *keys) {
	struct total total = { .receipts = 0 };
	uint64_t number = 0;
	while (text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;
		number++;
		if (n > 0) {
			judge_line((struct str){ text.p, n }, number, keys, &total);
		}
		n += end ? 1 : 0;
		text = (struct str){ text.p + n, text.n - n };
	}
	printf("%" PRIu64 " of %" PRIu64 " receipts are genuine: %" PRIu64
	       " records applied, %" PRIu64 " had already, %" PRIu64 " refused.\n",
			total.receipts - total.wrong, total.receipts, total.applied, total.stale,
			total.rejected);
	return total.wrong > 0;
}

int verify_answer(struct str text, const struct known_keys *keys) {
	struct judged one = { .key = NULL };
	const char *end = memchr(text.p, '\n', text.n);
	size_t first = end ? (size_t)(end - text.p) + 1 : text.n;
	if (verify_is_answer((struct str){ text.p + first, text.n - first })) {
		return judge_list(text, keys);
	}
	const char *why = judge(text, keys, &one);
	if (why) {
		return verify_refuse(why);
	}
	const struct exchange_statement *s = &one.statement;
	struct hash lines;
	struct hash nothing;
	hash_bytes(NULL, one.rest.p, one.rest.n, &lines);
	hash_bytes(NULL, NULL, 0, &nothing);
	bool has_lines = one.rest.n > 0 || hash_equal(&s->lines, &nothing);
	if (one.rest.n > 0 && !hash_equal(&lines, &s->lines)) {
		return verify_refuse("the lines behind it are not those that were signed");
	}
	print_statement(s, has_lines, one.key);
	return 0;
}
