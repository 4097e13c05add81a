#include "core/doc/zip.h"

#include <stdint.h>
#include <stdlib.h>

#include <zip.h>

#include "tests/check.h"

/* An archive made with libzip itself; tests then damage its bytes. */
struct made {
	char *bytes;
	size_t n;
};

static void made_finish(struct made *m) {
	free(m->bytes);
}

struct entry {
	const char *name;
	const void *bytes;
	size_t n;
};

static struct made make(const struct entry *entries, size_t count, const char *password) {
	zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *z = zip_open_from_source(to, ZIP_CREATE | ZIP_TRUNCATE, NULL);
	zip_source_keep(to);
	for (size_t i = 0; i < count; i++) {
		zip_source_t *from = zip_source_buffer(z, entries[i].bytes, entries[i].n, 0);
		zip_int64_t at = zip_file_add(z, entries[i].name, from, ZIP_FL_ENC_UTF_8);
		if (password) {
			zip_file_set_encryption(z, (zip_uint64_t)at, ZIP_EM_AES_128, password);
		}
	}
	zip_close(z);
	zip_stat_t st;
	zip_source_stat(to, &st);
	struct made m = { malloc(st.size), st.size };
	zip_source_open(to);
	zip_source_read(to, m.bytes, m.n);
	zip_source_close(to);
	zip_source_free(to);
	return m;
}

/* Replaces every occurrence of a name by another of the same length. */
static void rename_all(struct made *m, const char *from, const char *to, size_t n) {
	for (char *p = memmem(m->bytes, m->n, from, n); p;
			p = memmem(p + n, m->n - (size_t)(p + n - m->bytes), from, n)) {
		memcpy(p, to, n);
	}
}

static enum err open_only(const struct made *m) {
	_cleanup_(zip_in_freep) struct zip_in *z = NULL;
	return zip_in_new(m->bytes, m->n, &z);
}

static const struct {
	const char *name;
	const char *entry; /* 8 bytes */
	enum err want;
} name_rows[] = {
	{ "plain", "word/abc", ERR_OK },
	{ "dots inside a name", "a..b/..c", ERR_OK },
	{ "parent first", "../abcde", ERR_FORMAT },
	{ "parent inside", "a/../bcd", ERR_FORMAT },
	{ "parent last", "abcde/..", ERR_FORMAT },
	{ "absolute", "/abcdefg", ERR_FORMAT },
	{ "drive", "c:abcdef", ERR_FORMAT },
	{ "backslash", "word\\abc", ERR_FORMAT },
	{ "nul", "word\0abc", ERR_FORMAT },
};

static void test_names(void) {
	for (size_t i = 0; i < sizeof(name_rows) / sizeof(name_rows[0]); i++) {
		struct entry one = { "NAMENAME", "x", 1 };
		_cleanup_(made_finish) struct made m = make(&one, 1, NULL);
		rename_all(&m, "NAMENAME", name_rows[i].entry, 8);
		CHECK_INT(name_rows[i].name, open_only(&m), name_rows[i].want);
	}
	struct entry two[] = { { "NAMENAM1", "x", 1 }, { "NAMENAM2", "y", 1 } };
	_cleanup_(made_finish) struct made m = make(two, 2, NULL);
	rename_all(&m, "NAMENAM2", "NAMENAM1", 8);
	CHECK_INT("the same name twice", open_only(&m), ERR_FORMAT);

	char name[ZIP_NAME_BYTES_MAX + 2];
	memset(name, 'n', sizeof(name));
	name[ZIP_NAME_BYTES_MAX] = '\0';
	struct entry longest = { name, "x", 1 };
	_cleanup_(made_finish) struct made fits = make(&longest, 1, NULL);
	CHECK_INT("longest name", open_only(&fits), ERR_OK);
	name[ZIP_NAME_BYTES_MAX] = 'n';
	name[ZIP_NAME_BYTES_MAX + 1] = '\0';
	_cleanup_(made_finish) struct made over = make(&longest, 1, NULL);
	CHECK_INT("name too long", open_only(&over), ERR_LIMIT);
}

/* Each entry with that Unix mode. */
static enum err open_with_mode(unsigned mode) {
	struct entry one = { "word/x", "/etc/passwd", 11 };
	_cleanup_(made_finish) struct made m = make(&one, 1, NULL);
	char *central = memmem(m.bytes, m.n, "PK\1\2", 4);
	central[5] = 3; /* made by Unix */
	central[38] = central[39] = 0;
	central[40] = (char)(mode & 255);
	central[41] = (char)(mode >> 8);
	return open_only(&m);
}

static void test_links(void) {
	CHECK_INT("a file", open_with_mode(0100644), ERR_OK);
	CHECK_INT("without a mode", open_with_mode(0), ERR_OK);
	CHECK_INT("a symbolic link", open_with_mode(0120777), ERR_FORMAT);
}

