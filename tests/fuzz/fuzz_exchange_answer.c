/*
 * What a province says: enrolment, keys, and answers to batches. The input is the lines behind a
 * statement that fits them, signed by the right key, so that they are read at all; whatever is
 * taken is in order and within the batch. As it is, it is no answer of anybody's.
 */

#include <assert.h>

#include "core/base/cleanup.h"
#include "core/exchange/enrolment.h"
#include "core/exchange/exchange_receipt.h"
#include "tests/fuzz/fuzz.h"

enum { RECORDS = 100 };

static const uint8_t batch_id[EXCHANGE_BATCH_ID_BYTES] = { 1 };

static void try_lines(const uint8_t *key, const uint8_t *secret, struct str lines) {
	uint32_t count = 0;
	uint32_t rejected = 0;
	for (size_t i = 0; i < lines.n; i++) {
		count += lines.p[i] == '\n';
		rejected += lines.n - i >= 9 && memcmp(lines.p + i, "\"rejected", 9) == 0;
	}
	if (count > RECORDS || rejected > count) {
		return;
	}
	struct exchange_statement s = { .school = "79",
		.applied = RECORDS - count,
		.stale = count - rejected,
		.rejected = rejected };
	memcpy(s.batch, batch_id, sizeof(batch_id));
	hash_bytes(NULL, "", 0, &s.body);
	hash_bytes(NULL, lines.p, lines.n, &s.lines);
	sign_kid(key, s.kid);
	uint8_t bytes[EXCHANGE_STATEMENT_BYTES_MAX];
	uint8_t signature[SIGN_BYTES];
	size_t n = exchange_statement_print(&s, bytes);
	sign_make(secret, bytes, n, signature);
	_cleanup_(buf_finish) struct buf text = buf_make(EXCHANGE_ANSWER_BYTES_MAX);
	if (exchange_answer_print(
			    (struct str){ (const char *)bytes, n }, signature, lines, &text)) {
		return; /* longer than any answer */
	}
	struct exchange_expected expected = { "79", batch_id, &s.body, RECORDS, key };
	_cleanup_(exchange_answer_freep) struct exchange_answer *a = NULL;
	enum err e = exchange_answer_read((struct str){ text.data, text.len }, &expected, &a);
	assert(e == ERR_OK || e == ERR_FORMAT || e == ERR_LIMIT);
	for (size_t i = 0; a && i < a->count; i++) {
		assert(a->outcomes[i].n < RECORDS && a->outcomes[i].code.n > 0);
		assert(i == 0 || a->outcomes[i].n > a->outcomes[i - 1].n);
		assert(a->outcomes[i].params.n >= 2 && a->outcomes[i].params.p[0] == '{');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const uint8_t seed[SIGN_SEED_BYTES] = { 7 };
	uint8_t key[SIGN_PUBLIC_BYTES];
	uint8_t secret[SIGN_SECRET_BYTES];
	struct str text = { (const char *)data, size };
	struct hash body;
	sign_pair(seed, key, secret);
	hash_bytes(NULL, "", 0, &body);
	struct exchange_expected expected = { "79", batch_id, &body, RECORDS, key };
	struct exchange_answer *a = NULL;
	enum err e = exchange_answer_read(text, &expected, &a);
	assert(e && !a);
	try_lines(key, secret, text);

	struct enrolment_ask ask;
	struct enrolment_answer answer;
	struct enrolment_roll roll;
	struct enrolment_code code;
	e = enrolment_ask_read(text, &ask);
	assert(e || (ask.school[0] && strlen(ask.code_id) == ENROLMENT_ID_SYMBOLS));
	e = enrolment_answer_read(text, &answer);
	assert(e || answer.province[0]);
	e = enrolment_roll_read(text, &roll);
	assert(e || (roll.school[0] && !enrolment_roll_is_valid(&roll, key)));
	e = enrolment_code_parse(text, &code);
	assert(e || strlen(code.secret) == ENROLMENT_SECRET_SYMBOLS);
	e = enrolment_links_follow(text, str_from("79"), key, answer.key);
	assert(e); /* our key is in nobody's list */
	return 0;
}
