#include "core/doc/zip.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <zip.h>

#include "core/base/str.h"

enum {
	CHUNK_BYTES = 16 * 1024,
	END_RECORD_BYTES = 22, /* end of central directory, without its comment */
	COMMENT_BYTES_MAX = 65535,
	CENTRAL_BYTES = 46, /* one central directory header, without name and extras */
};

struct zip_in {
	zip_t *archive;
	char **names;  /* our own copies, in the archive's order */
	size_t *order; /* indexes into names, sorted by name */
	size_t count;
	size_t inflated_bytes; /* of all reads until now */
};

static uint32_t le16(const unsigned char *p) {
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t le32(const unsigned char *p) {
	return le16(p) | le16(p + 2) << 16;
}

static const unsigned char *find_end_record(const unsigned char *p, size_t n) {
	if (n < END_RECORD_BYTES) {
		return NULL;
	}
	size_t lowest = n > END_RECORD_BYTES + COMMENT_BYTES_MAX
			? n - END_RECORD_BYTES - COMMENT_BYTES_MAX
			: 0;
	for (size_t at = n - END_RECORD_BYTES + 1; at-- > lowest;) {
		if (memcmp(p + at, "PK\5\6", 4) == 0) {
			return p + at;
		}
	}
	return NULL;
}

/*
 * Walks the central directory by hand for the one thing that libzip hides: it turns a NUL inside
 * a name into a blank. Also bounds the number of entries before libzip allocates for them.
 */
static enum err check_directory(const unsigned char *p, size_t n) {
	const unsigned char *end = find_end_record(p, n);
	if (!end || n < 4 || memcmp(p, "PK\3\4", 4) != 0) {
		return ERR_FORMAT;
	}
	size_t count = le16(end + 10);
	size_t at = le32(end + 16);
	size_t limit = (size_t)(end - p);
	if (count > ZIP_ENTRIES_MAX) {
		return ERR_LIMIT;
	}
	for (size_t i = 0; i < count; i++) {
		if (at > limit || limit - at < CENTRAL_BYTES || memcmp(p + at, "PK\1\2", 4) != 0) {
			return ERR_FORMAT;
		}
		size_t name_bytes = le16(p + at + 28);
		size_t rest = CENTRAL_BYTES + name_bytes + le16(p + at + 30) + le16(p + at + 32);
		if (limit - at < rest || memchr(p + at + CENTRAL_BYTES, '\0', name_bytes)) {
			return ERR_FORMAT;
		}
		if (name_bytes > ZIP_NAME_BYTES_MAX) {
			return ERR_LIMIT;
		}
		at += rest;
	}
	return ERR_OK;
}

/* True when a part between slashes is ".." or the name could leave a folder in another way. */
static bool is_unsafe_name(const char *name) {
	if (name[0] == '\0' || name[0] == '/' || strchr(name, '\\') || name[1] == ':') {
		return true;
	}
	for (const char *part = name; part; part = strchr(part, '/')) {
		part += *part == '/';
		if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0')) {
			return true;
		}
	}
	return false;
}

static int compare_names(const void *a, const void *b, void *names) {
	char **n = names;
	return strcmp(n[*(const size_t *)a], n[*(const size_t *)b]);
}

/* A symbolic link, as Unix writes them. Nothing is unpacked here, but no office program packs one
 * either: whoever does means harm. */
static bool is_link(zip_t *archive, size_t i) {
	zip_uint8_t system = 0;
	zip_uint32_t attributes = 0;
	return zip_file_get_external_attributes(archive, i, 0, &system, &attributes) == 0 &&
			system == ZIP_OPSYS_UNIX && S_ISLNK(attributes >> 16);
}

/* Copies entry i's name after looking at it and at the entry's encryption. */
static enum err take_entry(struct zip_in *z, size_t i) {
	zip_stat_t st;
	if (zip_stat_index(z->archive, i, ZIP_FL_ENC_GUESS, &st) != 0 ||
			!(st.valid & ZIP_STAT_NAME) || is_unsafe_name(st.name)) {
		return ERR_FORMAT;
	}
	if (is_link(z->archive, i)) {
		return ERR_FORMAT;
	}
	if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE) {
		return ERR_UNSUPPORTED;
	}
	return str_dup(st.name, &z->names[i]);
}

static enum err take_directory(struct zip_in *z) {
	zip_int64_t count = zip_get_num_entries(z->archive, 0);
	if (count < 0) {
		return ERR_FORMAT;
	}
	if (count > ZIP_ENTRIES_MAX) {
		return ERR_LIMIT;
	}
	z->names = calloc((size_t)count + 1, sizeof(*z->names));
	z->order = calloc((size_t)count + 1, sizeof(*z->order));
	if (!z->names || !z->order) {
		return ERR_NOMEM;
	}
	z->count = (size_t)count;
	for (size_t i = 0; i < z->count; i++) {
		enum err e = take_entry(z, i);
		if (e) {
			return e;
		}
		z->order[i] = i;
	}
	qsort_r(z->order, z->count, sizeof(*z->order), compare_names, z->names);
	for (size_t i = 1; i < z->count; i++) {
		if (strcmp(z->names[z->order[i - 1]], z->names[z->order[i]]) == 0) {
			return ERR_FORMAT;
		}
	}
	return ERR_OK;
}

