#include "core/exchange/enrolment.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/json.h"
#include "core/seal/mac.h"
#include "core/seal/secret.h"

enum {
	TAG_BYTES = 4,
	SEALED_BYTES_MAX = TAG_BYTES + EXCHANGE_SCHOOL_BYTES_MAX + 2 * SIGN_PUBLIC_BYTES +
			ENROLMENT_ID_SYMBOLS,
	ASK_MEMBERS = 4,
	ASK_SCHOOL_MEMBERS = 4,
	ANSWER_MEMBERS = 3,
	PROVINCE_MEMBERS = 2,
};

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* ---- the code ---- */

static void add_symbols(char *out, size_t n) {
	uint8_t bytes[ENROLMENT_SECRET_SYMBOLS];
	secret_random(bytes, n);
	for (size_t i = 0; i < n; i++) {
		out[i] = alphabet[bytes[i] & 31];
	}
	out[n] = '\0';
	secret_wipe(bytes, sizeof(bytes));
}

void enrolment_code_make(struct enrolment_code *out) {
	add_symbols(out->id, ENROLMENT_ID_SYMBOLS);
	add_symbols(out->secret, ENROLMENT_SECRET_SYMBOLS);
}

void enrolment_code_wipe(struct enrolment_code *code) {
	secret_wipe(code, sizeof(*code));
}

void enrolment_code_print(const struct enrolment_code *code, char out[ENROLMENT_TEXT_BYTES]) {
	size_t at = 0;
	for (size_t i = 0; i < ENROLMENT_SYMBOLS; i++) {
		if (i > 0 && i % ENROLMENT_GROUP == 0) {
			out[at++] = '-';
		}
		out[at++] = i < ENROLMENT_ID_SYMBOLS ? code->id[i]
						     : code->secret[i - ENROLMENT_ID_SYMBOLS];
	}
	out[at] = '\0';
}

/* The symbol a person meant; '\0' for a separator, -1 for what is in no code. */
static int symbol_of(char c) {
	if (c >= 'a' && c <= 'z') {
		c = (char)(c - 'a' + 'A');
	}
	if (c == 'O') {
		return '0';
	}
	if (c == 'I' || c == 'L') {
		return '1';
	}
	if (c && strchr(" \t\r\n-", c)) {
		return '\0';
	}
	return c && strchr(alphabet, c) ? c : -1;
}

enum err enrolment_code_parse(struct str text, struct enrolment_code *out) {
	char symbols[ENROLMENT_SYMBOLS];
	size_t count = 0;
	if (text.n > ENROLMENT_INPUT_BYTES_MAX) {
		return ERR_FORMAT;
	}
	for (size_t i = 0; i < text.n; i++) {
		int symbol = symbol_of(text.p[i]);
		if (symbol < 0 || (symbol > 0 && count == ENROLMENT_SYMBOLS)) {
			return ERR_FORMAT;
		}
		if (symbol > 0) {
			symbols[count++] = (char)symbol;
		}
	}
	if (count != ENROLMENT_SYMBOLS) {
		return ERR_FORMAT;
	}
	memset(out, 0, sizeof(*out));
	memcpy(out->id, symbols, ENROLMENT_ID_SYMBOLS);
	memcpy(out->secret, symbols + ENROLMENT_ID_SYMBOLS, ENROLMENT_SECRET_SYMBOLS);
	secret_wipe(symbols, sizeof(symbols));
	return ERR_OK;
}

void enrolment_code_key(const struct enrolment_code *code, struct hash *out) {
	hash_bytes(NULL, code->secret, ENROLMENT_SECRET_SYMBOLS, out);
}

static bool is_code_id(struct str id) {
	for (size_t i = 0; i < id.n; i++) {
		if (!id.p[i] || !strchr(alphabet, id.p[i])) {
			return false;
		}
	}
	return id.n == ENROLMENT_ID_SYMBOLS;
}

/* ---- members of a body ---- */

/* A text into an array of `size` bytes. */
static enum err get_text(const struct json *node, const char *name, char *out, size_t size) {
	struct str s;
	enum err e = json_get_str(node, name, &s);
	if (e || s.n >= size) {
		return ERR_FORMAT;
	}
	memcpy(out, s.p, s.n);
	out[s.n] = '\0';
	return ERR_OK;
}

static enum err get_hex(const struct json *node, const char *name, void *out, size_t n) {
	struct str s;
	enum err e = json_get_str(node, name, &s);
	return e || str_unhex(s, out, n) ? ERR_FORMAT : ERR_OK;
}

static void put_hex(struct json_out *w, const char *name, const void *bytes, size_t n) {
	char hex[2 * SIGN_BYTES + 1];
	str_hex(bytes, n, hex);
	jo_kstrz(w, name, hex);
}

