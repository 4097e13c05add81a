#ifndef CORE_DOC_IMAGE_INNER_H
#define CORE_DOC_IMAGE_INNER_H

/* What the files image*.c share. */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/doc/image.h"

/* Pixels, four bytes each: red, green, blue, alpha (not premultiplied). */
struct image_pixels {
	unsigned width;
	unsigned height;
	uint8_t *rgba;
};

static inline void image_pixels_finish(struct image_pixels *p) {
	free(p->rgba);
	p->rgba = NULL;
}

/* ERR_LIMIT when a side or the area is past the limits of image.h, ERR_FORMAT when one is 0. */
enum err image_check_size(uint64_t width, uint64_t height) MUST_CHECK;
enum err image_pixels_new(unsigned width, unsigned height, struct image_pixels *out) MUST_CHECK;

enum err image_read_png(const void *bytes, size_t n, struct image_pixels *out) MUST_CHECK;
/* Decodes at 1/2, 1/4 or 1/8 when that is still at least `width` wide. */
enum err image_read_jpeg(
		const void *bytes, size_t n, unsigned width, struct image_pixels *out) MUST_CHECK;
enum err image_read_gif(const void *bytes, size_t n, struct image_pixels *out) MUST_CHECK;

/* Grey or colour, with alpha only where it is used. */
enum err image_write_png(const struct image_pixels *p, struct image *out) MUST_CHECK;
/* Transparent pixels become white. */
enum err image_write_jpeg(const struct image_pixels *p, struct image *out) MUST_CHECK;

#endif
