#include "ws/http/reply.h"

#include "core/base/cleanup.h"
#include "core/base/json.h"
#include "tests/check.h"

static struct json *parsed(struct reply *r) {
	struct json *root = NULL;
	CHECK_INT("sealed", reply_seal(r), ERR_OK);
	struct str text = { buf_str(&r->body), r->body.len };
	CHECK_INT("well-formed JSON", json_parse(text, 1 << 20, &root), ERR_OK);
	return root;
}

static void check_member(const struct json *root, const char *name, const char *want) {
	struct str got = { NULL, 0 };
	CHECK_INT(name, json_get_str(root, name, &got), ERR_OK);
	CHECK(name, got.p && str_eq_z(got, want));
}

static void test_json(void) {
	_cleanup_(reply_finish) struct reply r = reply_make(LANG_EN);
	CHECK_INT("nothing was put in", reply_seal(&r), ERR_MISSING);
	struct json_out *w = reply_json(&r, 201);
	jo_kid(w, "id", 12);
	_cleanup_(json_freep) struct json *root = parsed(&r);
	check_member(root, "id", "12");
	CHECK_INT("status", r.status, 201);
}

static void test_problem(void) {
	_cleanup_(reply_finish) struct reply r = reply_make(LANG_EN);
	struct json_out *w = reply_json(&r, 200);
	jo_kstrz(w, "half", "written"); /* and then something went wrong */
	CHECK_INT("made", reply_problem(&r, 413, "http.body_too_large", "limit", "8 MiB", NULL),
			ERR_OK);
	reply_problem_member(&r, "current", str_from("{\"version\":3}"));
	_cleanup_(json_freep) struct json *root = parsed(&r);
	check_member(root, "code", "http.body_too_large");
	check_member(root, "title", "Content Too Large");
	check_member(root, "detail", "What was sent is too large: 8 MiB at most.");
	CHECK("what was written before is gone", !json_get(root, "half"));
	CHECK("the member", json_get(json_get(root, "current"), "version") != NULL);
	CHECK_INT("a code that is in no catalogue", reply_problem(&r, 400, "http.nonsense", NULL),
			ERR_NOT_FOUND);
}

static void test_errors(void) {
	for (int e = 1; e < ERR_COUNT_; e++) {
		_cleanup_(reply_finish) struct reply r = reply_make(LANG_VI);
		CHECK_INT(err_name((enum err)e), reply_err(&r, (enum err)e), ERR_OK);
		_cleanup_(json_freep) struct json *root = parsed(&r);
		check_member(root, "code", err_name((enum err)e));
	}
	_cleanup_(reply_finish) struct reply r = reply_make(LANG_VI);
	CHECK_INT("busy", reply_err(&r, ERR_BUSY), ERR_OK);
	CHECK("says when to try again", strstr(buf_str(&r.headers), "Retry-After: 1\r\n") != NULL);
}

static void test_list(void) {
	_cleanup_(reply_finish) struct reply r = reply_make(LANG_EN);
	struct diag list = { 0 };
	diag_add(&list, DIAG_ERROR, "Lop 10A", 7, 3, "http.body_too_large", "limit", "1", NULL);
	diag_add(&list, DIAG_WARNING, "/birthDate", 0, 0, "http.bad_request", NULL);
	CHECK_INT("made", reply_problem_list(&r, 422, "http.bad_request", &list), ERR_OK);
	diag_finish(&list);
	_cleanup_(json_freep) struct json *root = parsed(&r);
	const struct json *first = json_first(json_get(root, "errors"));
	const struct json *second = json_next(first);
	int64_t row = 0;
	check_member(first, "where", "Lop 10A");
	CHECK_INT("row", json_get_i64(first, "row", &row), ERR_OK);
	CHECK_INT("row", row, 7);
	check_member(first, "level", "error");
	check_member(second, "field", "birthDate");
	check_member(second, "level", "warning");
	CHECK("a field has no row", !json_get(second, "row"));
}

static void test_files(void) {
	_cleanup_(reply_finish) struct reply r = reply_make(LANG_EN);
	struct buf bytes = buf_make(100);
	buf_add_str(&bytes, "abc");
	reply_file(&r, "application/pdf", "Phiếu \"10A\".pdf", &bytes);
	CHECK_INT("sealed", reply_seal(&r), ERR_OK);
	CHECK("taken out", !bytes.data);
	CHECK_STR("the bytes", buf_str(&r.body), "abc");
	CHECK_STR("the name in both forms", buf_str(&r.headers),
			"Content-Disposition: attachment; filename=\"Phi_u _10A_.pdf\"; "
			"filename*=UTF-8''Phi%E1%BA%BFu%20%2210A%22.pdf\r\n");
}

static void test_headers(void) {
	_cleanup_(reply_finish) struct reply r = reply_make(LANG_EN);
	reply_empty(&r, 204);
	reply_cookie(&r, "abc", 3600, true);
	reply_cache(&r, 60, true);
	CHECK_INT("sealed", reply_seal(&r), ERR_OK);
	CHECK_STR("lines", buf_str(&r.headers),
			"Set-Cookie: tt_session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600; "
			"Secure\r\nCache-Control: private, max-age=60, immutable\r\n");
	for (int i = 0; i < 200; i++) {
		reply_header(&r, "X-Long", "0123456789012345678901234567890123456789");
	}
	CHECK_INT("more headers than the limit", reply_seal(&r), ERR_LIMIT);
}

/* The value of the ETag that was put in, with its quotes. */
static struct str tag_of(const struct reply *r) {
	const char *at = strstr(buf_str(&r->headers), "ETag: ");
	return at ? (struct str){ at + 6, strcspn(at + 6, "\r") } : (struct str){ NULL, 0 };
}

static void sheet_reply(struct reply *r, const char *text, struct str has, int want_status) {
	jo_kstrz(reply_json(r, 200), "text", text);
	CHECK_INT("tagged", reply_tag(r, has), ERR_OK);
	CHECK_INT(text, r->status, want_status);
}

static void test_tag(void) {
	_cleanup_(reply_finish) struct reply first = reply_make(LANG_EN);
	_cleanup_(reply_finish) struct reply same = reply_make(LANG_EN);
	_cleanup_(reply_finish) struct reply other = reply_make(LANG_EN);
	_cleanup_(reply_finish) struct reply half = reply_make(LANG_EN);
	sheet_reply(&first, "a", (struct str){ NULL, 0 }, 200);
	CHECK("the body stays",
			str_eq_z((struct str){ buf_str(&first.body), first.body.len },
					"{\"text\":\"a\"}"));
	struct str tag = tag_of(&first);
	CHECK("a tag in quotes", tag.n == 34 && tag.p[0] == '"' && tag.p[33] == '"');
	sheet_reply(&same, "a", tag, 304);
	CHECK_INT("no body", (int)same.body.len, 0);
	CHECK_INT("and nothing to seal", reply_seal(&same), ERR_OK);
	CHECK("the same tag",
			tag_of(&same).n == tag.n && memcmp(tag_of(&same).p, tag.p, tag.n) == 0);
	sheet_reply(&other, "b", tag, 200);
	CHECK("another tag", memcmp(tag_of(&other).p, tag.p, tag.n) != 0);
	CHECK_INT("nothing was put in", reply_tag(&half, tag), ERR_MISSING);
}

int main(void) {
	test_json();
	test_problem();
	test_errors();
	test_list();
	test_tag();
	test_files();
	test_headers();
	return check_done();
}
