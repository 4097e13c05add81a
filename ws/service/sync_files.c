#include "ws/service/sync.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/config.h"
#include "core/doc/zip_file_io.h"
#include "core/exchange/national.h"
#include "core/school/calendar_store.h"
#include "gradebook/oneroster/export_store.h"

/*
 * Into a folder of the data folder: DATA/exchange/SCHOOL/FOLDER/SCHOOL-NUMBER-BATCH.ndjson, the
 * batch as it would be sent, and beside it .json, the same for the national database
 * (core/exchange/national.h); and SCHOOL-oneroster.zip, the present school year as a OneRoster
 * bundle. A file is there whole or not at all; the same batch is the same file.
 */

enum {
	FOLDER_BYTES = CONFIG_TEXT_BYTES + EXCHANGE_SCHOOL_BYTES_MAX + DESTINATION_WORD_BYTES + 16,
	NAME_BYTES = EXCHANGE_SCHOOL_BYTES_MAX + 2 * EXCHANGE_BATCH_ID_BYTES + 48,
	FOLDER_MODE = 0750,
	FILE_MODE = 0640,
	NATIONAL_BYTES_MAX = 16 << 20, /* of a batch: its envelope is longer than ours */
};

static void fd_closep(int *fd) {
	if (*fd >= 0) {
		(void)close(*fd); /* what was written was synced before */
	}
}

/* Each folder of the way, made where it is missing. */
static enum err open_folder(const struct sync *s, const struct destination *d, int *out) {
	const char *const parts[] = { s->data_dir, "exchange", d->school_code, d->settings.folder };
	char path[FOLDER_BYTES] = "";
	size_t n = 0;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		int k = snprintf(path + n, sizeof(path) - n, i > 0 ? "/%s" : "%s", parts[i]);
		if (k < 0 || (size_t)k >= sizeof(path) - n) {
			return ERR_LIMIT;
		}
		n += (size_t)k;
		if (i > 0 && mkdir(path, FOLDER_MODE) && errno != EEXIST) {
			return errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
		}
	}
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		return ERR_IO;
	}
	*out = fd;
	return ERR_OK;
}

static enum err write_all(int fd, const char *p, size_t n) {
	while (n > 0) {
		ssize_t k = write(fd, p, n);
		if (k < 0 && errno != EINTR) {
			return errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_IO;
		}
		p += k > 0 ? k : 0;
		n -= k > 0 ? (size_t)k : 0;
	}
	return ERR_OK;
}

/* A file under another name, until it is whole. */
static enum err write_file(
		int folder, const char *name, enum err (*write_it)(int fd, void *ctx), void *ctx) {
	char temporary[NAME_BYTES + 16];
	(void)snprintf(temporary, sizeof(temporary), ".%s.tmp", name); /* fits */
	_cleanup_(fd_closep) int fd = openat(folder, temporary,
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (fd < 0) {
		return errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
	}
	enum err e = write_it(fd, ctx);
	if (!e && (fsync(fd) || renameat(folder, temporary, folder, name) || fsync(folder))) {
		e = errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_IO;
	}
	if (e) {
		(void)unlinkat(folder, temporary, 0); /* the next try cuts it off anyway */
	}
	return e;
}

static enum err write_text(int fd, void *ctx) {
	const struct str *bytes = ctx;
	return write_all(fd, bytes->p, bytes->n);
}

/* The batch as it would be sent, and once more for the national database. */
static enum err write_both(int folder, const char *stem, const struct outgoing *o) {
	_cleanup_(buf_finish) struct buf json = buf_make(NATIONAL_BYTES_MAX);
	struct str body = { o->body, o->body_n };
	char name[NAME_BYTES + 8];
	enum err e = national_print(body, &json);
	(void)snprintf(name, sizeof(name), "%s.json", stem); /* fits */
	struct str national = { json.data, json.len };
	e = e ? e : write_file(folder, name, write_text, &national);
	(void)snprintf(name, sizeof(name), "%s.ndjson", stem); /* fits */
	return e ? e : write_file(folder, name, write_text, &body);
}

enum err sync_files_deliver(struct sync *s, const struct destination *d, const struct outgoing *o,
		struct sync_fault *fault) {
	char id[2 * EXCHANGE_BATCH_ID_BYTES + 1];
	char name[NAME_BYTES];
	_cleanup_(fd_closep) int folder = -1;
	str_hex(o->batch_id, sizeof(o->batch_id), id);
	(void)snprintf(name, sizeof(name), "%s-%012llu-%s", d->school_code,
			(unsigned long long)o->last_number, id); /* fits */
	enum err e = open_folder(s, d, &folder);
	e = e ? e : write_both(folder, name, o);
	if (e) {
		sync_fault_set(fault,
				e == ERR_DISK_FULL ? "destination.disk_full" : "destination.folder",
				NULL);
		return ERR_BUSY;
	}
	return ERR_OK;
}

/* ---- the bundle ---- */

struct bundling {
	struct sync *s;
	struct oneroster_export wish;
};

static enum err write_bundle(int fd, void *ctx) {
	struct bundling *b = ctx;
	struct zip_sink sink = zip_sink_file(fd);
	return oneroster_export(b->s->db, &b->wish, &sink, NULL);
}

/* Whether something was carried since the bundle was written, and it is not of just now. */
static bool is_due(int folder, const char *name, const struct destination *d, int64_t now_ms) {
	struct stat st;
	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW)) {
		return true;
	}
	int64_t written_ms = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
	return d->last_ok_at_ms >= written_ms && now_ms - written_ms >= SYNC_BUNDLE_MS;
}

enum err sync_files_bundle(struct sync *s, const struct destination *d) {
	char name[NAME_BYTES];
	_cleanup_(fd_closep) int folder = -1;
	int64_t now_ms = clock_now_ms(s->clock);
	struct bundling b = { s, { .school_id = d->school_id, .now_ms = now_ms } };
	struct school_year year;
	struct date today;
	(void)snprintf(name, sizeof(name), "%s-oneroster.zip", d->school_code); /* fits */
	enum err e = open_folder(s, d, &folder);
	e = e ? e : date_in_vietnam(now_ms, &today);
	if (e || !is_due(folder, name, d, now_ms)) {
		return e;
	}
	e = calendar_store_current_year(s->db, d->school_id, today, &year);
	if (!e) {
		b.wish.year_id = year.id;
		e = write_file(folder, name, write_bundle, &b);
	}
	bool has_none = e == ERR_NOT_FOUND || e == ERR_MISSING; /* no year, or one without terms */
	return has_none ? ERR_OK : e;
}
