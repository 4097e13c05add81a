#include "core/seal/key_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/str.h"
#include "core/seal/secret.h"

enum { TEMP_NAME_BYTES = 64 };

static enum err err_of_errno(void) {
	switch (errno) {
	case ENOENT:
		return ERR_NOT_FOUND;
	case EEXIST:
		return ERR_EXISTS;
	case ENOSPC:
	case EDQUOT:
		return ERR_DISK_FULL;
	case EACCES:
	case EPERM:
	case ELOOP:
		return ERR_DENIED;
	default:
		return ERR_IO;
	}
}

void key_dir_close(int *fd) {
	if (*fd >= 0) {
		(void)close(*fd); /* nothing was written through it */
	}
	*fd = -1;
}

/* Ours alone: our own file of the given type without a right for group or others. */
static enum err check_private(int fd, mode_t type) {
	struct stat st;
	if (fstat(fd, &st)) {
		return err_of_errno();
	}
	if ((st.st_mode & S_IFMT) != type || st.st_uid != geteuid() ||
			(st.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		return ERR_DENIED;
	}
	return ERR_OK;
}

enum err key_dir_open(const char *dir, bool may_make, int *out_fd) {
	if (may_make && mkdir(dir, 0700) && errno != EEXIST) {
		return err_of_errno();
	}
	_cleanup_(key_dir_close) int fd =
			open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		return err_of_errno();
	}
	enum err e = check_private(fd, S_IFDIR);
	if (e) {
		return e;
	}
	*out_fd = fd;
	fd = -1;
	return ERR_OK;
}

/* Reads to the end of the file or to `n` bytes; -1 on failure. */
static ssize_t read_all(int fd, char *out, size_t n) {
	size_t have = 0;
	while (have < n) {
		ssize_t r = read(fd, out + have, n - have);
		if (r < 0 && errno == EINTR) {
			continue;
		}
		if (r < 0) {
			return -1;
		}
		if (r == 0) {
			break;
		}
		have += (size_t)r;
	}
	return (ssize_t)have;
}

enum err key_file_read(int dir_fd, const char *name, char *out) {
	_cleanup_(key_dir_close) int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		return err_of_errno();
	}
	enum err e = check_private(fd, S_IFREG);
	if (e) {
		return e;
	}
	char text[KEY_FILE_BYTES_MAX + 2];
	ssize_t n = read_all(fd, text, KEY_FILE_BYTES_MAX + 1);
	if (n < 0) {
		secret_wipe(text, sizeof(text));
		return ERR_IO;
	}
	if (n > 0 && text[n - 1] == '\n') {
		n--;
	}
	bool is_bad = n > KEY_FILE_BYTES_MAX || memchr(text, '\0', (size_t)n);
	if (!is_bad) {
		memcpy(out, text, (size_t)n);
		out[n] = '\0';
	}
	secret_wipe(text, sizeof(text));
	return is_bad ? ERR_CORRUPT : ERR_OK;
}

static enum err write_all(int fd, const char *text, size_t n) {
	while (n > 0) {
		ssize_t r = write(fd, text, n);
		if (r < 0 && errno == EINTR) {
			continue;
		}
		if (r < 0) {
			return err_of_errno();
		}
		text += r;
		n -= (size_t)r;
	}
	return ERR_OK;
}

/* Writes the text, durable, under a name that nobody else uses. */
static enum err temp_make(int dir_fd, const char *text, char *out_name) {
	unsigned char noise[12];
	secret_random(noise, sizeof(noise));
	char hex[2 * sizeof(noise) + 1];
	str_hex(noise, sizeof(noise), hex);
	(void)snprintf(out_name, TEMP_NAME_BYTES, ".new-%s", hex); /* fits */
	_cleanup_(key_dir_close) int fd =
			openat(dir_fd, out_name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		return err_of_errno();
	}
	enum err e = write_all(fd, text, strlen(text));
	if (!e) {
		e = write_all(fd, "\n", 1);
	}
	if (!e && fsync(fd)) {
		e = err_of_errno();
	}
	if (e) {
		(void)unlinkat(dir_fd, out_name, 0); /* nothing more can be done */
	}
	return e;
}

enum err key_file_make(int dir_fd, const char *name, const char *text) {
	char temp[TEMP_NAME_BYTES];
	enum err e = temp_make(dir_fd, text, temp);
	if (e) {
		return e;
	}
	if (linkat(dir_fd, temp, dir_fd, name, 0)) {
		e = err_of_errno();
	}
	(void)unlinkat(dir_fd, temp, 0); /* a leftover would hold a copy, but in the same folder */
	if (!e && fsync(dir_fd)) {
		e = err_of_errno();
	}
	return e;
}

enum err key_file_replace(int dir_fd, const char *name, const char *text) {
	char temp[TEMP_NAME_BYTES];
	enum err e = temp_make(dir_fd, text, temp);
	if (e) {
		return e;
	}
	if (renameat(dir_fd, temp, dir_fd, name)) {
		e = err_of_errno();
		(void)unlinkat(dir_fd, temp, 0); /* the rename's error is the one to tell */
		return e;
	}
	return fsync(dir_fd) ? err_of_errno() : ERR_OK;
}
