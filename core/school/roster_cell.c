#include <string.h>

#include "core/school/roster_inner.h"

enum {
	SERIAL_TO_1970 = 25569, /* Excel's day number of 1970-01-01 */
	SERIAL_MIN = 14611,     /* 1940-01-01 */
	SERIAL_MAX = 73050,     /* 2099-12-31 */
};

/* A day from one cell: a date, a date as text, or Excel's bare day number. */
enum err roster_birth_parse(const struct grid_cell *cell, struct str text, struct date *out) {
	int64_t serial = 0;
	if (cell->kind == GRID_DATE) {
		*out = cell->date;
		return ERR_OK;
	}
	if (cell->kind == GRID_NUMBER && str_parse_i64(text, &serial) == ERR_OK &&
			serial >= SERIAL_MIN && serial <= SERIAL_MAX) {
		return date_from_days(serial - SERIAL_TO_1970, out);
	}
	return date_parse_vi(text, out);
}

/* The code of what is wrong with a birth date that could not be read. */
const char *roster_birth_fault(struct str text) {
	uint64_t year = 0;
	if (text.n == 4 && str_parse_u64(text, &year) == ERR_OK) {
		return "import.birth_year_only";
	}
	bool is_short = text.n >= 6 && text.n <= 8 && strpbrk(text.p, "/-.") &&
			(text.p[text.n - 3] < '0' || text.p[text.n - 3] > '9');
	return is_short ? "import.birth_short_year" : "import.birth_wrong";
}
