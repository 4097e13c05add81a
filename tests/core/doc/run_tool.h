#ifndef TESTS_CORE_DOC_RUN_TOOL_H
#define TESTS_CORE_DOC_RUN_TOOL_H

/*
 * For tests that look at a file with the eyes of another program (pdftotext, zbarimg):
 * a private folder, a file in it, and a command's output.
 */

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "tests/check.h"

static char tool_folder[64];

/* A new folder under /tmp; tool_finish() removes it. */
static inline void tool_init(void) {
	(void)snprintf(tool_folder, sizeof(tool_folder), "/tmp/truongthi-test-XXXXXX");
	if (!mkdtemp(tool_folder)) {
		perror("mkdtemp");
		exit(1);
	}
	if (chdir(tool_folder)) {
		perror("chdir");
		exit(1);
	}
}

static inline void tool_save(const char *name, const struct buf *b) {
	FILE *file = fopen(name, "wb");
	if (!file || fwrite(buf_str(b), 1, b->len, file) != b->len || fclose(file)) {
		perror(name);
		exit(1);
	}
}

/* What the command printed; a command that is missing or fails is a failed check. */
static inline void tool_run(const char *command, struct buf *out) {
	FILE *pipe = popen(command, "r");
	if (!pipe) {
		perror(command);
		exit(1);
	}
	char chunk[4096];
	for (size_t n; (n = fread(chunk, 1, sizeof(chunk), pipe)) > 0;) {
		buf_add(out, chunk, n);
	}
	CHECK_INT(command, pclose(pipe), 0);
}

static inline void tool_finish(void) {
	struct buf out = buf_make(4096);
	char command[96];
	(void)snprintf(command, sizeof(command), "rm -rf %s", tool_folder);
	tool_run(command, &out);
	buf_finish(&out);
}

#endif
