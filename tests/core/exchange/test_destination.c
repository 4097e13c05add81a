/* Destinations: what an address may be, settings there and back, waiting. */
#include "core/exchange/destination.h"

#include "core/base/cleanup.h"
#include "tests/check.h"

static const struct {
	const char *text;
	const char *want; /* NULL: refused */
} urls[] = {
	{ "https://so.example.vn", "https://so.example.vn" },
	{ "https://so.example.vn/", "https://so.example.vn" },
	{ "https://so.example.vn:8443/truongthi//", "https://so.example.vn:8443/truongthi" },
	{ "https://10.1.2.3", "https://10.1.2.3" },
	{ "http://127.0.0.1:8080", "http://127.0.0.1:8080" },
	{ "http://localhost", "http://localhost" },
	{ "http://so.example.vn", NULL },
	{ "http://127.0.0.1.example.vn", NULL },
	{ "http://localhost@evil.vn", NULL },
	{ "https://a@b.vn", NULL },
	{ "https://a.vn?x=1", NULL },
	{ "https://a.vn#x", NULL },
	{ "https://a.vn/ b", NULL },
	{ "https://a.vn:0", NULL },
	{ "https://a.vn:65536", NULL },
	{ "https://a.vn:x", NULL },
	{ "https:///etc/passwd", NULL },
	{ "https://", NULL },
	{ "ftp://a.vn", NULL },
	{ "file:///etc/passwd", NULL },
	{ "", NULL },
	{ "https://-a.vn", NULL },
};

static void test_urls(void) {
	char out[DESTINATION_URL_BYTES];
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		enum err e = destination_url_parse(str_from(urls[i].text), out);
		CHECK_INT(urls[i].text, e, urls[i].want ? ERR_OK : ERR_INVAL);
		if (!e && urls[i].want) {
			CHECK_STR(urls[i].text, out, urls[i].want);
		}
	}
	char longest[DESTINATION_URL_BYTES + 1];
	memset(longest, 'a', sizeof(longest));
	memcpy(longest, "https://a.vn/", 13);
	CHECK_INT("longest",
			destination_url_parse(
					(struct str){ longest, DESTINATION_URL_BYTES - 1 }, out),
			ERR_OK);
	CHECK_INT("one longer",
			destination_url_parse((struct str){ longest, DESTINATION_URL_BYTES }, out),
			ERR_INVAL);
	CHECK("plain", destination_url_is_plain("http://localhost"));
	CHECK("not plain", !destination_url_is_plain("https://localhost"));
}

static void test_words(void) {
	CHECK("a host", destination_host_is_good(str_from("db.so.vn")));
	CHECK("an address", destination_host_is_good(str_from("fd00::1")));
	CHECK("a socket", destination_host_is_good(str_from("/run/mysqld/mysqld.sock")));
	CHECK("several", !destination_host_is_good(str_from("a,b")));
	CHECK("none", !destination_host_is_good(str_from("")));
	CHECK("a word", destination_word_is_good(str_from("so_gd-79")));
	CHECK("a way out", !destination_word_is_good(str_from("../x")));
	CHECK("a dot", !destination_word_is_good(str_from("..")));
	CHECK("a quote", !destination_word_is_good(str_from("a'b")));
	enum destination_kind kind = DESTINATION_HTTPS;
	enum destination_state state = DESTINATION_ON;
	CHECK_INT("kind", destination_kind_parse(str_from("files"), &kind), ERR_OK);
	CHECK_INT("kind", kind, DESTINATION_FILES);
	CHECK_INT("no kind", destination_kind_parse(str_from("ftp"), &kind), ERR_INVAL);
	CHECK_INT("state", destination_state_parse(str_from("stopped"), &state), ERR_OK);
	CHECK_INT("state", state, DESTINATION_STOPPED);
	CHECK_INT("no state", destination_state_parse(str_from(""), &state), ERR_INVAL);
}

static void test_settings(void) {
	struct destination_settings s = {
		.host = "db.so.vn", .port = 3307, .database = "so", .user = "truong"
	};
	struct destination_settings back;
	_cleanup_(buf_finish) struct buf text = buf_make(DESTINATION_SETTINGS_BYTES_MAX);
	CHECK_INT("print", destination_settings_print(DESTINATION_MARIADB, &s, &text), ERR_OK);
	CHECK_STR("as it is kept", buf_str(&text),
			"{\"host\":\"db.so.vn\",\"port\":3307,\"database\":\"so\",\"user\":\"truong\"}");
	CHECK_INT("read", destination_settings_read((struct str){ text.data, text.len }, &back),
			ERR_OK);
	CHECK_STR("host", back.host, "db.so.vn");
	CHECK_INT("port", back.port, 3307);
	CHECK_STR("no url", back.url, "");
	CHECK_INT("no settings", destination_settings_read(str_from("abc"), &back), ERR_CORRUPT);
	CHECK_INT("a port past the end",
			destination_settings_read(str_from("{\"port\":65536}"), &back),
			ERR_CORRUPT);
}

static void test_waiting(void) {
	CHECK_INT("first", destination_wait_ms(1, 250), 1000);
	CHECK_INT("least", destination_wait_ms(1, 0), 750);
	CHECK_INT("most", destination_wait_ms(1, 500), 1250);
	CHECK_INT("third", destination_wait_ms(3, 1000), 4000);
	for (unsigned tries = 0; tries < 1000; tries += 7) {
		int64_t wait = destination_wait_ms(tries, tries * UINT64_C(2654435761));
		CHECK("within bounds", wait >= 750 && wait <= DESTINATION_WAIT_MOST_MS * 5 / 4);
	}
}

int main(void) {
	test_urls();
	test_words();
	test_settings();
	test_waiting();
	return check_done();
}
