#include "gradebook/rules/compute_read.h"
#include "gradebook/rules/tt22_json.h"

enum { LESSONS_MAX = 1000 };

/* ---- reading ---- */

/* A mark in tenths; "D" or "C" in a comment subject; nothing for null. */
static enum err read_value(struct compute_reader *r, bool is_comment, const struct json *node,
		const char *name, int *out) {
	if (!is_comment) {
		return compute_mark(r, node, name, TT22_MARK_NONE, out);
	}
	struct str s = { 0 };
	enum err e = json_as_str(node, &s);
	if (e == ERR_MISSING) {
		*out = TT22_COMMENT_NONE;
		return ERR_OK;
	}
	bool is_passed = !e && str_eq_z(s, "D");
	if (!is_passed && (e || !str_eq_z(s, "C"))) {
		return compute_refuse(r, name, "rule.line_comment");
	}
	*out = is_passed ? TT22_PASSED : TT22_NOT_PASSED;
	return ERR_OK;
}

static enum err read_regular(struct compute_reader *r, bool is_comment, const struct json *node,
		struct tt22_term *out) {
	static const char *const names[TT22_REGULAR_MAX] = { "tx/0", "tx/1", "tx/2", "tx/3" };
	const struct json *list = NULL;
	enum err e = compute_list(r, node, "tx", TT22_REGULAR_MAX, &list);
	for (const struct json *it = json_first(list); it && !e; it = json_next(it)) {
		size_t i = out->regular_count++;
		e = read_value(r, is_comment, it, names[i], &out->regular_x10[i]);
	}
	return e;
}

static enum err read_term(struct compute_reader *r, const struct json *node, unsigned k,
		struct tt22_subject *s) {
	struct tt22_term *term = &s->terms[k];
	if (json_kind(node) == JSON_NULL) {
		return ERR_OK;
	}
	if (json_kind(node) != JSON_OBJECT) {
		return compute_refuse(r, "", "rule.line_object");
	}
	enum err e = read_regular(r, s->is_comment, node, term);
	if (!e) {
		e = read_value(r, s->is_comment, json_get(node, "gk"), "gk", &term->midterm_x10);
	}
	if (!e) {
		e = read_value(r, s->is_comment, json_get(node, "ck"), "ck", &term->final_x10);
	}
	if (!e) {
		e = read_value(r, s->is_comment, json_get(node, "result"), "result", &s->given[k]);
	}
	return e ? e : compute_flag(r, node, "exempt", &s->is_term_exempt[k]);
}

static enum err read_kind(
		struct compute_reader *r, const struct json *node, struct tt22_subject *s) {
	struct str kind = { 0 };
	int lessons = 0;
	enum err e = json_get_str(node, "kind", &kind);
	s->is_comment = str_eq_z(kind, "comment");
	if (e || (!s->is_comment && !str_eq_z(kind, "mark"))) {
		return compute_refuse(r, "kind", "rule.line_kind");
	}
	e = compute_flag(r, node, "exempt", &s->is_exempt);
	if (!e) {
		e = compute_number(r, node, "lessons", LESSONS_MAX, &lessons);
	}
	s->lessons_a_year = (unsigned)lessons;
	return e;
}

static enum err check_twice(struct compute_reader *r, const struct tt22_student *student) {
	struct str last = student->subjects[student->subject_count - 1].code;
	for (size_t i = 0; i + 1 < student->subject_count; i++) {
		if (str_eq(student->subjects[i].code, last)) {
			return compute_refuse(r, "code", "rule.line_twice");
		}
	}
	return ERR_OK;
}

static enum err read_subject(
		struct compute_reader *r, const struct json *node, struct tt22_student *student) {
	size_t index = student->subject_count;
	struct str code = { 0 };
	compute_go(r, "/subjects/%zu", index);
	enum err e = compute_code(r, node, &code);
	if (e) {
		return e;
	}
	struct tt22_subject *s = tt22_student_add(student, code);
	e = check_twice(r, student);
	if (!e) {
		e = read_kind(r, node, s);
	}
	const struct json *terms = NULL;
	if (!e) {
		e = compute_list(r, node, "terms", PACK_TERMS, &terms);
	}
	unsigned k = 0;
	for (const struct json *it = json_first(terms); it && !e; it = json_next(it)) {
		compute_go(r, "/subjects/%zu/terms/%u", index, k);
		e = read_term(r, it, k++, s);
	}
	s->is_exempt = s->is_exempt || (s->is_term_exempt[0] && s->is_term_exempt[1]);
	return e;
}

