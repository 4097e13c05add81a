/* Enrolment: codes, macs that only who has the code can make, and keys that follow keys. */
#include "core/exchange/enrolment.h"

#include "core/base/cleanup.h"
#include "core/seal/secret.h"
#include "tests/check.h"

static const uint8_t seed_a[SIGN_SEED_BYTES] = { 1 };
static const uint8_t seed_b[SIGN_SEED_BYTES] = { 2 };
static const uint8_t seed_c[SIGN_SEED_BYTES] = { 3 };

static void key_of(const uint8_t *seed, uint8_t *out) {
	uint8_t secret[SIGN_SECRET_BYTES];
	sign_pair(seed, out, secret);
}

static void test_codes(void) {
	struct enrolment_code a;
	struct enrolment_code b;
	char text[ENROLMENT_TEXT_BYTES];
	enrolment_code_make(&a);
	enrolment_code_make(&b);
	CHECK("two codes", strcmp(a.secret, b.secret) != 0 && strcmp(a.id, b.id) != 0);
	enrolment_code_print(&a, text);
	CHECK_INT("length", strlen(text), 39);
	CHECK_INT("parse", enrolment_code_parse(str_from(text), &b), ERR_OK);
	CHECK_STR("id", b.id, a.id);
	CHECK_STR("secret", b.secret, a.secret);
	CHECK_INT("by hand",
			enrolment_code_parse(
					str_from(" olIL-2345 6789abcd\nefghjkmn-pqrs-tvwx"), &b),
			ERR_OK);
	CHECK_STR("id", b.id, "01112345");
	CHECK_STR("secret", b.secret, "6789ABCDEFGHJKMNPQRSTVWX");
}

static const struct {
	const char *name;
	const char *text;
} bad_codes[] = {
	{ "empty", "" },
	{ "31", "0123456789ABCDEFGHJKMNPQRSTVWXY" },
	{ "33", "0123456789ABCDEFGHJKMNPQRSTVWXYZ0" },
	{ "U", "U123456789ABCDEFGHJKMNPQRSTVWXYZ" },
	{ "a dot", "0123456789ABCDEFGHJKMNPQRSTVWXYZ." },
	{ "a letter of ours",
			"\xC4\x91"
			"23456789ABCDEFGHJKMNPQRSTVWXYZ" },
};

