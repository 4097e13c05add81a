#include "gradebook/results/class_primary.h"

#include <assert.h>
#include <stdlib.h>

enum { MOMENTS_A_TERM = 2 };

/* The moment (from 0) of a term (from 0): its middle, or its end. */
static unsigned moment_of(unsigned term, enum mark_kind kind) {
	return term * MOMENTS_A_TERM + (kind == MARK_CK);
}

/* ---- taking in ---- */

static void clear_moments(enum pack_primary_level moments[TT27_MOMENTS]) {
	for (unsigned m = 0; m < TT27_MOMENTS; m++) {
		moments[m] = PACK_PRIMARY_NONE;
	}
}

static void add_trait(struct tt27_traits *to, const char *code) {
	struct tt27_trait *trait = &to->items[to->count++];
	trait->code = str_from(code);
	trait->again = PACK_PRIMARY_NONE;
	clear_moments(trait->moments);
}

enum err class_primary_new(const struct class_year *year, struct class_primary **out) {
	struct class_primary *p = calloc(1, sizeof(*p));
	if (!p) {
		return ERR_NOMEM;
	}
	struct tt27_pupil *in = &p->input;
	for (size_t i = 0; i < year->subject_count; i++) {
		struct tt27_subject *s = &in->subjects[in->subject_count++];
		s->code = year->subjects[i].code;
		s->has_tests = !year->subjects[i].is_comment;
		clear_moments(s->moments);
		for (unsigned m = 0; m < TT27_MOMENTS; m++) {
			s->tests_x10[m] = TT27_TEST_NONE;
		}
		s->again = PACK_PRIMARY_NONE;
		s->again_test_x10 = TT27_TEST_NONE;
	}
	for (size_t i = 0; i < year->primary->trait_count; i++) {
		const struct pack_trait *t = &year->primary->traits[i];
		if (year->grade >= t->first_grade) {
			add_trait(t->group == PACK_QUALITY ? &in->qualities : &in->competences,
					t->code);
		}
	}
	*out = p;
	return ERR_OK;
}

void class_primary_take_mark(struct class_primary *pupil, size_t subject, unsigned term,
		const struct mark_cell *cell) {
	assert(subject < pupil->input.subject_count && term < PACK_TERMS);
	struct tt27_subject *s = &pupil->input.subjects[subject];
	unsigned m = moment_of(term, cell->kind);
	bool is_level = cell->kind != MARK_TX && cell->position == MARK_LEVEL_POSITION;
	if (is_level && cell->value_x10 < PACK_PRIMARY_LEVELS) {
		s->moments[m] = (enum pack_primary_level)cell->value_x10;
	} else if (cell->kind != MARK_TX && cell->position == 1 && s->has_tests) {
		s->tests_x10[m] = cell->value_x10;
	}
}

static struct tt27_trait *find_trait(struct tt27_pupil *in, struct str code) {
	struct tt27_traits *lists[] = { &in->qualities, &in->competences };
	for (size_t k = 0; k < sizeof(lists) / sizeof(lists[0]); k++) {
		for (size_t i = 0; i < lists[k]->count; i++) {
			if (str_eq(lists[k]->items[i].code, code)) {
				return &lists[k]->items[i];
			}
		}
	}
	return NULL;
}

void class_primary_take_judgement(const struct primary_pack *pack, struct class_primary *pupil,
		unsigned moment, unsigned item, int value) {
	if (moment < 1 || moment > TT27_MOMENTS || value < 0 || value >= PACK_PRIMARY_LEVELS) {
		return;
	}
	enum pack_answer answer = value > 0 ? PACK_YES : PACK_NO;
	if (item == JUDGEMENT_OUTSTANDING) {
		pupil->input.outstanding = answer;
	} else if (item == JUDGEMENT_RECOGNISED) {
		pupil->input.recognised = answer;
	}
	for (size_t i = 0; i < pack->trait_count; i++) {
		struct tt27_trait *trait = pack->traits[i].number == item
				? find_trait(&pupil->input, str_from(pack->traits[i].code))
				: NULL;
		if (trait) {
			trait->moments[moment - 1] = (enum pack_primary_level)value;
		}
	}
}

