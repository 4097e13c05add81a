#include "core/doc/image_inner.h"

#include <gif_lib.h>
#include <string.h>

enum { EXTENSIONS_MAX = 1000 };

struct source {
	const uint8_t *bytes;
	size_t n;
	size_t at;
};

static int read_some(GifFileType *gif, GifByteType *to, int count) {
	struct source *s = gif->UserData;
	size_t left = s->n - s->at;
	size_t n = (size_t)count < left ? (size_t)count : left;
	memcpy(to, s->bytes + s->at, n);
	s->at += n;
	return (int)n;
}

static void gif_close(GifFileType **gif) {
	if (*gif) {
		(void)DGifCloseFile(*gif, NULL); /* only read from: nothing can be lost */
	}
}

/* Reads past extensions to the first frame; its transparent colour, or -1. */
static enum err find_frame(GifFileType *gif, int *out_transparent) {
	for (int i = 0; i < EXTENSIONS_MAX; i++) {
		GifRecordType type = UNDEFINED_RECORD_TYPE;
		if (DGifGetRecordType(gif, &type) == GIF_ERROR) {
			return ERR_FORMAT;
		}
		if (type == IMAGE_DESC_RECORD_TYPE) {
			return DGifGetImageDesc(gif) == GIF_ERROR ? ERR_FORMAT : ERR_OK;
		}
		if (type != EXTENSION_RECORD_TYPE) {
			return ERR_FORMAT;
		}
		int code = 0;
		GifByteType *block = NULL;
		int ok = DGifGetExtension(gif, &code, &block);
		if (ok != GIF_ERROR && code == GRAPHICS_EXT_FUNC_CODE && block && block[0] >= 4) {
			*out_transparent = block[1] & 1 ? block[4] : -1;
		}
		while (ok != GIF_ERROR && block) {
			ok = DGifGetExtensionNext(gif, &block);
		}
		if (ok == GIF_ERROR) {
			return ERR_FORMAT;
		}
	}
	return ERR_LIMIT;
}

/* Which row of the picture the i-th row of an interlaced file is. */
static unsigned interlaced_row(unsigned i, unsigned height) {
	static const unsigned starts[] = { 0, 4, 2, 1 };
	static const unsigned steps[] = { 8, 8, 4, 2 };
	for (int pass = 0; pass < 4; pass++) {
		unsigned rows = height > starts[pass]
				? (height - starts[pass] - 1) / steps[pass] + 1
				: 0;
		if (i < rows) {
			return starts[pass] + i * steps[pass];
		}
		i -= rows;
	}
	return height - 1;
}

static enum err read_rows(GifFileType *gif, int transparent, struct image_pixels *p) {
	const ColorMapObject *colors = gif->Image.ColorMap ? gif->Image.ColorMap : gif->SColorMap;
	_cleanup_(mem_freep) GifPixelType *row = malloc(p->width);
	if (!colors || !row) {
		return colors ? ERR_NOMEM : ERR_FORMAT;
	}
	for (unsigned i = 0; i < p->height; i++) {
		unsigned y = gif->Image.Interlace ? interlaced_row(i, p->height) : i;
		if (DGifGetLine(gif, row, (int)p->width) == GIF_ERROR) {
			return ERR_FORMAT;
		}
		uint8_t *to = p->rgba + (size_t)4 * p->width * y;
		for (unsigned x = 0; x < p->width; x++, to += 4) {
			int index = row[x];
			if (index >= colors->ColorCount || index == transparent) {
				continue; /* stays transparent */
			}
			GifColorType c = colors->Colors[index];
			to[0] = c.Red;
			to[1] = c.Green;
			to[2] = c.Blue;
			to[3] = 255;
		}
	}
	return ERR_OK;
}

enum err image_read_gif(const void *bytes, size_t n, struct image_pixels *out) {
	struct source s = { bytes, n, 0 };
	_cleanup_(gif_close) GifFileType *gif = DGifOpen(&s, read_some, NULL);
	if (!gif) {
		return ERR_FORMAT;
	}
	int transparent = -1;
	enum err e = find_frame(gif, &transparent);
	if (e) {
		return e;
	}
	if (gif->Image.Width <= 0 || gif->Image.Height <= 0) {
		return ERR_FORMAT;
	}
	_cleanup_(image_pixels_finish) struct image_pixels p = { 0 };
	e = image_check_size((uint64_t)gif->Image.Width, (uint64_t)gif->Image.Height);
	e = e ? e : image_pixels_new((unsigned)gif->Image.Width, (unsigned)gif->Image.Height, &p);
	e = e ? e : read_rows(gif, transparent, &p);
	if (e) {
		return e;
	}
	*out = p;
	p.rgba = NULL;
	return ERR_OK;
}
