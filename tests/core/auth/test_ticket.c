#include "core/auth/ticket.h"

#include "tests/check.h"

/* Worked out apart, by trying every pair of check symbols: printed slips outlive a version. */
static const struct {
	enum ticket_kind kind;
	const char *symbols;
	const char *printed;
	const char *hash; /* keyed with 32 times 05 */
} vectors[] = {
	{ TICKET_EXAM, "0123456789ABCDEF6R", "012-345-678-9AB-CDE-F6R",
			"a53d16804e70684dc3bebd408938eff8477014e0606b78b9f593037689052c74" },
	{ TICKET_EXAM, "00000000000000007D", "000-000-000-000-000-07D",
			"e3fa10a479fe2eb67c370f3e5aefa61d18a23744f8576c2b1c407e4904a5d876" },
	{ TICKET_ACTIVATION, "ZZZZZZZZZZZZZ66", "ZZZ-ZZZ-ZZZ-ZZZ-Z66",
			"a5936ca027f9e2d847ca9b1b27d67c5c3ba49d35d8663ff34d29db5fa7d4415a" },
	{ TICKET_ACTIVATION, "7K9QXWMT3HNPAP5", "7K9-QXW-MT3-HNP-AP5",
			"bbdf12ea6ea747e28b68955d56453a4b42c6dff364b9bcb270b5f1ff5f9bb7e2" },
};

static void check_vectors(void) {
	uint8_t key[HASH_KEY_BYTES];
	memset(key, 5, sizeof(key));
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct ticket t;
		CHECK_INT("parse", ticket_parse(str_from(vectors[i].symbols), &t), ERR_OK);
		CHECK_INT("kind", t.kind, vectors[i].kind);
		CHECK_STR("symbols", t.symbols, vectors[i].symbols);
		char text[TICKET_TEXT_BYTES];
		ticket_print(&t, text);
		CHECK_STR("printed", text, vectors[i].printed);
		struct hash h;
		ticket_hash(&t, key, &h);
		char hex[2 * HASH_BYTES + 1];
		str_hex(h.b, sizeof(h.b), hex);
		CHECK_STR("hash", hex, vectors[i].hash);
	}
}