/* An object with so many members. */
static enum err parse_body(struct str body, size_t members, struct json **out) {
	_cleanup_(json_freep) struct json *root = NULL;
	enum err e = json_parse(body, ENROLMENT_BODY_BYTES_MAX, &root);
	if (e) {
		return e;
	}
	if (json_kind(root) != JSON_OBJECT || json_count(root) != members) {
		return ERR_FORMAT;
	}
	*out = STEAL(root);
	return ERR_OK;
}

/* ---- the school asks ---- */

static void ask_mac(
		const struct enrolment_ask *ask, const struct hash *code_key, struct hash *out) {
	_Static_assert(HASH_BYTES == HASH_KEY_BYTES, "a hash is a key");
	struct hasher h;
	hash_begin(&h, code_key->b);
	hash_add(&h, "TTXE", TAG_BYTES);
	hash_add(&h, ask->code_id, strlen(ask->code_id));
	hash_add(&h, ask->school, strlen(ask->school));
	hash_add(&h, ask->key, sizeof(ask->key));
	hash_end(&h, out);
}

void enrolment_ask_seal(struct enrolment_ask *ask, const struct hash *code_key) {
	ask_mac(ask, code_key, &ask->mac);
}

bool enrolment_ask_is_valid(const struct enrolment_ask *ask, const struct hash *code_key) {
	struct hash mac;
	ask_mac(ask, code_key, &mac);
	return secret_equal(mac.b, ask->mac.b, HASH_BYTES);
}

enum err enrolment_ask_print(const struct enrolment_ask *ask, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kstrz(&w, "code_id", ask->code_id);
	jo_kobj(&w, "school");
	jo_kstrz(&w, "code", ask->school);
	jo_kstrz(&w, "name", ask->name);
	jo_kstrz(&w, "level", ask->level);
	jo_kstrz(&w, "commune", ask->commune);
	jo_end_obj(&w);
	put_hex(&w, "key", ask->key, sizeof(ask->key));
	put_hex(&w, "mac", ask->mac.b, HASH_BYTES);
	jo_end_obj(&w);
	return buf_err(out);
}

enum err enrolment_ask_read(struct str body, struct enrolment_ask *out) {
	_cleanup_(json_freep) struct json *root = NULL;
	const struct json *school = NULL;
	struct enrolment_ask ask = { .code_id = "" };
	enum err e = parse_body(body, ASK_MEMBERS, &root);
	if (e) {
		return e;
	}
	e = get_text(root, "code_id", ask.code_id, sizeof(ask.code_id));
	e = e ? e : json_get_object(root, "school", &school);
	e = e ? e : get_text(school, "code", ask.school, sizeof(ask.school));
	e = e ? e : get_text(school, "name", ask.name, sizeof(ask.name));
	e = e ? e : get_text(school, "level", ask.level, sizeof(ask.level));
	e = e ? e : get_text(school, "commune", ask.commune, sizeof(ask.commune));
	e = e ? e : get_hex(root, "key", ask.key, sizeof(ask.key));
	e = e ? e : get_hex(root, "mac", ask.mac.b, HASH_BYTES);
	if (e || json_count(school) != ASK_SCHOOL_MEMBERS || !is_code_id(str_from(ask.code_id)) ||
			!exchange_code_is_good(str_from(ask.school)) || !ask.name[0]) {
		return ERR_FORMAT;
	}
	*out = ask;
	return ERR_OK;
}

/* ---- the province answers ---- */

static void answer_mac(const struct enrolment_answer *answer, const struct enrolment_ask *ask,
		const struct hash *code_key, struct hash *out) {
	struct hasher h;
	hash_begin(&h, code_key->b);
	hash_add(&h, "TTXF", TAG_BYTES);
	hash_add(&h, ask->code_id, strlen(ask->code_id));
	hash_add(&h, ask->key, sizeof(ask->key));
	hash_add(&h, answer->key, sizeof(answer->key));
	hash_end(&h, out);
}

void enrolment_answer_seal(struct enrolment_answer *answer, const struct enrolment_ask *ask,
		const struct hash *code_key) {
	answer_mac(answer, ask, code_key, &answer->mac);
}

bool enrolment_answer_is_valid(const struct enrolment_answer *answer,
		const struct enrolment_ask *ask, const struct hash *code_key) {
	struct hash mac;
	answer_mac(answer, ask, code_key, &mac);
	return secret_equal(mac.b, answer->mac.b, HASH_BYTES);
}

enum err enrolment_answer_print(const struct enrolment_answer *answer, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kobj(&w, "province");
	jo_kstrz(&w, "code", answer->province);
	jo_kstrz(&w, "name", answer->name);
	jo_end_obj(&w);
	put_hex(&w, "key", answer->key, sizeof(answer->key));
	put_hex(&w, "mac", answer->mac.b, HASH_BYTES);
	jo_end_obj(&w);
	return buf_err(out);
}

