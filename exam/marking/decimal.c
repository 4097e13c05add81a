#include "exam/marking/decimal.h"

#include <assert.h>

/* The sign at the front, if there is one; moves on behind it. Phones and word processors write a
 * minus in several ways. */
static bool take_sign(struct str text, size_t *at) {
	size_t next = *at;
	int32_t c = str_utf8_next(text, &next);
	switch (c) {
	case '+':
		*at = next;
		return false;
	case '-':
	case 0x2010: /* hyphen */
	case 0x2011: /* no-break hyphen */
	case 0x2012: /* figure dash */
	case 0x2013: /* en dash */
	case 0x2212: /* minus sign */
	case 0xFF0D: /* full-width hyphen */
		*at = next;
		return true;
	default:
		return false;
	}
}

static bool is_blank(int32_t c) {
	return c == ' ' || c == '\t' || c == 0xA0 || c == 0x2009 || c == 0x202F;
}

static bool is_digit_at(struct str text, size_t at) {
	return at < text.n && text.p[at] >= '0' && text.p[at] <= '9';
}

/* A blank stands before a group of three digits, as in "12 000". */
static bool is_group_at(struct str text, size_t at) {
	return is_digit_at(text, at) && is_digit_at(text, at + 1) && is_digit_at(text, at + 2) &&
			!is_digit_at(text, at + 3);
}

/* What has been read of a number. */
struct reading {
	struct decimal value;
	unsigned whole_digits; /* without leading zeros */
	unsigned places;       /* digits behind the point */
	unsigned digits;
	bool has_point;
};

static enum err take_digit(struct reading *r, int32_t c) {
	unsigned digit = (unsigned)(c - '0');
	r->digits++;
	if (!r->has_point) {
		if (r->whole_digits > 0 || digit > 0) {
			r->whole_digits++;
		}
		if (r->whole_digits > DECIMAL_WHOLE_DIGITS_MAX) {
			return ERR_LIMIT;
		}
	} else if (r->places == DECIMAL_PLACES) {
		r->value.has_more = r->value.has_more || digit > 0;
		return ERR_OK;
	} else {
		r->places++;
	}
	r->value.units = r->value.units * 10 + digit;
	return ERR_OK;
}

/* A blank may follow the sign or part groups of three; `at` is behind it. */
static bool may_be_blank(const struct reading *r, struct str text, size_t at) {
	return !r->has_point && (r->digits == 0 || is_group_at(text, at));
}

enum err decimal_parse(struct str text, struct decimal *out) {
	text = str_trim(text);
	if (text.n > DECIMAL_BYTES_MAX) {
		return ERR_LIMIT;
	}
	if (!str_is_utf8(text)) {
		return ERR_INVAL;
	}
	size_t at = 0;
	struct reading r = { .value = { .is_negative = take_sign(text, &at) } };
	for (int32_t c; (c = str_utf8_next(text, &at)) >= 0;) {
		if (c >= '0' && c <= '9') {
			enum err e = take_digit(&r, c);
			if (e) {
				return e;
			}
		} else if ((c == ',' || c == '.') && !r.has_point) {
			r.has_point = true;
		} else if (!is_blank(c) || !may_be_blank(&r, text, at)) {
			return ERR_INVAL;
		}
	}
	if (r.digits == 0) {
		return ERR_INVAL;
	}
	for (unsigned i = r.places; i < DECIMAL_PLACES; i++) {
		r.value.units *= 10;
	}
	*out = r.value;
	return ERR_OK;
}

bool decimal_is_near(const struct decimal *answer, const struct decimal *key,
		const struct decimal *tolerance) {
	assert(!key->has_more && !tolerance->has_more);
	assert(!tolerance->is_negative || tolerance->units == 0);
	int64_t key_units = key->is_negative ? -key->units : key->units;
	int64_t units = answer->units;
	if (answer->is_negative) {
		/* Mirror both, so that the cut-off digits always lie above `units`. */
		key_units = -key_units;
	}
	int64_t distance = units - key_units; /* at most 2 * 10^18 */
	if (distance >= 0) {
		/* The true distance is larger by less than one unit. */
		return distance + (answer->has_more ? 1 : 0) <= tolerance->units;
	}
	/* The true distance is smaller by less than one unit, but the tolerance is whole. */
	return -distance <= tolerance->units;
}
