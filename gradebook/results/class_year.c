#include "gradebook/results/class_year.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "gradebook/results/class_primary.h"

void class_year_init(struct class_year *year) {
	memset(year, 0, sizeof(*year));
	year->arena = arena_make(CLASS_YEAR_TEXT_BYTES);
}

void class_year_finish(struct class_year *year) {
	for (size_t i = 0; i < year->student_count; i++) {
		free(year->students[i].primary);
	}
	free(year->students);
	arena_finish(&year->arena);
}

const char *class_year_pack(const struct class_year *year) {
	return year->pack ? year->pack->code : year->primary ? year->primary->code : NULL;
}

const char *class_year_level(const struct class_year *year) {
	enum { LAST_GRADE_OF_THCS = 9 };
	return year->grade <= LAST_GRADE_OF_THCS ? "thcs" : "thpt";
}

struct class_student *class_year_student(const struct class_year *year, uint64_t student_id) {
	for (size_t i = 0; i < year->student_count; i++) {
		if (year->students[i].id == student_id) {
			return &year->students[i];
		}
	}
	return NULL;
}

size_t class_year_place(const struct class_student *student, size_t hint, struct str code) {
	const struct tt22_student *in = &student->input;
	if (hint < in->subject_count && str_eq(in->subjects[hint].code, code)) {
		return hint;
	}
	size_t i = 0;
	while (i < in->subject_count && !str_eq(in->subjects[i].code, code)) {
		i++;
	}
	return i;
}

/* While marks are taken in, regular_x10 is by position and regular_count is not looked at. */
void class_year_take_mark(const struct class_year *year, struct class_student *student,
		size_t subject, unsigned term, const struct mark_cell *cell) {
	assert(subject < year->subject_count && term < PACK_TERMS);
	struct tt22_term *t = &student->input.subjects[subject].terms[term];
	if (cell->kind == MARK_TX) {
		if (cell->position >= 1 && cell->position <= TT22_REGULAR_MAX) {
			t->regular_x10[cell->position - 1] = cell->value_x10;
		}
	} else if (cell->position == 1) {
		*(cell->kind == MARK_GK ? &t->midterm_x10 : &t->final_x10) = cell->value_x10;
	}
}

/* The regular marks that are there, in their order, and empty places up to what is needed. */
static void close_up(
		const struct class_year *year, size_t subject, unsigned k, struct tt22_term *term) {
	const struct class_subject *s = &year->subjects[subject];
	struct mark_plan plan = mark_plan_of(year->pack,
			s->is_comment ? MARK_SUBJECT_COMMENT : MARK_SUBJECT_MARK, s->lessons_a_year,
			s->regular_columns[k]);
	size_t count = 0;
	for (size_t i = 0; i < TT22_REGULAR_MAX; i++) {
		if (term->regular_x10[i] != TT22_MARK_NONE) {
			term->regular_x10[count++] = term->regular_x10[i];
		}
	}
	for (size_t i = count; i < TT22_REGULAR_MAX; i++) {
		term->regular_x10[i] = TT22_MARK_NONE;
	}
	size_t needed = plan.regular_count < TT22_REGULAR_MAX ? plan.regular_count
							      : TT22_REGULAR_MAX;
	term->regular_count = count < needed ? needed : count;
}

static void settle(const struct class_year *year, struct class_student *student) {
	struct tt22_student *in = &student->input;
	for (size_t i = 0; i < in->subject_count; i++) {
		struct tt22_subject *s = &in->subjects[i];
		s->is_exempt = s->is_term_exempt[0] && s->is_term_exempt[1];
		for (unsigned k = 0; k < PACK_TERMS; k++) {
			close_up(year, i, k, &s->terms[k]);
		}
	}
	in->absences = TT22_ABSENCES_NONE;
	unsigned sessions = 0;
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		sessions += student->absences[k].excused + student->absences[k].unexcused;
	}
	if (year->roll_calls > 0) {
		in->absences = sessions < TT22_ABSENCES_MAX ? (int)sessions : TT22_ABSENCES_MAX;
	}
}

static enum err work_out(const struct class_year *year, struct class_student *s) {
	if (year->primary) {
		return class_primary_work_out(year, s);
	}
	settle(year, s);
	return tt22_work_out(year->pack, &s->input, &s->outcome);
}