enum err enrolment_answer_read(struct str body, struct enrolment_answer *out) {
	_cleanup_(json_freep) struct json *root = NULL;
	const struct json *province = NULL;
	struct enrolment_answer answer = { .province = "" };
	enum err e = parse_body(body, ANSWER_MEMBERS, &root);
	if (e) {
		return e;
	}
	e = json_get_object(root, "province", &province);
	e = e ? e : get_text(province, "code", answer.province, sizeof(answer.province));
	e = e ? e : get_text(province, "name", answer.name, sizeof(answer.name));
	e = e ? e : get_hex(root, "key", answer.key, sizeof(answer.key));
	e = e ? e : get_hex(root, "mac", answer.mac.b, HASH_BYTES);
	if (e || json_count(province) != PROVINCE_MEMBERS ||
			!exchange_code_is_good(str_from(answer.province))) {
		return ERR_FORMAT;
	}
	*out = answer;
	return ERR_OK;
}

/* ---- keys that follow keys ---- */

/* "TTXK" || code || key; gives how many bytes. */
static size_t print_roll(struct str code, const uint8_t *key, uint8_t out[SEALED_BYTES_MAX]) {
	memcpy(out, "TTXK", TAG_BYTES);
	memcpy(out + TAG_BYTES, code.p, code.n);
	memcpy(out + TAG_BYTES + code.n, key, SIGN_PUBLIC_BYTES);
	return TAG_BYTES + code.n + SIGN_PUBLIC_BYTES;
}

enum err enrolment_roll_make(struct str school, const uint8_t *old_seed, const uint8_t *new_seed,
		struct enrolment_roll *out) {
	uint8_t old_key[SIGN_PUBLIC_BYTES];
	uint8_t old_secret[SIGN_SECRET_BYTES];
	uint8_t new_secret[SIGN_SECRET_BYTES];
	uint8_t bytes[SEALED_BYTES_MAX];
	struct enrolment_roll roll = { .school = "" };
	if (!exchange_code_is_good(school)) {
		return ERR_INVAL;
	}
	memcpy(roll.school, school.p, school.n);
	sign_pair(old_seed, old_key, old_secret);
	sign_pair(new_seed, roll.key, new_secret);
	sign_kid(old_key, roll.by);
	size_t n = print_roll(school, roll.key, bytes);
	sign_make(old_secret, bytes, n, roll.signature);
	sign_make(new_secret, bytes, n, roll.proof);
	secret_wipe(old_secret, sizeof(old_secret));
	secret_wipe(new_secret, sizeof(new_secret));
	*out = roll;
	return ERR_OK;
}

bool enrolment_roll_is_valid(const struct enrolment_roll *roll, const uint8_t *old_key) {
	uint8_t kid[SIGN_KID_BYTES];
	uint8_t bytes[SEALED_BYTES_MAX];
	sign_kid(old_key, kid);
	size_t n = print_roll(str_from(roll->school), roll->key, bytes);
	return memcmp(kid, roll->by, sizeof(kid)) == 0 &&
			sign_is_valid(old_key, bytes, n, roll->signature) &&
			sign_is_valid(roll->key, bytes, n, roll->proof);
}

enum { ROLL_MEMBERS = 5 };

enum err enrolment_roll_print(const struct enrolment_roll *roll, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kstrz(&w, "school", roll->school);
	put_hex(&w, "key", roll->key, sizeof(roll->key));
	put_hex(&w, "by", roll->by, sizeof(roll->by));
	put_hex(&w, "signature", roll->signature, sizeof(roll->signature));
	put_hex(&w, "proof", roll->proof, sizeof(roll->proof));
	jo_end_obj(&w);
	return buf_err(out);
}

enum err enrolment_roll_read(struct str body, struct enrolment_roll *out) {
	_cleanup_(json_freep) struct json *root = NULL;
	struct enrolment_roll roll = { .school = "" };
	enum err e = parse_body(body, ROLL_MEMBERS, &root);
	if (e) {
		return e;
	}
	e = get_text(root, "school", roll.school, sizeof(roll.school));
	e = e ? e : get_hex(root, "key", roll.key, sizeof(roll.key));
	e = e ? e : get_hex(root, "by", roll.by, sizeof(roll.by));
	e = e ? e : get_hex(root, "signature", roll.signature, sizeof(roll.signature));
	e = e ? e : get_hex(root, "proof", roll.proof, sizeof(roll.proof));
	if (e || !exchange_code_is_good(str_from(roll.school))) {
		return ERR_FORMAT;
	}
	*out = roll;
	return ERR_OK;
}
