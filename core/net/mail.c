#include "core/net/mail.h"

#include <string.h>

#include "core/base/date.h"

enum {
	WORD_BYTES = 39,      /* of text in one encoded word: with "Subject: " 73 letters */
	BODY_LINE_BYTES = 57, /* of text in one line of base64: 76 letters */
	DAY_S = 86400,
};

/* ---- addresses ---- */

static bool is_alnum(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_local(struct str s) {
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool is_inner_dot = c == '.' && i > 0 && i + 1 < s.n && s.p[i - 1] != '.';
		bool is_mark = c != '\0' && strchr("!#$%&'*+/=?^_`{|}~-", c);
		if (!is_alnum(c) && !is_mark && !is_inner_dot) {
			return false;
		}
	}
	return s.n > 0 && s.n <= MAIL_LOCAL_BYTES_MAX;
}

static bool is_label(const char *p, size_t n) {
	for (size_t i = 0; i < n; i++) {
		bool is_inner_hyphen = p[i] == '-' && i > 0 && i + 1 < n;
		if (!is_alnum(p[i]) && !is_inner_hyphen) {
			return false;
		}
	}
	return n > 0 && n <= MAIL_LABEL_BYTES_MAX;
}

static bool is_domain(struct str s) {
	size_t from = 0;
	size_t names = 0;
	for (size_t i = 0; i <= s.n; i++) {
		if (i == s.n || s.p[i] == '.') {
			if (!is_label(s.p + from, i - from)) {
				return false;
			}
			names++;
			from = i + 1;
		}
	}
	return names >= 2;
}

bool mail_address_is_good(struct str s) {
	const char *at = s.n ? memchr(s.p, '@', s.n) : NULL;
	if (!at || s.n > MAIL_ADDRESS_BYTES_MAX) {
		return false;
	}
	size_t n = (size_t)(at - s.p);
	return is_local((struct str){ s.p, n }) && is_domain((struct str){ at + 1, s.n - n - 1 });
}

static bool is_key(const char *key) {
	for (const char *c = key; *c; c++) {
		if (!is_alnum(*c) && *c != '-' && *c != '.') {
			return false;
		}
	}
	return *key != '\0';
}

/* ---- base64 with padding, as MIME has it ---- */

static void add_base64(struct buf *out, const unsigned char *p, size_t n) {
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789+/";
	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i;
		unsigned v = (unsigned)p[i] << 16;
		v |= left > 1 ? (unsigned)p[i + 1] << 8 : 0;
		v |= left > 2 ? (unsigned)p[i + 2] : 0;
		buf_add_char(out, letters[v >> 18]);
		buf_add_char(out, letters[(v >> 12) & 63]);
		buf_add_char(out, left > 1 ? letters[(v >> 6) & 63] : '=');
		buf_add_char(out, left > 2 ? letters[v & 63] : '=');
	}
}

/* ---- headers ---- */

/* How much of the text fits into one word without cutting a letter. */
static size_t word_length(struct str s) {
	size_t n = s.n < WORD_BYTES ? s.n : WORD_BYTES;
	while (n > 0 && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80) {
		n--;
	}
	return n > 0 ? n : s.n; /* no letter is longer than a word */
}

/* Encoded words, one a line. */
static enum err add_words(struct buf *out, struct str text) {
	unsigned char word[WORD_BYTES] = { 0 };
	if (!str_is_utf8(text)) {
		return ERR_INVAL;
	}
	do {
		size_t n = word_length(text);
		for (size_t i = 0; i < n; i++) {
			unsigned char c = (unsigned char)text.p[i];
			word[i] = c < 0x20 || c == 0x7f ? ' ' : c;
		}
		buf_add_str(out, "=?UTF-8?B?");
		add_base64(out, word, n);
		buf_add_str(out, "?=");
		text.p += n;
		text.n -= n;
		if (text.n > 0) {
			buf_add_str(out, "\r\n ");
		}
	} while (text.n > 0);
	return ERR_OK;
}

/* "Sun, 22 Nov 2026 14:20:00 +0000" */
static enum err add_date(struct buf *out, int64_t date_ms) {
	static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	struct date d;
	if (date_ms < 0) {
		return ERR_INVAL;
	}
	int64_t s = date_ms / 1000;
	enum err e = date_from_days(s / DAY_S, &d);
	if (e) {
		return e;
	}
	int of_day = (int)(s % DAY_S);
	buf_addf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", days[(s / DAY_S) % 7],
			d.day, months[d.month - 1], d.year, of_day / 3600, of_day / 60 % 60,
			of_day % 60);
	return ERR_OK;
}

static enum err add_headers(const struct mail *mail, struct buf *out) {
	const char *domain = strchr(mail->from, '@');
	enum err e = add_date(out, mail->date_ms);
	if (e || !domain) {
		return e ? e : ERR_INVAL;
	}
	buf_addf(out, "Message-ID: <%s%s>\r\n", mail->key, domain);
	buf_add_str(out, "From: ");
	if (mail->from_name.n) {
		e = add_words(out, mail->from_name);
		buf_add_str(out, "\r\n ");
	}
	buf_addf(out, "<%s>\r\nTo: <%s>\r\nSubject: ", mail->from, mail->to);
	e = e ? e : add_words(out, mail->subject);
	buf_addf(out,
			"\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
			"Content-Transfer-Encoding: base64\r\nContent-Language: %s\r\n"
			"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n\r\n",
			mail->language);
	return e;
}

/* ---- body ---- */

static enum err add_body(struct buf *out, struct str body) {
	struct buf text = buf_make(MAIL_BYTES_MAX);
	for (size_t i = 0; i < body.n; i++) {
		if (body.p[i] == '\n' && (i == 0 || body.p[i - 1] != '\r')) {
			buf_add_char(&text, '\r');
		}
		buf_add_char(&text, body.p[i]);
	}
	enum err e = buf_err(&text);
	for (size_t i = 0; !e && i < text.len; i += BODY_LINE_BYTES) {
		size_t n = text.len - i < BODY_LINE_BYTES ? text.len - i : BODY_LINE_BYTES;
		add_base64(out, (const unsigned char *)text.data + i, n);
		buf_add_str(out, "\r\n");
	}
	buf_finish(&text);
	return e;
}

enum err mail_print(const struct mail *mail, struct buf *out) {
	if (!mail_address_is_good(str_from(mail->from)) ||
			!mail_address_is_good(str_from(mail->to)) || !is_key(mail->key) ||
			!is_key(mail->language) || !str_is_utf8(mail->body)) {
		return ERR_INVAL;
	}
	enum err e = add_headers(mail, out);
	e = e ? e : add_body(out, mail->body);
	return e ? e : buf_err(out);
}
