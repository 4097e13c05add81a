#ifndef CORE_DOC_ZIP_H
#define CORE_DOC_ZIP_H

/*
 * Reading zip archives that come from outside (Word, Excel), from memory. Nothing is written to
 * disk. Sizes that the archive declares are not believed: bytes are counted while they inflate.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/err.h"

enum {
	ZIP_FILE_BYTES_MAX = 32 * 1024 * 1024,      /* the archive itself */
	ZIP_ENTRIES_MAX = 2000,                     /* entries, folders included */
	ZIP_NAME_BYTES_MAX = 240,                   /* one entry's name */
	ZIP_INFLATED_BYTES_MAX = 128 * 1024 * 1024, /* all reads of one archive together */
	ZIP_RATIO_MAX = 200,                        /* inflated : stored, of one entry … */
	ZIP_RATIO_FREE_BYTES = 1024 * 1024,         /* … past this many inflated bytes */
};

struct zip_in;

/*
 * Opens an archive over bytes that must stay in place until zip_in_free().
 *
 * Errors  ERR_LIMIT        too large, too many entries, or a name too long
 *         ERR_FORMAT       not a zip archive, or a name is empty, absolute, doubled, or holds
 *                          "..", a backslash or a NUL; or an entry is a symbolic link
 *         ERR_UNSUPPORTED  an entry is encrypted
 */
enum err zip_in_new(const void *bytes, size_t n, struct zip_in **out) MUST_CHECK;
void zip_in_free(struct zip_in *z);
DEFINE_FREEP(struct zip_in *, zip_in_free);

/* Whether it has an entry of that name, in UTF-8 (an old one is read as code page 437). */
bool zip_in_has(const struct zip_in *z, const char *name);

/*
 * Appends the inflated bytes of an entry (its name is matched exactly) to `out`.
 *
 * Errors  ERR_NOT_FOUND  no such entry
 *         ERR_LIMIT      more than max_bytes, past the ratio, past the archive's total, or past
 *                        the buffer's own limit
 *         ERR_FORMAT     damaged bytes or a wrong checksum
 * On failure `out` holds what it held before.
 */
enum err zip_in_read(
		struct zip_in *z, const char *name, size_t max_bytes, struct buf *out) MUST_CHECK;

#endif
