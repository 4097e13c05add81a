#include "exam/hall/journal_io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The file is a row of blocks, one a sync: length u32 ‖ records ‖ H(key = hash of the block
 * before, length ‖ records). A block that does not verify and reaches the end of the file was
 * torn before its sync returned, so nothing in it was promised; one with another block behind it
 * was synced once, and is damage.
 */
enum {
	BLOCK_HEAD_BYTES = 4,
	BLOCK_BYTES_MAX = 64 << 20,
	RECORD_FIXED_BYTES = 8 + 8 + ID16_BYTES + 4 + 4 + 4 + 1 + 2 + 1 + 8 + 2 * HASH_BYTES + 4,
};

struct journal {
	int fd;
	size_t size;      /* bytes that are synced */
	struct hash link; /* of the last block */
	struct buf waiting;
};

static const struct hash first_link = { { 'T', 'T', '1', 'J' } };

void journal_free(struct journal *j) {
	if (!j) {
		return;
	}
	if (j->fd >= 0) {
		(void)close(j->fd); /* everything promised was synced */
	}
	buf_finish(&j->waiting);
	free(j);
}

static enum err io_error(void) {
	return errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_IO;
}

static uint64_t take_be(const unsigned char **p, size_t bytes) {
	uint64_t v = 0;
	for (size_t i = 0; i < bytes; i++) {
		v = v << 8 | *(*p)++;
	}
	return v;
}

static void take(const unsigned char **p, void *out, size_t n) {
	memcpy(out, *p, n);
	*p += n;
}

/* One record at *p, moved on. */
static enum err read_record(
		const unsigned char **p, const unsigned char *end, struct event_row *out) {
	if ((size_t)(end - *p) < RECORD_FIXED_BYTES) {
		return ERR_CORRUPT;
	}
	struct event_row r = { 0 };
	r.school = take_be(p, 8);
	r.room = take_be(p, 8);
	take(p, r.attempt.b, ID16_BYTES);
	r.gen = (uint32_t)take_be(p, 4);
	r.lease = (uint32_t)take_be(p, 4);
	r.event.seq = (uint32_t)take_be(p, 4);
	r.event.kind = (enum event_kind)take_be(p, 1);
	r.event.slot = (uint16_t)take_be(p, 2);
	r.flags = (uint8_t)take_be(p, 1);
	r.at_ms = (int64_t)take_be(p, 8);
	take(p, r.head.b, HASH_BYTES);
	take(p, r.times.b, HASH_BYTES);
	size_t n = (size_t)take_be(p, 4);
	if (n > EVENT_VALUE_BYTES_MAX || (size_t)(end - *p) < n) {
		return ERR_CORRUPT;
	}
	r.event.value = (struct str){ (const char *)*p, n };
	*p += n;
	*out = r;
	return ERR_OK;
}

