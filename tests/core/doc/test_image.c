#include "core/doc/image.h"

#include <stdint.h>
#include <stdlib.h>

#include <gif_lib.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/doc/image_inner.h"
#include "tests/check.h"

/* A picture of soft colours, with a hole in the middle when it has_hole. */
static struct image_pixels paint(unsigned width, unsigned height, bool has_hole) {
	struct image_pixels p = { 0 };
	CHECK_INT("room", image_pixels_new(width, height, &p), ERR_OK);
	for (unsigned y = 0; y < height; y++) {
		for (unsigned x = 0; x < width; x++) {
			uint8_t *c = p.rgba + 4 * ((size_t)width * y + x);
			c[0] = (uint8_t)(x * 255 / width);
			c[1] = (uint8_t)(y * 255 / height);
			c[2] = 128;
			bool is_hole = has_hole && x > width / 4 && x < width * 3 / 4;
			c[3] = is_hole ? 0 : 255;
		}
	}
	return p;
}

static struct image made_png(unsigned width, unsigned height, bool has_hole) {
	_cleanup_(image_pixels_finish) struct image_pixels p = paint(width, height, has_hole);
	struct image out = { 0 };
	CHECK_INT("encode", image_write_png(&p, &out), ERR_OK);
	return out;
}

static struct image made_jpeg(unsigned width, unsigned height) {
	_cleanup_(image_pixels_finish) struct image_pixels p = paint(width, height, false);
	struct image out = { 0 };
	CHECK_INT("encode", image_write_jpeg(&p, &out), ERR_OK);
	return out;
}

static void test_sizes(void) {
	static const struct {
		unsigned width, height, want_width, want_height;
	} rows[] = {
		{ 10, 10, 10, 10 },
		{ 1200, 30, 1200, 30 },
		{ 1201, 1201, 1200, 1200 },
		{ 2400, 800, 1200, 400 },
		{ 600, 3200, 300, 1600 },
		{ 5000, 1, 1200, 1 },
		{ 1, 5000, 1, 1600 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(image_finish) struct image in =
				made_png(rows[i].width, rows[i].height, false);
		_cleanup_(image_finish) struct image out = { 0 };
		CHECK_INT("png", image_shrink(in.bytes, in.n, NULL, &out), ERR_OK);
		CHECK_INT("width", out.width, rows[i].want_width);
		CHECK_INT("height", out.height, rows[i].want_height);
		CHECK("bytes", out.n <= IMAGE_BYTES_DEFAULT);
		_cleanup_(image_pixels_finish) struct image_pixels p = { 0 };
		if (image_kind(out.bytes, out.n) == IMAGE_PNG) {
			CHECK_INT("reads back", image_read_png(out.bytes, out.n, &p), ERR_OK);
			CHECK_INT("as wide", p.width, rows[i].want_width);
		}
	}
}

static void test_jpeg(void) {
	_cleanup_(image_finish) struct image in = made_jpeg(2600, 1300);
	_cleanup_(image_finish) struct image out = { 0 };
	CHECK_INT("shrink", image_shrink(in.bytes, in.n, NULL, &out), ERR_OK);
	CHECK_STR("stays one", out.mime, "image/jpeg");
	CHECK_INT("width", out.width, 1200);
	CHECK_INT("height", out.height, 600);
	_cleanup_(image_pixels_finish) struct image_pixels p = { 0 };
	CHECK_INT("reads back", image_read_jpeg(out.bytes, out.n, 1, &p), ERR_OK);
	CHECK("decoded small", p.width == 150);
	CHECK("about the colour it had", abs((int)p.rgba[2] - 128) < 12);

	struct image_limits tight = { 1200, 1600, 2000 };
	_cleanup_(image_finish) struct image small = { 0 };
	CHECK_INT("few bytes", image_shrink(in.bytes, in.n, &tight, &small), ERR_OK);
	CHECK("scaled for them", small.width < 1200 && small.n <= 2000);
	struct image_limits none = { 1200, 1600, 100 };
	struct image nothing = { 0 };
	CHECK_INT("too few bytes", image_shrink(in.bytes, in.n, &none, &nothing), ERR_LIMIT);
	CHECK("untouched", !nothing.bytes);
}

static int append(GifFileType *gif, const GifByteType *bytes, int n) {
	buf_add(gif->UserData, bytes, (size_t)n);
	return n;
}

/* A GIF of 4 x 4, interlaced, its left half colour 1 (red), the rest transparent. */
static void make_gif(struct buf *out) {
	GifColorType colors[2] = { { 0, 0, 255 }, { 255, 0, 0 } };
	ColorMapObject *map = GifMakeMapObject(2, colors);
	GifFileType *gif = EGifOpen(out, append, NULL);
	GraphicsControlBlock control = { .TransparentColor = 0 };
	GifByteType extension[4];
	GifByteType row[4] = { 1, 1, 0, 0 };
	EGifSetGifVersion(gif, true);
	EGifPutScreenDesc(gif, 4, 4, 1, 0, map);
	EGifGCBToExtension(&control, extension);
	EGifPutExtension(gif, COMMENT_EXT_FUNC_CODE, 2, "hi");
	EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, 4, extension);
	EGifPutImageDesc(gif, 0, 0, 4, 4, true, NULL);
	for (int i = 0; i < 4; i++) {
		EGifPutLine(gif, row, 4);
	}
	EGifCloseFile(gif, NULL);
	GifFreeMapObject(map);
}

