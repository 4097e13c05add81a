#include "ws/http/static_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "tests/check.h"

static void put(const char *dir, const char *name, const char *text) {
	char path[512];
	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	CHECK(name, f != NULL);
	if (f) {
		fputs(text, f);
		fclose(f);
	}
}

static void make(const char *dir) {
	char assets[512];
	(void)snprintf(assets, sizeof(assets), "%s/assets", dir);
	mkdir(assets, 0755);
	put(dir, "index.html", "INDEX");
	put(dir, "exam.html", "EXAM");
	put(dir, "sw.js", "WORKER");
	put(dir, ".secret", "SECRET");
	put(dir, "lone.js.br", "LONE");
	put(assets, "a.js", "0123456789");
	put(assets, "a.js.br", "BR");
	put(assets, "a.js.gz", "GZ");
	put(assets, "s.mp3", "SOUND");
}

static void unmake(const char *dir) {
	char command[600];
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	CHECK_INT("cleaned", system(command), 0);
}

struct row {
	const char *path;
	const char *range;
	bool takes_br;
	bool takes_gzip;
	int want_status; /* 0: not found */
	const char *want_body;
	const char *want_line; /* a header line that must be there, or NULL */
};

static const struct row rows[] = {
	{ "/", NULL, false, false, 200, "INDEX", "Cache-Control: no-cache\r\n" },
	{ "/index.html", NULL, false, false, 200, "INDEX", NULL },
	{ "/giao-vien/so-diem/3", NULL, false, false, 200, "INDEX", NULL },
	{ "/thi", NULL, false, false, 200, "INDEX", NULL },
	{ "/thi/", NULL, false, false, 200, "INDEX", NULL },
	{ "/thi/3/AgIC", NULL, false, false, 200, "EXAM", NULL },
	{ "/nothing.js", NULL, false, false, 0, NULL, NULL },
	{ "/.secret", NULL, false, false, 0, NULL, NULL },
	{ "/lone.js", NULL, true, false, 0, NULL, NULL },
	{ "/assets/a.js.br", NULL, true, true, 0, NULL, NULL },
	{ "/sw.js", NULL, false, false, 200, "WORKER", "Service-Worker-Allowed: /\r\n" },
	{ "/assets/a.js", NULL, false, false, 200, "0123456789", "Vary: Accept-Encoding\r\n" },
	{ "/assets/a.js", NULL, true, true, 200, "BR", "Content-Encoding: br\r\n" },
	{ "/assets/a.js", NULL, false, true, 200, "GZ", "Content-Encoding: gzip\r\n" },
	{ "/assets/a.js", NULL, true, true, 200, "BR", "max-age=31536000, immutable\r\n" },
	{ "/assets/a.js", "bytes=2-4", true, true, 206, "234", "Content-Range: bytes 2-4/10\r\n" },
	{ "/assets/a.js", "bytes=10-", false, false, 416, "", "Content-Range: bytes */10\r\n" },
	{ "/assets/a.js", "bytes=0-1,4-5", false, false, 200, "0123456789", NULL },
	{ "/assets/s.mp3", NULL, false, false, 200, "SOUND", "Accept-Ranges: bytes\r\n" },
	{ "/assets/../index.html", NULL, false, false, 0, NULL, NULL },
};

static void check_row(const struct static_files *sf, const struct row *row) {
	_cleanup_(reply_finish) struct reply r = reply_make(LANG_VI);
	struct static_request want = {
		.path = str_from(row->path),
		.range = row->range ? str_from(row->range) : (struct str){ NULL, 0 },
		.takes_br = row->takes_br,
		.takes_gzip = row->takes_gzip,
	};
	struct str content = { NULL, 0 };
	enum err e = static_files_answer(sf, &want, &r, &content);
	CHECK_INT(row->path, e, row->want_status ? ERR_OK : ERR_NOT_FOUND);
	if (e || !row->want_status) {
		return;
	}
	CHECK_INT(row->path, r.status, row->want_status);
	CHECK(row->path, str_eq_z(content, row->want_body));
	CHECK(row->path, !row->want_line || strstr(buf_str(&r.headers), row->want_line) != NULL);
}

static void test_tag(const struct static_files *sf) {
	_cleanup_(reply_finish) struct reply r = reply_make(LANG_VI);
	struct static_request want = { .path = str_from("/index.html") };
	struct str content = { NULL, 0 };
	CHECK_INT("first", static_files_answer(sf, &want, &r, &content), ERR_OK);
	const char *tag = strstr(buf_str(&r.headers), "ETag: ");
	char text[64] = "";
	CHECK("it has a tag", tag && sscanf(tag, "ETag: %63s", text) == 1);
	_cleanup_(reply_finish) struct reply again = reply_make(LANG_VI);
	want.if_none_match = str_from(text);
	CHECK_INT("again", static_files_answer(sf, &want, &again, &content), ERR_OK);
	CHECK_INT("not changed", again.status, 304);
	CHECK_INT("no body", content.n, 0);
}

int main(void) {
	char dir[] = "/tmp/truongthi-static-XXXXXX";
	CHECK("a folder", mkdtemp(dir) != NULL);
	make(dir);
	_cleanup_(static_files_freep) struct static_files *sf = NULL;
	CHECK_INT("loaded", static_files_load(dir, &sf), ERR_OK);
	CHECK_INT("hidden and lone ones are left out", static_files_count(sf), 5);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check_row(sf, &rows[i]);
	}
	test_tag(sf);
	struct static_files *none = NULL;
	CHECK_INT("no such folder", static_files_load("/tmp/truongthi-static-none", &none),
			ERR_NOT_FOUND);
	CHECK_INT("no folder at all", static_files_load("", &none), ERR_OK);
	CHECK_INT("then nothing is there", static_files_count(none), 0);
	static_files_free(none);
	unmake(dir);
	return check_done();
}
