#include "core/base/log.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/clock.h"

enum {
	MORE_BYTES = 16, /* room kept for " more=N\n" */
	WALL_TEXT_BYTES = 40,
};

static const struct {
	const char *name;
	char journal; /* syslog's number of the level */
} levels[] = {
	[LOG_LEVEL_DEBUG] = { "debug", '7' },
	[LOG_LEVEL_INFO] = { "info", '6' },
	[LOG_LEVEL_WARN] = { "warn", '4' },
	[LOG_LEVEL_ERROR] = { "error", '3' },
};

/* systemd names device and inode of the stream that its journal reads. */
static bool is_journal(int fd) {
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat st;
	if (!stream || fstat(fd, &st)) {
		return false;
	}
	char here[64];
	int n = snprintf(here, sizeof(here), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return n > 0 && (size_t)n < sizeof(here) && strcmp(here, stream) == 0;
}

struct log log_make(int fd, enum log_level least) {
	return (struct log){ .fd = fd, .least = least, .is_journal = is_journal(fd) };
}

enum err log_level_parse(struct str s, enum log_level *out) {
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (str_eq_z(s, levels[i].name)) {
			*out = (enum log_level)i;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

const char *log_level_name(enum log_level level) {
	return levels[level].name;
}

struct log_field log_z(const char *key, const char *value) {
	return (struct log_field){ .key = key, .text = str_from(value ? value : "-") };
}

struct log_field log_s(const char *key, struct str value) {
	return (struct log_field){ .key = key, .text = value };
}

struct log_field log_i64(const char *key, int64_t value) {
	return (struct log_field){ .key = key, .number = value, .is_number = true };
}

struct log_field log_err(enum err e) {
	return log_z("err", err_name(e));
}

/* Any word of the name, its parts joined by '_', that speaks of a secret. */
static bool is_secret(const char *key) {
	static const char *const words[] = { "password", "passwd", "secret", "token", "cookie",
		"ticket", "authorization", "salt", "mac", "key", "activation" };
	struct str rest = str_from(key);
	while (rest.n > 0) {
		const char *end = memchr(rest.p, '_', rest.n);
		struct str word = { rest.p, end ? (size_t)(end - rest.p) : rest.n };
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			if (str_eq_nocase(word, words[i])) {
				return true;
			}
		}
		rest.p += word.n + (end != NULL);
		rest.n -= word.n + (end != NULL);
	}
	return false;
}

static bool needs_quotes(struct str s) {
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c <= ' ' || c == '"' || c == '=' || c == '\\') {
			return true;
		}
	}
	return s.n == 0 || !str_is_utf8(s);
}

/* The length of the valid code point at the front, or 0. Characters that move the cursor of a
 * terminal (C1 controls, line separators, bidirectional marks) do not count as valid here. */
static size_t plain_point(struct str s) {
	size_t at = 0;
	int32_t c = str_utf8_next(s, &at);
	bool is_odd = c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200E && c <= 0x200F) ||
			(c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
	return is_odd ? 0 : at;
}

static void add_quoted(struct buf *b, struct str s) {
	buf_add_char(b, '"');
	while (s.n > 0) {
		size_t n = plain_point(s);
		if (n == 0) {
			buf_addf(b, "\\x%02x", (unsigned)(unsigned char)s.p[0]);
			n = 1;
		} else {
			if (s.p[0] == '"' || s.p[0] == '\\') {
				buf_add_char(b, '\\');
			}
			buf_add(b, s.p, n);
		}
		s.p += n;
		s.n -= n;
	}
	buf_add_char(b, '"');
}

/* Cuts a long value before a code point. */
static struct str cut(struct str s) {
	if (s.n <= LOG_VALUE_BYTES_MAX) {
		return s;
	}
	s.n = LOG_VALUE_BYTES_MAX;
	while (s.n > 0 && ((unsigned char)s.p[s.n] & 0xC0) == 0x80) {
		s.n--;
	}
	return s;
}

static bool has_odd_point(struct str s) {
	while (s.n > 0) {
		size_t n = plain_point(s);
		if (n == 0) {
			return true;
		}
		s.p += n;
		s.n -= n;
	}
	return false;
}

static void add_field(struct buf *b, const struct log_field *f) {
	buf_add_char(b, ' ');
	buf_add_str(b, f->key);
	buf_add_char(b, '=');
	if (is_secret(f->key)) {
		buf_add_str(b, "***");
		return;
	}
	if (f->is_number) {
		buf_add_i64(b, f->number);
		return;
	}
	struct str shown = cut(f->text);
	if (needs_quotes(shown) || has_odd_point(shown)) {
		add_quoted(b, shown);
	} else {
		buf_add(b, shown.p, shown.n);
	}
	if (shown.n < f->text.n) {
		buf_add_str(b, "…");
	}
}

static void add_wall(struct buf *b, int64_t wall_ms) {
	time_t s = (time_t)(wall_ms / 1000);
	struct tm tm;
	char text[WALL_TEXT_BYTES];
	if (!gmtime_r(&s, &tm) || strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm) == 0) {
		buf_add_str(b, "ts=-");
		return;
	}
	buf_addf(b, "ts=%s.%03dZ", text, (int)(wall_ms % 1000));
}

void log_format(struct buf *out, enum log_level level, int64_t wall_ms, const char *ev,
		const struct log_field *fields, size_t count) {
	size_t start = out->len;
	add_wall(out, wall_ms);
	buf_add_str(out, " level=");
	buf_add_str(out, levels[level].name);
	buf_add_str(out, " ev=");
	buf_add_str(out, ev);
	size_t left_out = 0;
	for (size_t i = 0; i < count; i++) {
		size_t before = out->len;
		add_field(out, &fields[i]);
		if (out->len - start > LOG_LINE_BYTES_MAX - MORE_BYTES) {
			out->len = before;
			left_out++;
		}
	}
	if (left_out > 0) {
		buf_addf(out, " more=%zu", left_out);
	}
	buf_add_char(out, '\n');
}

void log_write(const struct log *log, enum log_level level, const char *ev,
		const struct log_field *fields, size_t count) {
	if (level < log->least) {
		return;
	}
	struct buf line = buf_make((size_t)2 * LOG_LINE_BYTES_MAX);
	if (log->is_journal) {
		buf_addf(&line, "<%c>", levels[level].journal);
	}
	log_format(&line, level, clock_wall_ms(), ev, fields, count);
	if (line.err == ERR_OK) {
		ssize_t n = 0;
		do {
			n = write(log->fd, line.data, line.len);
		} while (n < 0 && errno == EINTR);
	}
	buf_finish(&line);
}
