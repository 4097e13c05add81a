#include "core/base/cleanup.h"
#include "gradebook/rules/compute_read.h"
#include "gradebook/rules/tt27.h"

enum { SENTENCE_BYTES_MAX = 16384 };

/* "T", the letter in the middle (H of a subject, D of a trait), "C"; nothing for null. */
static enum err read_level(struct compute_reader *r, const struct json *node, const char *middle,
		enum pack_primary_level *out) {
	struct str s = { 0 };
	enum err e = json_as_str(node, &s);
	if (e == ERR_MISSING) {
		return ERR_OK;
	}
	if (!e && str_eq_z(s, "T")) {
		*out = PACK_PRIMARY_T;
	} else if (!e && str_eq_z(s, middle)) {
		*out = PACK_PRIMARY_MIDDLE;
	} else if (!e && str_eq_z(s, "C")) {
		*out = PACK_PRIMARY_C;
	} else {
		return compute_refuse(r, "moments", "rule.line_letter");
	}
	return ERR_OK;
}

static enum err read_moments(struct compute_reader *r, const struct json *node, const char *middle,
		enum pack_primary_level out[TT27_MOMENTS]) {
	const struct json *list = NULL;
	unsigned k = 0;
	for (k = 0; k < TT27_MOMENTS; k++) {
		out[k] = PACK_PRIMARY_NONE;
	}
	k = 0;
	enum err e = compute_list(r, node, "moments", TT27_MOMENTS, &list);
	for (const struct json *it = json_first(list); it && !e; it = json_next(it)) {
		e = read_level(r, it, middle, &out[k++]);
	}
	return e;
}

static enum err read_tests(struct compute_reader *r, const struct primary_pack *pack,
		const struct json *node, struct tt27_subject *s) {
	const struct json *list = NULL;
	unsigned k = 0;
	for (k = 0; k < TT27_MOMENTS; k++) {
		s->tests_x10[k] = TT27_TEST_NONE;
	}
	k = 0;
	enum err e = compute_list(r, node, "tests", TT27_MOMENTS, &list);
	for (const struct json *it = json_first(list); it && !e; it = json_next(it)) {
		int *test = &s->tests_x10[k++];
		e = compute_mark(r, it, "tests", TT27_TEST_NONE, test);
		if (!e && *test != TT27_TEST_NONE && *test % pack->test_step_x10) {
			e = compute_refuse(r, "tests", "rule.line_whole");
		}
	}
	return e;
}

static enum err read_subject(struct compute_reader *r, const struct primary_pack *pack,
		const struct json *node, struct tt27_pupil *pupil) {
	struct tt27_subject *s = &pupil->subjects[pupil->subject_count];
	struct str kind = { 0 };
	compute_go(r, "/subjects/%zu", pupil->subject_count);
	enum err e = compute_code(r, node, &s->code);
	for (size_t i = 0; i < pupil->subject_count && !e; i++) {
		if (str_eq(pupil->subjects[i].code, s->code)) {
			e = compute_refuse(r, "code", "rule.line_twice");
		}
	}
	if (e) {
		return e;
	}
	e = json_get_str(node, "kind", &kind);
	s->has_tests = str_eq_z(kind, "test");
	if (e || (!s->has_tests && !str_eq_z(kind, "comment"))) {
		return compute_refuse(r, "kind", "rule.line_kind");
	}
	e = compute_flag(r, node, "exempt", &s->is_exempt);
	if (!e) {
		e = read_moments(r, node, "H", s->moments);
	}
	if (!e) {
		e = read_tests(r, pack, node, s);
	}
	pupil->subject_count++;
	return e;
}

static enum err read_traits(struct compute_reader *r, const struct json *line, const char *name,
		struct tt27_traits *out) {
	const struct json *list = NULL;
	compute_go(r, "%s", "");
	out->count = 0;
	enum err e = compute_list(r, line, name, TT27_TRAITS_MAX, &list);
	for (const struct json *it = json_first(list); it && !e; it = json_next(it)) {
		struct tt27_trait *trait = &out->items[out->count];
		compute_go(r, "/%s/%zu", name, out->count);
		e = compute_code(r, it, &trait->code);
		for (size_t i = 0; i < out->count && !e; i++) {
			if (str_eq(out->items[i].code, trait->code)) {
				e = compute_refuse(r, "code", "rule.line_twice");
			}
		}
		if (!e) {
			e = read_moments(r, it, "D", trait->moments);
		}
		out->count++;
	}
	return e;
}

