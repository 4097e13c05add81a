#include "gradebook/completion/completion.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void completion_init(struct completion *c) {
	memset(c, 0, sizeof(*c));
	c->arena = arena_make(COMPLETION_TEXT_BYTES);
}

void completion_finish(struct completion *c) {
	free(c->classes);
	free(c->places);
	free(c->teachers);
	arena_finish(&c->arena);
}

struct completion_class *completion_class_of(const struct completion *c, uint64_t class_id) {
	for (size_t i = 0; i < c->class_count; i++) {
		if (c->classes[i].id == class_id) {
			return &c->classes[i];
		}
	}
	return NULL;
}

struct completion_place *completion_place_of(const struct completion *c,
		const struct completion_class *in, uint64_t subject_id) {
	for (size_t i = 0; i < in->place_count; i++) {
		struct completion_place *place = &c->places[in->first_place + i];
		if (place->subject_id == subject_id) {
			return place;
		}
	}
	return NULL;
}

unsigned completion_term_of(const struct completion *c, uint64_t term_id) {
	unsigned k = 0;
	while (k < PACK_TERMS && c->term_ids[k] != term_id) {
		k++;
	}
	return k;
}

static void plan_term(const struct rule_pack *pack, const struct completion_place *place,
		struct completion_term *term) {
	struct mark_plan plan = mark_plan_of(pack,
			place->is_comment ? MARK_SUBJECT_COMMENT : MARK_SUBJECT_MARK,
			place->lessons_a_year, term->kinds[MARK_TX].there);
	term->kinds[MARK_TX].need = (unsigned)plan.regular_count;
	term->kinds[MARK_GK].need = (unsigned)plan.midterm_count;
	term->kinds[MARK_CK].need = (unsigned)plan.final_count;
}

void completion_plan(struct completion *c) {
	for (size_t i = 0; i < c->class_count; i++) {
		const struct completion_class *in = &c->classes[i];
		for (size_t n = 0; in->pack && n < in->place_count; n++) {
			struct completion_place *place = &c->places[in->first_place + n];
			for (unsigned k = 0; k < PACK_TERMS; k++) {
				plan_term(in->pack, place, &place->terms[k]);
			}
		}
	}
}

void completion_take_marks(struct completion_term *term, const struct completion_marks *marks) {
	struct completion_kind *kind = &term->kinds[marks->kind];
	unsigned counted = marks->have < kind->need ? marks->have : kind->need;
	kind->have += counted * marks->students;
	if (marks->have >= kind->need) {
		kind->complete += marks->students;
	}
}

static void work_out_term(struct completion_term *term, unsigned student_count) {
	unsigned students = student_count > term->exempt ? student_count - term->exempt : 0;
	for (enum mark_kind kind = MARK_TX; kind <= MARK_CK; kind++) {
		const struct completion_kind *of = &term->kinds[kind];
		unsigned cells = students * of->need;
		if (of->need > 0 && cells > of->have) {
			term->missing_cells += cells - of->have;
		}
		if (of->need > 0 && students > of->complete) {
			term->missing += students - of->complete;
		}
	}
}

void completion_work_out(struct completion *c) {
	for (size_t i = 0; i < c->class_count; i++) {
		const struct completion_class *in = &c->classes[i];
		for (size_t n = 0; n < in->place_count; n++) {
			struct completion_place *place = &c->places[in->first_place + n];
			for (unsigned k = 0; k < PACK_TERMS; k++) {
				work_out_term(&place->terms[k], in->student_count);
			}
		}
	}
}

static bool holds(enum class_scope scope, unsigned k) {
	return scope == SCOPE_YEAR || scope == (enum class_scope)(k + 1);
}

size_t completion_missing_in(const struct completion_place *place, enum class_scope scope) {
	size_t count = 0;
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		count += holds(scope, k) ? place->terms[k].missing : 0;
	}
	return count;
}

struct completion_missing completion_missing_of(const struct completion *c,
		const struct completion_class *in, enum class_scope scope) {
	struct completion_missing m = { .of_class = (in->place_count == 0) +
				(in->student_count == 0) };
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		if (scope == SCOPE_YEAR && !in->closed[k + 1].is_closed) {
			m.of_class++;
		}
		if (holds(scope, k) && in->student_count > in->conduct[k]) {
			m.conduct += in->student_count - in->conduct[k];
		}
	}
	m.of_class += scope == SCOPE_YEAR && !in->has_roll_call;
	m.count = m.of_class + m.conduct;
	for (size_t i = 0; i < in->place_count; i++) {
		m.count += completion_missing_in(&c->places[in->first_place + i], scope);
	}
	return m;
}
