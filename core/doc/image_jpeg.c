/* libjpeg reports errors by a long jump: everything that lives over one is on the heap. */

#include "core/doc/image_inner.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

enum { JPEG_QUALITY = 85 };

struct failure {
	struct jpeg_error_mgr base; /* first: libjpeg gives back a pointer to it */
	jmp_buf back;
};

static void fail(j_common_ptr c) {
	longjmp(((struct failure *)(void *)c->err)->back, 1);
}

static void say_nothing(j_common_ptr c) {
	(void)c; /* warnings about damaged files would go to standard error */
}

static void failure_init(struct failure *f) {
	jpeg_std_error(&f->base);
	f->base.error_exit = fail;
	f->base.output_message = say_nothing;
}

struct decoder {
	struct jpeg_decompress_struct jpeg;
	struct failure failure;
	struct image_pixels pixels;
	uint8_t *row;
	enum err err;
};

static void decoder_free(struct decoder **d) {
	if (*d) {
		jpeg_destroy_decompress(&(*d)->jpeg);
		image_pixels_finish(&(*d)->pixels);
		free((*d)->row);
		free(*d);
	}
}

/* One row of grey, RGB or CMYK (inverted, as Adobe writes it) to RGBA. */
static void convert_row(const uint8_t *from, unsigned width, int channels, uint8_t *to) {
	for (unsigned x = 0; x < width; x++, from += channels, to += 4) {
		to[0] = from[0];
		to[1] = channels >= 3 ? from[1] : from[0];
		to[2] = channels >= 3 ? from[2] : from[0];
		to[3] = 255;
		for (int i = 0; channels == 4 && i < 3; i++) {
			to[i] = (uint8_t)(from[i] * from[3] / 255);
		}
	}
}

static void set_scale(struct jpeg_decompress_struct *jpeg, unsigned width) {
	jpeg->scale_num = 1;
	jpeg->scale_denom = 1;
	while (jpeg->scale_denom < 8 && jpeg->image_width / (jpeg->scale_denom * 2) >= width) {
		jpeg->scale_denom *= 2;
	}
	if (jpeg->jpeg_color_space == JCS_YCCK || jpeg->jpeg_color_space == JCS_CMYK) {
		jpeg->out_color_space = JCS_CMYK;
	} else if (jpeg->jpeg_color_space != JCS_GRAYSCALE) {
		jpeg->out_color_space = JCS_RGB;
	}
}

static enum err decode_rows(struct decoder *d) {
	struct jpeg_decompress_struct *jpeg = &d->jpeg;
	jpeg_start_decompress(jpeg);
	enum err e = image_pixels_new(jpeg->output_width, jpeg->output_height, &d->pixels);
	if (e) {
		return e;
	}
	d->row = malloc((size_t)jpeg->output_width * (size_t)jpeg->output_components);
	if (!d->row) {
		return ERR_NOMEM;
	}
	while (jpeg->output_scanline < jpeg->output_height) {
		uint8_t *to = d->pixels.rgba +
				(size_t)4 * jpeg->output_width * jpeg->output_scanline;
		JSAMPROW rows[1] = { d->row };
		if (jpeg_read_scanlines(jpeg, rows, 1) != 1) {
			return ERR_FORMAT;
		}
		convert_row(d->row, jpeg->output_width, jpeg->output_components, to);
	}
	return ERR_OK;
}

static enum err decode(struct decoder *d, const void *bytes, size_t n, unsigned width) {
	if (setjmp(d->failure.back)) {
		return ERR_FORMAT;
	}
	jpeg_create_decompress(&d->jpeg);
	jpeg_mem_src(&d->jpeg, bytes, n);
	jpeg_read_header(&d->jpeg, TRUE);
	enum err e = image_check_size(d->jpeg.image_width, d->jpeg.image_height);
	if (e) {
		return e;
	}
	set_scale(&d->jpeg, width);
	return decode_rows(d);
}

enum err image_read_jpeg(const void *bytes, size_t n, unsigned width, struct image_pixels *out) {
	_cleanup_(decoder_free) struct decoder *d = calloc(1, sizeof(*d));
	if (!d) {
		return ERR_NOMEM;
	}
	failure_init(&d->failure);
	d->jpeg.err = &d->failure.base;
	enum err e = decode(d, bytes, n, width);
	if (e) {
		return e;
	}
	*out = d->pixels;
	d->pixels.rgba = NULL;
	return ERR_OK;
}

struct encoder {
	struct jpeg_compress_struct jpeg;
	struct failure failure;
	unsigned char *bytes;
	unsigned long n;
	uint8_t *row;
};

static void encoder_free(struct encoder **c) {
	if (*c) {
		jpeg_destroy_compress(&(*c)->jpeg);
		free((*c)->bytes);
		free((*c)->row);
		free(*c);
	}
}

/* A row of RGBA over white. */
static void flatten_row(const uint8_t *from, unsigned width, uint8_t *to) {
	for (unsigned x = 0; x < width; x++, from += 4, to += 3) {
		for (int i = 0; i < 3; i++) {
			unsigned over = from[i] * (unsigned)from[3] + 255u * (255u - from[3]);
			to[i] = (uint8_t)((over + 127) / 255);
		}
	}
}

static enum err encode(struct encoder *c, const struct image_pixels *p) {
	if (setjmp(c->failure.back)) {
		return ERR_NOMEM;
	}
	jpeg_create_compress(&c->jpeg);
	jpeg_mem_dest(&c->jpeg, &c->bytes, &c->n);
	c->jpeg.image_width = p->width;
	c->jpeg.image_height = p->height;
	c->jpeg.input_components = 3;
	c->jpeg.in_color_space = JCS_RGB;
	jpeg_set_defaults(&c->jpeg);
	jpeg_set_quality(&c->jpeg, JPEG_QUALITY, TRUE);
	c->jpeg.optimize_coding = TRUE;
	jpeg_start_compress(&c->jpeg, TRUE);
	while (c->jpeg.next_scanline < p->height) {
		flatten_row(p->rgba + (size_t)4 * p->width * c->jpeg.next_scanline, p->width,
				c->row);
		JSAMPROW rows[1] = { c->row };
		jpeg_write_scanlines(&c->jpeg, rows, 1);
	}
	jpeg_finish_compress(&c->jpeg);
	return ERR_OK;
}

enum err image_write_jpeg(const struct image_pixels *p, struct image *out) {
	_cleanup_(encoder_free) struct encoder *c = calloc(1, sizeof(*c));
	if (!c) {
		return ERR_NOMEM;
	}
	failure_init(&c->failure);
	c->jpeg.err = &c->failure.base;
	c->row = malloc((size_t)3 * p->width);
	enum err e = c->row ? encode(c, p) : ERR_NOMEM;
	if (e) {
		return e;
	}
	*out = (struct image){ (char *)STEAL(c->bytes), c->n, "image/jpeg", p->width, p->height };
	return ERR_OK;
}
