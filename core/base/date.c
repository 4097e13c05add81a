#include "core/base/date.h"

#include <assert.h>

enum {
	YEAR_MIN = 1,
	YEAR_MAX = 9999,
	DAYS_TO_1970 = 719162, /* from 0001-01-01 */
	DAYS_400_YEARS = 146097,
	DAYS_100_YEARS = 36524,
	DAYS_4_YEARS = 1461,
};

#define MS_A_DAY INT64_C(86400000)
#define VIETNAM_MS INT64_C(25200000) /* UTC+7 */

static bool is_leap(int year) {
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month) {
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return days[month - 1] + (month == 2 && is_leap(year));
}

bool date_is_valid(struct date d) {
	return d.year >= YEAR_MIN && d.year <= YEAR_MAX && d.month >= 1 && d.month <= 12 &&
			d.day >= 1 && d.day <= month_days(d.year, d.month);
}

int date_compare(struct date a, struct date b) {
	int64_t difference = date_to_days(a) - date_to_days(b);
	return difference < 0 ? -1 : difference > 0;
}

int64_t date_to_days(struct date d) {
	assert(date_is_valid(d));
	int64_t past = d.year - 1; /* whole years since 0001-01-01 */
	int64_t days = past * 365 + past / 4 - past / 100 + past / 400;
	for (int month = 1; month < d.month; month++) {
		days += month_days(d.year, month);
	}
	return days + d.day - 1 - DAYS_TO_1970;
}

enum err date_from_days(int64_t days, struct date *out) {
	if (days < -DAYS_TO_1970 || days > 2932896) { /* 9999-12-31 */
		return ERR_INVAL;
	}
	int64_t left = days + DAYS_TO_1970;
	int64_t n400 = left / DAYS_400_YEARS;
	left %= DAYS_400_YEARS;
	int64_t n100 = left / DAYS_100_YEARS < 3 ? left / DAYS_100_YEARS : 3;
	left -= n100 * DAYS_100_YEARS;
	int64_t n4 = left / DAYS_4_YEARS;
	left %= DAYS_4_YEARS;
	int64_t n1 = left / 365 < 3 ? left / 365 : 3;
	left -= n1 * 365;
	struct date d = { .year = (int)(n400 * 400 + n100 * 100 + n4 * 4 + n1 + 1), .month = 1 };
	while (left >= month_days(d.year, d.month)) {
		left -= month_days(d.year, d.month);
		d.month++;
	}
	d.day = (int)left + 1;
	*out = d;
	return ERR_OK;
}

enum err date_in_vietnam(int64_t utc_ms, struct date *out) {
	if (utc_ms > INT64_MAX - VIETNAM_MS) {
		return ERR_INVAL;
	}
	int64_t local_ms = utc_ms + VIETNAM_MS;
	int64_t days = local_ms / MS_A_DAY - (local_ms % MS_A_DAY < 0);
	return date_from_days(days, out);
}

/* Up to four digits at *at, moved on. Returns how many there were. */
static size_t take_digits(struct str s, size_t *at, int *out) {
	size_t start = *at;
	int v = 0;
	while (*at < s.n && *at - start < 5 && s.p[*at] >= '0' && s.p[*at] <= '9') {
		v = v * 10 + (s.p[*at] - '0');
		(*at)++;
	}
	*out = v;
	return *at - start;
}

enum err date_parse_iso(struct str s, struct date *out) {
	if (s.n != DATE_ISO_BYTES - 1 || s.p[4] != '-' || s.p[7] != '-') {
		return ERR_INVAL;
	}
	struct date d = { 0 };
	size_t at = 0;
	if (take_digits(s, &at, &d.year) != 4) {
		return ERR_INVAL;
	}
	at = 5;
	if (take_digits(s, &at, &d.month) != 2) {
		return ERR_INVAL;
	}
	at = 8;
	if (take_digits(s, &at, &d.day) != 2 || !date_is_valid(d)) {
		return ERR_INVAL;
	}
	*out = d;
	return ERR_OK;
}

/* One separator with blanks around it, or only blanks. */
static bool take_separator(struct str s, size_t *at) {
	size_t start = *at;
	while (*at < s.n && s.p[*at] == ' ') {
		(*at)++;
	}
	if (*at < s.n && (s.p[*at] == '/' || s.p[*at] == '-' || s.p[*at] == '.')) {
		(*at)++;
	}
	while (*at < s.n && s.p[*at] == ' ') {
		(*at)++;
	}
	return *at > start;
}

enum err date_parse_vi(struct str s, struct date *out) {
	s = str_trim(s);
	int parts[3] = { 0 };
	size_t digits[3] = { 0 };
	size_t at = 0;
	for (size_t i = 0; i < 3; i++) {
		if (i > 0 && !take_separator(s, &at)) {
			return ERR_INVAL;
		}
		digits[i] = take_digits(s, &at, &parts[i]);
		if (digits[i] == 0) {
			return ERR_INVAL;
		}
	}
	bool is_year_first = digits[0] == 4;
	size_t year_digits = is_year_first ? digits[0] : digits[2];
	size_t day_digits = is_year_first ? digits[2] : digits[0];
	if (at != s.n || year_digits != 4 || day_digits > 2 || digits[1] > 2) {
		return ERR_INVAL;
	}
	struct date d = is_year_first ? (struct date){ parts[0], parts[1], parts[2] }
				      : (struct date){ parts[2], parts[1], parts[0] };
	if (!date_is_valid(d)) {
		return ERR_INVAL;
	}
	*out = d;
	return ERR_OK;
}

static void put_digits(char *at, int value, int digits) {
	for (int i = digits - 1; i >= 0; i--) {
		at[i] = (char)('0' + value % 10);
		value /= 10;
	}
}

void date_print_iso(struct date d, char out[DATE_ISO_BYTES]) {
	assert(date_is_valid(d));
	put_digits(out, d.year, 4);
	out[4] = '-';
	put_digits(out + 5, d.month, 2);
	out[7] = '-';
	put_digits(out + 8, d.day, 2);
	out[10] = '\0';
}

void date_print_vi(struct date d, char out[DATE_VI_BYTES]) {
	assert(date_is_valid(d));
	put_digits(out, d.day, 2);
	out[2] = '/';
	put_digits(out + 3, d.month, 2);
	out[5] = '/';
	put_digits(out + 6, d.year, 4);
	out[10] = '\0';
}
