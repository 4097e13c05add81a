/* The part of tt22_json.h that reads back what a result was written as. */
#include "gradebook/rules/tt22_json.h"

#include <string.h>

static enum err read_value(const struct json *node, bool is_comment, int *out) {
	struct str s = { 0 };
	int64_t x10 = TT22_MARK_NONE;
	enum err e = is_comment ? json_as_str(node, &s) : json_as_i64(node, &x10);
	if (e == ERR_MISSING) {
		*out = TT22_MARK_NONE;
		return ERR_OK;
	}
	bool is_passed = is_comment && str_eq_z(s, "D");
	if (e || (is_comment && !is_passed && !str_eq_z(s, "C")) || x10 < TT22_MARK_NONE ||
			x10 > PACK_MARK_MAX_X10) {
		return ERR_CORRUPT;
	}
	*out = !is_comment ? (int)x10 : is_passed ? TT22_PASSED : TT22_NOT_PASSED;
	return ERR_OK;
}

static enum err read_level(const struct json *node, const char *name, enum pack_level *out) {
	struct str s = { 0 };
	enum err e = json_opt_str(node, name, str_from(""), &s);
	if (!e && s.n == 0) {
		*out = PACK_LEVEL_NONE;
		return ERR_OK;
	}
	return e || pack_level_parse(s, out) ? ERR_CORRUPT : ERR_OK;
}

static enum err read_promotion(const struct json *node, enum pack_promotion *out) {
	static const enum pack_promotion all[] = { PACK_PROMOTED, PACK_CONDITIONAL, PACK_HELD };
	struct str s = { 0 };
	enum err e = json_opt_str(node, "promotion", str_from(""), &s);
	*out = PACK_PROMOTION_OPEN;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && s.n > 0; i++) {
		if (str_eq_z(s, pack_promotion_name(all[i]))) {
			*out = all[i];
			return ERR_OK;
		}
	}
	return e || s.n > 0 ? ERR_CORRUPT : ERR_OK;
}

static enum err read_award(const struct json *year, const struct rule_pack *pack, int *out) {
	struct str s = { 0 };
	enum err e = json_opt_str(year, "award", str_from(""), &s);
	if (e || s.n == 0) {
		*out = TT22_AWARD_OPEN;
		return e ? ERR_CORRUPT : ERR_OK;
	}
	for (int i = TT22_AWARD_NONE; i < (int)pack->award_count; i++) {
		if (str_eq_z(s, tt22_award_name(pack, i))) {
			*out = i;
			return ERR_OK;
		}
	}
	return ERR_CORRUPT;
}

static enum err read_subjects(
		const struct json *result, const struct tt22_student *in, struct tt22_outcome *o) {
	const struct json *it = json_first(json_get(result, "subjects"));
	for (size_t i = 0; i < in->subject_count; i++, it = json_next(it)) {
		bool is_comment = in->subjects[i].is_comment;
		const struct json *term = it ? json_first(json_get(it, "terms")) : NULL;
		if (!it) {
			return ERR_CORRUPT;
		}
		for (unsigned k = 0; k < PACK_TERMS; k++, term = json_next(term)) {
			enum err e = term ? read_value(term, is_comment, &o->terms[i][k])
					  : ERR_CORRUPT;
			if (e || (k + 1 < PACK_TERMS && !json_next(term))) {
				return ERR_CORRUPT;
			}
		}
		if (read_value(json_get(it, "year"), is_comment, &o->years[i])) {
			return ERR_CORRUPT;
		}
	}
	return ERR_OK;
}

static enum err read_retest(
		const struct json *year, const struct tt22_student *in, struct tt22_outcome *o) {
	const struct json *list = json_get(year, "retest");
	o->retest = !list || json_kind(list) == JSON_NULL ? PACK_OPEN
			: json_count(list) > 0            ? PACK_YES
							  : PACK_NO;
	for (const struct json *it = json_first(list); it; it = json_next(it)) {
		struct str code;
		if (json_as_str(it, &code)) {
			return ERR_CORRUPT;
		}
		for (size_t i = 0; i < in->subject_count; i++) {
			o->is_retest[i] = o->is_retest[i] || str_eq(in->subjects[i].code, code);
		}
	}
	return ERR_OK;
}

enum err tt22_read_outcome(const struct json *result, const struct rule_pack *pack,
		const struct tt22_student *student, struct tt22_outcome *out) {
	const struct json *year = json_get(result, "year");
	const struct json *after = json_get(result, "after");
	const struct json *term = json_first(json_get(result, "terms"));
	struct tt22_outcome o;
	memset(&o, 0, sizeof(o));
	o.learning_again.level = PACK_LEVEL_NONE;
	o.conduct_again = PACK_LEVEL_NONE;
	enum err e = year ? read_subjects(result, student, &o) : ERR_CORRUPT;
	for (unsigned k = 0; k < PACK_TERMS && !e; k++) {
		e = term ? read_level(term, "learning", &o.term_learning[k].level) : ERR_CORRUPT;
		term = e || k + 1 == PACK_TERMS ? NULL : json_next(term);
	}
	e = e ? e : read_level(year, "learning", &o.learning.level);
	e = e ? e : read_level(year, "conduct", &o.conduct);
	e = e ? e : read_promotion(year, &o.promotion);
	e = e ? e : read_award(year, pack, &o.award);
	e = e ? e : read_retest(year, student, &o);
	if (!e && after) {
		e = read_level(after, "learning", &o.learning_again.level);
		e = e ? e : read_level(after, "conduct", &o.conduct_again);
		e = e ? e : read_promotion(after, &o.promotion_again);
	}
	if (!e) {
		*out = o;
	}
	return e;
}
