/* truongthi gradebook compute FILE [--explain] [--lang vi|en]: the rules, one student a line. */

#include "ws/cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "gradebook/rules/compute.h"

enum {
	EXIT_DONE = 0,
	EXIT_REFUSED = 1,
	EXIT_USAGE = 2,
	CHUNK_BYTES = 64 * 1024,
	SENTENCE_BYTES_MAX = 4096,
};

struct run {
	const char *name; /* of the file, for messages */
	struct compute_options options;
	unsigned long long line_number; /* of the line that is being read, from 1 */
	struct buf line;                /* what has been read of it */
	bool is_long;                   /* longer than a line may be: the rest is not kept */
	struct buf answer;
	unsigned long long bad_count;
};

static void run_finish(struct run *run) {
	buf_finish(&run->line);
	buf_finish(&run->answer);
}

static void file_close(int *fd) {
	if (*fd > STDERR_FILENO) {
		(void)close(*fd); /* it was only read */
	}
}

static void complain(struct run *run, const struct diag *why, enum err e) {
	_cleanup_(buf_finish) struct buf text = buf_make(SENTENCE_BYTES_MAX);
	bool has_sentence = why->count > 0 &&
			!messages_print_item(&why->items[0], run->options.lang, &text);
	run->bad_count++;
	fprintf(stderr, "truongthi: %s:%llu: %s\n", run->name, run->line_number,
			has_sentence ? buf_str(&text) : err_name(e));
}

/* Blanks between and behind the students are no mistake. */
static bool is_blank(struct str line) {
	return str_trim(line).n == 0;
}

/* The bytes of a line are whole. ERR_IO when the answer cannot be written. */
static enum err end_line(struct run *run) {
	_cleanup_(diag_finish) struct diag why = { 0 };
	struct str line = { buf_str(&run->line), run->line.len };
	enum err e = ERR_OK;
	if (run->line_number == 1 && str_starts(line, "\xEF\xBB\xBF")) {
		line.p += 3; /* the byte order mark of Windows editors */
		line.n -= 3;
	}
	if (line.n && line.p[line.n - 1] == '\r') {
		line.n--;
	}
	buf_clear(&run->answer);
	if (run->is_long) {
		compute_refuse_long(&why);
		e = ERR_INVAL;
	} else if (!is_blank(line)) {
		e = compute_line(line, &run->options, &run->answer, &why);
	}
	if (e) {
		complain(run, &why, e);
	} else if (run->answer.len) {
		buf_add_char(&run->answer, '\n');
		if (fwrite(run->answer.data, 1, run->answer.len, stdout) != run->answer.len) {
			return ERR_IO;
		}
	}
	buf_clear(&run->line);
	run->is_long = false;
	run->line_number++;
	return ERR_OK;
}

static void add_bytes(struct run *run, const char *bytes, size_t n) {
	buf_add(&run->line, bytes, n);
	if (buf_err(&run->line)) {
		run->is_long = true;
		buf_clear(&run->line); /* what is behind would not be kept either */
	}
}

static enum err take_chunk(struct run *run, const char *bytes, size_t n) {
	const char *end = bytes + n;
	while (bytes < end) {
		const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
		add_bytes(run, bytes, (size_t)((stop ? stop : end) - bytes));
		if (!stop) {
			break;
		}
		enum err e = end_line(run);
		if (e) {
			return e;
		}
		bytes = stop + 1;
	}
	return ERR_OK;
}

/* Answers what has come before it waits for more, so that a pipe can be talked to. */
static enum err read_all(struct run *run, int fd) {
	char chunk[CHUNK_BYTES];
	for (;;) {
		ssize_t n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			fprintf(stderr, "truongthi: %s: %s\n", run->name, strerror(errno));
			return ERR_IO;
		}
		enum err e = ERR_OK;
		if (n > 0) {
			e = take_chunk(run, chunk, (size_t)n);
		} else if (run->line.len || run->is_long) {
			e = end_line(run);
		}
		if (e || fflush(stdout)) {
			fprintf(stderr, "truongthi: %s\n", strerror(errno));
			return ERR_IO;
		}
		if (n == 0) {
			return ERR_OK;
		}
	}
}

static int compute(const char *path, const struct compute_options *options) {
	bool is_stdin = strcmp(path, "-") == 0;
	_cleanup_(file_close) int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		fprintf(stderr, "truongthi: %s: %s\n", path, strerror(errno));
		return EXIT_REFUSED;
	}
	_cleanup_(run_finish) struct run run = {
		.name = is_stdin ? "stdin" : path,
		.options = *options,
		.line_number = 1,
		/* One byte more for a carriage return, three for the byte order mark. */
		.line = buf_make(COMPUTE_LINE_BYTES_MAX + 4),
		.answer = buf_make(COMPUTE_ANSWER_BYTES_MAX),
	};
	if (read_all(&run, fd)) {
		return EXIT_REFUSED;
	}
	if (run.bad_count) {
		fprintf(stderr, "truongthi: %s: %llu bad lines\n", run.name, run.bad_count);
	}
	return run.bad_count ? EXIT_REFUSED : EXIT_DONE;
}

int cmd_gradebook(int argc, char **argv) {
	struct compute_options options = { .lang = LANG_VI };
	const char *path = NULL;
	bool is_wrong = argc < 3 || strcmp(argv[1], "compute") != 0;
	for (int k = 2; k < argc && !is_wrong; k++) {
		if (strcmp(argv[k], "--explain") == 0) {
			options.explains = true;
		} else if (strcmp(argv[k], "--lang") == 0 && k + 1 < argc) {
			is_wrong = messages_lang_parse(str_from(argv[++k]), &options.lang);
		} else if (!path && (argv[k][0] != '-' || argv[k][1] == '\0')) {
			path = argv[k];
		} else {
			is_wrong = true;
		}
	}
	if (is_wrong || !path) {
		fputs("usage: truongthi gradebook compute FILE [--explain] [--lang vi|en]\n"
		      "FILE holds one student a line, as docs/compute.md says; - is standard input\n",
				stderr);
		return EXIT_USAGE;
	}
	return compute(path, &options);
}
