#ifndef CORE_SCHOOL_PLACE_H
#define CORE_SCHOOL_PLACE_H

/* Provinces, communes and schools: the values. Pure. Two tiers since mid-2025: no districts. */

#include <stdint.h>

#include "core/base/date.h"
#include "core/base/err.h"
#include "core/base/str.h"

enum {
	PLACE_CODE_BYTES = 8 * 4 + 1,
	PLACE_NAME_BYTES = 100 * 4 + 1,
	PLACE_SCHOOL_CODE_BYTES = 24 * 4 + 1,
	PLACE_SCHOOL_NAME_BYTES = 200 * 4 + 1,
};

/* What a school teaches; the word in the database and in JSON is place_level_name(). */
enum place_level {
	PLACE_PRIMARY,         /* tiểu học, grades 1 to 5: "th" */
	PLACE_LOWER_SECONDARY, /* trung học cơ sở, 6 to 9: "thcs" */
	PLACE_UPPER_SECONDARY, /* trung học phổ thông, 10 to 12: "thpt" */
};

const char *place_level_name(enum place_level level);
/* ERR_INVAL for any other text. */
enum err place_level_parse(struct str name, enum place_level *out) MUST_CHECK;
/* The first and the last grade of a level. */
void place_level_grades(enum place_level level, unsigned *out_first, unsigned *out_last);

struct school {
	uint64_t id;
	uint32_t commune_id;
	uint32_t province_id;
	enum place_level level;
	char code[PLACE_SCHOOL_CODE_BYTES];
	char name[PLACE_SCHOOL_NAME_BYTES];
};

#endif
