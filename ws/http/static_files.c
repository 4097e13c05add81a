#include "ws/http/static_files.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/seal/hash.h"
#include "ws/http/field.h"

enum {
	PATH_BYTES_MAX = 512,
	ETAG_BYTES = 40,
	CODED_ETAG_BYTES = ETAG_BYTES + 4,
};

struct blob {
	char *bytes; /* NULL: there is none */
	size_t n;
};

struct static_file {
	char *path; /* as in an address: "/assets/a.js" */
	const char *type;
	struct blob plain;
	struct blob br;
	struct blob gz;
	char tag[ETAG_BYTES]; /* hash of the plain bytes */
};

struct static_files {
	struct static_file *rows; /* sorted by path */
	size_t count;
	size_t bytes;
};

static const struct {
	const char *ending;
	const char *type;
} types[] = {
	{ ".html", "text/html; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".mjs", "text/javascript; charset=utf-8" },
	{ ".css", "text/css; charset=utf-8" },
	{ ".json", "application/json; charset=utf-8" },
	{ ".webmanifest", "application/manifest+json; charset=utf-8" },
	{ ".svg", "image/svg+xml" },
	{ ".png", "image/png" },
	{ ".jpg", "image/jpeg" },
	{ ".webp", "image/webp" },
	{ ".ico", "image/x-icon" },
	{ ".woff2", "font/woff2" },
	{ ".txt", "text/plain; charset=utf-8" },
	{ ".wasm", "application/wasm" },
	{ ".mp3", "audio/mpeg" },
	{ ".m4a", "audio/mp4" },
	{ ".ogg", "audio/ogg" },
	{ ".mp4", "video/mp4" },
	{ ".webm", "video/webm" },
	{ ".pdf", "application/pdf" },
};

static bool ends_with(const char *s, const char *ending) {
	size_t n = strlen(s);
	size_t m = strlen(ending);
	return n >= m && strcmp(s + n - m, ending) == 0;
}

static const char *type_of(const char *path) {
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (ends_with(path, types[i].ending)) {
			return types[i].type;
		}
	}
	return "application/octet-stream";
}

/* ---- loading ---- */

static void close_fd(int *fd) {
	if (*fd >= 0) {
		close(*fd);
	}
}

static enum err read_blob(int dir_fd, const char *name, size_t n, struct blob *out) {
	_cleanup_(close_fd) int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		return ERR_IO;
	}
	_cleanup_(mem_freep) char *bytes = mem_zeros(n, 1);
	if (!bytes) {
		return ERR_NOMEM;
	}
	size_t done = 0;
	while (done < n) {
		ssize_t got = read(fd, bytes + done, n - done);
		if (got <= 0 && !(got < 0 && errno == EINTR)) {
			return ERR_IO; /* it grew shorter while it was read */
		}
		done += got > 0 ? (size_t)got : 0;
	}
	out->bytes = STEAL(bytes);
	out->n = n;
	return ERR_OK;
}

/* The row of a path, made when it is not there yet. */
static enum err row_of(
		struct static_files *sf, const char *path, size_t n, struct static_file **out) {
	for (size_t i = 0; i < sf->count; i++) {
		if (strlen(sf->rows[i].path) == n && memcmp(sf->rows[i].path, path, n) == 0) {
			*out = &sf->rows[i];
			return ERR_OK;
		}
	}
	if (sf->count == STATIC_FILES_MAX) {
		return ERR_LIMIT;
	}
	struct static_file *row = &sf->rows[sf->count];
	row->path = strndup(path, n);
	if (!row->path) {
		return ERR_NOMEM;
	}
	row->type = type_of(row->path);
	sf->count++;
	*out = row;
	return ERR_OK;
}

