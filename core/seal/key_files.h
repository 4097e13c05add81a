#ifndef CORE_SEAL_KEY_FILES_H
#define CORE_SEAL_KEY_FILES_H

/*
 * Small text files in a folder that only the program's user may read. Used by keys.c alone. A
 * file appears whole or not at all, also when two processes make it at once or one is killed.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"

enum { KEY_FILE_BYTES_MAX = 255 };

/* Opens the folder (made with mode 0700 when `may_make`). ERR_DENIED when it is not the user's
 * own or others may use it, ERR_NOT_FOUND, ERR_IO. The caller closes *out_fd. */
enum err key_dir_open(const char *dir, bool may_make, int *out_fd) MUST_CHECK;
void key_dir_close(int *fd);

/* Reads a file into `out` (KEY_FILE_BYTES_MAX + 1 bytes) as a C string without its last newline.
 * A link, a foreign owner or rights for others: ERR_DENIED. Longer or with a NUL: ERR_CORRUPT. */
enum err key_file_read(int dir_fd, const char *name, char *out) MUST_CHECK;
/* Makes a file of mode 0600. ERR_EXISTS when it is there: then it is left as it is. */
enum err key_file_make(int dir_fd, const char *name, const char *text) MUST_CHECK;
/* Puts the text in the place of what was there. */
enum err key_file_replace(int dir_fd, const char *name, const char *text) MUST_CHECK;

#endif