enum err class_year_work_out(struct class_year *year) {
	if (!class_year_pack(year)) {
		return ERR_UNSUPPORTED;
	}
	for (size_t i = 0; i < year->student_count; i++) {
		enum err e = work_out(year, &year->students[i]);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

static void clear_term(struct tt22_subject *s, unsigned k) {
	s->terms[k] = (struct tt22_term){ .midterm_x10 = TT22_MARK_NONE,
		.final_x10 = TT22_MARK_NONE };
	s->given[k] = TT22_MARK_NONE;
}

void class_year_part(const struct class_student *student, enum class_scope scope,
		struct tt22_student *out) {
	*out = student->input;
	if (scope == SCOPE_YEAR) {
		return;
	}
	unsigned other = scope == SCOPE_TERM_1 ? 1 : 0;
	for (size_t i = 0; i < out->subject_count; i++) {
		clear_term(&out->subjects[i], other);
		out->subjects[i].again = TT22_MARK_NONE;
	}
	out->conduct[other] = PACK_LEVEL_NONE;
	out->absences = TT22_ABSENCES_NONE;
	out->has_summer = false;
	out->conduct_again = PACK_LEVEL_NONE;
}

/* ---- what is missing ---- */

const char *class_missing_name(enum class_missing_what what) {
	static const char *const names[CLASS_MISSING_COUNT_] = {
		[CLASS_MISSING_REGULAR] = "regular",
		[CLASS_MISSING_MIDTERM] = "midterm",
		[CLASS_MISSING_FINAL] = "final",
		[CLASS_MISSING_CONDUCT] = "conduct",
		[CLASS_MISSING_TRAITS] = "traits",
		[CLASS_MISSING_ABSENCES] = "absences",
		[CLASS_MISSING_SUBJECTS] = "subjects",
		[CLASS_MISSING_STUDENTS] = "students",
		[CLASS_MISSING_TERM] = "term",
	};
	assert(what < CLASS_MISSING_COUNT_);
	return names[what];
}

struct search {
	void (*each)(const struct class_missing *missing, void *ctx);
	void *ctx;
};

static void tell(const struct search *to, struct class_missing missing) {
	to->each(&missing, to->ctx);
}

/* One student in one subject and term. */
static void find_marks(const struct search *to, const struct class_year *year,
		const struct class_student *st, size_t i, unsigned k) {
	size_t at = class_year_place(st, i, year->subjects[i].code);
	if (st->kept_at_ms || at == st->input.subject_count) {
		return;
	}
	const struct tt22_subject *s = &st->input.subjects[at];
	const struct tt22_term *term = &s->terms[k];
	struct class_missing m = { .student = st,
		.subject = &year->subjects[i],
		.term = k + 1,
		.is_to_make_up = st->is_to_make_up[at][k] };
	if (s->is_exempt || s->is_term_exempt[k] || s->given[k] != TT22_MARK_NONE) {
		return;
	}
	m.need = (unsigned)tt22_regular_needed(year->pack, s, term);
	for (size_t n = 0; n < term->regular_count; n++) {
		m.have += term->regular_x10[n] != TT22_MARK_NONE;
	}
	if (m.have < m.need) {
		tell(to, m);
	}
	m.have = 0;
	m.need = 1;
	if (term->midterm_x10 == TT22_MARK_NONE) {
		m.what = CLASS_MISSING_MIDTERM;
		tell(to, m);
	}
	if (term->final_x10 == TT22_MARK_NONE) {
		m.what = CLASS_MISSING_FINAL;
		tell(to, m);
	}
}

static void find_in_term(const struct search *to, const struct class_year *year, unsigned k) {
	for (size_t i = 0; i < year->subject_count; i++) {
		for (size_t n = 0; n < year->student_count; n++) {
			find_marks(to, year, &year->students[n], i, k);
		}
	}
	for (size_t n = 0; n < year->student_count; n++) {
		const struct class_student *st = &year->students[n];
		if (st->input.conduct[k] == PACK_LEVEL_NONE && !st->kept_at_ms) {
			tell(to,
					(struct class_missing){ .what = CLASS_MISSING_CONDUCT,
							.student = st,
							.term = k + 1,
							.need = 1 });
		}
	}
}

void class_year_missing(const struct class_year *year, enum class_scope scope,
		void (*each)(const struct class_missing *missing, void *ctx), void *ctx) {
	const struct search to = { each, ctx };
	if (year->subject_count == 0) {
		tell(&to, (struct class_missing){ .what = CLASS_MISSING_SUBJECTS, .need = 1 });
	}
	if (year->student_count == 0) {
		tell(&to, (struct class_missing){ .what = CLASS_MISSING_STUDENTS, .need = 1 });
	}
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		if (scope == SCOPE_YEAR && !year->closed[k + 1].is_closed) {
			tell(&to,
					(struct class_missing){ .what = CLASS_MISSING_TERM,
							.term = k + 1,
							.need = 1 });
		}
		bool is_part = scope == SCOPE_YEAR || scope == (enum class_scope)(k + 1);
		if (is_part && year->primary) {
			class_primary_missing(year, k + 1, each, ctx);
		} else if (is_part) {
			find_in_term(&to, year, k);
		}
	}
	/* They count where promotion asks for them. */
	if (scope == SCOPE_YEAR && year->roll_calls == 0 && !year->primary) {
		tell(&to, (struct class_missing){ .what = CLASS_MISSING_ABSENCES, .need = 1 });
	}
}

/* ---- JSON ---- */

static void put_absences(struct json_out *w, const struct class_student *s) {
	jo_karr(w, "absences");
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		jo_obj(w);
		jo_ki64(w, "excused", s->absences[k].excused);
		jo_ki64(w, "unexcused", s->absences[k].unexcused);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

/* What a person sees of both is the same. */
static bool is_same_outcome(
		const struct tt22_outcome *a, const struct tt22_outcome *b, size_t subject_count) {
	bool is_same = a->learning.level == b->learning.level && a->conduct == b->conduct &&
			a->promotion == b->promotion && a->retest == b->retest &&
			a->summer == b->summer && a->award == b->award &&
			a->learning_again.level == b->learning_again.level &&
			a->conduct_again == b->conduct_again &&
			a->promotion_again == b->promotion_again;
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		is_same = is_same && a->term_learning[k].level == b->term_learning[k].level;
	}
	for (size_t i = 0; i < subject_count && is_same; i++) {
		is_same = a->years[i] == b->years[i] && a->is_retest[i] == b->is_retest[i] &&
				memcmp(a->terms[i], b->terms[i], sizeof(a->terms[i])) == 0;
	}
	return is_same;
}

/* The part as it is shown. Why a level is what it is was not kept: it is worked out again, and holds
 * where it leads to the same. */
static enum err part_of(const struct class_year *year, const struct class_student *student,
		enum class_scope scope, struct tt22_student *input, struct tt22_outcome *outcome,
		bool *out_has_reasons) {
	*out_has_reasons = true;
	if (!student->kept_at_ms) {
		class_year_part(student, scope, input);
		return tt22_work_out(year->pack, input, outcome);
	}
	*input = student->input;
	*out_has_reasons = !tt22_work_out(year->pack, input, outcome) &&
			is_same_outcome(outcome, &student->outcome, input->subject_count);
	if (!*out_has_reasons) {
		*outcome = student->outcome;
	}
	return ERR_OK;
}

static enum err put_secondary(struct json_out *w, const struct class_year *year,
		const struct class_student *student, const struct class_json *how) {
	const struct compute_options options = { how->explains, how->lang };
	struct tt22_student input;
	struct tt22_outcome outcome;
	bool has_reasons = true;
	enum err e = part_of(year, student, how->scope, &input, &outcome, &has_reasons);
	if (e) {
		return e;
	}
	jo_key(w, "line");
	tt22_put_line(w, year->pack, class_year_level(year), &input, &outcome);
	jo_kobj(w, "result");
	e = tt22_put_outcome(w, year->pack, &input, &outcome, has_reasons ? &options : NULL);
	if (!e) {
		jo_end_obj(w);
	}
	return e;
}

enum err class_year_put_student(struct json_out *w, const struct class_year *year,
		const struct class_student *student, const struct class_json *how) {
	put_absences(w, student);
	return year->primary ? class_primary_put(w, year, student, how)
			     : put_secondary(w, year, student, how);
}

static const char *const scope_names[CLASS_YEAR_SCOPES] = { "year", "1", "2" };

const char *class_scope_name(enum class_scope scope) {
	assert(scope < CLASS_YEAR_SCOPES);
	return scope_names[scope];
}

enum err class_scope_parse(struct str s, enum class_scope *out) {
	for (unsigned i = 0; i < CLASS_YEAR_SCOPES; i++) {
		if (str_eq_z(s, scope_names[i])) {
			*out = (enum class_scope)i;
			return ERR_OK;
		}
	}
	return ERR_NOT_FOUND;
}
