#include "gradebook/rules/compute.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "gradebook/rules/compute_read.h"
#include "gradebook/rules/pack.h"

enum { YEAR_UNKNOWN = -1 };

void compute_go(struct compute_reader *r, const char *format, ...) {
	va_list ap;
	va_start(ap, format);
	(void)vsnprintf(r->at, sizeof(r->at), format, ap); /* a place that is cut still helps */
	va_end(ap);
}

enum err compute_refuse(struct compute_reader *r, const char *name, const char *code) {
	char at[DIAG_TEXT_BYTES];
	(void)snprintf(at, sizeof(at), "%s%s%s", r->at, name[0] ? "/" : "", name);
	diag_add(r->why, DIAG_ERROR, "", 0, 0, code, "at", at, NULL);
	return ERR_INVAL;
}

enum err compute_list(struct compute_reader *r, const struct json *object, const char *name,
		size_t most, const struct json **out) {
	const struct json *list = json_get(object, name);
	if (!list || json_kind(list) == JSON_NULL) {
		*out = NULL;
		return ERR_OK;
	}
	if (json_kind(list) != JSON_ARRAY) {
		return compute_refuse(r, name, "rule.line_list");
	}
	if (json_count(list) > most) {
		return compute_refuse(r, name, "rule.line_many");
	}
	*out = list;
	return ERR_OK;
}

enum err compute_code(struct compute_reader *r, const struct json *object, struct str *out) {
	struct str code = { 0 };
	if (json_get_str(object, "code", &code) || code.n == 0 || code.n > COMPUTE_CODE_BYTES_MAX) {
		return compute_refuse(r, "code", "rule.line_code");
	}
	*out = code;
	return ERR_OK;
}

enum err compute_flag(
		struct compute_reader *r, const struct json *object, const char *name, bool *out) {
	return json_opt_bool(object, name, false, out) ? compute_refuse(r, name, "rule.line_flag")
						       : ERR_OK;
}

enum err compute_number(struct compute_reader *r, const struct json *object, const char *name,
		int64_t most, int *out) {
	int64_t n = 0;
	enum err e = json_get_i64(object, name, &n);
	if (e == ERR_MISSING) {
		return ERR_OK;
	}
	if (e || n < 0 || n > most) {
		return compute_refuse(r, name, "rule.line_number");
	}
	*out = (int)n;
	return ERR_OK;
}

enum err compute_mark(struct compute_reader *r, const struct json *node, const char *name, int none,
		int *out) {
	int64_t x10 = 0;
	enum err e = json_as_i64(node, &x10);
	if (e == ERR_MISSING) {
		*out = none;
		return ERR_OK;
	}
	if (e || x10 < 0 || x10 > PACK_MARK_MAX_X10) {
		return compute_refuse(r, name, "rule.line_mark");
	}
	*out = (int)x10;
	return ERR_OK;
}

/* Which rules: by the pack's code, by school year and grade, or by both when they agree. */
struct choice {
	struct str pack; /* empty: not named */
	int year;        /* YEAR_UNKNOWN: not named */
	int grade;       /* 0: not named */
	const struct rule_pack *secondary;
	const struct primary_pack *primary;
};

static enum err read_choice(
		struct compute_reader *r, const struct json *line, struct choice *choice) {
	struct str year = { 0 };
	choice->year = YEAR_UNKNOWN;
	if (json_opt_str(line, "pack", (struct str){ 0 }, &choice->pack)) {
		return compute_refuse(r, "pack", "rule.line_pack");
	}
	if (json_opt_str(line, "schoolYear", (struct str){ 0 }, &year) ||
			(year.n && pack_parse_year(year, &choice->year))) {
		return compute_refuse(r, "schoolYear", "rule.line_year");
	}
	return compute_number(r, line, "grade", PACK_GRADES_MAX, &choice->grade);
}

