#ifndef CORE_BASE_LOG_H
#define CORE_BASE_LOG_H

/*
 * One line an entry, for people with grep and for machines:
 *     ts=2025-09-05T00:30:00.123Z level=info ev=serve.start addr=127.0.0.1 port=8080
 * Values with blanks, quotes or control characters are quoted and escaped, so an entry is never
 * more than one line. A line goes out by a single write(2) and is short enough for a pipe to take
 * it whole: lines of several threads never mix. Under systemd a "<n>" in front tells the journal
 * the level.
 *
 * Only the entries of threads and requests log (STYLE: pure and store code does not). No secret
 * is ever passed in; as a second net the value of a field whose name speaks of a secret
 * (password, token, cookie, ticket …) is replaced by "***".
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"

enum {
	LOG_LINE_BYTES_MAX = 4096, /* PIPE_BUF of Linux */
	LOG_VALUE_BYTES_MAX = 512, /* a longer value is cut and ends with "…" */
};

enum log_level {
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_INFO,
	LOG_LEVEL_WARN,
	LOG_LEVEL_ERROR,
};

/* Plain values: copied freely, never changed once threads run. */
struct log {
	int fd;
	enum log_level least;
	bool is_journal; /* fd leads to the journal of systemd */
};

struct log_field {
	const char *key;
	struct str text;
	int64_t number;
	bool is_number;
};

/* A log on that descriptor; finds out whether systemd's journal reads it ($JOURNAL_STREAM). */
struct log log_make(int fd, enum log_level least);
/* "debug", "info", "warn", "error". ERR_INVAL for anything else. */
enum err log_level_parse(struct str s, enum log_level *out) MUST_CHECK;
const char *log_level_name(enum log_level level);

struct log_field log_z(const char *key, const char *value); /* NULL is shown as - */
struct log_field log_s(const char *key, struct str value);
struct log_field log_i64(const char *key, int64_t value);
struct log_field log_err(enum err e); /* err=not_found */

/* Writes the entry when its level is high enough. Fields that do not fit are left out and counted
 * in a last field more=N. A failing write is not reported: there is nowhere to. */
void log_write(const struct log *log, enum log_level level, const char *ev,
		const struct log_field *fields, size_t count);

/*
 * log_info(log, "sign_in.ok", log_i64("person", id), log_z("from", addr));
 * An entry without fields is written with log_event.
 */
#define LOG_FIELDS_(...)                                                    \
	(const struct log_field[]){ __VA_ARGS__ },                          \
			sizeof((const struct log_field[]){ __VA_ARGS__ }) / \
			sizeof(struct log_field)
#define log_debug(log, ev, ...) log_write(log, LOG_LEVEL_DEBUG, ev, LOG_FIELDS_(__VA_ARGS__))
#define log_info(log, ev, ...) log_write(log, LOG_LEVEL_INFO, ev, LOG_FIELDS_(__VA_ARGS__))
#define log_warn(log, ev, ...) log_write(log, LOG_LEVEL_WARN, ev, LOG_FIELDS_(__VA_ARGS__))
#define log_error(log, ev, ...) log_write(log, LOG_LEVEL_ERROR, ev, LOG_FIELDS_(__VA_ARGS__))
#define log_event(log, level, ev) log_write(log, level, ev, NULL, 0)

/* Appends the line, its line feed included, as it stands at that wall time. For tests. */
void log_format(struct buf *out, enum log_level level, int64_t wall_ms, const char *ev,
		const struct log_field *fields, size_t count);

#endif
