#ifndef GRADEBOOK_ONEROSTER_CHANGES_H
#define GRADEBOOK_ONEROSTER_CHANGES_H

/*
 * Which things of a bundle were changed, and when last: what decides of a row in a delta. A set of
 * hashes, 16 bytes a thing. Things are those of the records (core/outbox), and what follows from
 * them: a subject of a class changes with its teachers and columns, a mean with the marks. Pure.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "gradebook/oneroster/source.h"

enum { ONEROSTER_CHANGES_MAX = 8 << 20 };

struct oneroster_changes {
	struct oneroster_change {
		uint64_t key;
		int64_t at_ms;
	} * items;
	size_t count;
	size_t cap;
};

void oneroster_changes_finish(struct oneroster_changes *c);
/* A record by its idbanghi. ERR_LIMIT, ERR_NOMEM. */
enum err oneroster_changes_add(
		struct oneroster_changes *c, struct str record_id, int64_t at_ms) MUST_CHECK;
/* Once all are in, before anything is asked. */
void oneroster_changes_sort(struct oneroster_changes *c);
/* When what the fact is about was changed last; 0: not at all. */
int64_t oneroster_changes_find(
		const struct oneroster_changes *c, const struct oneroster_fact *fact);

#endif
