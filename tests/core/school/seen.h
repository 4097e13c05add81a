#ifndef TESTS_CORE_SCHOOL_SEEN_H
#define TESTS_CORE_SCHOOL_SEEN_H

/* What a list of a store gave: its texts, parted by "|", and how many rows. */

#include <string.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/str.h"
#include "core/school/roster_store.h"

struct seen {
	struct buf text;
	size_t count;
	struct student_row student; /* the numbers of the last one */
	unsigned roles;             /* of all of them */
};

static inline void note(struct seen *seen, struct str s) {
	buf_add(&seen->text, s.p, s.n);
	buf_add_char(&seen->text, '|');
}

static inline struct seen see(void) {
	return (struct seen){ .text = buf_make(1 << 20) };
}

static inline void seen_finish(struct seen *seen) {
	buf_finish(&seen->text);
}

static inline bool saw(const struct seen *seen, const char *text) {
	return strstr(buf_str(&seen->text), text) != NULL;
}

#endif