static enum err add_file(
		struct static_files *sf, int dir_fd, const char *name, const char *path, size_t n) {
	if (n > STATIC_BYTES_MAX - sf->bytes) {
		return ERR_LIMIT;
	}
	bool is_br = ends_with(path, ".br");
	bool is_gz = ends_with(path, ".gz");
	size_t path_n = strlen(path) - (is_br || is_gz ? 3 : 0);
	struct static_file *row = NULL;
	enum err e = row_of(sf, path, path_n, &row);
	if (e) {
		return e;
	}
	sf->bytes += n;
	return read_blob(dir_fd, name, n, is_br ? &row->br : is_gz ? &row->gz : &row->plain);
}

static void close_dir(DIR **dir) {
	if (*dir) {
		closedir(*dir);
	}
}

static enum err walk(struct static_files *sf, int dir_fd, const char *prefix, int depth) {
	_cleanup_(close_dir) DIR *dir = fdopendir(dir_fd);
	if (!dir) {
		close(dir_fd);
		return ERR_IO;
	}
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		const char *name = entry->d_name;
		if (name[0] == '.') {
			continue; /* hidden files are not for the web */
		}
		char path[PATH_BYTES_MAX];
		int n = snprintf(path, sizeof(path), "%s/%s", prefix, name);
		struct stat st;
		if (n < 0 || n >= PATH_BYTES_MAX) {
			return ERR_LIMIT;
		}
		if (fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW)) {
			return ERR_IO;
		}
		enum err e = ERR_OK;
		if (S_ISDIR(st.st_mode) && depth < STATIC_DEPTH_MAX) {
			int fd = openat(dirfd(dir), name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
			e = fd < 0 ? ERR_IO : walk(sf, fd, path, depth + 1);
		} else if (S_ISREG(st.st_mode)) {
			e = add_file(sf, dirfd(dir), name, path, (size_t)st.st_size);
		}
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

static int by_path(const void *a, const void *b) {
	return strcmp(((const struct static_file *)a)->path, ((const struct static_file *)b)->path);
}

/* Drops rows that exist only compressed, makes the tags, sorts. */
static void settle(struct static_files *sf) {
	size_t kept = 0;
	for (size_t i = 0; i < sf->count; i++) {
		struct static_file *row = &sf->rows[i];
		if (!row->plain.bytes) {
			free(row->path);
			free(row->br.bytes);
			free(row->gz.bytes);
			continue;
		}
		struct hash digest;
		hash_bytes(NULL, row->plain.bytes, row->plain.n, &digest);
		str_hex(digest.b, 16, row->tag);
		sf->rows[kept++] = *row;
	}
	sf->count = kept;
	qsort(sf->rows, sf->count, sizeof(*sf->rows), by_path);
}

enum err static_files_load(const char *dir, struct static_files **out) {
	_cleanup_(static_files_freep) struct static_files *sf = calloc(1, sizeof(*sf));
	if (!sf) {
		return ERR_NOMEM;
	}
	sf->rows = calloc(STATIC_FILES_MAX, sizeof(*sf->rows));
	if (!sf->rows) {
		return ERR_NOMEM;
	}
	if (dir[0]) {
		int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0) {
			return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
		}
		enum err e = walk(sf, fd, "", 0);
		if (e) {
			return e;
		}
		settle(sf);
	}
	*out = STEAL(sf);
	return ERR_OK;
}

void static_files_free(struct static_files *sf) {
	if (!sf) {
		return;
	}
	for (size_t i = 0; i < sf->count; i++) {
		free(sf->rows[i].path);
		free(sf->rows[i].plain.bytes);
		free(sf->rows[i].br.bytes);
		free(sf->rows[i].gz.bytes);
	}
	free(sf->rows);
	free(sf);
}

size_t static_files_count(const struct static_files *sf) {
	return sf->count;
}

/* ---- answering ---- */

static const struct static_file *find(const struct static_files *sf, struct str path) {
	size_t low = 0;
	size_t high = sf->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *have = sf->rows[middle].path;
		size_t n = strlen(have);
		size_t least = n < path.n ? n : path.n;
		int order = memcmp(have, path.p, least);
		if (order == 0 && n == path.n) {
			return &sf->rows[middle];
		}
		if (order < 0 || (order == 0 && n < path.n)) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return NULL;
}

