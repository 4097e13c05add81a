#include "gradebook/rules/tt27_json.h"

#include "core/base/cleanup.h"

enum { SENTENCE_BYTES_MAX = 16384, END = TT27_MOMENTS - 1 };

static const char *const subject_letters[PACK_PRIMARY_LEVELS] = { "C", "H", "T" };
static const char *const trait_letters[PACK_PRIMARY_LEVELS] = { "C", "D", "T" };

/* ---- the line ---- */

static void put_moments(struct json_out *w, const char *const letters[PACK_PRIMARY_LEVELS],
		const enum pack_primary_level moments[TT27_MOMENTS]) {
	jo_karr(w, "moments");
	for (unsigned k = 0; k < TT27_MOMENTS; k++) {
		jo_strz(w, moments[k] == PACK_PRIMARY_NONE ? NULL : letters[moments[k]]);
	}
	jo_end_arr(w);
}

static void put_line_subject(struct json_out *w, const struct tt27_subject *s) {
	jo_obj(w);
	jo_kstr(w, "code", s->code);
	jo_kstrz(w, "kind", s->has_tests ? "test" : "comment");
	if (s->is_exempt) {
		jo_kbool(w, "exempt", true);
	}
	put_moments(w, subject_letters, s->moments);
	if (s->has_tests) {
		jo_karr(w, "tests");
		for (unsigned k = 0; k < TT27_MOMENTS; k++) {
			if (s->tests_x10[k] == TT27_TEST_NONE) {
				jo_null(w);
			} else {
				jo_i64(w, s->tests_x10[k]);
			}
		}
		jo_end_arr(w);
	}
	if (s->again != PACK_PRIMARY_NONE) {
		jo_kstrz(w, "again", subject_letters[s->again]);
	}
	if (s->has_tests && s->again_test_x10 != TT27_TEST_NONE) {
		jo_ki64(w, "againTest", s->again_test_x10);
	}
	jo_end_obj(w);
}

