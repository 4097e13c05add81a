#include "core/school/calendar.h"

#include <stdbool.h>
#include <string.h>

const char *subject_kind_name(enum subject_kind kind) {
	switch (kind) {
	case SUBJECT_MARK:
		return "mark";
	case SUBJECT_COMMENT:
		return "comment";
	}
	return "";
}

enum err subject_kind_parse(struct str name, enum subject_kind *out) {
	for (enum subject_kind k = SUBJECT_MARK; k <= SUBJECT_COMMENT; k++) {
		if (str_eq_z(name, subject_kind_name(k))) {
			*out = k;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

enum err subject_kind_from_db(uint64_t v, enum subject_kind *out) {
	if (v != SUBJECT_MARK && v != SUBJECT_COMMENT) {
		return ERR_CORRUPT;
	}
	*out = (enum subject_kind)v;
	return ERR_OK;
}

static bool is_year_code(const char *code) {
	uint64_t first = 0;
	uint64_t second = 0;
	return strlen(code) == CALENDAR_YEAR_CODE_BYTES - 1 && code[4] == '-' &&
			!str_parse_u64((struct str){ code, 4 }, &first) &&
			!str_parse_u64((struct str){ code + 5, 4 }, &second) && first >= 1900 &&
			second == first + 1;
}

static bool is_span(struct date from, struct date to) {
	return date_is_valid(from) && date_is_valid(to) && date_compare(from, to) < 0;
}

enum err calendar_check_year(const struct school_year *year) {
	if (!is_year_code(year->code) || !is_span(year->starts_on, year->ends_on) ||
			year->term_count > CALENDAR_TERMS_MAX) {
		return ERR_INVAL;
	}
	for (unsigned i = 0; i < year->term_count; i++) {
		const struct term *t = &year->terms[i];
		if (t->number != i + 1 || !is_span(t->starts_on, t->ends_on) ||
				date_compare(t->starts_on, year->starts_on) < 0 ||
				date_compare(t->ends_on, year->ends_on) > 0) {
			return ERR_INVAL;
		}
		if (i > 0 && date_compare(year->terms[i - 1].ends_on, t->starts_on) >= 0) {
			return ERR_INVAL;
		}
	}
	return ERR_OK;
}
