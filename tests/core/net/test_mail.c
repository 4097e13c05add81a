/* Mail: addresses letter by letter, and that nothing that was typed ends a header. */
#include "core/net/mail.h"

#include "core/base/cleanup.h"
#include "core/base/rng.h"
#include "tests/check.h"

static const struct {
	const char *address;
	bool is_good;
} addresses[] = {
	{ "a@b.vn", true },
	{ "ten.ho+tag@truong.edu.vn", true },
	{ "a!#$%&'*+/=?^_`{|}~-z@x-y.vn", true },
	{ "", false },
	{ "a", false },
	{ "@b.vn", false },
	{ "a@", false },
	{ "a@b", false },
	{ "a@b.", false },
	{ "a@.vn", false },
	{ "a@b..vn", false },
	{ "a@-b.vn", false },
	{ "a@b-.vn", false },
	{ ".a@b.vn", false },
	{ "a.@b.vn", false },
	{ "a..b@c.vn", false },
	{ "a@b@c.vn", false },
	{ "a b@c.vn", false },
	{ "\"a\"@c.vn", false },
	{ "a@[127.0.0.1]", false },
	{ "<a@b.vn>", false },
	{ "a@b.vn\r\nBcc: c@d.vn", false },
	{ "a@b.vn\n", false },
	{ "\xe1\xbb\xa3@b.vn", false },
	{ "a@\xe1\xbb\xa3.vn", false },
};

static void test_addresses(void) {
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		CHECK_INT(addresses[i].address,
				mail_address_is_good(str_from(addresses[i].address)),
				addresses[i].is_good);
	}
	char text[MAIL_ADDRESS_BYTES_MAX + 8];
	memset(text, 'a', sizeof(text));
	memcpy(text + MAIL_LOCAL_BYTES_MAX, "@b.vn", 5);
	struct str s = { text, MAIL_LOCAL_BYTES_MAX + 5 };
	CHECK("a long name", mail_address_is_good(s));
	text[MAIL_LOCAL_BYTES_MAX] = 'a';
	memcpy(text + MAIL_LOCAL_BYTES_MAX + 1, "@b.vn", 5);
	s.n++;
	CHECK("one longer", !mail_address_is_good(s));
	struct str nul = { "a\0b@c.vn", 8 };
	CHECK("a NUL", !mail_address_is_good(nul));
}

static struct mail usual(void) {
	return (struct mail){ .key = "tt-1-ab",
		.from = "truong@example.vn",
		.from_name = str_from("Trường THPT Đầm Dơi"),
		.to = "me@example.vn",
		.subject = str_from("Có điểm mới môn Toán"),
		.body = str_from("Một\nhai\n"),
		.language = "vi",
		.date_ms = INT64_C(1795357200000) };
}

static void test_usual(void) {
	_cleanup_(buf_finish) struct buf out = buf_make(MAIL_BYTES_MAX);
	struct mail m = usual();
	CHECK_INT("print", mail_print(&m, &out), ERR_OK);
	CHECK_STR("as it is sent", buf_str(&out),
			"Date: Sun, 22 Nov 2026 14:20:00 +0000\r\n"
			"Message-ID: <tt-1-ab@example.vn>\r\n"
			"From: =?UTF-8?B?VHLGsOG7nW5nIFRIUFQgxJDhuqdtIETGoWk=?=\r\n"
			" <truong@example.vn>\r\n"
			"To: <me@example.vn>\r\n"
			"Subject: =?UTF-8?B?Q8OzIMSRaeG7g20gbeG7m2kgbcO0biBUb8Ohbg==?=\r\n"
			"MIME-Version: 1.0\r\n"
			"Content-Type: text/plain; charset=UTF-8\r\n"
			"Content-Transfer-Encoding: base64\r\n"
			"Content-Language: vi\r\n"
			"Auto-Submitted: auto-generated\r\n"
			"X-Auto-Response-Suppress: All\r\n\r\n"
			"TeG7mXQNCmhhaQ0K\r\n");
}

static void test_refused(void) {
	struct buf out = buf_make(MAIL_BYTES_MAX);
	struct mail m = usual();
	m.to = "me@example.vn\r\nBcc: x@y.vn";
	CHECK_INT("to", mail_print(&m, &out), ERR_INVAL);
	m = usual();
	m.from = "nobody";
	CHECK_INT("from", mail_print(&m, &out), ERR_INVAL);
	m = usual();
	m.key = "a>\r\nBcc: x@y.vn";
	CHECK_INT("key", mail_print(&m, &out), ERR_INVAL);
	m = usual();
	m.language = "vi\r\nX: y";
	CHECK_INT("language", mail_print(&m, &out), ERR_INVAL);
	m = usual();
	m.subject = (struct str){ "\xff", 1 };
	CHECK_INT("no UTF-8", mail_print(&m, &out), ERR_INVAL);
	buf_finish(&out);
}

/* Whether the head has the twelve headers of every mail and no other, in lines of ASCII that no
 * relay has to break. */
static bool is_whole_head(const char *text) {
	const char *end = strstr(text, "\r\n\r\n");
	unsigned headers = 0;
	for (const char *line = text; end && line < end + 2;) {
		const char *next = strstr(line, "\r\n");
		if (next - line > 78) {
			return false;
		}
		for (const char *c = line; c < next; c++) {
			if (*c < ' ' || *c > '~') {
				return false;
			}
		}
		headers += *line != ' ';
		line = next + 2;
	}
	return end && headers == 11;
}

/* Any text whatever in name and subject: letters of every length, line ends, quotes, words that
 * look encoded. */
static void test_any_text(void) {
	static const char *const pieces[] = { "\r\n", "\n", "Bcc: x@y.vn", "=?UTF-8?B?", "?=", "\"",
		"<", ">", "a", "ợ", "😀", " ", "\t", ":", "\x7f", "," };
	struct rng rng;
	rng_init(&rng, 20261122, 1);
	unsigned bad = 0;
	for (int i = 0; i < 3000; i++) {
		_cleanup_(buf_finish) struct buf text = buf_make(4096);
		_cleanup_(buf_finish) struct buf out = buf_make(MAIL_BYTES_MAX);
		size_t count = (size_t)rng_below(&rng, 60);
		for (size_t k = 0; k < count; k++) {
			buf_add_str(&text,
					pieces[rng_below(
							&rng, sizeof(pieces) / sizeof(pieces[0]))]);
		}
		struct mail m = usual();
		m.subject = (struct str){ buf_str(&text), text.len };
		m.from_name = m.subject;
		bad += mail_print(&m, &out) != ERR_OK || !is_whole_head(buf_str(&out));
	}
	CHECK_INT("every head is whole", bad, 0);
}

int main(void) {
	test_addresses();
	test_usual();
	test_refused();
	test_any_text();
	return check_done();
}
