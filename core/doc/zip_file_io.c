#include "core/doc/zip_file_io.h"

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

static enum err to_file(void *ctx, const void *bytes, size_t n) {
	int fd = (int)(intptr_t)ctx;
	const char *at = bytes;
	while (n > 0) {
		ssize_t done = write(fd, at, n);
		if (done < 0 && errno == EINTR) {
			continue;
		}
		if (done < 0) {
			return errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_IO;
		}
		at += done;
		n -= (size_t)done;
	}
	return ERR_OK;
}

struct zip_sink zip_sink_file(int fd) {
	return (struct zip_sink){ to_file, (void *)(intptr_t)fd };
}
