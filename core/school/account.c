#include "core/school/account.h"

#include <string.h>

#include "core/base/cleanup.h"

enum err account_state_from_db(uint64_t v, enum account_state *out) {
	if (v < ACCOUNT_INVITED || v > ACCOUNT_CLOSED) {
		return ERR_CORRUPT;
	}
	*out = (enum account_state)v;
	return ERR_OK;
}

enum err sex_from_db(uint64_t v, enum sex *out) {
	if (v > SEX_FEMALE) {
		return ERR_CORRUPT;
	}
	*out = (enum sex)v;
	return ERR_OK;
}

static bool is_control(int32_t c) {
	return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

/* NFC words with one blank between them. A person cannot see which blank it was. */
static enum err join_words(struct str text, struct buf *out) {
	_cleanup_(buf_finish) struct buf nfc = buf_make(out->limit * 4);
	enum err e = str_nfc(text, &nfc);
	if (e) {
		return e;
	}
	struct str left = str_trim((struct str){ buf_str(&nfc), nfc.len });
	if (str_has_bidi(left)) {
		return ERR_FORMAT;
	}
	for (size_t at = 0; at < left.n;) {
		size_t next = at;
		int32_t c = str_utf8_next(left, &next);
		struct str letter = { left.p + at, next - at };
		bool is_blank = str_trim(letter).n == 0;
		if (!is_blank && is_control(c)) {
			return ERR_FORMAT;
		}
		if (!is_blank) {
			buf_add(out, letter.p, letter.n);
		} else if (out->len > 0 && out->data[out->len - 1] != ' ') {
			buf_add_char(out, ' ');
		}
		at = next;
	}
	return buf_err(out);
}

/* Copies s when it has at most chars_max code points; size has room for that many. */
static enum err copy_chars(struct str s, size_t chars_max, char *out) {
	if (str_utf8_count(s) > chars_max) {
		return ERR_LIMIT;
	}
	memcpy(out, s.p, s.n);
	out[s.n] = '\0';
	return ERR_OK;
}

/* Lists are often typed in capitals throughout, or in none: both say nothing about the name. */
static bool has_one_case(struct str name) {
	bool has_capital = false;
	bool has_small = false;
	for (size_t at = 0; at < name.n;) {
		int32_t c = str_utf8_next(name, &at);
		has_capital = has_capital || str_utf8_lower(c) != c;
		has_small = has_small || str_utf8_upper(c) != c;
	}
	return has_capital != has_small;
}

/* Capitals at the beginning of words, and behind an apostrophe or hyphen ("H'Hen Niê"). */
static void add_capitalised(struct str name, struct buf *out) {
	bool is_first = true;
	for (size_t at = 0; at < name.n;) {
		int32_t c = str_utf8_next(name, &at);
		str_utf8_add(out, is_first ? str_utf8_upper(c) : str_utf8_lower(c));
		is_first = c == ' ' || c == '-' || c == '\'' || c == 0x2019;
	}
}

enum err account_name_parse(struct str raw, struct account_name *out) {
	_cleanup_(buf_finish) struct buf typed = buf_make(ACCOUNT_NAME_BYTES - 1);
	enum err e = join_words(raw, &typed);
	if (e) {
		return e;
	}
	struct str words = { buf_str(&typed), typed.len };
	_cleanup_(buf_finish) struct buf joined = buf_make(ACCOUNT_NAME_BYTES - 1);
	if (has_one_case(words)) {
		add_capitalised(words, &joined);
	} else {
		buf_add(&joined, words.p, words.n);
	}
	e = buf_err(&joined);
	if (e) {
		return e;
	}
	if (joined.len == 0) {
		return ERR_MISSING;
	}
	struct str full = { joined.data, joined.len };
	size_t given_at = full.n;
	while (given_at > 0 && full.p[given_at - 1] != ' ') {
		given_at--;
	}
	struct str given = { full.p + given_at, full.n - given_at };
	struct str rest = { full.p, given_at > 0 ? given_at - 1 : 0 };
	_cleanup_(buf_finish) struct buf folded = buf_make(ACCOUNT_NAME_BYTES - 1);
	e = str_fold(full, &folded);
	if (e) {
		return e;
	}
	struct account_name name;
	e = copy_chars(full, ACCOUNT_NAME_CHARS_MAX, name.full);
	if (!e) {
		e = copy_chars(given, ACCOUNT_GIVEN_CHARS_MAX, name.given);
	}
	if (!e) {
		e = copy_chars(rest, ACCOUNT_NAME_CHARS_MAX, name.rest);
	}
	if (!e) {
		e = copy_chars((struct str){ buf_str(&folded), folded.len }, ACCOUNT_NAME_CHARS_MAX,
				name.search);
	}
	if (e) {
		return e;
	}
	*out = name;
	return ERR_OK;
}

static bool is_login_char(char c) {
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

enum err account_login_parse(struct str raw, char out[ACCOUNT_LOGIN_BYTES]) {
	struct str s = str_trim(raw);
	if (s.n == 0 || s.n > ACCOUNT_LOGIN_MAX) {
		return ERR_INVAL;
	}
	char login[ACCOUNT_LOGIN_BYTES];
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		login[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
		if (!is_login_char(login[i])) {
			return ERR_INVAL;
		}
	}
	login[s.n] = '\0';
	memcpy(out, login, s.n + 1);
	return ERR_OK;
}

enum err account_sign_in(enum account_state state) {
	switch (state) {
	case ACCOUNT_ACTIVE:
		return ERR_OK;
	case ACCOUNT_LOCKED:
		return ERR_DENIED;
	case ACCOUNT_INVITED:
	case ACCOUNT_CLOSED:
		return ERR_PASSWORD;
	}
	return ERR_PASSWORD;
}

/* The digits as typed: blanks of any kind and the usual signs between them are left out. */
static enum err typed_digits(struct str s, char *out, size_t size, bool *out_has_plus) {
	size_t n = 0;
	*out_has_plus = false;
	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		int32_t c = str_utf8_next(s, &at);
		if (c < 0) {
			return ERR_INVAL;
		}
		struct str letter = { s.p + from, at - from };
		bool is_sign = str_trim(letter).n == 0 ||
				(c > 0 && c < 0x80 && strchr(".-()", (char)c));
		/* A ' in front is how a spreadsheet is told that this is text. */
		if (is_sign || (c == '\'' && from == 0)) {
			continue;
		}
		if (c == '+' && n == 0 && !*out_has_plus) {
			*out_has_plus = true;
		} else if (c >= '0' && c <= '9' && n + 1 < size) {
			out[n++] = (char)c;
		} else {
			return ERR_INVAL;
		}
	}
	out[n] = '\0';
	return ERR_OK;
}

/* The digits behind 0 or +84. */
static enum err national_digits(struct str s, char out[ACCOUNT_PHONE_BYTES]) {
	char typed[ACCOUNT_PHONE_BYTES] = "";
	bool has_plus = false;
	enum err e = typed_digits(s, typed, sizeof(typed), &has_plus);
	if (e) {
		return e;
	}
	const char *at = typed;
	if (!has_plus && strncmp(at, "0084", 4) == 0) {
		at += 4;
	} else if (strlen(at) >= 11 && strncmp(at, "84", 2) == 0) {
		at += 2;
	} else if (has_plus) {
		return ERR_INVAL; /* another country */
	}
	/* "+84 (0) 912…" is written too; and a spreadsheet eats the 0 of "0912…". */
	at += *at == '0';
	memcpy(out, at, strlen(at) + 1);
	return ERR_OK;
}

/*
 * Until 2018 mobile numbers of eleven digits began with 01; lists still hold them. Each of their
 * prefixes became one of two digits, the other seven digits stayed.
 * Source: decision 798/QD-BTTTT of 2018, in force since 15 September 2018.
 */
static void renew_prefix(char digits[ACCOUNT_PHONE_BYTES]) {
	static const struct {
		const char *old;
		const char *now;
	} rows[] = { { "120", "70" }, { "121", "79" }, { "122", "77" }, { "126", "76" },
		{ "128", "78" }, { "123", "83" }, { "124", "84" }, { "125", "85" }, { "127", "81" },
		{ "129", "82" }, { "162", "32" }, { "163", "33" }, { "164", "34" }, { "165", "35" },
		{ "166", "36" }, { "167", "37" }, { "168", "38" }, { "169", "39" }, { "186", "56" },
		{ "188", "58" }, { "199", "59" } };
	if (strlen(digits) != 10) {
		return;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strncmp(digits, rows[i].old, 3) == 0) {
			memcpy(digits, rows[i].now, 2);
			memmove(digits + 2, digits + 3, 8);
			return;
		}
	}
}

enum err account_phone_parse(struct str raw, char out[ACCOUNT_PHONE_BYTES]) {
	char digits[ACCOUNT_PHONE_BYTES];
	enum err e = national_digits(str_trim(raw), digits);
	if (e) {
		return e;
	}
	renew_prefix(digits);
	size_t n = strlen(digits);
	bool is_mobile = n == 9 && strchr("35789", digits[0]);
	bool is_land_line = n == 10 && digits[0] == '2';
	if (!is_mobile && !is_land_line) {
		return ERR_INVAL;
	}
	memcpy(out, "+84", 3);
	memcpy(out + 3, digits, n + 1);
	return ERR_OK;
}