static enum err choose_pack(struct compute_reader *r, struct choice *c) {
	bool has_year = c->year != YEAR_UNKNOWN && c->grade > 0;
	if (c->pack.n) {
		if (pack_by_code(c->pack, &c->secondary) &&
				pack_primary_by_code(c->pack, &c->primary)) {
			return compute_refuse(r, "pack", "rule.line_pack");
		}
	}
	if (!c->pack.n && !has_year) {
		return compute_refuse(r, "pack", "rule.line_pack");
	}
	if (!has_year) {
		return ERR_OK;
	}
	const struct rule_pack *secondary = NULL;
	const struct primary_pack *primary = NULL;
	if (pack_find((unsigned)c->grade, c->year, &secondary) &&
			pack_find_primary((unsigned)c->grade, c->year, &primary)) {
		return compute_refuse(r, "schoolYear", "rule.line_no_rules");
	}
	if (c->pack.n && (secondary != c->secondary || primary != c->primary)) {
		return compute_refuse(r, "schoolYear", "rule.line_other_rules");
	}
	c->secondary = secondary;
	c->primary = primary;
	return ERR_OK;
}

/* The school level must be one of the pack's, and of the grade when there is one. */
static enum err check_level(
		struct compute_reader *r, const struct json *line, const struct choice *c) {
	static const struct {
		const char *name;
		bool is_primary;
		int first_grade;
		int last_grade;
	} levels[] = { { "th", true, 1, 5 }, { "thcs", false, 6, 9 }, { "thpt", false, 10, 12 } };
	struct str name = { 0 };
	if (json_get_str(line, "level", &name)) {
		return compute_refuse(r, "level", "rule.line_school_level");
	}
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		bool is_grade = c->grade == 0 ||
				(c->grade >= levels[i].first_grade &&
						c->grade <= levels[i].last_grade);
		if (str_eq_z(name, levels[i].name) && is_grade &&
				levels[i].is_primary == (c->primary != NULL)) {
			return ERR_OK;
		}
	}
	return compute_refuse(r, "level", "rule.line_school_level");
}

static enum err answer(struct compute_reader *r, const struct json *line,
		const struct compute_options *options, struct json_out *w) {
	struct str id = { 0 };
	struct choice c = { 0 };
	if (json_kind(line) != JSON_OBJECT) {
		return compute_refuse(r, "", "rule.line_json");
	}
	if (json_opt_str(line, "id", (struct str){ 0 }, &id) || id.n > COMPUTE_ID_BYTES_MAX) {
		return compute_refuse(r, "id", "rule.line_id");
	}
	enum err e = read_choice(r, line, &c);
	if (!e) {
		e = choose_pack(r, &c);
	}
	if (!e) {
		e = check_level(r, line, &c);
	}
	if (e) {
		return e;
	}
	jo_obj(w);
	if (id.n) {
		jo_kstr(w, "id", id);
	}
	e = c.primary ? compute_primary(r, c.primary, line, options, w)
		      : compute_secondary(r, c.secondary, line, options, w);
	if (!e) {
		jo_end_obj(w);
	}
	return e;
}

static enum err parse(struct compute_reader *r, struct str line, struct json **out) {
	enum err e = json_parse(line, COMPUTE_LINE_BYTES_MAX, out);
	if (e == ERR_LIMIT) {
		return compute_refuse(r, "", "rule.line_deep");
	}
	return e == ERR_FORMAT ? compute_refuse(r, "", "rule.line_json") : e;
}

void compute_refuse_long(struct diag *why) {
	char most[24];
	(void)snprintf(most, sizeof(most), "%d", COMPUTE_LINE_BYTES_MAX); /* fits */
	diag_add(why, DIAG_ERROR, "", 0, 0, "rule.line_long", "max", most, NULL);
}

enum err compute_line(struct str line, const struct compute_options *options, struct buf *out,
		struct diag *why) {
	_cleanup_(json_freep) struct json *root = NULL;
	struct compute_reader r = { .why = why };
	size_t before = out->len;
	if (line.n > COMPUTE_LINE_BYTES_MAX) {
		compute_refuse_long(why);
		return ERR_INVAL;
	}
	enum err e = parse(&r, line, &root);
	if (e) {
		return e;
	}
	struct json_out w;
	jo_begin(&w, out);
	e = answer(&r, root, options, &w);
	if (!e) {
		e = buf_err(out);
	}
	if (e && out->data && out->len > before) {
		out->len = before;
		out->data[before] = '\0';
	}
	return e;
}
