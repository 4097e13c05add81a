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

enum err account_name_parse(struct str raw, struct account_name *out) {
	_cleanup_(buf_finish) struct buf joined = buf_make(ACCOUNT_NAME_BYTES - 1);
	enum err e = join_words(raw, &joined);
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

/* The digits of a phone number, "+84" and a leading 0 taken away. */
static enum err phone_digits(struct str s, char *out, size_t size, size_t *out_n) {
	size_t n = 0;
	bool has_plus = false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '+' && n == 0 && !has_plus) {
			has_plus = true;
		} else if (c >= '0' && c <= '9') {
			if (n + 1 >= size) {
				return ERR_INVAL;
			}
			out[n++] = c;
		} else if (!strchr(" .-()", c) || c == '\0') {
			return ERR_INVAL;
		}
	}
	size_t cut = 0;
	if (n >= 11 && out[0] == '8' && out[1] == '4') {
		cut = 2;
	} else if (has_plus) {
		return ERR_INVAL; /* another country */
	}
	/* "+84 (0) 912…" is written too. */
	if (cut < n && out[cut] == '0') {
		cut++;
	}
	memmove(out, out + cut, n - cut);
	*out_n = n - cut;
	return ERR_OK;
}

enum err account_phone_parse(struct str raw, char out[ACCOUNT_PHONE_BYTES]) {
	char digits[ACCOUNT_PHONE_BYTES];
	size_t n = 0;
	enum err e = phone_digits(str_trim(raw), digits, sizeof(digits), &n);
	if (e) {
		return e;
	}
	bool is_mobile = n == 9 && strchr("35789", digits[0]);
	bool is_land_line = n == 10 && digits[0] == '2';
	if (!is_mobile && !is_land_line) {
		return ERR_INVAL;
	}
	memcpy(out, "+84", 3);
	memcpy(out + 3, digits, n);
	out[3 + n] = '\0';
	return ERR_OK;
}
