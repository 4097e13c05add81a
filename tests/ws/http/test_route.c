#include "ws/http/route.h"

#include "tests/check.h"

static const struct route table[] = {
	{ HTTP_GET, "/api/v1/classes", 1, 0, 0, NULL },
	{ HTTP_POST, "/api/v1/classes", 1, 0, 0, NULL },
	{ HTTP_GET, "/api/v1/classes/{class}", 1, 0, 0, NULL },
	{ HTTP_GET, "/api/v1/classes/mine", 1, 0, 0, NULL },
	{ HTTP_GET, "/api/v1/rooms/{room}/attempts/{id:16}", 1, 0, 0, NULL },
	{ HTTP_GET, "/api/v1/pictures/{hash:hex32}", 1, 0, 0, NULL },
	{ HTTP_GET, "/api/v1/rooms/{room}/sealed/{variant:word}/{section:word}", 1, 0, 0, NULL },
};

enum { ROWS = sizeof(table) / sizeof(table[0]) };

#define HEX32 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define WORD64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char *path;
	enum http_method method;
	enum err want_err;
	int want_row; /* read only when want_err is ERR_OK */
} rows[] = {
	{ "/api/v1/classes", HTTP_GET, ERR_OK, 0 },
	{ "/api/v1/classes", HTTP_POST, ERR_OK, 1 },
	{ "/api/v1/classes", HTTP_DELETE, ERR_UNSUPPORTED, 0 },
	{ "/api/v1/classes/12", HTTP_GET, ERR_OK, 2 },
	{ "/api/v1/classes/mine", HTTP_GET, ERR_OK, 3 },
	{ "/api/v1/classes/", HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "/api/v1/classes/12/", HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "/api/v1/classes/12/13", HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "/api/v1/classes/0", HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "/api/v1/classes/012", HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "/api/v1/classes/-1", HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "/api/v1/classes/1 ", HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "/api/v1/classes/9223372036854775807", HTTP_GET, ERR_OK, 2 },
	{ "/api/v1/classes/9223372036854775808", HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "/api/v1/classes/18446744073709551616", HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "/api/v1/rooms/3/attempts/AgICAgICAgICAgICAgICAg", HTTP_GET, ERR_OK, 4 },
	{ "/api/v1/rooms/3/attempts/AgICAgICAgICAgICAgICAh", HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "/api/v1/rooms/3/attempts/AgICAgICAgICAgICAgICA", HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "/api/v1/rooms/3/attempts/7", HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "/api/v1/pictures/" HEX32, HTTP_GET, ERR_OK, 5 },
	{ "/api/v1/pictures/A" HEX32, HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "/api/v1/pictures/..", HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "/api/v1/rooms/3/sealed/103/0", HTTP_GET, ERR_OK, 6 },
	{ "/api/v1/rooms/3/sealed/" WORD64 "/0", HTTP_GET, ERR_OK, 6 },
	{ "/api/v1/rooms/3/sealed/" WORD64 "a/0", HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "/api/v1/rooms/3/sealed/1%303/0", HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "", HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "/", HTTP_GET, ERR_NOT_FOUND, 0 },
	{ "api/v1/classes", HTTP_GET, ERR_NOT_FOUND, 0 },
};

static void test_params(void) {
	struct route_match m;
	enum err e = route_find(table, ROWS, HTTP_GET,
			str_from("/api/v1/rooms/31/attempts/AgICAgICAgICAgICAgICAg"), &m);
	CHECK_INT("two parameters", e, ERR_OK);
	CHECK_INT("two parameters", m.param_count, 2);
	CHECK_INT("the id", m.params[0].id, 31);
	CHECK("its name", str_eq_z(m.params[0].name, "room"));
	CHECK("the name without its form", str_eq_z(m.params[1].name, "id"));
	uint8_t twos[16];
	memset(twos, 2, sizeof(twos));
	CHECK_MEM("the sixteen bytes", m.params[1].bytes16, twos, 16);
	e = route_find(table, ROWS, HTTP_PUT, str_from("/api/v1/classes"), &m);
	CHECK_INT("a method it has not", e, ERR_UNSUPPORTED);
	CHECK_INT("what it has", m.allowed, (1 << HTTP_GET) | (1 << HTTP_POST));
}

static void test_long_path(void) {
	char path[ROUTE_PATH_BYTES_MAX + 2];
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[1] = '1';
	static const struct route one[] = { { HTTP_GET, "/{a:word}", 1, 0, 0, NULL } };
	struct route_match m;
	enum err e = route_find(
			one, 1, HTTP_GET, (struct str){ path, ROUTE_PATH_BYTES_MAX + 1 }, &m);
	CHECK_INT("a path past the limit", e, ERR_NOT_FOUND);
	e = route_find(one, 1, HTTP_GET, (struct str){ path, ROUTE_WORD_BYTES_MAX + 1 }, &m);
	CHECK_INT("a word at its limit", e, ERR_OK);
}

static void test_methods(void) {
	enum http_method m = HTTP_GET;
	CHECK_INT("PATCH", http_method_parse(str_from("PATCH"), &m), ERR_OK);
	CHECK_INT("PATCH", m, HTTP_PATCH);
	CHECK_INT("in lower case it is another", http_method_parse(str_from("get"), &m),
			ERR_UNSUPPORTED);
	CHECK_INT("TRACE", http_method_parse(str_from("TRACE"), &m), ERR_UNSUPPORTED);
	CHECK_STR("the name", http_method_name(HTTP_DELETE), "DELETE");
}

int main(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct route_match m = { 0 };
		enum err e = route_find(table, ROWS, rows[i].method, str_from(rows[i].path), &m);
		CHECK_INT(rows[i].path, e, rows[i].want_err);
		if (!e) {
			CHECK_INT(rows[i].path, m.route - table, rows[i].want_row);
		}
	}
	test_params();
	test_long_path();
	test_methods();
	return check_done();
}
