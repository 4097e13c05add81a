#ifndef CORE_DOC_IMAGE_H
#define CORE_DOC_IMAGE_H

/*
 * Pictures from outside, made small and harmless: decoded with limits, scaled down, and written
 * anew as PNG or JPEG, so that nothing of the original file but its pixels is kept (no metadata,
 * no trailing bytes). PNG, JPEG and GIF (its first frame) are taken.
 */

#include <stddef.h>

#include "core/base/err.h"

enum {
	IMAGE_INPUT_BYTES_MAX = 16 * 1024 * 1024,
	IMAGE_SIDE_PIXELS_MAX = 16000,       /* of the input, each side */
	IMAGE_PIXELS_MAX = 24 * 1000 * 1000, /* of the input, decoded */
	IMAGE_WIDTH_DEFAULT = 1200,          /* of the output */
	IMAGE_HEIGHT_DEFAULT = 1600,
	IMAGE_BYTES_DEFAULT = 400 * 1024,
};

/* What the output may be. */
struct image_limits {
	unsigned width;
	unsigned height;
	size_t bytes;
};

struct image {
	char *bytes; /* free() them */
	size_t n;
	const char *mime; /* "image/png" or "image/jpeg" */
	unsigned width;
	unsigned height;
};

enum image_kind { IMAGE_OTHER, IMAGE_PNG, IMAGE_JPEG, IMAGE_GIF };
/* By the first bytes. */
enum image_kind image_kind(const void *bytes, size_t n);

void image_finish(struct image *image);

/*
 * Decodes, scales down to the limits (never up) and encodes. A JPEG stays one; the rest becomes
 * PNG unless a JPEG is much smaller. limits NULL: the defaults above. A picture that is still too
 * large in bytes is scaled further.
 *
 * Errors  ERR_UNSUPPORTED  neither PNG nor JPEG nor GIF
 *         ERR_FORMAT       damaged
 *         ERR_LIMIT        the input is past a limit, or the output cannot be made small enough
 */
enum err image_shrink(const void *bytes, size_t n, const struct image_limits *limits,
		struct image *out) MUST_CHECK;

#endif