static void test_gif(void) {
	_cleanup_(buf_finish) struct buf gif = buf_make(10000);
	make_gif(&gif);
	_cleanup_(image_pixels_finish) struct image_pixels p = { 0 };
	CHECK_INT("read", image_read_gif(gif.data, gif.len, &p), ERR_OK);
	CHECK_INT("width", p.width, 4);
	CHECK_INT("height", p.height, 4);
	for (size_t i = 0; p.rgba && i < 16; i++) {
		const uint8_t *c = p.rgba + 4 * i;
		bool is_left = i % 4 < 2;
		CHECK("left red, right nothing", is_left ? c[3] == 255 && c[0] == 255 : c[3] == 0);
	}
	_cleanup_(image_finish) struct image out = { 0 };
	CHECK_INT("shrink", image_shrink(gif.data, gif.len, NULL, &out), ERR_OK);
	CHECK_STR("becomes", out.mime, "image/png");
	struct image bad = { 0 };
	CHECK_INT("cut off", image_shrink(gif.data, gif.len - 8, NULL, &bad), ERR_FORMAT);
}

static void test_transparency(void) {
	_cleanup_(image_finish) struct image in = made_png(2400, 100, true);
	_cleanup_(image_finish) struct image out = { 0 };
	CHECK_INT("shrink", image_shrink(in.bytes, in.n, NULL, &out), ERR_OK);
	CHECK_STR("kept", out.mime, "image/png");
	_cleanup_(image_pixels_finish) struct image_pixels p = { 0 };
	CHECK_INT("reads back", image_read_png(out.bytes, out.n, &p), ERR_OK);
	CHECK_INT("hole", p.rgba[4 * 600 + 3], 0);
	CHECK_INT("edge", p.rgba[3], 255);
	_cleanup_(image_finish) struct image jpeg = { 0 };
	CHECK_INT("as a JPEG", image_write_jpeg(&p, &jpeg), ERR_OK);
	_cleanup_(image_pixels_finish) struct image_pixels flat = { 0 };
	CHECK_INT("reads back", image_read_jpeg(jpeg.bytes, jpeg.n, 9999, &flat), ERR_OK);
	CHECK("white through the hole", flat.rgba[4 * 600] > 245 && flat.rgba[4 * 600 + 2] > 245);
}

