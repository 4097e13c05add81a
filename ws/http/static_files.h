#ifndef WS_HTTP_STATIC_FILES_H
#define WS_HTTP_STATIC_FILES_H

/*
 * The built web client, read into memory once at the start: nothing that a request says ever
 * becomes a path of the file system. Each file may stand there compressed too (FILE.br, FILE.gz).
 *
 * The pages of the client have addresses without a file: index.html answers for them, and
 * exam.html for the hall (/thi/{room}/{attempt}). A missing file with an extension is a 404.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/base/str.h"
#include "ws/http/reply.h"

enum {
	STATIC_FILES_MAX = 4096,
	STATIC_BYTES_MAX = 256 << 20, /* of all files together */
	STATIC_DEPTH_MAX = 8,         /* folders in folders */
};

struct static_files;

/* dir "" gives a set without files. ERR_NOT_FOUND: no such folder. ERR_LIMIT, ERR_IO. */
enum err static_files_load(const char *dir, struct static_files **out) MUST_CHECK;
void static_files_free(struct static_files *sf);
DEFINE_FREEP(struct static_files *, static_files_free);
size_t static_files_count(const struct static_files *sf);

struct static_request {
	struct str path;
	struct str if_none_match;
	struct str range;
	bool takes_br;
	bool takes_gzip;
};

/*
 * Fills the reply's status, type and headers, and gives the bytes to send, which belong to the
 * set. ERR_NOT_FOUND.
 */
enum err static_files_answer(const struct static_files *sf, const struct static_request *want,
		struct reply *reply, struct str *out_content) MUST_CHECK;

#endif