void class_primary_take_again(const struct primary_pack *pack, struct class_primary *pupil,
		size_t subject, unsigned item, int value) {
	struct tt27_subject *s = subject < pupil->input.subject_count
			? &pupil->input.subjects[subject]
			: NULL;
	bool is_level = value >= 0 && value < PACK_PRIMARY_LEVELS;
	if (s && item == REASSESS_LEVEL && is_level) {
		s->again = (enum pack_primary_level)value;
	} else if (s && item == REASSESS_TEST && s->has_tests) {
		s->again_test_x10 = value;
	} else if (!s && item == REASSESS_DECISION) {
		pupil->input.advanced = value > 0 ? PACK_YES : PACK_NO;
	}
	for (size_t i = 0; i < pack->trait_count && !s && is_level; i++) {
		struct tt27_trait *trait = item == REASSESS_TRAITS + pack->traits[i].number
				? find_trait(&pupil->input, str_from(pack->traits[i].code))
				: NULL;
		if (trait) {
			trait->again = (enum pack_primary_level)value;
		}
	}
}

enum err class_primary_work_out(const struct class_year *year, struct class_student *student) {
	struct class_primary *p = student->primary;
	for (size_t i = 0; i < p->input.subject_count; i++) {
		/* What counts is the year's end. */
		p->input.subjects[i].is_exempt =
				student->input.subjects[i].is_term_exempt[PACK_TERMS - 1];
	}
	return tt27_work_out(year->primary, &p->input, &p->outcome);
}

/* ---- a part of it ---- */

static void clear_again(struct tt27_pupil *in) {
	for (size_t i = 0; i < in->subject_count; i++) {
		in->subjects[i].again = PACK_PRIMARY_NONE;
		in->subjects[i].again_test_x10 = TT27_TEST_NONE;
	}
	for (size_t i = 0; i < in->qualities.count; i++) {
		in->qualities.items[i].again = PACK_PRIMARY_NONE;
	}
	for (size_t i = 0; i < in->competences.count; i++) {
		in->competences.items[i].again = PACK_PRIMARY_NONE;
	}
	in->advanced = PACK_OPEN;
}

static void clear_term(struct tt27_pupil *in, unsigned term) {
	for (unsigned m = term * MOMENTS_A_TERM; m < (term + 1) * MOMENTS_A_TERM; m++) {
		for (size_t i = 0; i < in->subject_count; i++) {
			in->subjects[i].moments[m] = PACK_PRIMARY_NONE;
			in->subjects[i].tests_x10[m] = TT27_TEST_NONE;
		}
		for (size_t i = 0; i < in->qualities.count; i++) {
			in->qualities.items[i].moments[m] = PACK_PRIMARY_NONE;
		}
		for (size_t i = 0; i < in->competences.count; i++) {
			in->competences.items[i].moments[m] = PACK_PRIMARY_NONE;
		}
	}
}

void class_primary_part(const struct class_student *student, enum class_scope scope,
		struct tt27_pupil *out) {
	*out = student->primary->input;
	if (scope != SCOPE_YEAR) {
		clear_term(out, scope == SCOPE_TERM_1 ? 1 : 0);
		for (size_t i = 0; i < out->subject_count; i++) {
			out->subjects[i].is_exempt =
					student->input.subjects[i].is_term_exempt[scope - 1];
		}
		out->outstanding = PACK_OPEN;
		out->recognised = PACK_OPEN;
		clear_again(out);
	}
}

const char *class_primary_level(
		const struct class_student *student, size_t subject, enum class_scope scope) {
	static const char *const letters[PACK_PRIMARY_LEVELS] = { "C", "H", "T" };
	struct tt27_pupil part;
	class_primary_part(student, scope, &part);
	const enum pack_primary_level *moments = part.subjects[subject].moments;
	int m = TT27_MOMENTS - 1;
	while (m >= 0 && moments[m] == PACK_PRIMARY_NONE) {
		m--;
	}
	return m < 0 ? NULL : letters[moments[m]];
}

/* ---- what is missing ---- */

struct search {
	const struct class_year *year;
	unsigned term; /* from 0 */
	void (*each)(const struct class_missing *missing, void *ctx);
	void *ctx;
};