static enum err read_answer(struct compute_reader *r, const struct json *line, const char *name,
		enum pack_answer *out) {
	bool is_yes = false;
	const struct json *node = json_get(line, name);
	*out = PACK_OPEN;
	if (!node || json_kind(node) == JSON_NULL) {
		return ERR_OK;
	}
	enum err e = compute_flag(r, line, name, &is_yes);
	if (!e) {
		*out = is_yes ? PACK_YES : PACK_NO;
	}
	return e;
}

static enum err read_pupil(struct compute_reader *r, const struct primary_pack *pack,
		const struct json *line, struct tt27_pupil *pupil) {
	const struct json *subjects = NULL;
	pupil->subject_count = 0;
	enum err e = compute_list(r, line, "subjects", TT27_SUBJECTS_MAX, &subjects);
	if (!e && !subjects) {
		e = compute_refuse(r, "subjects", "rule.line_list");
	}
	for (const struct json *it = json_first(subjects); it && !e; it = json_next(it)) {
		e = read_subject(r, pack, it, pupil);
	}
	if (!e) {
		e = read_traits(r, line, "qualities", &pupil->qualities);
	}
	if (!e) {
		e = read_traits(r, line, "competences", &pupil->competences);
	}
	compute_go(r, "%s", "");
	if (!e) {
		e = read_answer(r, line, "outstanding", &pupil->outstanding);
	}
	return e ? e : read_answer(r, line, "recognised", &pupil->recognised);
}

static void put_subjects(struct json_out *w, const struct tt27_pupil *pupil) {
	static const char *const letters[PACK_PRIMARY_LEVELS] = { "C", "H", "T" };
	jo_karr(w, "subjects");
	for (size_t i = 0; i < pupil->subject_count; i++) {
		const struct tt27_subject *s = &pupil->subjects[i];
		enum pack_primary_level level = s->moments[TT27_MOMENTS - 1];
		int test_x10 = s->tests_x10[TT27_MOMENTS - 1];
		bool has_level = !s->is_exempt && level != PACK_PRIMARY_NONE;
		jo_obj(w);
		jo_kstr(w, "code", s->code);
		jo_kstrz(w, "year", has_level ? letters[level] : NULL);
		if (s->has_tests && !s->is_exempt && test_x10 != TT27_TEST_NONE) {
			jo_ki64(w, "test", test_x10);
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

static const char *award_name(const struct primary_pack *pack, int award) {
	if (award == TT27_AWARD_OPEN) {
		return NULL;
	}
	return award == TT27_AWARD_NONE ? "none" : pack->rows[award].award;
}

enum err compute_primary(struct compute_reader *r, const struct primary_pack *pack,
		const struct json *line, const struct compute_options *options,
		struct json_out *w) {
	struct tt27_pupil pupil;
	struct tt27_outcome o;
	enum err e = read_pupil(r, pack, line, &pupil);
	if (!e) {
		e = tt27_work_out(pack, &pupil, &o);
	}
	if (e) {
		return e;
	}
	put_subjects(w, &pupil);
	jo_kobj(w, "year");
	jo_kstrz(w, "learning", tt27_row_code(pack, o.row));
	jo_kstrz(w, "promotion", pack_promotion_name(o.promotion));
	jo_kstrz(w, "award", award_name(pack, o.award));
	jo_end_obj(w);
	_cleanup_(put_why_finish) struct put_why to = {
		.w = w, .options = options, .text = buf_make(SENTENCE_BYTES_MAX)
	};
	const struct tt27_why_sink sink = { put_one, &to };
	jo_karr(w, "explain");
	e = tt27_why_all(pack, &pupil, &o, !options->explains, &sink);
	if (!e) {
		jo_end_arr(w);
	}
	return e;
}
