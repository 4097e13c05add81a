#include "core/doc/xlsx_cell.h"

#include <string.h>

enum {
	DIGITS_MAX = 15, /* significant ones that Excel keeps */
	STORED_DIGITS_MAX = 40,
	EXPONENT_MAX = 30,
	ESCAPE_BYTES = 7, /* _xHHHH_ */
	LEAP_BUG_DAY = 60,
};

enum err xlsx_cell_parse_ref(struct str s, unsigned *out_column, unsigned *out_row) {
	if (s.n == 0) {
		return ERR_FORMAT;
	}
	size_t at = 0;
	unsigned column = 0;
	while (at < s.n && s.p[at] >= 'A' && s.p[at] <= 'Z') {
		column = column * 26 + (unsigned)(s.p[at] - 'A') + 1;
		if (column > XLSX_COLUMN_MAX) {
			return ERR_FORMAT;
		}
		at++;
	}
	uint64_t row = 0;
	enum err e = str_parse_u64((struct str){ s.p + at, s.n - at }, &row);
	if (e || column == 0 || row == 0 || row > XLSX_ROW_MAX) {
		return ERR_FORMAT;
	}
	*out_column = column;
	*out_row = (unsigned)row;
	return ERR_OK;
}

void xlsx_cell_print_column(unsigned column, struct buf *out) {
	char letters[8];
	size_t at = sizeof(letters);
	while (column > 0 && at > 0) {
		column--;
		letters[--at] = (char)('A' + column % 26);
		column /= 26;
	}
	buf_add(out, letters + at, sizeof(letters) - at);
}

/* A number as digits with the decimal sign behind the first `whole` of them. */
struct decimal {
	char digits[STORED_DIGITS_MAX];
	int count;
	int whole; /* may be negative or past count */
	bool is_negative;
};

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

static enum err take_exponent(struct str s, size_t at, int *out) {
	bool is_negative = at < s.n && s.p[at] == '-';
	if (at < s.n && (s.p[at] == '-' || s.p[at] == '+')) {
		at++;
	}
	uint64_t exponent = 0;
	if (str_parse_u64((struct str){ s.p + at, s.n - at }, &exponent)) {
		return ERR_FORMAT;
	}
	int most = 400; /* past a double's range: then only the sign matters */
	int v = exponent > (uint64_t)most ? most : (int)exponent;
	*out = is_negative ? -v : v;
	return ERR_OK;
}

static enum err take_decimal(struct str s, struct decimal *out) {
	struct decimal d = { .is_negative = s.n > 0 && s.p[0] == '-' };
	size_t at = d.is_negative ? 1 : 0;
	bool has_sign = false;
	bool has_digit = false;
	for (; at < s.n && (is_digit(s.p[at]) || (s.p[at] == '.' && !has_sign)); at++) {
		if (s.p[at] == '.') {
			has_sign = true;
			continue;
		}
		has_digit = true;
		d.whole += !has_sign;
		if (s.p[at] == '0' && d.count == 0) {
			d.whole--; /* a leading zero carries nothing but its place */
			continue;
		}
		if (d.count < STORED_DIGITS_MAX) {
			d.digits[d.count++] = s.p[at];
		}
	}
	if (!has_digit) {
		return ERR_FORMAT;
	}
	if (at < s.n) {
		int exponent = 0;
		if (s.p[at] != 'E' && s.p[at] != 'e') {
			return ERR_FORMAT;
		}
		enum err e = take_exponent(s, at + 1, &exponent);
		if (e) {
			return e;
		}
		d.whole += exponent;
	}
	*out = d;
	return ERR_OK;
}

/* To DIGITS_MAX significant digits, half up, without zeros at the end. */
static void round_decimal(struct decimal *d) {
	if (d->count > DIGITS_MAX) {
		bool carries = d->digits[DIGITS_MAX] >= '5';
		d->count = DIGITS_MAX;
		for (int i = DIGITS_MAX - 1; carries && i >= 0; i--) {
			carries = d->digits[i] == '9';
			d->digits[i] = carries ? '0' : (char)(d->digits[i] + 1);
		}
		if (carries) { /* 999… became 1000… */
			d->digits[0] = '1';
			d->whole++;
		}
	}
	while (d->count > 0 && d->digits[d->count - 1] == '0') {
		d->count--;
	}
}

enum err xlsx_cell_print_number(struct str stored, struct buf *out) {
	struct decimal d;
	enum err e = take_decimal(stored, &d);
	if (e) {
		return e;
	}
	round_decimal(&d);
	if (d.count == 0) {
		buf_add_char(out, '0');
		return buf_err(out);
	}
	if (d.whole > EXPONENT_MAX || d.whole < -EXPONENT_MAX) {
		return ERR_LIMIT;
	}
	if (d.is_negative) {
		buf_add_char(out, '-');
	}
	if (d.whole <= 0) {
		buf_add_char(out, '0');
	}
	for (int i = 0; i < d.whole; i++) {
		buf_add_char(out, i < d.count ? d.digits[i] : '0');
	}
	if (d.count > d.whole) {
		buf_add_char(out, '.');
		for (int i = d.whole; i < d.count; i++) {
			buf_add_char(out, i < 0 ? '0' : d.digits[i]);
		}
	}
	return buf_err(out);
}