/* `at` is where the class's subject i stands in the student's own list. */
static void find_moment(const struct search *to, const struct class_student *st, size_t i,
		size_t at, enum mark_kind kind) {
	const struct tt27_subject *s = &st->primary->input.subjects[at];
	const struct class_subject *subject = &to->year->subjects[i];
	const struct mark_primary of = { to->year->primary, to->year->grade,
		subject->is_comment ? MARK_SUBJECT_COMMENT : MARK_SUBJECT_MARK, subject->code };
	const struct mark_plan plan = mark_plan_primary(&of);
	unsigned m = moment_of(to->term, kind);
	struct class_missing missing = { .student = st,
		.subject = subject,
		.term = to->term + 1,
		.what = kind == MARK_GK ? CLASS_MISSING_MIDTERM : CLASS_MISSING_FINAL,
		.need = (unsigned)(kind == MARK_GK ? plan.midterm_count : plan.final_count),
		.is_to_make_up = st->is_to_make_up[at][to->term] };
	missing.have = s->moments[m] != PACK_PRIMARY_NONE;
	missing.have += missing.need > 1 && s->tests_x10[m] != TT27_TEST_NONE;
	if (missing.have < missing.need) {
		to->each(&missing, to->ctx);
	}
}

static unsigned count_traits(const struct tt27_traits *traits, unsigned term) {
	unsigned have = 0;
	for (size_t i = 0; i < traits->count; i++) {
		for (unsigned m = 0; m < MOMENTS_A_TERM; m++) {
			have += traits->items[i].moments[term * MOMENTS_A_TERM + m] !=
					PACK_PRIMARY_NONE;
		}
	}
	return have;
}

static void find_traits(const struct search *to, const struct class_student *st) {
	const struct tt27_pupil *in = &st->primary->input;
	struct class_missing missing = { .what = CLASS_MISSING_TRAITS,
		.student = st,
		.term = to->term + 1,
		.have = count_traits(&in->qualities, to->term) +
				count_traits(&in->competences, to->term),
		.need = MOMENTS_A_TERM * (unsigned)(in->qualities.count + in->competences.count) };
	if (missing.have < missing.need) {
		to->each(&missing, to->ctx);
	}
}

void class_primary_missing(const struct class_year *year, unsigned term,
		void (*each)(const struct class_missing *missing, void *ctx), void *ctx) {
	const struct search to = { year, term - 1, each, ctx };
	for (size_t i = 0; i < year->subject_count; i++) {
		for (size_t n = 0; n < year->student_count; n++) {
			const struct class_student *st = &year->students[n];
			size_t at = class_year_place(st, i, year->subjects[i].code);
			bool is_asked = !st->kept_at_ms && at < st->input.subject_count &&
					!st->input.subjects[at].is_term_exempt[to.term];
			if (is_asked) {
				find_moment(&to, st, i, at, MARK_GK);
				find_moment(&to, st, i, at, MARK_CK);
			}
		}
	}
	for (size_t n = 0; n < year->student_count; n++) {
		if (!year->students[n].kept_at_ms) {
			find_traits(&to, &year->students[n]);
		}
	}
}

/* ---- JSON ---- */

/* The reasons name subjects and qualities as people do. */
static void name_all(const struct class_year *year, struct tt27_pupil *in) {
	for (size_t i = 0; i < in->subject_count; i++) {
		for (size_t k = 0; k < year->subject_count; k++) {
			if (str_eq(in->subjects[i].code, year->subjects[k].code)) {
				in->subjects[i].code = year->subjects[k].name;
				break;
			}
		}
	}
	for (size_t i = 0; i < year->primary->trait_count; i++) {
		const struct pack_trait *t = &year->primary->traits[i];
		struct tt27_trait *trait = find_trait(in, str_from(t->code));
		if (trait) {
			trait->code = str_from(t->name);
		}
	}
}

