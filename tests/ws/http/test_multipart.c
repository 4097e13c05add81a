#include "ws/http/multipart.h"

#include "tests/check.h"

enum { MAX = 3 };

#define TYPE "multipart/form-data; boundary=XX"
#define PART(name, text) \
	"--XX\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" text "\r\n"

static const struct {
	const char *name;
	const char *type;
	const char *body;
	enum err want_err;
	size_t want_count;
} rows[] = {
	{ "one", TYPE, PART("a", "1") "--XX--\r\n", ERR_OK, 1 },
	{ "three", TYPE, PART("a", "1") PART("b", "2") PART("c", "3") "--XX--", ERR_OK, 3 },
	{ "one past the limit", TYPE,
			PART("a", "1") PART("b", "2") PART("c", "3") PART("d", "4") "--XX--",
			ERR_LIMIT, 0 },
	{ "none", TYPE, "--XX--\r\n", ERR_OK, 0 },
	{ "empty content", TYPE, PART("a", "") "--XX--", ERR_OK, 1 },
	{ "quoted boundary", "multipart/form-data; boundary=\"XX\"", PART("a", "1") "--XX--",
			ERR_OK, 1 },
	{ "no end", TYPE, PART("a", "1") "--XX", ERR_FORMAT, 0 },
	{ "cut inside a part", TYPE, "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1",
			ERR_FORMAT, 0 },
	{ "no head's end", TYPE, "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n--XX--",
			ERR_FORMAT, 0 },
	{ "a part without a name", TYPE, "--XX\r\nContent-Type: a/b\r\n\r\n1\r\n--XX--", ERR_FORMAT,
			0 },
	{ "another type", "text/plain; boundary=XX", PART("a", "1") "--XX--", ERR_FORMAT, 0 },
	{ "no boundary", "multipart/form-data", PART("a", "1") "--XX--", ERR_FORMAT, 0 },
	{ "text before the first part", TYPE, "x" PART("a", "1") "--XX--", ERR_FORMAT, 0 },
	{ "nothing", TYPE, "", ERR_FORMAT, 0 },
	{ "something behind the fence", TYPE, PART("a", "1") "--XXzz--", ERR_FORMAT, 0 },
};

static void test_spans(void) {
	static const char body[] =
			"--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.xlsx\"\r\n"
			"Content-Type: application/x\r\n\r\nb\r\n--X\r\n\0c\r\n--XX--\r\n";
	struct multipart_part parts[MAX];
	size_t count = 0;
	enum err e = multipart_parse(
			str_from(TYPE), (struct str){ body, sizeof(body) - 1 }, parts, MAX, &count);
	CHECK_INT("a file", e, ERR_OK);
	CHECK("its field", str_eq_z(parts[0].name, "file"));
	CHECK("its name", str_eq_z(parts[0].file_name, "a.xlsx"));
	CHECK("its type", str_eq_z(parts[0].type, "application/x"));
	CHECK_INT("what looks like a fence, and a NUL, stay in", parts[0].bytes.n, 10);
}

static void test_limits(void) {
	char type[128] = "multipart/form-data; boundary=";
	char body[4096];
	size_t n = strlen(type);
	memset(type + n, 'B', 71);
	type[n + 70] = '\0';
	int len = snprintf(body, sizeof(body),
			"--%s\r\nContent-Disposition: form-data; name=\"a\""
			"\r\n\r\n1\r\n--%s--",
			type + n, type + n);
	struct multipart_part parts[MAX];
	size_t count = 0;
	struct str all = { body, (size_t)len };
	CHECK_INT("boundary at the limit", multipart_parse(str_from(type), all, parts, MAX, &count),
			ERR_OK);
	type[n + 70] = 'B';
	type[n + 71] = '\0';
	CHECK_INT("and past it", multipart_parse(str_from(type), all, parts, MAX, &count),
			ERR_FORMAT);
	memcpy(body, "--XX\r\n", 6);
	memset(body + 6, 'h', 2050);
	memcpy(body + 2056, "\r\n\r\n1\r\n--XX--", 14);
	all.n = 2056 + 13;
	CHECK_INT("a head past the limit", multipart_parse(str_from(TYPE), all, parts, MAX, &count),
			ERR_LIMIT);
}

int main(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct multipart_part parts[MAX];
		size_t count = 77;
		enum err e = multipart_parse(
				str_from(rows[i].type), str_from(rows[i].body), parts, MAX, &count);
		CHECK_INT(rows[i].name, e, rows[i].want_err);
		CHECK_INT(rows[i].name, count, rows[i].want_err ? 77 : rows[i].want_count);
	}
	test_spans();
	test_limits();
	return check_done();
}
