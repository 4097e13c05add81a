#ifndef CORE_EXCHANGE_ENROLMENT_H
#define CORE_EXCHANGE_ENROLMENT_H

/*
 * How a school and its province come to know each other's keys (docs/exchange.md): the officer
 * hands the school a one-time code on another way; with it the school asks and the province
 * answers, each proving that it has the code. Nobody without the code can stand in between, with
 * or without TLS. Later keys are believed through those before. Both sides use this file. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/str.h"
#include "core/exchange/exchange_batch.h"
#include "core/seal/hash.h"
#include "core/seal/sign.h"

enum {
	ENROLMENT_ID_SYMBOLS = 8,
	ENROLMENT_SECRET_SYMBOLS = 24, /* 120 random bits */
	ENROLMENT_SYMBOLS = ENROLMENT_ID_SYMBOLS + ENROLMENT_SECRET_SYMBOLS,
	ENROLMENT_GROUP = 4,
	ENROLMENT_TEXT_BYTES =
			ENROLMENT_SYMBOLS + ENROLMENT_SYMBOLS / ENROLMENT_GROUP, /* and end */
	ENROLMENT_INPUT_BYTES_MAX = 128,
	ENROLMENT_NAME_BYTES = 401, /* of a school or a province, with the end */
	ENROLMENT_LEVEL_BYTES = 9,
	ENROLMENT_COMMUNE_BYTES = 9,
	ENROLMENT_BODY_BYTES_MAX = 4 << 10, /* of a question or an answer */
	ENROLMENT_KEYS_MAX = 256,           /* of one province, old ones included */
	ENROLMENT_KEYS_BYTES_MAX = 128 << 10,
};

/* ---- the one-time code: symbols of Crockford's base32 ---- */

struct enrolment_code {
	char id[ENROLMENT_ID_SYMBOLS + 1]; /* names the code; no secret */
	char secret[ENROLMENT_SECRET_SYMBOLS + 1];
};
void enrolment_code_make(struct enrolment_code *out);
void enrolment_code_wipe(struct enrolment_code *code);
/* In groups of four joined by hyphens. */
void enrolment_code_print(const struct enrolment_code *code, char out[ENROLMENT_TEXT_BYTES]);
/* What a person typed or pasted: small letters are capitals, O is 0, I and L are 1, blanks and
 * hyphens count for nothing. ERR_FORMAT: another character, or another number of symbols. */
enum err enrolment_code_parse(struct str text, struct enrolment_code *out) MUST_CHECK;
/* The key of its macs, H(secret): what the province keeps. */
void enrolment_code_key(const struct enrolment_code *code, struct hash *out);

/* ---- the school asks: POST /api/v1/exchange/enrolments ---- */

struct enrolment_ask {
	char code_id[ENROLMENT_ID_SYMBOLS + 1];
	char school[EXCHANGE_SCHOOL_BYTES_MAX + 1];
	char name[ENROLMENT_NAME_BYTES];
	char level[ENROLMENT_LEVEL_BYTES];     /* th, thcs or thpt */
	char commune[ENROLMENT_COMMUNE_BYTES]; /* its code, or "" */
	uint8_t key[SIGN_PUBLIC_BYTES];
	struct hash mac; /* keyed, over "TTXE" || code_id || school || key */
};
/* Sets the mac. */
void enrolment_ask_seal(struct enrolment_ask *ask, const struct hash *code_key);
bool enrolment_ask_is_valid(const struct enrolment_ask *ask, const struct hash *code_key);
enum err enrolment_ask_print(const struct enrolment_ask *ask, struct buf *out) MUST_CHECK;
/* ERR_FORMAT: anything but such a question; ERR_LIMIT; ERR_NOMEM */
enum err enrolment_ask_read(struct str body, struct enrolment_ask *out) MUST_CHECK;

/* ---- the province answers ---- */

struct enrolment_answer {
	char province[EXCHANGE_SCHOOL_BYTES_MAX + 1]; /* its code */
	char name[ENROLMENT_NAME_BYTES];
	uint8_t key[SIGN_PUBLIC_BYTES];
	struct hash mac; /* keyed, over "TTXF" || code_id || the school's key || key */
};
void enrolment_answer_seal(struct enrolment_answer *answer, const struct enrolment_ask *ask,
		const struct hash *code_key);
bool enrolment_answer_is_valid(const struct enrolment_answer *answer,
		const struct enrolment_ask *ask, const struct hash *code_key);
enum err enrolment_answer_print(const struct enrolment_answer *answer, struct buf *out) MUST_CHECK;
enum err enrolment_answer_read(struct str body, struct enrolment_answer *out) MUST_CHECK;

/* ---- a school's next key: POST /api/v1/exchange/keys ---- */

struct enrolment_roll {
	char school[EXCHANGE_SCHOOL_BYTES_MAX + 1];
	uint8_t key[SIGN_PUBLIC_BYTES]; /* the new one */
	uint8_t by[SIGN_KID_BYTES];     /* of the old one */
	uint8_t signature[SIGN_BYTES];  /* by the old key over "TTXK" || school || key */
	uint8_t proof[SIGN_BYTES];      /* by the new key over the same */
};
/* Of the seeds of the old and the new key (SIGN_SEED_BYTES). ERR_INVAL when the code is not good. */
enum err enrolment_roll_make(struct str school, const uint8_t *old_seed, const uint8_t *new_seed,
		struct enrolment_roll *out) MUST_CHECK;
/* Whether the old key named by `by` is this one, and both signatures hold. */
bool enrolment_roll_is_valid(const struct enrolment_roll *roll, const uint8_t *old_key);
enum err enrolment_roll_print(const struct enrolment_roll *roll, struct buf *out) MUST_CHECK;
enum err enrolment_roll_read(struct str body, struct enrolment_roll *out) MUST_CHECK;

/* ---- the province's keys: GET /api/v1/exchange/keys ---- */

/* {"province":"79","keys":[{"key":hex,"from":ms,"signature":hex or null}]}, oldest first; each but
 * the first is signed by the one before it, over "TTXK" || province || key. */
struct enrolment_link {
	uint8_t key[SIGN_PUBLIC_BYTES];
	int64_t from_ms;
	uint8_t signature[SIGN_BYTES]; /* zeros in the first */
};
/* Signs the next key of a province by the one before it. */
void enrolment_link_sign(
		struct str province, const uint8_t *old_secret, struct enrolment_link *next);
enum err enrolment_links_print(struct str province, const struct enrolment_link *links,
		size_t count, struct buf *out) MUST_CHECK;
/*
 * The newest key of the list that follows from one that is believed already.
 *
 * Errors  ERR_FORMAT   not such a list, or another province's
 *         ERR_CORRUPT  the believed key is not in it, or a later one is not signed by the one
 *                      before it
 *         ERR_LIMIT, ERR_NOMEM
 */
enum err enrolment_links_follow(struct str body, struct str province, const uint8_t *believed,
		uint8_t out_key[SIGN_PUBLIC_BYTES]) MUST_CHECK;

#endif