enum err zip_in_new(const void *bytes, size_t n, struct zip_in **out) {
	assert(bytes || n == 0);
	assert(out);

	if (n > ZIP_FILE_BYTES_MAX) {
		return ERR_LIMIT;
	}
	enum err e = check_directory(bytes, n);
	if (e) {
		return e;
	}
	_cleanup_(zip_in_freep) struct zip_in *z = calloc(1, sizeof(*z));
	if (!z) {
		return ERR_NOMEM;
	}
	zip_source_t *source = zip_source_buffer_create(bytes, n, 0, NULL);
	if (!source) {
		return ERR_NOMEM;
	}
	z->archive = zip_open_from_source(source, ZIP_RDONLY, NULL);
	if (!z->archive) {
		zip_source_free(source);
		return ERR_FORMAT;
	}
	e = take_directory(z);
	if (e) {
		return e;
	}
	*out = STEAL(z);
	return ERR_OK;
}

void zip_in_free(struct zip_in *z) {
	if (!z) {
		return;
	}
	for (size_t i = 0; z->names && i < z->count; i++) {
		free(z->names[i]);
	}
	free(z->names);
	free(z->order);
	if (z->archive) {
		zip_discard(z->archive);
	}
	free(z);
}

/* The entry's index, or the count when there is none. */
static size_t find_entry(const struct zip_in *z, const char *name) {
	size_t low = 0;
	size_t high = z->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(z->names[z->order[middle]], name);
		if (order == 0) {
			return z->order[middle];
		}
		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return z->count;
}

bool zip_in_has(const struct zip_in *z, const char *name) {
	return find_entry(z, name) < z->count;
}

static void zip_file_freep(zip_file_t **f) {
	if (*f) {
		(void)zip_fclose(*f); /* only read from: nothing can be lost */
	}
}

/* What one read has to stay under. */
struct budget {
	size_t used_bytes;
	size_t max_bytes;     /* the caller's and the archive's limit, whichever is lower */
	uint64_t ratio_bytes; /* the most that the entry's stored size may become */
};

static enum err inflate_entry(zip_file_t *f, struct budget *budget, struct buf *out) {
	char chunk[CHUNK_BYTES];
	for (;;) {
		zip_int64_t got = zip_fread(f, chunk, sizeof(chunk));
		if (got < 0) {
			return ERR_FORMAT;
		}
		if (got == 0) {
			return ERR_OK;
		}
		budget->used_bytes += (size_t)got;
		if (budget->used_bytes > budget->max_bytes ||
				budget->used_bytes > budget->ratio_bytes) {
			return ERR_LIMIT;
		}
		buf_add(out, chunk, (size_t)got);
		enum err e = buf_err(out);
		if (e) {
			return e;
		}
	}
}

enum err zip_in_read(struct zip_in *z, const char *name, size_t max_bytes, struct buf *out) {
	assert(z && name && out);

	size_t i = find_entry(z, name);
	if (i == z->count) {
		return ERR_NOT_FOUND;
	}
	zip_stat_t st;
	if (zip_stat_index(z->archive, i, 0, &st) != 0 || !(st.valid & ZIP_STAT_COMP_SIZE)) {
		return ERR_FORMAT;
	}
	size_t left = ZIP_INFLATED_BYTES_MAX - z->inflated_bytes;
	uint64_t stored_bytes =
			st.comp_size < ZIP_FILE_BYTES_MAX ? st.comp_size : ZIP_FILE_BYTES_MAX;
	struct budget budget = {
		.max_bytes = max_bytes < left ? max_bytes : left,
		.ratio_bytes = stored_bytes * ZIP_RATIO_MAX > ZIP_RATIO_FREE_BYTES
				? stored_bytes * ZIP_RATIO_MAX
				: ZIP_RATIO_FREE_BYTES,
	};
	_cleanup_(zip_file_freep) zip_file_t *f = zip_fopen_index(z->archive, i, 0);
	if (!f) {
		return ERR_FORMAT;
	}
	size_t before = out->len;
	enum err e = inflate_entry(f, &budget, out);
	z->inflated_bytes += budget.used_bytes < left ? budget.used_bytes : left;
	if (e) {
		out->len = before;
		out->err = ERR_OK;
		if (out->data) {
			out->data[before] = '\0';
		}
	}
	return e;
}
