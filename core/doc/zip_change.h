#ifndef CORE_DOC_ZIP_CHANGE_H
#define CORE_DOC_ZIP_CHANGE_H

/*
 * Putting other bytes into some entries of a zip archive from outside. Every other entry keeps its
 * stored bytes, its place, time and attributes. In memory alone.
 */

#include "core/base/buf.h"
#include "core/base/str.h"

struct zip_change {
	const char *name; /* of an entry that is there */
	struct str bytes; /* in place until zip_change() is back */
};

/*
 * Appends the archive with the changed entries. The archive is one that zip_in_new() took.
 * Errors  ERR_NOT_FOUND  no such entry;  ERR_FORMAT  the archive is damaged
 *         ERR_LIMIT      larger than out may become
 */
enum err zip_change(struct str archive, const struct zip_change *changes, size_t count,
		struct buf *out) MUST_CHECK;

#endif