static enum err read_level(struct compute_reader *r, const struct json *node, const char *name,
		enum pack_level *out) {
	struct str s = { 0 };
	enum err e = json_as_str(node, &s);
	if (e == ERR_MISSING) {
		return ERR_OK;
	}
	return e || pack_level_parse(s, out) ? compute_refuse(r, name, "rule.line_level") : ERR_OK;
}

static enum err read_conduct(
		struct compute_reader *r, const struct json *line, struct tt22_student *student) {
	const struct json *list = NULL;
	unsigned k = 0;
	compute_go(r, "%s", "");
	enum err e = compute_list(r, line, "conduct", PACK_TERMS, &list);
	for (const struct json *it = json_first(list); it && !e; it = json_next(it)) {
		e = read_level(r, it, k ? "conduct/1" : "conduct/0", &student->conduct[k]);
		k++;
	}
	return e;
}

static struct tt22_subject *find_subject(struct tt22_student *student, struct str code) {
	for (size_t i = 0; i < student->subject_count; i++) {
		if (str_eq(student->subjects[i].code, code)) {
			return &student->subjects[i];
		}
	}
	return NULL;
}

/* {"conduct":"dat","subjects":{"toan":55,"gdtc":"D"}}: what came of the summer. */
static enum err read_after(
		struct compute_reader *r, const struct json *line, struct tt22_student *student) {
	const struct json *after = json_get(line, "after");
	if (!after || json_kind(after) == JSON_NULL) {
		return ERR_OK;
	}
	if (json_kind(after) != JSON_OBJECT) {
		return compute_refuse(r, "after", "rule.line_object");
	}
	student->has_summer = true;
	compute_go(r, "/after");
	enum err e = read_level(r, json_get(after, "conduct"), "conduct", &student->conduct_again);
	const struct json *subjects = json_get(after, "subjects");
	if (!e && subjects && json_kind(subjects) != JSON_OBJECT &&
			json_kind(subjects) != JSON_NULL) {
		return compute_refuse(r, "subjects", "rule.line_object");
	}
	compute_go(r, "/after/subjects");
	for (const struct json *it = json_first(subjects); it && !e; it = json_next(it)) {
		struct tt22_subject *s = find_subject(student, json_name(it));
		e = s ? read_value(r, s->is_comment, it, s->code.p, &s->again)
		      : compute_refuse(r, "", "rule.line_unknown");
	}
	return e;
}

static enum err read_student(
		struct compute_reader *r, const struct json *line, struct tt22_student *student) {
	const struct json *subjects = NULL;
	tt22_student_init(student);
	enum err e = compute_list(r, line, "subjects", TT22_SUBJECTS_MAX, &subjects);
	if (!e && !subjects) {
		e = compute_refuse(r, "subjects", "rule.line_list");
	}
	for (const struct json *it = json_first(subjects); it && !e; it = json_next(it)) {
		e = read_subject(r, it, student);
	}
	if (!e) {
		e = read_conduct(r, line, student);
	}
	if (!e) {
		e = compute_number(r, line, "absences", TT22_ABSENCES_MAX, &student->absences);
	}
	return e ? e : read_after(r, line, student);
}

enum err tt22_read_line(const struct json *line, struct tt22_student *out) {
	struct diag why = { 0 };
	struct compute_reader r = { .why = &why };
	enum err e = json_kind(line) == JSON_OBJECT ? read_student(&r, line, out) : ERR_CORRUPT;
	diag_finish(&why);
	return e == ERR_INVAL ? ERR_CORRUPT : e;
}

/* A new result where the rules allow none would be lost without a word. */
static enum err check_after(struct compute_reader *r, const struct tt22_student *student,
		const struct tt22_outcome *o) {
	compute_go(r, "/after");
	if (student->conduct_again != PACK_LEVEL_NONE && o->summer != PACK_YES) {
		return compute_refuse(r, "conduct", "rule.line_not_allowed");
	}
	compute_go(r, "/after/subjects");
	for (size_t i = 0; i < student->subject_count; i++) {
		if (student->subjects[i].again != TT22_MARK_NONE && !o->is_retest[i]) {
			return compute_refuse(
					r, student->subjects[i].code.p, "rule.line_not_allowed");
		}
	}
	return ERR_OK;
}

enum err compute_secondary(struct compute_reader *r, const struct rule_pack *pack,
		const struct json *line, const struct compute_options *options,
		struct json_out *w) {
	struct tt22_student student;
	struct tt22_outcome outcome;
	enum err e = read_student(r, line, &student);
	if (!e) {
		e = tt22_work_out(pack, &student, &outcome);
	}
	if (!e) {
		e = check_after(r, &student, &outcome);
	}
	return e ? e : tt22_put_outcome(w, pack, &student, &outcome, options);
}
