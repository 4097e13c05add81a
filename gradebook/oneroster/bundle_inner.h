#ifndef GRADEBOOK_ONEROSTER_BUNDLE_INNER_H
#define GRADEBOOK_ONEROSTER_BUNDLE_INNER_H

/* What the files that read a bundle share; nobody else includes it. */

#include <stdio.h>

#include "gradebook/oneroster/bundle.h"
#include "gradebook/oneroster/bundle_table.h"

enum { BUNDLE_SESSIONS_MAX = 100 };

struct bundle_reading {
	struct bundle *b;
	struct zip_in *zip;
	struct diag *why;
	struct bundle_manifest manifest;
	struct bundle_session {
		bool is_year;
		struct date starts_on;
		struct date ends_on;
		unsigned line;
	} found[BUNDLE_SESSIONS_MAX];
	size_t found_count;
	struct bundle_ids sessions;    /* a: the term, 0 the year */
	struct bundle_ids courses;     /* a: the subject, or BUNDLE_NONE; b: the grade */
	struct bundle_ids class_names; /* a: the class */
	struct bundle_ids classes;     /* a: the class; b: its subject, or BUNDLE_NONE */
	struct bundle_ids people;      /* a: the person */
	struct bundle_ids items;       /* a: the column, or BUNDLE_NONE */
};

enum err bundle_keep(struct bundle_reading *r, struct str s, struct str *out) MUST_CHECK;
/* The row's own sourcedId, for what it stands for. */
enum err bundle_keep_id(struct bundle_reading *r, struct bundle_ids *ids,
		const struct bundle_row *row, uint32_t a, uint32_t b, size_t most) MUST_CHECK;
/* ERR_INVAL at once when something was wrong before. */
enum err bundle_read_file(struct bundle_reading *r, enum oneroster_file file, bool is_needed,
		enum err (*take)(void *ctx, struct bundle_row *row)) MUST_CHECK;

enum err bundle_read_people(struct bundle_reading *r) MUST_CHECK;
enum err bundle_read_marks(struct bundle_reading *r) MUST_CHECK;

#endif
