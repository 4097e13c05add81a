#ifndef CORE_PROVINCE_FIGURES_STORE_H
#define CORE_PROVINCE_FIGURES_STORE_H

/*
 * Counts and distributions over what the schools of a province have sent: from the tallies, and for
 * the classes of one school from its typed rows. Groups only, never a person. Texts given to `each`
 * are valid during the call; an error of `each` ends the reading and is given back.
 */

#include <stdint.h>

#include "core/db/db.h"
#include "core/province/tally.h"

enum figures_by {
	FIGURES_BY_NOTHING, /* one group: all that was asked for */
	FIGURES_BY_COMMUNE,
	FIGURES_BY_LEVEL,
	FIGURES_BY_SCHOOL,
	FIGURES_BY_GRADE,
	FIGURES_BY_SUBJECT,
	FIGURES_BY_CLASS, /* of one school */
};

/* What is asked for; empty texts and zeros leave a filter out, part is always looked at. */
struct figures_ask {
	uint32_t province_id;
	enum tally_measure measure;
	enum figures_by by;
	struct str year;
	unsigned part;
	struct str level;
	struct str commune;
	uint64_t school_id;
	struct str subject;
	unsigned grade;
};

/* So many in a group say that value. Groups follow each other whole, values ascending. */
struct figures_row {
	struct str key;  /* a code, a number, a school's id */
	struct str name; /* of a commune, school or subject; else "" */
	unsigned value;
	int64_t count;
};

/* "mark_regular" and the like, as in JSON. ERR_INVAL for none. */
enum err figures_measure_parse(struct str s, enum tally_measure *out) MUST_CHECK;
enum err figures_by_parse(struct str s, enum figures_by *out) MUST_CHECK;

/* ERR_INVAL: by class without a school, or of what no class has. */
enum err figures_store_each(struct db *db, const struct figures_ask *ask,
		enum err (*each)(const struct figures_row *row, void *ctx), void *ctx) MUST_CHECK;

/* What can be chosen: years of which there are classes (the newest first), subjects and communes
 * that some school of the province has. */
enum figures_choice { FIGURES_YEARS, FIGURES_SUBJECTS, FIGURES_COMMUNES };
enum err figures_store_choices(struct db *db, uint32_t province_id, enum figures_choice what,
		enum err (*each)(struct str code, struct str name, void *ctx),
		void *ctx) MUST_CHECK;

#endif
