#include "ws/http/request_inner.h"

#include "core/base/cleanup.h"
#include "tests/check.h"

static const struct route plain = { HTTP_POST, "/a", 1, KIB(4), ROUTE_PLAIN, NULL };
static const struct route upload = { HTTP_POST, "/b", 1, KIB(4), ROUTE_UPLOAD, NULL };

static void fill(struct request *req, const struct route *route, const char *type,
		const char *body) {
	request_init(req, NULL);
	req->match.route = route;
	req->content_type = str_from(type);
	req->body = buf_make(KIB(4));
	buf_add_str(&req->body, body);
}

static void test_json(void) {
	static const struct {
		const char *type;
		const char *body;
		enum err want;
	} rows[] = {
		{ "application/json", "{\"a\":1}", ERR_OK },
		{ "application/json; charset=utf-8", "[]", ERR_OK },
		{ "application/json", "", ERR_OK }, /* no body is no mistake of its form */
		{ "application/json", "{", ERR_FORMAT },
		{ "application/json", "{\"a\":1,\"a\":2}", ERR_FORMAT },
		{ "text/plain", "{}", ERR_UNSUPPORTED },
		{ "application/x-www-form-urlencoded", "a=1", ERR_UNSUPPORTED },
		{ "", "{}", ERR_UNSUPPORTED },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct request req;
		fill(&req, &plain, rows[i].type, rows[i].body);
		CHECK_INT(rows[i].body, request_read_body(&req), rows[i].want);
		CHECK(rows[i].body,
				(request_json(&req) != NULL) ==
						(rows[i].want == ERR_OK && rows[i].body[0]));
		request_finish(&req);
	}
}

static void test_uploads(void) {
	struct request req;
	fill(&req, &upload, "multipart/form-data; boundary=X",
			"--X\r\nContent-Disposition: form-data; name=\"file\"; "
			"filename=\"C:\\\\x\\\\l\xc3\xb4p.xlsx\"\r\n\r\nBYTES\r\n--X--\r\n");
	CHECK_INT("multipart", request_read_body(&req), ERR_OK);
	const struct request_part *part = request_part(&req, "file");
	CHECK("there", part != NULL);
	CHECK("its name without folders", part && str_eq_z(part->file_name, "l\xc3\xb4p.xlsx"));
	CHECK("its bytes", part && str_eq_z(part->bytes, "BYTES"));
	CHECK("no other", !request_part(&req, "files"));
	request_finish(&req);

	fill(&req, &upload, "application/octet-stream", "BYTES");
	req.file_name = str_from("L%E1%BB%9Bp.xlsx");
	CHECK_INT("bare bytes", request_read_body(&req), ERR_OK);
	part = request_part(&req, "file");
	CHECK("the name from the header", part && str_eq_z(part->file_name, "Lớp.xlsx"));
	CHECK("the bytes", part && str_eq_z(part->bytes, "BYTES"));
	request_finish(&req);

	fill(&req, &upload, "multipart/form-data; boundary=X", "--X\r\nbroken");
	CHECK_INT("broken", request_read_body(&req), ERR_FORMAT);
	request_finish(&req);
}

static void test_keep(void) {
	struct request req;
	request_init(&req, NULL);
	struct str a = { NULL, 0 };
	struct str b = { NULL, 0 };
	struct str c = { "x", 1 };
	CHECK_INT("kept", request_keep(&req, str_from("one"), &a), ERR_OK);
	static char big[REQUEST_TEXT_BYTES_MAX];
	memset(big, 'b', sizeof(big));
	CHECK_INT("all that is left",
			request_keep(&req, (struct str){ big, REQUEST_TEXT_BYTES_MAX - 5 }, &b),
			ERR_OK);
	CHECK_INT("one more", request_keep(&req, str_from(""), &c), ERR_LIMIT);
	CHECK_INT("untouched on failure", c.n, 1);
	CHECK("the first has not moved", str_eq_z(a, "one"));
	CHECK_INT("nothing stays nothing", request_keep(&req, (struct str){ NULL, 0 }, &c), ERR_OK);
	CHECK("nothing stays nothing", !c.p);
	request_finish(&req);
}

static void test_query(void) {
	struct request req;
	request_init(&req, NULL);
	req.query[0] = (struct request_pair){ str_from("year"), str_from("7") };
	req.query[1] = (struct request_pair){ str_from("q"), str_from("Nguyễn") };
	req.query[2] = (struct request_pair){ str_from("bad"), str_from("7x") };
	req.query_count = 3;
	uint64_t v = 0;
	CHECK_INT("a number", request_query_u64(&req, "year", 0, &v), ERR_OK);
	CHECK_INT("a number", v, 7);
	CHECK_INT("not there", request_query_u64(&req, "limit", 50, &v), ERR_OK);
	CHECK_INT("the fallback", v, 50);
	CHECK_INT("no number", request_query_u64(&req, "bad", 0, &v), ERR_INVAL);
	CHECK("text", str_eq_z(request_query(&req, "q"), "Nguyễn"));
	CHECK("not there", !request_query(&req, "qq").p);
	request_finish(&req);
}

int main(void) {
	test_json();
	test_uploads();
	test_keep();
	test_query();
	return check_done();
}
