#include "core/doc/image.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/doc/image_inner.h"

enum {
	WIDTH_MIN = 240,               /* a picture is not scaled below this to save bytes */
	PNG_BYTES_PLENTY = 120 * 1024, /* from here on a JPEG is tried instead of a PNG */
};

enum image_kind image_kind(const void *bytes, size_t n) {
	if (n >= 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0) {
		return IMAGE_PNG;
	}
	if (n >= 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0) {
		return IMAGE_JPEG;
	}
	if (n >= 6 && (memcmp(bytes, "GIF87a", 6) == 0 || memcmp(bytes, "GIF89a", 6) == 0)) {
		return IMAGE_GIF;
	}
	return IMAGE_OTHER;
}

void image_finish(struct image *image) {
	free(image->bytes);
	*image = (struct image){ 0 };
}

enum err image_check_size(uint64_t width, uint64_t height) {
	if (width == 0 || height == 0) {
		return ERR_FORMAT;
	}
	if (width > IMAGE_SIDE_PIXELS_MAX || height > IMAGE_SIDE_PIXELS_MAX ||
			width * height > IMAGE_PIXELS_MAX) {
		return ERR_LIMIT;
	}
	return ERR_OK;
}

enum err image_pixels_new(unsigned width, unsigned height, struct image_pixels *out) {
	assert(width > 0 && height > 0); /* image_check_size() came before */
	uint8_t *rgba = calloc((size_t)width * height, 4);
	if (!rgba) {
		return ERR_NOMEM;
	}
	*out = (struct image_pixels){ width, height, rgba };
	return ERR_OK;
}

static enum err read_pixels(const void *bytes, size_t n, unsigned width, struct image_pixels *out) {
	switch (image_kind(bytes, n)) {
	case IMAGE_PNG:
		return image_read_png(bytes, n, out);
	case IMAGE_JPEG:
		return image_read_jpeg(bytes, n, width, out);
	case IMAGE_GIF:
		return image_read_gif(bytes, n, out);
	case IMAGE_OTHER:
		break;
	}
	return ERR_UNSUPPORTED;
}

/* The mean of the source pixels under one output pixel, colours weighted by alpha. */
static void mean_pixel(const struct image_pixels *p, const unsigned box[4], uint8_t *to) {
	uint64_t sum[4] = { 0 };
	uint64_t count = 0;
	for (unsigned y = box[1]; y < box[3]; y++) {
		const uint8_t *from = p->rgba + 4 * ((size_t)p->width * y + box[0]);
		for (unsigned x = box[0]; x < box[2]; x++, from += 4, count++) {
			sum[0] += (uint64_t)from[0] * from[3];
			sum[1] += (uint64_t)from[1] * from[3];
			sum[2] += (uint64_t)from[2] * from[3];
			sum[3] += from[3];
		}
	}
	for (int i = 0; i < 3; i++) {
		to[i] = sum[3] ? (uint8_t)((sum[i] + sum[3] / 2) / sum[3]) : 255;
	}
	to[3] = (uint8_t)((sum[3] + count / 2) / count);
}

static enum err scale(const struct image_pixels *p, unsigned width, unsigned height,
		struct image_pixels *out) {
	enum err e = image_pixels_new(width, height, out);
	if (e) {
		return e;
	}
	for (unsigned y = 0; y < height; y++) {
		unsigned top = (unsigned)((uint64_t)y * p->height / height);
		unsigned bottom = (unsigned)(((uint64_t)y + 1) * p->height / height);
		for (unsigned x = 0; x < width; x++) {
			unsigned left = (unsigned)((uint64_t)x * p->width / width);
			unsigned right = (unsigned)(((uint64_t)x + 1) * p->width / width);
			unsigned box[4] = { left, top, right > left ? right : left + 1,
				bottom > top ? bottom : top + 1 };
			mean_pixel(p, box, out->rgba + 4 * ((size_t)width * y + x));
		}
	}
	return ERR_OK;
}

static enum err encode(const struct image_pixels *p, bool is_photo, struct image *out) {
	_cleanup_(image_finish) struct image png = { 0 };
	_cleanup_(image_finish) struct image jpeg = { 0 };
	enum err e = is_photo ? ERR_OK : image_write_png(p, &png);
	if (!e && (is_photo || png.n > PNG_BYTES_PLENTY)) {
		e = image_write_jpeg(p, &jpeg);
	}
	if (e) {
		return e;
	}
	/* Lines and letters suffer in a JPEG: only much fewer bytes are worth it. */
	bool takes_jpeg = jpeg.bytes && (is_photo || jpeg.n * 3 < png.n);
	*out = takes_jpeg ? jpeg : png;
	*(takes_jpeg ? &jpeg : &png) = (struct image){ 0 };
	return ERR_OK;
}

/* The size inside the limits with the picture's proportions. */
static void fit(const struct image_pixels *p, const struct image_limits *limits, unsigned *width,
		unsigned *height) {
	uint64_t w = p->width;
	uint64_t h = p->height;
	if (w > limits->width) {
		h = h * limits->width / w;
		w = limits->width;
	}
	if (h > limits->height) {
		w = w * limits->height / h;
		h = limits->height;
	}
	*width = w ? (unsigned)w : 1;
	*height = h ? (unsigned)h : 1;
}

enum err image_shrink(
		const void *bytes, size_t n, const struct image_limits *limits, struct image *out) {
	assert((bytes || n == 0) && out);
	static const struct image_limits defaults = { IMAGE_WIDTH_DEFAULT, IMAGE_HEIGHT_DEFAULT,
		IMAGE_BYTES_DEFAULT };
	limits = limits ? limits : &defaults;
	if (n > IMAGE_INPUT_BYTES_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(image_pixels_finish) struct image_pixels p = { 0 };
	enum err e = read_pixels(bytes, n, limits->width, &p);
	if (e) {
		return e;
	}
	bool is_photo = image_kind(bytes, n) == IMAGE_JPEG;
	unsigned width = 0;
	unsigned height = 0;
	fit(&p, limits, &width, &height);
	for (;;) {
		_cleanup_(image_pixels_finish) struct image_pixels small = { 0 };
		_cleanup_(image_finish) struct image made = { 0 };
		bool is_same = width == p.width && height == p.height;
		e = is_same ? ERR_OK : scale(&p, width, height, &small);
		e = e ? e : encode(is_same ? &p : &small, is_photo, &made);
		if (e) {
			return e;
		}
		if (made.n <= limits->bytes) {
			*out = made;
			made = (struct image){ 0 };
			return ERR_OK;
		}
		if (width <= WIDTH_MIN) {
			return ERR_LIMIT;
		}
		height = height * 3 / 4 ? height * 3 / 4 : 1;
		width = width * 3 / 4;
	}
}
