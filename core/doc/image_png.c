#include "core/doc/image_inner.h"

#include <png.h>
#include <string.h>

static uint32_t be32(const uint8_t *p) {
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

enum err image_read_png(const void *bytes, size_t n, struct image_pixels *out) {
	/* Signature, then the header: its size is looked at before libpng sees anything. */
	const uint8_t *header = bytes;
	if (n < 24) {
		return ERR_FORMAT;
	}
	enum err e = image_check_size(be32(header + 16), be32(header + 20));
	if (e) {
		return e;
	}
	png_image png = { .version = PNG_IMAGE_VERSION };
	if (!png_image_begin_read_from_memory(&png, bytes, n)) {
		return ERR_FORMAT;
	}
	_cleanup_(image_pixels_finish) struct image_pixels p = { 0 };
	e = image_check_size(png.width, png.height);
	e = e ? e : image_pixels_new(png.width, png.height, &p);
	if (e) {
		png_image_free(&png);
		return e;
	}
	png.format = PNG_FORMAT_RGBA;
	if (!png_image_finish_read(&png, NULL, p.rgba, 0, NULL)) {
		png_image_free(&png);
		return ERR_FORMAT;
	}
	*out = p;
	p.rgba = NULL;
	return ERR_OK;
}

/* Which channels a picture really uses. */
static png_uint_32 needed_format(const struct image_pixels *p) {
	bool has_alpha = false;
	bool has_color = false;
	size_t count = (size_t)p->width * p->height;
	for (size_t i = 0; i < count && !(has_alpha && has_color); i++) {
		const uint8_t *c = p->rgba + 4 * i;
		has_alpha = has_alpha || c[3] != 255;
		has_color = has_color || c[0] != c[1] || c[1] != c[2];
	}
	return (has_color ? PNG_FORMAT_FLAG_COLOR : 0u) | (has_alpha ? PNG_FORMAT_FLAG_ALPHA : 0u);
}

/* The pixels with only the channels of `format`. */
static uint8_t *pack(const struct image_pixels *p, png_uint_32 format) {
	size_t channels = PNG_IMAGE_SAMPLE_CHANNELS(format);
	size_t count = (size_t)p->width * p->height;
	uint8_t *packed = malloc(count * channels);
	if (!packed) {
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		uint8_t *to = packed + channels * i;
		const uint8_t *from = p->rgba + 4 * i;
		memcpy(to, from, channels > 2 ? 3 : 1);
		if (format & PNG_FORMAT_FLAG_ALPHA) {
			to[channels - 1] = from[3];
		}
	}
	return packed;
}

enum err image_write_png(const struct image_pixels *p, struct image *out) {
	png_image png = { .version = PNG_IMAGE_VERSION, .width = p->width, .height = p->height };
	png.format = needed_format(p);
	_cleanup_(mem_freep) uint8_t *packed = pack(p, png.format);
	if (!packed) {
		return ERR_NOMEM;
	}
	png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(png);
	_cleanup_(mem_freep) char *bytes = malloc(size);
	if (!bytes) {
		return ERR_NOMEM;
	}
	if (!png_image_write_to_memory(&png, bytes, &size, 0, packed, 0, NULL)) {
		return ERR_NOMEM; /* nothing else can fail on our own pixels */
	}
	char *fitted = realloc(bytes, size);
	bytes = fitted ? fitted : bytes;
	*out = (struct image){ STEAL(bytes), size, "image/png", p->width, p->height };
	return ERR_OK;
}