static void test_read(void) {
	struct entry two[] = { { "b.xml", "second", 6 }, { "a/a.xml", "first", 5 } };
	_cleanup_(made_finish) struct made m = make(two, 2, NULL);
	_cleanup_(zip_in_freep) struct zip_in *z = NULL;
	_cleanup_(buf_finish) struct buf out = buf_make(1000);
	CHECK_INT("open", zip_in_new(m.bytes, m.n, &z), ERR_OK);
	CHECK("has", zip_in_has(z, "a/a.xml"));
	CHECK("has not", !zip_in_has(z, "A/a.xml"));
	CHECK_INT("read", zip_in_read(z, "a/a.xml", 5, &out), ERR_OK);
	CHECK_INT("appended", zip_in_read(z, "b.xml", 6, &out), ERR_OK);
	CHECK_STR("content", buf_str(&out), "firstsecond");
	CHECK_INT("one byte over the caller's limit", zip_in_read(z, "b.xml", 5, &out), ERR_LIMIT);
	CHECK_INT("no such entry", zip_in_read(z, "c.xml", 5, &out), ERR_NOT_FOUND);
	CHECK_STR("untouched", buf_str(&out), "firstsecond");

	char *central = memmem(m.bytes, m.n, "PK\1\2", 4);
	central[2] = 9;
	CHECK_INT("damaged directory", open_only(&m), ERR_FORMAT);
	central[2] = 1;
	char *first = memmem(m.bytes, m.n, "first", 5);
	first[0] = 'F';
	_cleanup_(zip_in_freep) struct zip_in *bad = NULL;
	CHECK_INT("directory again", zip_in_new(m.bytes, m.n, &bad), ERR_OK);
	CHECK_INT("wrong checksum", zip_in_read(bad, "a/a.xml", 5, &out), ERR_FORMAT);
	CHECK_STR("still untouched", buf_str(&out), "firstsecond");
}

/* Entries of n equal bytes inflate about a thousandfold. */
static enum err read_zeros(size_t n, size_t declared_bytes) {
	char *zeros = calloc(1, n);
	struct entry one = { "z", zeros, n };
	_cleanup_(made_finish) struct made m = make(&one, 1, NULL);
	free(zeros);
	if (declared_bytes) {
		unsigned char *end = (unsigned char *)m.bytes + m.n - 22;
		unsigned char *central = (unsigned char *)m.bytes +
				(end[16] | end[17] << 8 | (size_t)end[18] << 16);
		for (size_t i = 0; i < 4; i++) {
			unsigned char byte = (unsigned char)(declared_bytes >> (8 * i));
			central[24 + i] = byte;
			m.bytes[22 + i] = (char)byte;
		}
	}
	_cleanup_(zip_in_freep) struct zip_in *z = NULL;
	_cleanup_(buf_finish) struct buf out = buf_make(ZIP_INFLATED_BYTES_MAX);
	enum err e = zip_in_new(m.bytes, m.n, &z);
	return e ? e : zip_in_read(z, "z", ZIP_INFLATED_BYTES_MAX, &out);
}

static void test_bombs(void) {
	CHECK_INT("any ratio while small", read_zeros(ZIP_RATIO_FREE_BYTES, 0), ERR_OK);
	CHECK_INT("the ratio past that", read_zeros(ZIP_RATIO_FREE_BYTES + 1, 0), ERR_LIMIT);
	CHECK("a declared size that lies", read_zeros(4 * ZIP_RATIO_FREE_BYTES, 10) != ERR_OK);
}

static void test_total(void) {
	size_t n = 24 * 1024 * 1024; /* stored bytes that do not shrink: no ratio at work */
	char *noise = malloc(n);
	uint32_t state = 1;
	for (size_t i = 0; i < n; i++) {
		state = state * 1664525u + 1013904223u;
		noise[i] = (char)(state >> 24);
	}
	struct entry one = { "n", noise, n };
	_cleanup_(made_finish) struct made m = make(&one, 1, NULL);
	free(noise);
	_cleanup_(zip_in_freep) struct zip_in *z = NULL;
	CHECK_INT("open", zip_in_new(m.bytes, m.n, &z), ERR_OK);
	size_t reads = ZIP_INFLATED_BYTES_MAX / n;
	_cleanup_(buf_finish) struct buf out = buf_make(n);
	for (size_t i = 0; i < reads; i++) {
		buf_clear(&out);
		CHECK_INT("within the total", zip_in_read(z, "n", n, &out), ERR_OK);
	}
	buf_clear(&out);
	CHECK_INT("past the total", zip_in_read(z, "n", n, &out), ERR_LIMIT);
}

static void test_whole(void) {
	struct entry one = { "x", "secret", 6 };
	_cleanup_(made_finish) struct made sealed = make(&one, 1, "password");
	CHECK_INT("encrypted", open_only(&sealed), ERR_UNSUPPORTED);

	char words[] = "PK but no archive, only text that goes on";
	struct made text = { words, sizeof(words) - 1 };
	CHECK_INT("not an archive", open_only(&text), ERR_FORMAT);
	struct made nothing = { words, 0 };
	CHECK_INT("nothing", open_only(&nothing), ERR_FORMAT);

	struct made big = { calloc(1, ZIP_FILE_BYTES_MAX + 1), ZIP_FILE_BYTES_MAX + 1 };
	CHECK_INT("too large", open_only(&big), ERR_LIMIT);
	big.n--;
	CHECK_INT("as large as may be, but empty", open_only(&big), ERR_FORMAT);
	made_finish(&big);

	static struct entry many[ZIP_ENTRIES_MAX + 1];
	static char names[ZIP_ENTRIES_MAX + 1][8];
	for (size_t i = 0; i <= ZIP_ENTRIES_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "%zu", i);
		many[i] = (struct entry){ names[i], "x", 1 };
	}
	_cleanup_(made_finish) struct made most = make(many, ZIP_ENTRIES_MAX, NULL);
	CHECK_INT("most entries", open_only(&most), ERR_OK);
	_cleanup_(made_finish) struct made over = make(many, ZIP_ENTRIES_MAX + 1, NULL);
	CHECK_INT("one entry too many", open_only(&over), ERR_LIMIT);
}

int main(void) {
	test_names();
	test_links();
	test_read();
	test_bombs();
	test_total();
	test_whole();
	return check_done();
}
