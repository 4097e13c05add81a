#ifndef EXAM_HALL_SEALED_H
#define EXAM_HALL_SEALED_H

/*
 * The sealed paper, "TT1P" (docs/protocol.md, "Bytes"): what browsers fetch before the bell and
 * cannot open. One file per sitting, variant, section and part; the parts of one variant and
 * section share a key. Pure.
 */

#include "core/base/buf.h"
#include "core/seal/box.h"
#include "exam/hall/event.h"

enum {
	SEALED_VERSION = 1,
	SEALED_PAD_BYTES = 4096,                  /* padded lengths are multiples of this */
	SEALED_PLAIN_BYTES_MAX = 4 * 1024 * 1024, /* of one part */
	SEALED_HEADER_BYTES_MAX = 4 + 1 + ID16_BYTES + 2 + EVENT_VARIANT_BYTES_MAX + 2 + 2 + 4,
};

struct sealed_header {
	struct id16 sitting;
	struct str variant; /* at most EVENT_VARIANT_BYTES_MAX bytes */
	uint16_t section;
	uint16_t part;
	uint32_t rev; /* the sealing */
};

/* To how many bytes the parts of a sitting are padded when the longest of all its variants holds
 * `longest` bytes: the same for every variant, so that the length tells nothing. */
size_t sealed_padded_bytes(size_t longest);

/*
 * Appends the file. `padded` comes from sealed_padded_bytes; `key` is BOX_KEY_BYTES; `nonce` is
 * BOX_NONCE_BYTES that never served under this key (the caller draws them: tests fix them).
 *
 * Errors  ERR_LIMIT  the plain text is longer than allowed or than the padding, or the buffer's
 *         ERR_NOMEM
 */
struct sealed_make {
	struct sealed_header header;
	const uint8_t *key;
	const uint8_t *nonce;
	struct str plain;
	size_t padded;
};
enum err sealed_make(const struct sealed_make *what, struct buf *out) MUST_CHECK;

/*
 * Opens a file: the header points into `file`, the plain text is appended without its padding.
 *
 * Errors  ERR_FORMAT   not such a file
 *         ERR_CORRUPT  another key, or changed bytes
 *         ERR_LIMIT, ERR_NOMEM
 */
enum err sealed_open(const uint8_t *key, struct str file, struct sealed_header *out_header,
		struct buf *out) MUST_CHECK;

#endif
