/*
 * Feeds each file of a corpus folder to a fuzz target: replay_NAME FOLDER. Each input is also cut
 * short at every eighth of its length, since readers fail first at an early end. An empty folder
 * is a failure, so that a target cannot lose its corpus unseen.
 */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/cleanup.h"
#include "tests/check.h"
#include "tests/fuzz/fuzz.h"

enum {
	PARTS = 8,
	FILE_BYTES_MAX = 16 * 1024 * 1024,
};

/* An exact copy on the heap, so that the sanitizer sees a read past the end. */
static void feed(const uint8_t *data, size_t size) {
	_cleanup_(mem_freep) uint8_t *copy = malloc(size ? size : 1);
	CHECK("memory", copy != NULL);
	if (copy) {
		memcpy(copy, data, size);
		CHECK_INT("the target's answer", LLVMFuzzerTestOneInput(copy, size), 0);
	}
}

static void replay_file(const char *path) {
	FILE *in = fopen(path, "rb");
	CHECK(path, in != NULL);
	if (!in) {
		return;
	}
	_cleanup_(mem_freep) uint8_t *data = malloc(FILE_BYTES_MAX);
	size_t size = data ? fread(data, 1, FILE_BYTES_MAX, in) : 0;
	CHECK(path, data && feof(in) && !ferror(in));
	fclose(in);
	for (size_t part = 0; data && part <= PARTS; part++) {
		feed(data, size / PARTS * part);
	}
	if (data) {
		feed(data, size);
	}
}

int main(int argc, char **argv) {
	if (argc != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	DIR *folder = opendir(argv[1]);
	CHECK(argv[1], folder != NULL);
	size_t files = 0;
	for (struct dirent *it = folder ? readdir(folder) : NULL; it; it = readdir(folder)) {
		if (it->d_name[0] == '.') {
			continue;
		}
		char path[4096];
		int n = snprintf(path, sizeof(path), "%s/%s", argv[1], it->d_name);
		CHECK(it->d_name, n > 0 && (size_t)n < sizeof(path));
		replay_file(path);
		files++;
	}
	if (folder) {
		closedir(folder);
	}
	CHECK("the corpus is not empty", files > 0);
	return check_done();
}
