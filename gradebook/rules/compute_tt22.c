#include "core/base/cleanup.h"
#include "gradebook/rules/compute_read.h"
#include "gradebook/rules/tt22_why.h"
#include "gradebook/rules/tt22_year.h"

enum { LESSONS_MAX = 1000, SENTENCE_BYTES_MAX = 16384 };

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
	return e;
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

/* ---- writing ---- */

static void put_value(struct json_out *w, bool is_comment, int value) {
	if (value == TT22_MARK_NONE) {
		jo_null(w);
	} else if (is_comment) {
		jo_strz(w, value == TT22_PASSED ? "D" : "C");
	} else {
		jo_i64(w, value);
	}
}

static void put_level(struct json_out *w, const char *name, enum pack_level level) {
	jo_kstrz(w, name, level == PACK_LEVEL_NONE ? NULL : pack_level_name(level));
}

static void put_subjects(struct json_out *w, const struct tt22_student *student,
		const struct tt22_outcome *o) {
	jo_karr(w, "subjects");
	for (size_t i = 0; i < student->subject_count; i++) {
		const struct tt22_subject *s = &student->subjects[i];
		jo_obj(w);
		jo_kstr(w, "code", s->code);
		jo_karr(w, "terms");
		for (unsigned k = 0; k < PACK_TERMS; k++) {
			put_value(w, s->is_comment, o->terms[i][k]);
		}
		jo_end_arr(w);
		jo_key(w, "year");
		put_value(w, s->is_comment, o->years[i]);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	jo_karr(w, "terms");
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		jo_obj(w);
		put_level(w, "learning", o->term_learning[k].level);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static void put_retest(struct json_out *w, const struct tt22_student *student,
		const struct tt22_outcome *o) {
	if (o->retest == PACK_OPEN) {
		jo_knull(w, "retest");
		return;
	}
	jo_karr(w, "retest");
	for (size_t i = 0; i < student->subject_count; i++) {
		if (o->is_retest[i]) {
			jo_str(w, student->subjects[i].code);
		}
	}
	jo_end_arr(w);
}

static const char *award_name(const struct rule_pack *pack, int award) {
	if (award == TT22_AWARD_OPEN) {
		return NULL;
	}
	return award == TT22_AWARD_NONE ? "none" : pack->awards[award].code;
}

static void put_year(struct json_out *w, const struct rule_pack *pack,
		const struct tt22_student *student, const struct tt22_outcome *o) {
	jo_kobj(w, "year");
	put_level(w, "learning", o->learning.level);
	put_level(w, "conduct", o->conduct);
	jo_kstrz(w, "promotion", pack_promotion_name(o->promotion));
	put_retest(w, student, o);
	if (o->summer == PACK_OPEN) {
		jo_knull(w, "summer");
	} else {
		jo_kbool(w, "summer", o->summer == PACK_YES);
	}
	jo_kstrz(w, "award", award_name(pack, o->award));
	jo_end_obj(w);
	if (student->has_summer) {
		jo_kobj(w, "after");
		put_level(w, "learning", o->learning_again.level);
		put_level(w, "conduct", o->conduct_again);
		jo_kstrz(w, "promotion", pack_promotion_name(o->promotion_again));
		jo_end_obj(w);
	}
}

/* Where the explanations go. */
struct put_why {
	struct json_out *w;
	const struct tt22_student *student;
	const struct compute_options *options;
	struct buf text;
};

static void put_why_finish(struct put_why *p) {
	buf_finish(&p->text);
}

static enum err put_one(const struct tt22_why *why, void *ctx) {
	struct put_why *p = ctx;
	jo_obj(p->w);
	jo_kstrz(p->w, "what", tt22_what_name(why->what));
	if (why->has_subject) {
		jo_kstr(p->w, "subject", p->student->subjects[why->subject].code);
	}
	jo_kstrz(p->w, "scope", tt22_scope_name(why->scope));
	explain_members(&why->x, p->w);
	enum err e = ERR_OK;
	if (p->options->explains) {
		buf_clear(&p->text);
		e = explain_print(&why->x, p->options->lang, &p->text);
		jo_kstr(p->w, "text", (struct str){ buf_str(&p->text), p->text.len });
	}
	jo_end_obj(p->w);
	return e;
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
	if (e) {
		return e;
	}
	put_subjects(w, &student, &outcome);
	put_year(w, pack, &student, &outcome);
	_cleanup_(put_why_finish) struct put_why to = { .w = w,
		.student = &student,
		.options = options,
		.text = buf_make(SENTENCE_BYTES_MAX) };
	const struct tt22_why_sink sink = { put_one, &to };
	jo_karr(w, "explain");
	e = tt22_why_all(pack, &student, &outcome, !options->explains, &sink);
	if (!e) {
		jo_end_arr(w);
	}
	return e;
}