static void test_bad_codes(void) {
	struct enrolment_code c = { .id = "x" };
	for (size_t i = 0; i < sizeof(bad_codes) / sizeof(bad_codes[0]); i++) {
		CHECK_INT(bad_codes[i].name, enrolment_code_parse(str_from(bad_codes[i].text), &c),
				ERR_FORMAT);
	}
	CHECK_STR("untouched", c.id, "x");
	char longest[ENROLMENT_INPUT_BYTES_MAX + 1];
	memset(longest, ' ', sizeof(longest));
	memcpy(longest, "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 32);
	CHECK_INT("longest", enrolment_code_parse((struct str){ longest, sizeof(longest) - 1 }, &c),
			ERR_OK);
	CHECK_INT("one more", enrolment_code_parse((struct str){ longest, sizeof(longest) }, &c),
			ERR_FORMAT);
}

static struct enrolment_ask usual_ask(const struct hash *code_key) {
	struct enrolment_ask ask = { .code_id = "01234567",
		.school = "79000001",
		.name = "Tr\xC6\xB0\xE1\xBB\x9Dng THPT A",
		.level = "thpt",
		.commune = "26734" };
	key_of(seed_a, ask.key);
	enrolment_ask_seal(&ask, code_key);
	return ask;
}

static void test_enrol(void) {
	struct hash code_key;
	struct hash other;
	struct enrolment_code code = { "01234567", "89ABCDEFGHJKMNPQRSTVWXYZ" };
	struct enrolment_code wrong = { "01234567", "89ABCDEFGHJKMNPQRSTVWXY0" };
	enrolment_code_key(&code, &code_key);
	enrolment_code_key(&wrong, &other);
	struct enrolment_ask ask = usual_ask(&code_key);
	struct enrolment_ask got;
	_cleanup_(buf_finish) struct buf text = buf_make(ENROLMENT_BODY_BYTES_MAX);
	CHECK_INT("print", enrolment_ask_print(&ask, &text), ERR_OK);
	CHECK_INT("read", enrolment_ask_read((struct str){ text.data, text.len }, &got), ERR_OK);
	CHECK_STR("name", got.name, ask.name);
	CHECK_STR("commune", got.commune, "26734");
	CHECK("valid", enrolment_ask_is_valid(&got, &code_key));
	CHECK("another code", !enrolment_ask_is_valid(&got, &other));
	got.key[0] ^= 1;
	CHECK("another key in it", !enrolment_ask_is_valid(&got, &code_key));
	got = ask;
	got.school[0] = '8';
	CHECK("another school in it", !enrolment_ask_is_valid(&got, &code_key));
	got = ask;
	got.code_id[0] = '1';
	CHECK("another code in it", !enrolment_ask_is_valid(&got, &code_key));

	struct enrolment_answer answer = { .province = "79", .name = "TP. HCM" };
	struct enrolment_answer back;
	key_of(seed_b, answer.key);
	enrolment_answer_seal(&answer, &ask, &code_key);
	buf_clear(&text);
	CHECK_INT("print", enrolment_answer_print(&answer, &text), ERR_OK);
	CHECK_INT("read", enrolment_answer_read((struct str){ text.data, text.len }, &back),
			ERR_OK);
	CHECK("valid", enrolment_answer_is_valid(&back, &ask, &code_key));
	CHECK("by another code", !enrolment_answer_is_valid(&back, &ask, &other));
	key_of(seed_c, back.key);
	CHECK("another key", !enrolment_answer_is_valid(&back, &ask, &code_key));
	got = ask;
	key_of(seed_c, got.key);
	CHECK("to another key", !enrolment_answer_is_valid(&answer, &got, &code_key));
	/* The question's mac is not the answer's: nothing can be reflected. */
	back = answer;
	back.mac = ask.mac;
	CHECK("reflected", !enrolment_answer_is_valid(&back, &ask, &code_key));
}

#define KEY64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ASK(id, school, key, mac) \
	"{\"code_id\":" id ",\"school\":" school ",\"key\":\"" key "\",\"mac\":\"" mac "\"}"
#define SCHOOL "{\"code\":\"79\",\"name\":\"A\",\"level\":\"th\",\"commune\":\"\"}"

static const struct {
	const char *name;
	const char *body;
	enum err want;
} asks[] = {
	{ "whole", ASK("\"01234567\"", SCHOOL, KEY64, KEY64), ERR_OK },
	{ "empty", "", ERR_FORMAT },
	{ "array", "[1,2,3,4]", ERR_FORMAT },
	{ "short id", ASK("\"0123456\"", SCHOOL, KEY64, KEY64), ERR_FORMAT },
	{ "long id", ASK("\"012345678\"", SCHOOL, KEY64, KEY64), ERR_FORMAT },
	{ "an id with small letters", ASK("\"0123456a\"", SCHOOL, KEY64, KEY64), ERR_FORMAT },
	{ "a short key", ASK("\"01234567\"", SCHOOL, "00", KEY64), ERR_FORMAT },
	{ "a mac that is none", ASK("\"01234567\"", SCHOOL, KEY64, "zz"), ERR_FORMAT },
	{ "no name",
			ASK("\"01234567\"",
					"{\"code\":\"79\",\"name\":\"\",\"level\":\"th\",\"commune\":\"\"}",
					KEY64, KEY64),
			ERR_FORMAT },
	{ "a school that is text", ASK("\"01234567\"", "\"79\"", KEY64, KEY64), ERR_FORMAT },
	{ "a code with a slash",
			ASK("\"01234567\"",
					"{\"code\":\"7/9\",\"name\":\"A\",\"level\":\"th\",\"commune\":\"\"}",
					KEY64, KEY64),
			ERR_FORMAT },
	{ "a long commune",
			ASK("\"01234567\"",
					"{\"code\":\"79\",\"name\":\"A\",\"level\":\"th\",\"commune\":\"123456789\"}",
					KEY64, KEY64),
			ERR_FORMAT },
};

static void test_asks(void) {
	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		struct enrolment_ask ask;
		CHECK_INT(asks[i].name, enrolment_ask_read(str_from(asks[i].body), &ask),
				asks[i].want);
	}
	char longest[ENROLMENT_BODY_BYTES_MAX + 1];
	memset(longest, ' ', sizeof(longest));
	memcpy(longest, asks[0].body, strlen(asks[0].body));
	struct enrolment_ask ask;
	CHECK_INT("longest", enrolment_ask_read((struct str){ longest, sizeof(longest) - 1 }, &ask),
			ERR_OK);
	CHECK_INT("one more", enrolment_ask_read((struct str){ longest, sizeof(longest) }, &ask),
			ERR_LIMIT);
}

static void test_roll(void) {
	struct enrolment_roll roll;
	struct enrolment_roll back;
	uint8_t old_key[SIGN_PUBLIC_BYTES];
	uint8_t other[SIGN_PUBLIC_BYTES];
	_cleanup_(buf_finish) struct buf text = buf_make(ENROLMENT_BODY_BYTES_MAX);
	key_of(seed_a, old_key);
	key_of(seed_c, other);
	CHECK_INT("make", enrolment_roll_make(str_from("79000001"), seed_a, seed_b, &roll), ERR_OK);
	CHECK_INT("a bad code", enrolment_roll_make(str_from("7/9"), seed_a, seed_b, &back),
			ERR_INVAL);
	CHECK_INT("print", enrolment_roll_print(&roll, &text), ERR_OK);
	CHECK_INT("read", enrolment_roll_read((struct str){ text.data, text.len }, &back), ERR_OK);
	CHECK("valid", enrolment_roll_is_valid(&back, old_key));
	CHECK("by another", !enrolment_roll_is_valid(&back, other));
	back.school[0] = '8';
	CHECK("another school", !enrolment_roll_is_valid(&back, old_key));
	back = roll;
	memcpy(back.key, other, sizeof(other));
	CHECK("a key that nobody proved", !enrolment_roll_is_valid(&back, old_key));
	back = roll;
	memcpy(back.proof, roll.signature, sizeof(roll.signature));
	CHECK("no proof of the new key", !enrolment_roll_is_valid(&back, old_key));
	back = roll;
	back.by[0] ^= 1;
	CHECK("another old key's name", !enrolment_roll_is_valid(&back, old_key));
	unsigned taken = 0;
	for (size_t n = 0; n < text.len; n++) {
		taken += enrolment_roll_read((struct str){ text.data, n }, &back) == ERR_OK;
	}
	CHECK_INT("cut", taken, 0);
}

