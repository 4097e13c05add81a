#include "core/base/log.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "tests/check.h"

#define T0 INT64_C(1757032200123) /* 2025-09-05 00:30:00.123 UTC */
#define HEAD "ts=2025-09-05T00:30:00.123Z level=info ev=e"

static void check_values(void) {
	static const struct {
		struct str value;
		const char *want;
	} rows[] = {
		{ { "plain", 5 }, "plain" }, { { "127.0.0.1:8080", 14 }, "127.0.0.1:8080" },
		{ { "Nguyễn", 8 }, "Nguyễn" }, { { "", 0 }, "\"\"" }, { { "a b", 3 }, "\"a b\"" },
		{ { "a=b", 3 }, "\"a=b\"" }, { { "say \"x\"", 7 }, "\"say \\\"x\\\"\"" },
		{ { "a\\b", 3 }, "\"a\\\\b\"" },
		{ { "a\nts=1 level=error", 18 }, "\"a\\x0ats=1 level=error\"" },
		{ { "a\0b", 3 }, "\"a\\x00b\"" }, { { "\x1b[31m", 5 }, "\"\\x1b[31m\"" },
		{ { "\x7f", 1 }, "\"\\x7f\"" }, { { "\xff\xfe", 2 }, "\"\\xff\\xfe\"" },
		{ { "a\xC2\x85z", 4 }, "\"a\\xc2\\x85z\"" },          /* next line, C1 */
		{ { "a\xE2\x80\xAEz", 5 }, "\"a\\xe2\\x80\\xaez\"" }, /* right-to-left override */
		{ { "a\xE2\x80\xA8z", 5 }, "\"a\\xe2\\x80\\xa8z\"" }, /* line separator */
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(buf_finish) struct buf got = buf_make(1000);
		_cleanup_(buf_finish) struct buf want = buf_make(1000);
		struct log_field field = log_s("v", rows[i].value);
		log_format(&got, LOG_LEVEL_INFO, T0, "e", &field, 1);
		buf_addf(&want, HEAD " v=%s\n", rows[i].want);
		CHECK_STR("value", buf_str(&got), buf_str(&want));
	}
}

static void check_fields(void) {
	const struct log_field fields[] = {
		log_i64("n", INT64_MIN),
		log_err(ERR_DB_AWAY),
		log_z("none", NULL),
		log_z("password", "hunter2"),
		log_z("csrf_token", "hunter2"),
		log_z("Cookie", "hunter2"),
		log_i64("ticket", 1234567890),
		log_z("monkey", "kept"),
	};
	_cleanup_(buf_finish) struct buf b = buf_make(1000);
	log_format(&b, LOG_LEVEL_WARN, 0, "x.y", fields, sizeof(fields) / sizeof(fields[0]));
	CHECK_STR("fields", buf_str(&b),
			"ts=1970-01-01T00:00:00.000Z level=warn ev=x.y n=-9223372036854775808 "
			"err=database_away none=- password=*** csrf_token=*** Cookie=*** "
			"ticket=*** monkey=kept\n");
}

static void check_long(void) {
	char text[LOG_VALUE_BYTES_MAX + 2];
	memset(text, 'a', sizeof(text));
	struct log_field field = log_s("v", (struct str){ text, LOG_VALUE_BYTES_MAX });
	_cleanup_(buf_finish) struct buf b = buf_make(8192);
	log_format(&b, LOG_LEVEL_INFO, T0, "e", &field, 1);
	CHECK_INT("longest", b.len, strlen(HEAD " v=\n") + LOG_VALUE_BYTES_MAX);
	buf_clear(&b);
	field.text.n++;
	log_format(&b, LOG_LEVEL_INFO, T0, "e", &field, 1);
	CHECK_INT("cut", b.len, strlen(HEAD " v=…\n") + LOG_VALUE_BYTES_MAX);
	buf_clear(&b);
	memcpy(text + LOG_VALUE_BYTES_MAX - 1, "ế", 3); /* the cut would go through it */
	field.text.n = LOG_VALUE_BYTES_MAX + 2;
	log_format(&b, LOG_LEVEL_INFO, T0, "e", &field, 1);
	CHECK("cut between characters", str_is_utf8((struct str){ buf_str(&b), b.len }));

	struct log_field many[40];
	memset(text, 0x01, sizeof(text)); /* four bytes each in the line */
	for (size_t i = 0; i < 40; i++) {
		many[i] = log_s("v", (struct str){ text, LOG_VALUE_BYTES_MAX });
	}
	many[39] = log_i64("last", 1);
	buf_clear(&b);
	log_format(&b, LOG_LEVEL_INFO, T0, "e", many, 40);
	CHECK_INT("fits a pipe", buf_err(&b), ERR_OK);
	CHECK("fits a pipe", b.len <= LOG_LINE_BYTES_MAX && b.data[b.len - 1] == '\n');
	CHECK("says so", strstr(buf_str(&b), " last=1 more=38\n") != NULL);
}