enum err class_primary_put(struct json_out *w, const struct class_year *year,
		const struct class_student *student, const struct class_json *how) {
	const struct compute_options options = { how->explains, how->lang };
	struct tt27_pupil input;
	struct tt27_pupil words;
	struct tt27_outcome o;
	class_primary_part(student, how->scope, &input);
	enum err e = tt27_work_out(year->primary, &input, &o);
	if (e) {
		return e;
	}
	/* Of a term nothing is said but what was entered; what was kept and is not what the rules of
	 * today say has no reasons. */
	const struct tt27_outcome *kept = &student->primary->outcome;
	bool is_same = o.row == kept->row && o.after == kept->after &&
			o.promotion == kept->promotion && o.award == kept->award;
	bool has_reasons = how->scope == SCOPE_YEAR && (!student->kept_at_ms || is_same);
	jo_key(w, "line");
	tt27_put_line(w, year->primary, &input);
	jo_kobj(w, "result");
	words = input;
	name_all(year, &words);
	e = tt27_put_outcome(w, year->primary, &input, student->kept_at_ms ? kept : &o,
			has_reasons ? &options : NULL, &words);
	if (!e) {
		jo_end_obj(w);
	}
	return e;
}

/* ---- reading back ---- */

/* The class's own words for what is in the document, which ends before the year. */
static enum err own_codes(struct class_year *year, struct tt27_pupil *in) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < in->subject_count && !e; i++) {
		e = arena_copy(&year->arena, in->subjects[i].code, &in->subjects[i].code);
	}
	for (size_t i = 0; i < in->qualities.count && !e; i++) {
		e = arena_copy(&year->arena, in->qualities.items[i].code,
				&in->qualities.items[i].code);
	}
	for (size_t i = 0; i < in->competences.count && !e; i++) {
		e = arena_copy(&year->arena, in->competences.items[i].code,
				&in->competences.items[i].code);
	}
	return e;
}

enum err class_primary_read(
		const struct json *kept, struct class_year *year, struct class_student *student) {
	struct class_primary p;
	enum err e = tt27_read_line(json_get(kept, "line"), year->primary, &p.input);
	e = e ? e : tt27_read_outcome(json_get(kept, "result"), year->primary, &p.outcome);
	e = e ? e : own_codes(year, &p.input);
	if (e) {
		return e;
	}
	*student->primary = p;
	tt22_student_init(&student->input); /* the list of the subjects, as of every class */
	for (size_t i = 0; i < p.input.subject_count; i++) {
		struct tt22_subject *s =
				tt22_student_add(&student->input, p.input.subjects[i].code);
		s->is_comment = !p.input.subjects[i].has_tests;
		for (unsigned k = 0; k < PACK_TERMS; k++) {
			s->is_term_exempt[k] = p.input.subjects[i].is_exempt;
		}
	}
	return ERR_OK;
}

static void copy_term(enum pack_primary_level to[TT27_MOMENTS],
		const enum pack_primary_level from[TT27_MOMENTS], unsigned term) {
	for (unsigned m = (term - 1) * MOMENTS_A_TERM; m < term * MOMENTS_A_TERM; m++) {
		to[m] = from[m];
	}
}

enum err class_primary_read_term(const struct json *kept, const struct class_year *year,
		struct class_student *student, unsigned term) {
	struct tt27_pupil was;
	struct tt27_pupil *in = &student->primary->input;
	enum err e = tt27_read_line(json_get(kept, "line"), year->primary, &was);
	for (size_t i = 0; i < was.subject_count && !e; i++) {
		size_t at = class_year_place(student, i, was.subjects[i].code);
		if (at < in->subject_count) {
			copy_term(in->subjects[at].moments, was.subjects[i].moments, term);
			for (unsigned m = (term - 1) * MOMENTS_A_TERM; m < term * MOMENTS_A_TERM;
					m++) {
				in->subjects[at].tests_x10[m] = was.subjects[i].tests_x10[m];
			}
		}
	}
	const struct tt27_traits *lists[] = { &was.qualities, &was.competences };
	for (size_t k = 0; k < sizeof(lists) / sizeof(lists[0]) && !e; k++) {
		for (size_t i = 0; i < lists[k]->count; i++) {
			struct tt27_trait *trait = find_trait(in, lists[k]->items[i].code);
			if (trait) {
				copy_term(trait->moments, lists[k]->items[i].moments, term);
			}
		}
	}
	return e;
}
