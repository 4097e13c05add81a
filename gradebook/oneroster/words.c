#include "gradebook/oneroster/words.h"

#include <stdio.h>
#include <string.h>

enum { DAY_MS = 24 * 60 * 60 * 1000, TIME_CHARS = ONEROSTER_TIME_BYTES - 1 };

static const struct {
	const char *code;
	const char *title;
	unsigned weight;
} kinds[] = {
	[ONEROSTER_TX] = { "tx", "Đánh giá thường xuyên", 1 },
	[ONEROSTER_GK] = { "gk", "Đánh giá giữa kì", 2 },
	[ONEROSTER_CK] = { "ck", "Đánh giá cuối kì", 3 },
	[ONEROSTER_MEAN] = { "tb", "Kết quả tính theo quy định", 0 },
};

const char *oneroster_kind_code(enum oneroster_kind kind) {
	return kinds[kind].code;
}

enum err oneroster_kind_parse(struct str code, enum oneroster_kind *out) {
	for (enum oneroster_kind k = ONEROSTER_TX; k <= ONEROSTER_MEAN; k++) {
		if (str_eq_z(code, kinds[k].code)) {
			*out = k;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

const char *oneroster_kind_title(enum oneroster_kind kind) {
	return kinds[kind].title;
}

unsigned oneroster_kind_weight(enum oneroster_kind kind) {
	return kinds[kind].weight;
}

const char *oneroster_role_name(enum oneroster_role role) {
	switch (role) {
	case ONEROSTER_STUDENT:
		return "student";
	case ONEROSTER_TEACHER:
		return "teacher";
	case ONEROSTER_GUARDIAN:
		return "guardian";
	}
	return "";
}

/* ---- scales ---- */

enum { LAST_GRADE_OF_PRIMARY = 5, LEVEL_POSITION = 2 };

static const char *const scale_texts[][3] = {
	[ONEROSTER_MARKS] = { NULL, NULL, NULL },
	[ONEROSTER_COMMENTS] = { "CĐ", "Đ", NULL },
	[ONEROSTER_LEVELS] = { "C", "H", "T" },
};

enum oneroster_scale oneroster_scale_of(const struct oneroster_column_fact *c) {
	bool is_big = c->kind == ONEROSTER_GK || c->kind == ONEROSTER_CK;
	bool is_primary = c->class.grade > 0 && c->class.grade <= LAST_GRADE_OF_PRIMARY;
	if (is_primary && is_big && c->position == LEVEL_POSITION) {
		return ONEROSTER_LEVELS;
	}
	return c->class.subject.is_comment ? ONEROSTER_COMMENTS : ONEROSTER_MARKS;
}

const char *oneroster_scale_text(enum oneroster_scale scale, int value) {
	return value >= 0 && value < 3 ? scale_texts[scale][value] : NULL;
}

enum err oneroster_scale_parse(enum oneroster_scale scale, struct str text, int *out) {
	for (int v = 0; v < 3; v++) {
		if (scale_texts[scale][v] && str_eq_z(text, scale_texts[scale][v])) {
			*out = v;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

/* ---- titles ---- */

static const char *term_title(unsigned term) {
	static const char *const titles[] = { "cả năm", "học kì I", "học kì II" };
	return titles[term];
}

void oneroster_session_title(
		const struct oneroster_fact *f, unsigned term, char *out, size_t size) {
	static const char *const titles[] = { "Năm học", "Học kì I", "Học kì II" };
	(void)snprintf(out, size, "%s %.*s", titles[term], (int)f->year.n, f->year.p); /* cut */
}

void oneroster_whole_year_title(const struct oneroster_fact *f, char *out, size_t size) {
	(void)snprintf(out, size, "Cả năm %.*s", (int)f->year.n, f->year.p); /* cut */
}

void oneroster_course_title(const struct oneroster_course_fact *c, char *out, size_t size) {
	if (c->subject.code.n) {
		(void)snprintf(out, size, "%.*s %u", (int)c->subject.name.n, c->subject.name.p,
				c->grade); /* cut at worst */
	} else {
		(void)snprintf(out, size, "Lớp %u", c->grade); /* fits */
	}
}

void oneroster_class_title(const struct oneroster_class_fact *c, char *out, size_t size) {
	if (c->subject.code.n) {
		(void)snprintf(out, size, "%.*s – %.*s", (int)c->name.n, c->name.p,
				(int)c->subject.name.n, c->subject.name.p); /* cut at worst */
	} else {
		(void)snprintf(out, size, "%.*s", (int)c->name.n, c->name.p); /* cut at worst */
	}
}

void oneroster_column_title(const struct oneroster_column_fact *c, char *out, size_t size) {
	static const char *const short_names[] = { [ONEROSTER_TX] = "TX",
		[ONEROSTER_GK] = "GK",
		[ONEROSTER_CK] = "CK",
		[ONEROSTER_MEAN] = "" };
	if (c->kind == ONEROSTER_MEAN) {
		(void)snprintf(out, size, "%s %s",
				c->class.subject.is_comment ? "Kết quả" : "Điểm trung bình",
				term_title(c->term)); /* fits */
	} else {
		(void)snprintf(out, size, "%s%u", short_names[c->kind], c->position); /* fits */
	}
}

void oneroster_column_about(const struct oneroster_column_fact *c, char *out, size_t size) {
	(void)snprintf(out, size, "%s, %.*s, %s", kinds[c->kind].title,
			(int)c->class.subject.name.n, c->class.subject.name.p,
			term_title(c->term)); /* cut at worst */
}

/* ---- times ---- */

void oneroster_print_time(int64_t at_ms, char out[ONEROSTER_TIME_BYTES]) {
	int64_t days = at_ms / DAY_MS - (at_ms % DAY_MS < 0);
	unsigned ms = (unsigned)(at_ms - days * DAY_MS);
	struct date d;
	char text[DATE_ISO_BYTES];
	char all[2 * ONEROSTER_TIME_BYTES];
	if (date_from_days(days, &d)) {
		d = (struct date){ 1, 1, 1 };
	}
	date_print_iso(d, text);
	(void)snprintf(all, sizeof(all), "%sT%02u:%02u:%02u.%03uZ", text, ms / 3600000,
			ms / 60000 % 60, ms / 1000 % 60, ms % 1000); /* fits by its size */
	memcpy(out, all, TIME_CHARS);
	out[TIME_CHARS] = '\0';
}

enum err oneroster_parse_time(struct str s, int64_t *out_ms) {
	static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";
	char again[ONEROSTER_TIME_BYTES];
	unsigned v[4] = { 0 }; /* hour, minute, second, millisecond */
	struct date d;
	size_t field = 0;
	if (s.n != TIME_CHARS || date_parse_iso((struct str){ s.p, 10 }, &d)) {
		return ERR_INVAL;
	}
	for (size_t i = 10; i < TIME_CHARS; i++) {
		bool is_digit = s.p[i] >= '0' && s.p[i] <= '9';
		if (form[i] == 'd' ? !is_digit : s.p[i] != form[i]) {
			return ERR_INVAL;
		}
		field += i > 11 && !is_digit;
		if (is_digit) {
			v[field] = v[field] * 10 + (unsigned)(s.p[i] - '0');
		}
	}
	int64_t ms = date_to_days(d) * DAY_MS + (((int64_t)v[0] * 60 + v[1]) * 60 + v[2]) * 1000 +
			v[3];
	oneroster_print_time(ms, again);
	if (memcmp(again, s.p, TIME_CHARS) != 0) {
		return ERR_INVAL; /* an hour 24, a second 60 */
	}
	*out_ms = ms;
	return ERR_OK;
}

/* ---- names ---- */

void oneroster_split_name(struct str full_name, struct oneroster_name *out) {
	size_t first = 0;
	size_t last = full_name.n;
	while (first < full_name.n && full_name.p[first] != ' ') {
		first++;
	}
	while (last > 0 && full_name.p[last - 1] != ' ') {
		last--;
	}
	out->family = (struct str){ full_name.p, first };
	out->given = (struct str){ full_name.p + last, full_name.n - last };
	out->middle = (struct str){ NULL, 0 };
	if (last > first + 1) {
		out->middle = (struct str){ full_name.p + first + 1, last - first - 2 };
	}
}