static void check_typing(void) {
	static const struct {
		const char *name;
		const char *text;
		enum err want;
	} rows[] = {
		{ "as printed", "012-345-678-9AB-CDE-F6R", ERR_OK },
		{ "small letters", "012-345-678-9ab-cde-f6r", ERR_OK },
		{ "no hyphens", "0123456789ABCDEF6R", ERR_OK },
		{ "blanks", " 012 345 678 9AB CDE F6R\n", ERR_OK },
		{ "odd groups", "01.2345_6789-AB CDEF6R", ERR_OK },
		{ "a word processor's dashes", "012–345—678‐9AB\u00A0CDE F6R", ERR_OK },
		{ "letters for digits", "OlI2-not", ERR_FORMAT },
		{ "O and I", "OI2345678 9ABCDEF6R", ERR_OK },
		{ "o and l", "ol2345678 9ABCDEF6R", ERR_OK },
		{ "one wrong", "112-345-678-9AB-CDE-F6R", ERR_INVAL },
		{ "one missing", "012-345-678-9AB-CDE-F6", ERR_FORMAT },
		{ "one more", "012-345-678-9AB-CDE-F6R0", ERR_FORMAT },
		{ "U", "U12-345-678-9AB-CDE-F6R", ERR_FORMAT },
		{ "star", "*12-345-678-9AB-CDE-F6R", ERR_FORMAT },
		{ "a Vietnamese letter", "Đ12-345-678-9AB-CDE-F6R", ERR_FORMAT },
		{ "nothing", "", ERR_FORMAT },
		{ "only hyphens", "---", ERR_FORMAT },
		{ "an activation code's length", "012-345-678-9AB-CDE", ERR_INVAL },
		{ "half a dash", "012\xE2\x80", ERR_FORMAT },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ticket t = { .kind = TICKET_EXAM, .symbols = "untouched" };
		CHECK_INT(rows[i].name, ticket_parse(str_from(rows[i].text), &t), rows[i].want);
		CHECK_STR(rows[i].name, t.symbols,
				rows[i].want ? "untouched" : "0123456789ABCDEF6R");
	}
	struct ticket t;
	CHECK_INT("NUL", ticket_parse((struct str){ "0\0", 2 }, &t), ERR_FORMAT);
	char text[TICKET_INPUT_BYTES_MAX + 1];
	memset(text, '-', sizeof(text));
	memcpy(text, "0123456789ABCDEF6R", 18);
	CHECK_INT("longest", ticket_parse((struct str){ text, sizeof(text) - 1 }, &t), ERR_OK);
	CHECK_INT("longer", ticket_parse((struct str){ text, sizeof(text) }, &t), ERR_FORMAT);
}

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Any one or two wrong symbols are noticed: every single one, every pair of places. */
static void check_errors(void) {
	struct ticket right;
	struct ticket read;
	ticket_make(TICKET_EXAM, &right);
	unsigned missed = 0;
	for (size_t i = 0; i < TICKET_EXAM_SYMBOLS; i++) {
		for (size_t k = i; k < TICKET_EXAM_SYMBOLS; k++) {
			for (size_t a = 0; a < 32; a++) {
				struct ticket wrong = right;
				wrong.symbols[i] = alphabet[a];
				wrong.symbols[k] = alphabet[(a * 7 + i + k) % 32];
				bool is_same = strcmp(wrong.symbols, right.symbols) == 0;
				enum err e = ticket_parse(str_from(wrong.symbols), &read);
				missed += is_same ? e != ERR_OK : e != ERR_INVAL;
			}
		}
		for (size_t a = 0; a < 32; a++) {
			struct ticket wrong = right;
			wrong.symbols[i] = alphabet[a];
			bool is_same = strcmp(wrong.symbols, right.symbols) == 0;
			enum err e = ticket_parse(str_from(wrong.symbols), &read);
			missed += is_same ? e != ERR_OK : e != ERR_INVAL;
		}
	}
	for (size_t i = 0; i + 1 < TICKET_EXAM_SYMBOLS; i++) {
		struct ticket wrong = right;
		wrong.symbols[i] = right.symbols[i + 1];
		wrong.symbols[i + 1] = right.symbols[i];
		bool is_same = wrong.symbols[i] == right.symbols[i];
		enum err e = ticket_parse(str_from(wrong.symbols), &read);
		missed += is_same ? e != ERR_OK : e != ERR_INVAL;
	}
	CHECK_INT("missed", missed, 0);
}

/* Each symbol comes up at each of the random places: 4,000 draws, 125 of each expected; fewer
 * than 60 happens once in 10^10. */
static void check_making(void) {
	static const enum ticket_kind kinds[] = { TICKET_EXAM, TICKET_ACTIVATION };
	for (size_t k = 0; k < 2; k++) {
		size_t n = kinds[k] == TICKET_EXAM ? TICKET_EXAM_SYMBOLS
						   : TICKET_ACTIVATION_SYMBOLS;
		static unsigned seen[TICKET_SYMBOLS_MAX][128];
		memset(seen, 0, sizeof(seen));
		unsigned unread = 0;
		for (unsigned i = 0; i < 4000; i++) {
			struct ticket t;
			struct ticket back;
			char text[TICKET_TEXT_BYTES];
			ticket_make(kinds[k], &t);
			ticket_print(&t, text);
			unread += ticket_parse(str_from(text), &back) != ERR_OK ||
					back.kind != kinds[k] ||
					strcmp(back.symbols, t.symbols) != 0;
			for (size_t at = 0; at < n; at++) {
				seen[at][(unsigned char)t.symbols[at]]++;
			}
		}
		CHECK_INT("reads back", unread, 0);
		unsigned rare = 0;
		for (size_t at = 0; at < n; at++) {
			for (size_t a = 0; a < 32; a++) {
				rare += seen[at][(unsigned char)alphabet[a]] < 60;
			}
		}
		CHECK_INT("rare", rare, 0);
	}
}

static void check_hashes(void) {
	struct ticket t;
	ticket_make(TICKET_EXAM, &t);
	uint8_t key[HASH_KEY_BYTES] = { 1 };
	struct hash a;
	struct hash b;
	ticket_hash(&t, key, &a);
	key[31] = 1;
	ticket_hash(&t, key, &b);
	CHECK("another key, another hash", !hash_equal(&a, &b));
	ticket_wipe(&t);
	CHECK_INT("wiped", t.symbols[0], 0);
}

int main(void) {
	check_vectors();
	check_typing();
	check_errors();
	check_making();
	check_hashes();
	return check_done();
}
