#ifndef TESTS_CORE_DOC_MAKE_ZIP_H
#define TESTS_CORE_DOC_MAKE_ZIP_H

/* Zip archives for tests, made with libzip itself. */

#include <stdlib.h>
#include <string.h>

#include <zip.h>

struct zip_part {
	const char *name;
	const char *text;
};

struct zip_made {
	char *bytes;
	size_t n;
};

static inline void zip_made_finish(struct zip_made *made) {
	free(made->bytes);
}

static inline struct zip_made zip_make(const struct zip_part *parts, size_t count) {
	zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *zip = zip_open_from_source(to, ZIP_CREATE | ZIP_TRUNCATE, NULL);
	zip_source_keep(to);
	for (size_t i = 0; i < count; i++) {
		zip_source_t *from =
				zip_source_buffer(zip, parts[i].text, strlen(parts[i].text), 0);
		zip_file_add(zip, parts[i].name, from, ZIP_FL_ENC_UTF_8);
	}
	zip_close(zip);
	zip_stat_t facts;
	zip_source_stat(to, &facts);
	struct zip_made made = { malloc(facts.size), facts.size };
	zip_source_open(to);
	zip_source_read(to, made.bytes, made.n);
	zip_source_close(to);
	zip_source_free(to);
	return made;
}

#endif