static void check_levels(void) {
	static const char *const names[] = { "debug", "info", "warn", "error" };
	for (size_t i = 0; i < 4; i++) {
		enum log_level level = LOG_LEVEL_INFO;
		CHECK_INT(names[i], log_level_parse(str_from(names[i]), &level), ERR_OK);
		CHECK_STR(names[i], log_level_name(level), names[i]);
	}
	enum log_level level = LOG_LEVEL_WARN;
	CHECK_INT("other", log_level_parse(str_from("INFO"), &level), ERR_INVAL);
	CHECK_INT("untouched", level, LOG_LEVEL_WARN);
}

/* What a pipe holds after an info and a debug entry on a log of level info. */
static void check_journal(bool is_journal) {
	int ends[2];
	CHECK_INT("pipe", pipe(ends), 0);
	struct stat st;
	CHECK_INT("stat", fstat(ends[1], &st), 0);
	char stream[64];
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev,
			(uintmax_t)st.st_ino + !is_journal);
	setenv("JOURNAL_STREAM", stream, 1);
	struct log log = log_make(ends[1], LOG_LEVEL_INFO);
	unsetenv("JOURNAL_STREAM");
	CHECK_INT("journal", log.is_journal, is_journal);
	log_debug(&log, "quiet", log_i64("n", 1));
	log_event(&log, LOG_LEVEL_ERROR, "loud");
	close(ends[1]);
	char text[200] = { 0 };
	ssize_t n = read(ends[0], text, sizeof(text) - 1);
	close(ends[0]);
	CHECK("one line", n > 0 && strchr(text, '\n') == text + n - 1);
	CHECK("prefix", strncmp(text, is_journal ? "<3>ts=" : "ts=20", 5) == 0);
	CHECK("entry", strstr(text, " level=error ev=loud\n") != NULL);
}

enum {
	WRITERS = 4,
	LINES_EACH = 500,
};

static const struct log *shared_log;

static void *write_lines(void *arg) {
	char value[400];
	memset(value, *(const char *)arg, sizeof(value));
	for (int64_t i = 0; i < LINES_EACH; i++) {
		size_t n = 1 + (size_t)(i * 7) % sizeof(value);
		log_info(shared_log, "line", log_s("v", (struct str){ value, n }),
				log_i64("n", (int64_t)n));
	}
	return NULL;
}

/* "…ev=line v=aaaa n=4": the value is of one letter and as long as it says. */
static bool is_whole(const char *line) {
	const char *v = strstr(line, " ev=line v=");
	if (strncmp(line, "ts=", 3) != 0 || !v) {
		return false;
	}
	v += strlen(" ev=line v=");
	size_t run = strspn(v, (const char[]){ v[0], '\0' });
	return strncmp(v + run, " n=", 3) == 0 && strtoul(v + run + 3, NULL, 10) == run;
}

/* Several threads on one pipe, read while they write: every line comes out whole. */
static void check_threads(void) {
	static char names[WRITERS] = { 'a', 'b', 'c', 'd' };
	int ends[2];
	CHECK_INT("pipe", pipe(ends), 0);
	struct log log = log_make(ends[1], LOG_LEVEL_INFO);
	shared_log = &log;
	pthread_t threads[WRITERS];
	for (size_t i = 0; i < WRITERS; i++) {
		CHECK_INT("thread", pthread_create(&threads[i], NULL, write_lines, &names[i]), 0);
	}
	FILE *in = fdopen(ends[0], "r");
	_cleanup_(mem_freep) char *line = NULL;
	size_t cap = 0;
	size_t whole = 0;
	for (size_t i = 0; i < (size_t)WRITERS * LINES_EACH; i++) {
		if (getline(&line, &cap, in) < 0) {
			break;
		}
		whole += is_whole(line);
	}
	for (size_t i = 0; i < WRITERS; i++) {
		pthread_join(threads[i], NULL);
	}
	CHECK_INT("whole lines", whole, WRITERS * LINES_EACH);
	fclose(in);
	close(ends[1]);
}

int main(void) {
	check_values();
	check_fields();
	check_long();
	check_levels();
	check_journal(true);
	check_journal(false);
	check_threads();
	return check_done();
}
