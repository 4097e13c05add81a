#include "core/school/place.h"

#include <stddef.h>

static const struct {
	const char *name;
	unsigned first_grade;
	unsigned last_grade;
} levels[] = {
	[PLACE_PRIMARY] = { "th", 1, 5 },
	[PLACE_LOWER_SECONDARY] = { "thcs", 6, 9 },
	[PLACE_UPPER_SECONDARY] = { "thpt", 10, 12 },
};

const char *place_level_name(enum place_level level) {
	return levels[level].name;
}

enum err place_level_parse(struct str name, enum place_level *out) {
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (str_eq_z(name, levels[i].name)) {
			*out = (enum place_level)i;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

void place_level_grades(enum place_level level, unsigned *out_first, unsigned *out_last) {
	*out_first = levels[level].first_grade;
	*out_last = levels[level].last_grade;
}
