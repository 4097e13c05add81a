#include "core/auth/token.h"

#include "tests/check.h"

static void check_round(void) {
	struct token a;
	struct token b;
	token_make(&a);
	token_make(&b);
	CHECK("two are not alike", memcmp(a.b, b.b, sizeof(a.b)) != 0);
	char text[TOKEN_TEXT_BYTES];
	token_print(&a, text);
	CHECK_INT("length", strlen(text), TOKEN_TEXT_BYTES - 1);
	CHECK_INT("letters",
			strspn(text,
					"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					"0123456789-_"),
			TOKEN_TEXT_BYTES - 1);
	struct token back;
	CHECK_INT("back", token_parse(str_from(text), &back), ERR_OK);
	CHECK("back", memcmp(a.b, back.b, sizeof(a.b)) == 0);
	token_wipe(&back);
	static const struct token zeros;
	CHECK("wiped", memcmp(back.b, zeros.b, sizeof(back.b)) == 0);
}

static void check_bad(void) {
	static const struct {
		const char *name;
		const char *text;
	} rows[] = {
		{ "nothing", "" },
		{ "short", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
		{ "long", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
		{ "padded", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" },
		{ "another spelling", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB" },
		{ "plain base64", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+A" },
		{ "a blank", "AAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAA" },
		{ "two tokens",
				"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
				"AAAAAAAAAAAAAAAAAAAA" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct token t = { "untouched" };
		CHECK_INT(rows[i].name, token_parse(str_from(rows[i].text), &t), ERR_INVAL);
		CHECK_STR(rows[i].name, (const char *)t.b, "untouched");
	}
}

/* The hash of a token is fixed: sessions in the database outlive a new version. Worked out
 * apart: BLAKE2b-256 of "TT1O" and 32 times 07. */
static void check_hash(void) {
	struct token t;
	memset(t.b, 7, sizeof(t.b));
	struct hash h;
	token_hash(&t, &h);
	char hex[2 * HASH_BYTES + 1];
	str_hex(h.b, sizeof(h.b), hex);
	CHECK_STR("hash", hex, "c8142b41a95abc48ca101e82273e208726846f562da46de7371660b62ae2614f");
}

int main(void) {
	check_round();
	check_bad();
	check_hash();
	return check_done();
}
