#include "core/base/cleanup.h"
#include "gradebook/rules/compute_read.h"
#include "gradebook/rules/tt27_json.h"

/* "T", the letter in the middle (H of a subject, D of a trait), "C"; nothing for null. */
static enum err read_level(struct compute_reader *r, const struct json *node, const char *name,
		const char *middle, enum pack_primary_level *out) {
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
		return compute_refuse(r, name, "rule.line_letter");
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
		e = read_level(r, it, "moments", middle, &out[k++]);
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

/* What was assessed again after help: "again" of a subject or a trait. */
static enum err read_again(struct compute_reader *r, const struct json *node, const char *middle,
		enum pack_primary_level *out) {
	const struct json *level = json_get(node, "again");
	*out = PACK_PRIMARY_NONE;
	return level ? read_level(r, level, "again", middle, out) : ERR_OK;
}

/* The same of a subject, with its test. */
static enum err read_subject_again(struct compute_reader *r, const struct primary_pack *pack,
		const struct json *node, struct tt27_subject *s) {
	const struct json *test = json_get(node, "againTest");
	s->again_test_x10 = TT27_TEST_NONE;
	enum err e = read_again(r, node, "H", &s->again);
	if (!e && test) {
		e = compute_mark(r, test, "againTest", TT27_TEST_NONE, &s->again_test_x10);
	}
	if (!e && s->again_test_x10 != TT27_TEST_NONE && s->again_test_x10 % pack->test_step_x10) {
		e = compute_refuse(r, "againTest", "rule.line_whole");
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
	if (!e) {
		e = read_subject_again(r, pack, node, s);
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
		if (!e) {
			e = read_again(r, it, "D", &trait->again);
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
	if (!e) {
		e = read_answer(r, line, "recognised", &pupil->recognised);
	}
	return e ? e : read_answer(r, line, "advanced", &pupil->advanced);
}

enum err tt27_read_line(
		const struct json *line, const struct primary_pack *pack, struct tt27_pupil *out) {
	struct diag why = { 0 };
	struct compute_reader r = { .why = &why, .at = "" };
	struct tt27_pupil pupil;
	enum err e = read_pupil(&r, pack, line, &pupil);
	diag_finish(&why);
	if (!e) {
		*out = pupil;
	}
	return e == ERR_INVAL ? ERR_CORRUPT : e;
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
	return tt27_put_outcome(w, pack, &pupil, &o, options, &pupil);
}
