#include "ws/http/destination_form.h"

#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/json.h"
#include "tests/check.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

/* ---- certificates: their form alone; 30 81 02 05 00 is a DER sequence of five bytes ---- */

static void test_pem(void) {
	static const struct {
		const char *name;
		const char *text;
		bool want;
	} rows[] = {
		{ "one", BEGIN "\nMIECBQA=\n" END "\n", true },
		{ "with other line ends", "  " BEGIN "\r\nMIEC\r\nBQA=\r\n" END, true },
		{ "two", BEGIN "\nMIECBQA=\n" END "\n" BEGIN "\nMIECBQA=\n" END, true },
		{ "nothing", "", false },
		{ "a key", "-----BEGIN PRIVATE KEY-----\nMIECBQA=\n-----END PRIVATE KEY-----",
				false },
		{ "no end", BEGIN "\nMIECBQA=\n", false },
		{ "empty", BEGIN "\n" END, false },
		{ "text behind it", BEGIN "\nMIECBQA=\n" END "\nxin chào", false },
		{ "a byte short", BEGIN "\nMIEDBQA=\n" END, false },
		{ "a byte over", BEGIN "\nMIEBBQA=\n" END, false },
		{ "no sequence", BEGIN "\nMYECBQA=\n" END, false },
		{ "no base64", BEGIN "\nMIEC%QA=\n" END, false },
		{ "a symbol short", BEGIN "\nMIECBQA\n" END, false },
		{ "padding inside", BEGIN "\nMIECBQ=A\n" END, false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK(rows[i].name,
				destination_form_is_pem(str_from(rows[i].text)) == rows[i].want);
	}
}

/* ---- forms ---- */

static const struct {
	const char *name;
	enum destination_kind kind;
	const char *body;
	const char *want; /* the field of the first mistake; "" when it is good */
} forms[] = {
	{ "a folder", DESTINATION_FILES, "{\"name\":\"Thư mục\",\"folder\":\"so-79_a\"}", "" },
	{ "no name", DESTINATION_FILES, "{\"folder\":\"so\"}", "/name" },
	{ "a folder elsewhere", DESTINATION_FILES, "{\"name\":\"a\",\"folder\":\"../so\"}",
			"/folder" },
	{ "a folder with a host", DESTINATION_FILES,
			"{\"name\":\"a\",\"folder\":\"so\",\"host\":\"h\"}", "/host" },
	{ "a null is nothing", DESTINATION_FILES,
			"{\"name\":\"a\",\"folder\":\"so\",\"host\":null}", "" },
	{ "a database", DESTINATION_MARIADB,
			"{\"name\":\"a\",\"host\":\"db.example.vn\",\"database\":\"kho\",\"user\":\"truong\","
			"\"password\":\" mật khẩu \",\"port\":3307}",
			"" },
	{ "a port of none", DESTINATION_MARIADB,
			"{\"name\":\"a\",\"host\":\"h\",\"database\":\"k\",\"user\":\"u\",\"port\":0}",
			"/port" },
	{ "the last port", DESTINATION_MARIADB,
			"{\"name\":\"a\",\"host\":\"h\",\"database\":\"k\",\"user\":\"u\",\"port\":65535}",
			"" },
	{ "one past it", DESTINATION_MARIADB,
			"{\"name\":\"a\",\"host\":\"h\",\"database\":\"k\",\"user\":\"u\",\"port\":65536}",
			"/port" },
	{ "a host with a blank", DESTINATION_MARIADB,
			"{\"name\":\"a\",\"host\":\"h h\",\"database\":\"k\",\"user\":\"u\"}",
			"/host" },
	{ "an authority that is none", DESTINATION_MARIADB,
			"{\"name\":\"a\",\"host\":\"h\",\"database\":\"k\",\"user\":\"u\",\"ca\":\"x\"}",
			"/ca" },
	{ "a province", DESTINATION_HTTPS,
			"{\"name\":\"a\",\"url\":\"https://so.example.vn/\",\"code\":\"x\",\"ca\":null}",
			"" },
	{ "without TLS", DESTINATION_HTTPS, "{\"name\":\"a\",\"url\":\"http://so.example.vn\"}",
			"/url" },
	{ "a province with a folder", DESTINATION_HTTPS,
			"{\"name\":\"a\",\"url\":\"https://so.example.vn\",\"folder\":\"so\"}",
			"/folder" },
	{ "nothing", DESTINATION_HTTPS, "{}", "/name" },
};

static void test_forms(void) {
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		_cleanup_(json_freep) struct json *body = NULL;
		_cleanup_(destination_form_finish) struct destination_form f = { .name = NULL };
		CHECK_INT(forms[i].name,
				json_parse(str_from(forms[i].body), strlen(forms[i].body), &body),
				ERR_OK);
		_cleanup_(form_finish) struct form form = { .body = body };
		destination_form_read(&form, forms[i].kind, true, &f);
		const char *got = form_is_good(&form) ? "" : form.errors.items[0].where;
		CHECK(forms[i].name, strcmp(got, forms[i].want) == 0);
	}
}