static enum err read_records(const unsigned char *p, size_t n,
		enum err (*each)(void *ctx, const struct event_row *row), void *ctx) {
	const unsigned char *end = p + n;
	while (p < end) {
		struct event_row row;
		enum err e = read_record(&p, end, &row);
		if (!e && each) {
			e = each(ctx, &row);
		}
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

static enum err read_all(int fd, size_t size, unsigned char *out) {
	for (size_t at = 0; at < size;) {
		ssize_t n = pread(fd, out + at, size - at, (off_t)at);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			return ERR_IO;
		}
		at += (size_t)n;
	}
	return ERR_OK;
}

/* Reads blocks from the start, and finds how far the file is sound. */
static enum err scan(struct journal *j, const unsigned char *bytes, size_t size,
		enum err (*each)(void *ctx, const struct event_row *row), void *ctx) {
	struct hash link = first_link;
	size_t at = 0;
	while (size - at >= BLOCK_HEAD_BYTES + HASH_BYTES) {
		const unsigned char *p = bytes + at;
		size_t n = (size_t)take_be(&p, BLOCK_HEAD_BYTES);
		if (n > BLOCK_BYTES_MAX || size - at - BLOCK_HEAD_BYTES - HASH_BYTES < n) {
			break;
		}
		struct hash want;
		hash_bytes(link.b, bytes + at, BLOCK_HEAD_BYTES + n, &want);
		size_t next = at + BLOCK_HEAD_BYTES + n + HASH_BYTES;
		if (memcmp(want.b, bytes + next - HASH_BYTES, HASH_BYTES) != 0) {
			if (next < size) {
				return ERR_CORRUPT;
			}
			break;
		}
		enum err e = read_records(p, n, each, ctx);
		if (e) {
			return e;
		}
		link = want;
		at = next;
	}
	j->size = at;
	j->link = link;
	return ERR_OK;
}

enum err journal_read(struct journal *j, enum err (*each)(void *ctx, const struct event_row *row),
		void *ctx) {
	struct stat st;
	if (fstat(j->fd, &st) < 0) {
		return ERR_IO;
	}
	size_t size = (size_t)st.st_size;
	if (size > JOURNAL_BYTES_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(mem_freep) unsigned char *bytes = malloc(size + 1);
	if (!bytes) {
		return ERR_NOMEM;
	}
	enum err e = read_all(j->fd, size, bytes);
	return e ? e : scan(j, bytes, size, each, ctx);
}

/* The file's name must last too, or a crash right after the first sync loses the file. */
static enum err sync_folder(const char *path) {
	char folder[512];
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 1;
	if (n >= sizeof(folder)) {
		return ERR_LIMIT;
	}
	memcpy(folder, slash ? path : ".", n);
	folder[n] = '\0';
	int fd = open(n ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		return ERR_IO;
	}
	int failed = fsync(fd);
	(void)close(fd); /* opened for reading only */
	return failed ? ERR_IO : ERR_OK;
}

enum err journal_open(const char *path, enum err (*each)(void *ctx, const struct event_row *row),
		void *ctx, struct journal **out) {
	_cleanup_(journal_freep) struct journal *j = calloc(1, sizeof(*j));
	if (!j) {
		return ERR_NOMEM;
	}
	j->waiting = buf_make(BLOCK_BYTES_MAX);
	j->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (j->fd < 0) {
		return io_error();
	}
	if (flock(j->fd, LOCK_EX | LOCK_NB) < 0) {
		return ERR_BUSY;
	}
	enum err e = journal_read(j, each, ctx);
	if (e) {
		return e;
	}
	if (ftruncate(j->fd, (off_t)j->size) < 0 || fsync(j->fd) < 0) {
		return io_error();
	}
	e = sync_folder(path);
	if (e) {
		return e;
	}
	*out = STEAL(j);
	return ERR_OK;
}

enum err journal_add(struct journal *j, const struct event_row *row) {
	struct buf *b = &j->waiting;
	size_t more = RECORD_FIXED_BYTES + row->event.value.n;
	if (j->size + b->len + more + BLOCK_HEAD_BYTES + HASH_BYTES > JOURNAL_BYTES_MAX) {
		return ERR_LIMIT;
	}
	buf_add_be64(b, row->school);
	buf_add_be64(b, row->room);
	buf_add(b, row->attempt.b, ID16_BYTES);
	buf_add_be32(b, row->gen);
	buf_add_be32(b, row->lease);
	buf_add_be32(b, row->event.seq);
	buf_add_char(b, (char)row->event.kind);
	buf_add_be16(b, row->event.slot);
	buf_add_char(b, (char)row->flags);
	buf_add_be64(b, (uint64_t)row->at_ms);
	buf_add(b, row->head.b, HASH_BYTES);
	buf_add(b, row->times.b, HASH_BYTES);
	buf_add_be32(b, (uint32_t)row->event.value.n);
	buf_add(b, row->event.value.p, row->event.value.n);
	return buf_err(b);
}

static enum err write_all(int fd, const char *bytes, size_t n, size_t at) {
	while (n > 0) {
		ssize_t done = pwrite(fd, bytes, n, (off_t)at);
		if (done < 0 && errno == EINTR) {
			continue;
		}
		if (done <= 0) {
			return io_error();
		}
		bytes += done;
		n -= (size_t)done;
		at += (size_t)done;
	}
	return ERR_OK;
}

enum err journal_sync(struct journal *j) {
	enum err e = buf_err(&j->waiting);
	if (e || j->waiting.len == 0) {
		buf_clear(&j->waiting);
		return e;
	}
	_cleanup_(buf_finish) struct buf block =
			buf_make(j->waiting.len + BLOCK_HEAD_BYTES + HASH_BYTES);
	buf_add_be32(&block, (uint32_t)j->waiting.len);
	buf_add(&block, j->waiting.data, j->waiting.len);
	buf_clear(&j->waiting);
	e = buf_err(&block);
	if (e) {
		return e;
	}
	struct hash link;
	hash_bytes(j->link.b, block.data, block.len, &link);
	buf_add(&block, link.b, HASH_BYTES);
	e = buf_err(&block);
	if (!e) {
		e = write_all(j->fd, block.data, block.len, j->size);
	}
	if (!e && fdatasync(j->fd) < 0) {
		e = io_error();
	}
	if (e) {
		/* Best effort: what stays behind is a torn block, which the next start cuts off. */
		(void)!ftruncate(j->fd, (off_t)j->size);
		return e;
	}
	j->size += block.len;
	j->link = link;
	return ERR_OK;
}

enum err journal_clear(struct journal *j) {
	buf_clear(&j->waiting);
	if (ftruncate(j->fd, 0) < 0 || fsync(j->fd) < 0) {
		return io_error();
	}
	j->size = 0;
	j->link = first_link;
	return ERR_OK;
}

size_t journal_bytes(const struct journal *j) {
	return j->size;
}