static void put32(unsigned char *p, uint32_t v) {
	p[0] = (unsigned char)(v >> 24);
	p[1] = (unsigned char)(v >> 16);
	p[2] = (unsigned char)(v >> 8);
	p[3] = (unsigned char)v;
}

/* A PNG that only claims a size: its header, with a right checksum, and nothing behind. */
static enum err claimed_size(uint32_t width, uint32_t height) {
	unsigned char png[33] = "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR";
	put32(png + 16, width);
	put32(png + 20, height);
	memcpy(png + 24, "\x08\x06\x00\x00\x00", 5);
	uint32_t crc = 0xffffffff;
	for (size_t i = 12; i < 29; i++) {
		crc ^= png[i];
		for (int k = 0; k < 8; k++) {
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
		}
	}
	put32(png + 29, ~crc);
	struct image out = { 0 };
	return image_shrink(png, sizeof(png), NULL, &out);
}

static void test_refusals(void) {
	struct image out = { 0 };
	CHECK_INT("widest", image_check_size(IMAGE_SIDE_PIXELS_MAX, 1), ERR_OK);
	CHECK_INT("too wide", image_check_size(IMAGE_SIDE_PIXELS_MAX + 1, 1), ERR_LIMIT);
	CHECK_INT("largest", image_check_size(6000, IMAGE_PIXELS_MAX / 6000), ERR_OK);
	CHECK_INT("too large", image_check_size(6001, IMAGE_PIXELS_MAX / 6000), ERR_LIMIT);
	CHECK_INT("no rows", image_check_size(5, 0), ERR_FORMAT);
	CHECK_INT("a bomb", claimed_size(50000, 50000), ERR_LIMIT);
	CHECK_INT("header alone", claimed_size(10, 10), ERR_FORMAT);
	CHECK_INT("metafile", image_shrink("\xd7\xcd\xc6\x9a", 4, NULL, &out), ERR_UNSUPPORTED);
	CHECK_INT("markup", image_shrink("<svg/>", 6, NULL, &out), ERR_UNSUPPORTED);
	CHECK_INT("nothing", image_shrink("", 0, NULL, &out), ERR_UNSUPPORTED);
	CHECK_INT("JPEG cut off", image_shrink("\xff\xd8\xff\xe0", 4, NULL, &out), ERR_FORMAT);
	char *big = calloc(1, IMAGE_INPUT_BYTES_MAX + 1);
	CHECK_INT("too many bytes", image_shrink(big, IMAGE_INPUT_BYTES_MAX + 1, NULL, &out),
			ERR_LIMIT);
	CHECK_INT("as many as may be", image_shrink(big, IMAGE_INPUT_BYTES_MAX, NULL, &out),
			ERR_UNSUPPORTED);
	free(big);
}

/* Nothing of the file but its pixels is kept. */
static void test_metadata(void) {
	_cleanup_(image_finish) struct image in = made_jpeg(20, 20);
	_cleanup_(mem_freep) char *with = malloc(in.n + 40);
	static const char comment[] = "\xff\xfe\x00\x0dGPS-21.03N";
	memcpy(with, in.bytes, 2);
	memcpy(with + 2, comment, sizeof(comment) - 1);
	memcpy(with + 2 + sizeof(comment) - 1, in.bytes + 2, in.n - 2);
	size_t n = in.n + sizeof(comment) - 1;
	memcpy(with + n, "TRAILER", 7);
	_cleanup_(image_finish) struct image out = { 0 };
	CHECK_INT("shrink", image_shrink(with, n + 7, NULL, &out), ERR_OK);
	CHECK("place dropped", !memmem(out.bytes, out.n, "GPS", 3));
	CHECK("trailer dropped", !memmem(out.bytes, out.n, "TRAILER", 7));
}

int main(void) {
	test_sizes();
	test_jpeg();
	test_gif();
	test_transparency();
	test_refusals();
	test_metadata();
	return check_done();
}