/* A page of the client, told from a file by having no extension. */
static const struct static_file *find_page(const struct static_files *sf, struct str path) {
	for (size_t i = path.n; i > 0 && path.p[i - 1] != '/'; i--) {
		if (path.p[i - 1] == '.') {
			return NULL;
		}
	}
	if (str_starts(path, "/thi/") && path.n > 5) {
		const struct static_file *exam = find(sf, str_from("/exam.html"));
		if (exam) {
			return exam;
		}
	}
	return find(sf, str_from("/index.html"));
}

struct choice {
	const struct blob *blob;
	const char *coding; /* NULL: as it is */
	char etag[CODED_ETAG_BYTES + 8];
};

static struct choice choose(const struct static_file *f, const struct static_request *want) {
	struct choice c = { .blob = &f->plain };
	const char *suffix = "";
	if (!want->range.p && want->takes_br && f->br.bytes) {
		c.blob = &f->br;
		c.coding = "br";
		suffix = "-br";
	} else if (!want->range.p && want->takes_gzip && f->gz.bytes) {
		c.blob = &f->gz;
		c.coding = "gzip";
		suffix = "-gz";
	}
	(void)snprintf(c.etag, sizeof(c.etag), "\"%s%s\"", f->tag, suffix); /* fits by its size */
	return c;
}

static void add_headers(const struct static_file *f, const struct choice *c, struct reply *reply) {
	bool is_hashed = str_starts(str_from(f->path), "/assets/");
	reply_header(reply, "Cache-Control",
			is_hashed ? "public, max-age=31536000, immutable" : "no-cache");
	reply_header(reply, "ETag", c->etag);
	reply_header(reply, "Accept-Ranges", "bytes");
	if (f->br.bytes || f->gz.bytes) {
		reply_header(reply, "Vary", "Accept-Encoding");
	}
	if (c->coding) {
		reply_header(reply, "Content-Encoding", c->coding);
	}
	if (strcmp(f->path, "/sw.js") == 0) {
		reply_header(reply, "Service-Worker-Allowed", "/");
	}
}

/* Sets the status and cuts the content down to what was asked for. */
static void apply_range(
		const struct static_request *want, struct reply *reply, struct str *content) {
	struct field_range r = { 0 };
	char text[96];
	switch (field_range_parse(want->range, content->n, &r)) {
	case FIELD_RANGE_NONE:
		return;
	case FIELD_RANGE_BEYOND:
		(void)snprintf(text, sizeof(text), "bytes */%zu", content->n); /* fits */
		reply_header(reply, "Content-Range", text);
		reply->status = 416;
		*content = (struct str){ "", 0 };
		return;
	case FIELD_RANGE_ONE:
		(void)snprintf(text, sizeof(text), "bytes %" PRIu64 "-%" PRIu64 "/%zu", r.first,
				r.last, content->n); /* fits */
		reply_header(reply, "Content-Range", text);
		reply->status = 206;
		*content = (struct str){ content->p + r.first, r.last - r.first + 1 };
		return;
	}
}

enum err static_files_answer(const struct static_files *sf, const struct static_request *want,
		struct reply *reply, struct str *out_content) {
	const struct static_file *f = find(sf, want->path);
	if (!f) {
		f = find_page(sf, want->path);
	}
	if (!f) {
		return ERR_NOT_FOUND;
	}
	struct choice c = choose(f, want);
	reply_empty(reply, 200);
	reply->type = f->type;
	add_headers(f, &c, reply);
	struct str content = { c.blob->bytes, c.blob->n };
	if (want->if_none_match.p && field_etag_is(want->if_none_match, c.etag)) {
		reply->status = 304;
		reply->type = NULL;
		content = (struct str){ "", 0 };
	} else if (want->range.p) {
		apply_range(want, reply, &content);
	}
	enum err e = buf_err(&reply->headers);
	if (!e) {
		*out_content = content;
	}
	return e;
}
