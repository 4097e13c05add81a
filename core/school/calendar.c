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

/* The two years of a code "2026-2027"; false when it is none. */
static bool read_code(const char *code, uint64_t *first, uint64_t *second) {
	return strlen(code) == CALENDAR_YEAR_CODE_BYTES - 1 && code[4] == '-' &&
			!str_parse_u64((struct str){ code, 4 }, first) &&
			!str_parse_u64((struct str){ code + 5, 4 }, second) && *first >= 1900 &&
			*second == *first + 1;
}

static bool is_year_code(const char *code) {
	uint64_t first = 0;
	uint64_t second = 0;
	return read_code(code, &first, &second);
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

/* Whether both are dates and `b` is not behind `a`. */
static bool is_wrong_order(struct date a, struct date b) {
	return date_is_valid(a) && date_is_valid(b) && date_compare(a, b) >= 0;
}

static bool is_before(struct date a, struct date b) {
	return date_is_valid(a) && date_is_valid(b) && date_compare(a, b) < 0;
}

/* "2026-2027" begins in 2026 and ends in 2027. */
static void check_span(const struct school_year *year, const char *out[CALENDAR_FIELD_COUNT_]) {
	uint64_t first = 0;
	uint64_t last = 0;
	if (!read_code(year->code, &first, &last)) {
		out[CALENDAR_CODE] = "school.year_code";
		return;
	}
	if (date_is_valid(year->starts_on) && (uint64_t)year->starts_on.year != first) {
		out[CALENDAR_YEAR_START] = "school.year_start";
	}
	if (date_is_valid(year->ends_on) && (uint64_t)year->ends_on.year != last) {
		out[CALENDAR_YEAR_END] = "school.year_end";
	}
}

size_t calendar_year_faults(
		const struct school_year *year, const char *out[CALENDAR_FIELD_COUNT_]) {
	const struct term *one = &year->terms[0];
	const struct term *two = &year->terms[1];
	memset(out, 0, CALENDAR_FIELD_COUNT_ * sizeof(*out));
	check_span(year, out);
	if (is_wrong_order(one->starts_on, one->ends_on)) {
		out[CALENDAR_TERM1_END] = "school.date_order";
	}
	if (is_wrong_order(two->starts_on, two->ends_on)) {
		out[CALENDAR_TERM2_END] = "school.date_order";
	}
	if (is_wrong_order(one->ends_on, two->starts_on)) {
		out[CALENDAR_TERM2_START] = "school.term_overlap";
	}
	if (is_before(one->starts_on, year->starts_on)) {
		out[CALENDAR_TERM1_START] = "school.term_outside";
	}
	if (is_before(year->ends_on, two->ends_on)) {
		out[CALENDAR_TERM2_END] = "school.term_outside";
	}
	size_t count = 0;
	for (size_t i = 0; i < CALENDAR_FIELD_COUNT_; i++) {
		count += out[i] != NULL;
	}
	return count;
}
