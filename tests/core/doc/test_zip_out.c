/* What zip_out writes is read back by our own reader, which is libzip, byte for byte. */
#include "core/doc/zip_out.h"

#include <stdlib.h>

#include "core/base/rng.h"
#include "core/doc/zip.h"
#include "tests/check.h"

#define AT_MS INT64_C(1790000000000)

enum { LARGE = 3 << 20, BUF_MAX = 16 << 20, PIECE = 4099 };

/* Bytes that cannot be squeezed, and behind them some that can. */
static char *make_large(void) {
	char *bytes = malloc(LARGE);
	struct rng rng;
	rng_init(&rng, 7, 0);
	for (size_t i = 0; i < LARGE; i++) {
		bytes[i] = i < LARGE / 2 ? (char)rng_below(&rng, 256) : (char)('a' + i % 7);
	}
	return bytes;
}

static void check_entry(struct zip_in *z, const char *name, const char *want, size_t n) {
	_cleanup_(buf_finish) struct buf got = buf_make(BUF_MAX);
	CHECK_INT(name, zip_in_read(z, name, BUF_MAX, &got), ERR_OK);
	CHECK_INT(name, got.len, n);
	CHECK(name, got.len == n && (n == 0 || memcmp(got.data, want, n) == 0));
}

static void test_round_trip(void) {
	_cleanup_(buf_finish) struct buf out = buf_make(BUF_MAX);
	_cleanup_(zip_out_freep) struct zip_out *z = NULL;
	_cleanup_(zip_in_freep) struct zip_in *in = NULL;
	const struct zip_sink sink = zip_sink_buf(&out);
	char *large = make_large();
	CHECK_INT("new", zip_out_new(&sink, AT_MS, &z), ERR_OK);
	CHECK_INT("first", zip_out_entry(z, "một.csv"), ERR_OK);
	CHECK_INT("bytes", zip_out_add(z, "a,b\r\n", 5), ERR_OK);
	CHECK_INT("none", zip_out_entry(z, "none.csv"), ERR_OK);
	CHECK_INT("large", zip_out_entry(z, "large.bin"), ERR_OK);
	for (size_t at = 0; at < LARGE; at += PIECE) {
		size_t n = LARGE - at < PIECE ? LARGE - at : PIECE;
		CHECK_INT("piece", zip_out_add(z, large + at, n), ERR_OK);
	}
	CHECK_INT("end", zip_out_end(z), ERR_OK);
	CHECK_INT("read", zip_in_new(out.data, out.len, &in), ERR_OK);
	check_entry(in, "none.csv", "", 0);
	check_entry(in, "large.bin", large, LARGE);
	CHECK("it is squeezed", out.len < LARGE / 2 + (64 << 10));
	free(large);
}

static void test_limits(void) {
	_cleanup_(buf_finish) struct buf out = buf_make(BUF_MAX);
	_cleanup_(zip_out_freep) struct zip_out *z = NULL;
	const struct zip_sink sink = zip_sink_buf(&out);
	char name[ZIP_OUT_NAME_BYTES_MAX + 2];
	memset(name, 'n', sizeof(name));
	name[ZIP_OUT_NAME_BYTES_MAX + 1] = '\0';
	CHECK_INT("new", zip_out_new(&sink, AT_MS, &z), ERR_OK);
	CHECK_INT("a name past the limit", zip_out_entry(z, name), ERR_LIMIT);
	name[ZIP_OUT_NAME_BYTES_MAX] = '\0';
	CHECK_INT("a name at the limit", zip_out_entry(z, name), ERR_OK);
	for (unsigned i = 1; i < ZIP_OUT_ENTRIES_MAX; i++) {
		char text[16];
		(void)snprintf(text, sizeof(text), "%u", i);
		CHECK_INT("entries", zip_out_entry(z, text), ERR_OK);
	}
	CHECK_INT("one entry more", zip_out_entry(z, "more"), ERR_LIMIT);
	CHECK_INT("end", zip_out_end(z), ERR_OK);
	_cleanup_(zip_in_freep) struct zip_in *in = NULL;
	CHECK_INT("read", zip_in_new(out.data, out.len, &in), ERR_OK);
	CHECK("the last", zip_in_has(in, "63"));
	CHECK("the one with the long name", zip_in_has(in, name));
}

static void test_failures(void) {
	_cleanup_(buf_finish) struct buf out = buf_make(10);
	_cleanup_(zip_out_freep) struct zip_out *z = NULL;
	const struct zip_sink sink = zip_sink_buf(&out);
	CHECK_INT("before 1980", zip_out_new(&sink, 0, &z), ERR_INVAL);
	CHECK_INT("new", zip_out_new(&sink, AT_MS, &z), ERR_OK);
	CHECK_INT("what the sink says", zip_out_entry(z, "a"), ERR_LIMIT);
}

int main(void) {
	test_round_trip();
	test_limits();
	test_failures();
	return check_done();
}