static void make_links(struct enrolment_link links[3], const char *province) {
	static const uint8_t *const seeds[] = { seed_a, seed_b, seed_c };
	memset(links, 0, 3 * sizeof(*links));
	for (size_t i = 0; i < 3; i++) {
		uint8_t key[SIGN_PUBLIC_BYTES];
		uint8_t secret[SIGN_SECRET_BYTES];
		key_of(seeds[i], links[i].key);
		links[i].from_ms = (int64_t)i + 1;
		if (i > 0) {
			sign_pair(seeds[i - 1], key, secret);
			enrolment_link_sign(str_from(province), secret, &links[i]);
		}
	}
}

static enum err follow(const struct enrolment_link *links, size_t count, const uint8_t *believed,
		const uint8_t *want) {
	_cleanup_(buf_finish) struct buf text = buf_make(ENROLMENT_KEYS_BYTES_MAX);
	uint8_t key[SIGN_PUBLIC_BYTES] = { 0 };
	CHECK_INT("print", enrolment_links_print(str_from("79"), links, count, &text), ERR_OK);
	enum err e = enrolment_links_follow(
			(struct str){ text.data, text.len }, str_from("79"), believed, key);
	if (!e) {
		CHECK_MEM("the newest", key, want, sizeof(key));
	}
	return e;
}

static void test_links(void) {
	struct enrolment_link links[3];
	uint8_t foreign[SIGN_PUBLIC_BYTES];
	static const uint8_t seed_d[SIGN_SEED_BYTES] = { 4 };
	key_of(seed_d, foreign);
	make_links(links, "79");
	CHECK_INT("from the first", follow(links, 3, links[0].key, links[2].key), ERR_OK);
	CHECK_INT("from the second", follow(links, 3, links[1].key, links[2].key), ERR_OK);
	CHECK_INT("nothing new", follow(links, 3, links[2].key, links[2].key), ERR_OK);
	CHECK_INT("not ours", follow(links, 3, foreign, NULL), ERR_CORRUPT);
	CHECK_INT("none", follow(links, 0, links[0].key, NULL), ERR_CORRUPT);
	memcpy(links[2].key, foreign, sizeof(foreign));
	CHECK_INT("a key put in", follow(links, 3, links[0].key, NULL), ERR_CORRUPT);
	make_links(links, "79");
	links[1] = links[2];
	CHECK_INT("one left out", follow(links, 2, links[0].key, NULL), ERR_CORRUPT);
	make_links(links, "80");
	CHECK_INT("signed for another province", follow(links, 3, links[0].key, NULL), ERR_CORRUPT);
}

static void test_links_read(void) {
	struct enrolment_link links[3];
	uint8_t key[SIGN_PUBLIC_BYTES];
	_cleanup_(buf_finish) struct buf text = buf_make(ENROLMENT_KEYS_BYTES_MAX);
	make_links(links, "79");
	CHECK_INT("print", enrolment_links_print(str_from("79"), links, 3, &text), ERR_OK);
	CHECK_INT("another province asked",
			enrolment_links_follow((struct str){ text.data, text.len }, str_from("80"),
					links[0].key, key),
			ERR_FORMAT);
	unsigned taken = 0;
	for (size_t n = 0; n < text.len; n++) {
		taken += enrolment_links_follow((struct str){ text.data, n }, str_from("79"),
					 links[0].key, key) == ERR_OK;
	}
	CHECK_INT("cut", taken, 0);
	static struct enrolment_link many[ENROLMENT_KEYS_MAX + 1];
	_cleanup_(buf_finish) struct buf long_text = buf_make(1 << 20);
	CHECK_INT("many",
			enrolment_links_print(
					str_from("79"), many, ENROLMENT_KEYS_MAX + 1, &long_text),
			ERR_OK);
	CHECK_INT("too many",
			enrolment_links_follow((struct str){ long_text.data, long_text.len },
					str_from("79"), links[0].key, key),
			ERR_LIMIT);
}

int main(void) {
	if (secret_init()) {
		return 1;
	}
	test_codes();
	test_bad_codes();
	test_enrol();
	test_asks();
	test_roll();
	test_links();
	test_links_read();
	return check_done();
}