static void put_traits(struct json_out *w, const char *name, const struct tt27_traits *traits) {
	jo_karr(w, name);
	for (size_t i = 0; i < traits->count; i++) {
		jo_obj(w);
		jo_kstr(w, "code", traits->items[i].code);
		put_moments(w, trait_letters, traits->items[i].moments);
		if (traits->items[i].again != PACK_PRIMARY_NONE) {
			jo_kstrz(w, "again", trait_letters[traits->items[i].again]);
		}
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static void put_answer(struct json_out *w, const char *name, enum pack_answer answer) {
	if (answer != PACK_OPEN) {
		jo_kbool(w, name, answer == PACK_YES);
	}
}

void tt27_put_line(struct json_out *w, const struct primary_pack *pack,
		const struct tt27_pupil *pupil) {
	jo_obj(w);
	jo_kstrz(w, "pack", pack->code);
	jo_kstrz(w, "level", "th");
	jo_karr(w, "subjects");
	for (size_t i = 0; i < pupil->subject_count; i++) {
		put_line_subject(w, &pupil->subjects[i]);
	}
	jo_end_arr(w);
	put_traits(w, "qualities", &pupil->qualities);
	put_traits(w, "competences", &pupil->competences);
	put_answer(w, "outstanding", pupil->outstanding);
	put_answer(w, "recognised", pupil->recognised);
	put_answer(w, "advanced", pupil->advanced);
	jo_end_obj(w);
}

/* ---- what came of it ---- */

static void put_subjects(struct json_out *w, const struct tt27_pupil *pupil) {
	jo_karr(w, "subjects");
	for (size_t i = 0; i < pupil->subject_count; i++) {
		const struct tt27_subject *s = &pupil->subjects[i];
		enum pack_primary_level level = s->moments[END];
		bool has_level = !s->is_exempt && level != PACK_PRIMARY_NONE;
		jo_obj(w);
		jo_kstr(w, "code", s->code);
		jo_kstrz(w, "year", has_level ? subject_letters[level] : NULL);
		if (s->has_tests && !s->is_exempt && s->tests_x10[END] != TT27_TEST_NONE) {
			jo_ki64(w, "test", s->tests_x10[END]);
		} else {
			jo_knull(w, "test");
		}
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

struct put_why {
	struct json_out *w;
	const struct compute_options *options;
	struct buf text;
};

static void put_why_finish(struct put_why *p) {
	buf_finish(&p->text);
}

static enum err put_one(const char *what, const struct explain *x, void *ctx) {
	struct put_why *p = ctx;
	jo_obj(p->w);
	jo_kstrz(p->w, "what", what);
	jo_kstrz(p->w, "scope", "year");
	explain_members(x, p->w);
	enum err e = ERR_OK;
	if (p->options->explains) {
		buf_clear(&p->text);
		e = explain_print(x, p->options->lang, &p->text);
		jo_kstr(p->w, "text", (struct str){ buf_str(&p->text), p->text.len });
	}
	jo_end_obj(p->w);
	return e;
}

const char *tt27_award_name(const struct primary_pack *pack, int award) {
	if (award == TT27_AWARD_OPEN) {
		return NULL;
	}
	return award == TT27_AWARD_NONE ? "none" : pack->rows[award].award;
}

enum err tt27_put_outcome(struct json_out *w, const struct primary_pack *pack,
		const struct tt27_pupil *pupil, const struct tt27_outcome *outcome,
		const struct compute_options *options, const struct tt27_pupil *words) {
	put_subjects(w, pupil);
	jo_kobj(w, "year");
	jo_kstrz(w, "learning", tt27_row_code(pack, outcome->row));
	if (outcome->after != TT27_ROW_OPEN) {
		jo_kstrz(w, "after", tt27_row_code(pack, outcome->after));
	}
	jo_kstrz(w, "promotion", pack_promotion_name(outcome->promotion));
	jo_kstrz(w, "award", tt27_award_name(pack, outcome->award));
	jo_end_obj(w);
	_cleanup_(put_why_finish) struct put_why to = {
		.w = w, .options = options, .text = buf_make(SENTENCE_BYTES_MAX)
	};
	const struct tt27_why_sink sink = { put_one, &to };
	jo_karr(w, "explain");
	enum err e = options ? tt27_why_all(pack, words, outcome, !options->explains, &sink)
			     : ERR_OK;
	if (!e) {
		jo_end_arr(w);
	}
	return e;
}

/* ---- reading back ---- */

static enum err read_row(const struct json *year, const struct primary_pack *pack, const char *name,
		int *out) {
	struct str code = { 0 };
	enum err e = json_opt_str(year, name, str_from(""), &code);
	*out = TT27_ROW_OPEN;
	for (int row = 0; row <= PACK_PRIMARY_ROWS && code.n > 0; row++) {
		if (str_eq_z(code, tt27_row_code(pack, row))) {
			*out = row;
			return ERR_OK;
		}
	}
	return e || code.n > 0 ? ERR_CORRUPT : ERR_OK;
}

static enum err read_promotion(const struct json *year, enum pack_promotion *out) {
	struct str code = { 0 };
	enum err e = json_opt_str(year, "promotion", str_from(""), &code);
	*out = PACK_PROMOTION_OPEN;
	for (enum pack_promotion p = PACK_PROMOTED; p <= PACK_HELD && code.n > 0; p++) {
		if (str_eq_z(code, pack_promotion_name(p))) {
			*out = p;
			return ERR_OK;
		}
	}
	return e || code.n > 0 ? ERR_CORRUPT : ERR_OK;
}

static enum err read_award(const struct json *year, const struct primary_pack *pack, int *out) {
	struct str code = { 0 };
	enum err e = json_opt_str(year, "award", str_from(""), &code);
	*out = TT27_AWARD_OPEN;
	for (int award = TT27_AWARD_NONE; award < PACK_PRIMARY_ROWS && code.n > 0; award++) {
		const char *name = tt27_award_name(pack, award);
		if (name && str_eq_z(code, name)) {
			*out = award;
			return ERR_OK;
		}
	}
	return e || code.n > 0 ? ERR_CORRUPT : ERR_OK;
}

enum err tt27_read_outcome(const struct json *result, const struct primary_pack *pack,
		struct tt27_outcome *out) {
	const struct json *year = json_get(result, "year");
	struct tt27_outcome o;
	enum err e = year ? read_row(year, pack, "learning", &o.row) : ERR_CORRUPT;
	e = e ? e : read_row(year, pack, "after", &o.after);
	e = e ? e : read_promotion(year, &o.promotion);
	e = e ? e : read_award(year, pack, &o.award);
	if (!e) {
		*out = o;
	}
	return e;
}