enum err xlsx_cell_date(struct str number, bool is_1904, struct date *out) {
	const char *sign = number.n ? memchr(number.p, '.', number.n) : NULL;
	struct str whole = { number.p, sign ? (size_t)(sign - number.p) : number.n };
	uint64_t serial = 0;
	if (str_parse_u64(whole, &serial) || serial > 3000000) {
		return ERR_INVAL;
	}
	if (is_1904) {
		return date_from_days(
				(int64_t)serial + date_to_days((struct date){ 1904, 1, 1 }), out);
	}
	if (serial == 0 || serial == LEAP_BUG_DAY) {
		return ERR_INVAL;
	}
	int64_t day_1 = date_to_days((struct date){ 1900, 1, 1 });
	return date_from_days(day_1 + (int64_t)serial - 1 - (serial > LEAP_BUG_DAY), out);
}

/* ECMA-376 part 1, 18.8.30, with the ids that East Asian editions add; 18 to 21 and 45 to 47 show
 * only a time. */
bool xlsx_cell_is_date_id(unsigned id) {
	return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
			(id >= 50 && id <= 54) || id == 57 || id == 58;
}

/* What the first section of a format code is made of. */
struct code_parts {
	bool has_day_or_year;
	bool has_month_or_minute;
	bool has_hour_or_second;
	bool has_digit_place;
};

static void count_letter(char c, struct code_parts *parts) {
	switch (c) {
	case 'd':
	case 'D':
	case 'y':
	case 'Y':
		parts->has_day_or_year = true;
		break;
	case 'm':
	case 'M':
		parts->has_month_or_minute = true;
		break;
	case 'h':
	case 'H':
	case 's':
	case 'S':
		parts->has_hour_or_second = true;
		break;
	case '0':
	case '#':
	case '?':
		parts->has_digit_place = true;
		break;
	default:
		break;
	}
}

/* The index behind a quoted text or bracket that begins at `at`, or `at` itself. */
static size_t skip_literal(struct str code, size_t at) {
	char c = code.p[at];
	if (c == '\\' || c == '_' || c == '*') {
		return at + 2;
	}
	if (c != '"' && c != '[') {
		return at;
	}
	char close = c == '"' ? '"' : ']';
	size_t end = at + 1;
	while (end < code.n && code.p[end] != close) {
		end++;
	}
	return end + 1;
}

/* Whether the bracket at `at` is an elapsed time: [h], [mm], [ss]. */
static bool is_elapsed(struct str code, size_t at) {
	size_t end = at + 1;
	while (end < code.n && strchr("hHmMsS", code.p[end]) && code.p[end]) {
		end++;
	}
	return code.p[at] == '[' && end > at + 1 && end < code.n && code.p[end] == ']';
}

bool xlsx_cell_is_date_code(struct str code) {
	struct code_parts parts = { 0 };
	for (size_t at = 0; at < code.n && code.p[at] != ';';) {
		size_t behind = skip_literal(code, at);
		if (behind > at) {
			parts.has_hour_or_second = parts.has_hour_or_second || is_elapsed(code, at);
			at = behind;
			continue;
		}
		struct str rest = { code.p + at, code.n - at < 7 ? code.n - at : 7 };
		if (str_eq_nocase(rest, "general")) {
			return false;
		}
		count_letter(code.p[at], &parts);
		at++;
	}
	return parts.has_day_or_year ||
			(parts.has_month_or_minute && !parts.has_hour_or_second &&
					!parts.has_digit_place);
}

/* Whether an escape begins there: _x, four hex digits, _. */
static bool is_escape(struct str s, size_t at, unsigned char unit[2]) {
	return s.n - at >= ESCAPE_BYTES && s.p[at] == '_' && s.p[at + 1] == 'x' &&
			s.p[at + 6] == '_' &&
			str_unhex((struct str){ s.p + at + 2, 4 }, unit, 2) == ERR_OK;
}

/* The code unit of an escape that begins there, or 0 when there is none that can be undone. */
static int32_t escaped_unit(struct str s, size_t at) {
	unsigned char unit[2];
	if (!is_escape(s, at, unit)) {
		return 0;
	}
	int32_t c = unit[0] << 8 | unit[1];
	return c >= 0xD800 && c <= 0xDFFF ? 0 : c;
}

void xlsx_cell_escape(struct str s, struct buf *out) {
	unsigned char unit[2];
	for (size_t at = 0; at < s.n; at++) {
		if (is_escape(s, at, unit)) {
			buf_add_str(out, "_x005F");
		}
		buf_add_char(out, s.p[at]);
	}
}

void xlsx_cell_unescape(struct str s, struct buf *out) {
	size_t start = 0;
	for (size_t at = 0; at < s.n;) {
		int32_t c = escaped_unit(s, at);
		if (c == 0) {
			at++;
			continue;
		}
		buf_add(out, s.p + start, at - start);
		str_utf8_add(out, c);
		at += ESCAPE_BYTES;
		start = at;
	}
	if (start < s.n) {
		buf_add(out, s.p + start, s.n - start);
	}
}