/* An address of this machine, where the operator allowed it and where not. */
static void test_here(void) {
	static const struct {
		enum destination_kind kind;
		const char *at;
		bool may;
		bool may_where_allowed;
	} rows[] = {
		{ DESTINATION_MARIADB, "db.example.vn", true, true },
		{ DESTINATION_MARIADB, "10.0.0.1", true, true },
		{ DESTINATION_MARIADB, "127.0.0.1", false, true },
		{ DESTINATION_MARIADB, "/run/mysqld/mysqld.sock", false, true },
		{ DESTINATION_MARIADB, "169.254.169.254", false, false },
		{ DESTINATION_HTTPS, "https://so.example.vn:8443/x", true, true },
		{ DESTINATION_HTTPS, "https://localhost", false, true },
		{ DESTINATION_HTTPS, "http://127.0.0.1:8081/so", false, true },
		{ DESTINATION_HTTPS, "https://169.254.169.254/x", false, false },
		{ DESTINATION_HTTPS, "https://0.0.0.0:1", false, false },
	};
	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		const char *at = rows[i / 2].at;
		bool is_allowed = i % 2;
		char text[256];
		_cleanup_(json_freep) struct json *body = NULL;
		_cleanup_(destination_form_finish) struct destination_form f = { .name = NULL };
		int n = snprintf(text, sizeof(text),
				rows[i / 2].kind == DESTINATION_HTTPS
						? "{\"name\":\"a\",\"url\":\"%s\"}"
						: "{\"name\":\"a\",\"host\":\"%s\",\"database\":"
						  "\"k\",\"user\":\"u\"}",
				at);
		CHECK_INT(at, json_parse((struct str){ text, (size_t)n }, sizeof(text), &body),
				ERR_OK);
		_cleanup_(form_finish) struct form form = { .body = body };
		destination_form_read(&form, rows[i / 2].kind, is_allowed, &f);
		CHECK(at,
				form_is_good(&form) ==
						(is_allowed ? rows[i / 2].may_where_allowed
							    : rows[i / 2].may));
	}
}

static void test_what_is_read(void) {
	static const char text[] =
			"{\"name\":\"  Kho  \",\"host\":\"db.example.vn\",\"database\":\"kho\",\"user\":\"truong\","
			"\"password\":\" mật khẩu \",\"ca\":\"" BEGIN "\\nMIECBQA=\\n" END "\"}";
	_cleanup_(json_freep) struct json *body = NULL;
	_cleanup_(destination_form_finish) struct destination_form f = { .name = NULL };
	CHECK_INT("json", json_parse(str_from(text), sizeof(text), &body), ERR_OK);
	_cleanup_(form_finish) struct form form = { .body = body };
	destination_form_read(&form, DESTINATION_MARIADB, false, &f);
	CHECK("good", form_is_good(&form));
	CHECK("trimmed", strcmp(f.name, "Kho") == 0);
	CHECK("as it was typed", strcmp(f.password, " mật khẩu ") == 0);
	CHECK("lines kept", strcmp(f.ca, BEGIN "\nMIECBQA=\n" END "\n") == 0);
	CHECK_INT("usual port", f.settings.port, 3306);
	CHECK("host", strcmp(f.settings.host, "db.example.vn") == 0);
}

/* A name, an address and a password of the greatest length, and one past it. */
static void test_limits(void) {
	static const struct {
		const char *field;
		size_t most;
	} rows[] = {
		{ "name", DESTINATION_NAME_CHARS_MAX },
		{ "password", DESTINATION_PASSWORD_CHARS_MAX },
		{ "database", DESTINATION_WORD_BYTES - 1 },
		{ "host", DESTINATION_HOST_BYTES - 1 },
	};
	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		const char *field = rows[i / 2].field;
		char value[256] = "";
		char text[1024];
		_cleanup_(json_freep) struct json *body = NULL;
		_cleanup_(destination_form_finish) struct destination_form f = { .name = NULL };
		memset(value, 'a', rows[i / 2].most + i % 2);
		int n = snprintf(text, sizeof(text),
				"{\"name\":\"%s\",\"host\":\"%s\",\"database\":\"%s\",\"user\":\"u\","
				"\"password\":\"%s\"}",
				strcmp(field, "name") == 0 ? value : "a",
				strcmp(field, "host") == 0 ? value : "h",
				strcmp(field, "database") == 0 ? value : "k",
				strcmp(field, "password") == 0 ? value : "");
		CHECK_INT(field, json_parse((struct str){ text, (size_t)n }, sizeof(text), &body),
				ERR_OK);
		_cleanup_(form_finish) struct form form = { .body = body };
		destination_form_read(&form, DESTINATION_MARIADB, false, &f);
		CHECK(field, form_is_good(&form) == (i % 2 == 0));
	}
}

int main(void) {
	test_pem();
	test_forms();
	test_here();
	test_what_is_read();
	test_limits();
	return check_failures != 0;
}
