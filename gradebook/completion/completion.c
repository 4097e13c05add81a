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
	free(c->students);
	free(c->counts);
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

enum err completion_make_room(struct completion *c) {
	size_t count = 0;
	for (size_t i = 0; i < c->class_count; i++) {
		const struct completion_class *in = &c->classes[i];
		for (size_t n = 0; n < in->place_count; n++) {
			c->places[in->first_place + n].first_count = count;
			count += in->student_count;
		}
	}
	if (count > COMPLETION_COUNTS_MAX / sizeof(*c->counts)) {
		return ERR_LIMIT;
	}
	c->counts = calloc(count ? count : 1, sizeof(*c->counts));
	c->count_count = count;
	return c->counts ? ERR_OK : ERR_NOMEM;
}

static int compare_ids(const void *a, const void *b) {
	const uint64_t *x = a;
	const uint64_t *y = b;
	return *x < *y ? -1 : *x > *y;
}

struct completion_counts *completion_counts_of(const struct completion *c,
		const struct completion_class *in, const struct completion_place *place,
		uint64_t student_id) {
	if (in->student_count == 0) {
		return NULL;
	}
	const uint64_t *first = &c->students[in->first_student];
	const uint64_t *found =
			bsearch(&student_id, first, in->student_count, sizeof(*first), compare_ids);
	return found ? &c->counts[place->first_count + (size_t)(found - first)] : NULL;
}

const char *completion_pack(const struct completion_class *in) {
	return in->pack ? in->pack->code : in->primary ? in->primary->code : NULL;
}

static struct mark_plan plan_of(const struct completion_class *in,
		const struct completion_place *place, unsigned regular_columns) {
	enum mark_subject subject = place->is_comment ? MARK_SUBJECT_COMMENT : MARK_SUBJECT_MARK;
	const struct mark_primary of = { in->primary, in->grade, subject, place->subject_code };
	return in->primary
			? mark_plan_primary(&of)
			: mark_plan_of(in->pack, subject, place->lessons_a_year, regular_columns);
}

static void plan_term(const struct completion_class *in, const struct completion_place *place,
		struct completion_term *term) {
	const struct mark_plan plan = plan_of(in, place, term->kinds[MARK_TX].there);
	term->kinds[MARK_TX].need = (unsigned)plan.regular_count;
	term->kinds[MARK_GK].need = (unsigned)plan.midterm_count;
	term->kinds[MARK_CK].need = (unsigned)plan.final_count;
}

/* One student who is not exempt. */
static void take_student(struct completion_term *term, const uint8_t have[COMPLETION_KINDS]) {
	for (enum mark_kind kind = MARK_TX; kind <= MARK_CK; kind++) {
		struct completion_kind *of = &term->kinds[kind];
		unsigned counted = have[kind] < of->need ? have[kind] : of->need;
		of->have += counted;
		term->missing_cells += of->need - counted;
		term->missing += counted < of->need;
	}
}

static void work_out_place(const struct completion *c, const struct completion_class *in,
		struct completion_place *place) {
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		struct completion_term *term = &place->terms[k];
		if (completion_pack(in)) {
			plan_term(in, place, term);
		}
		for (size_t i = 0; i < in->student_count; i++) {
			const struct completion_counts *counts = &c->counts[place->first_count + i];
			if (counts->is_exempt[k]) {
				term->exempt++;
			} else {
				take_student(term, counts->have[k]);
			}
		}
	}
}

void completion_work_out(struct completion *c) {
	for (size_t i = 0; i < c->class_count; i++) {
		const struct completion_class *in = &c->classes[i];
		for (size_t n = 0; n < in->place_count; n++) {
			work_out_place(c, in, &c->places[in->first_place + n]);
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
	/* They count where promotion asks for them. */
	m.of_class += scope == SCOPE_YEAR && !in->has_roll_call && !in->primary;
	m.count = m.of_class + m.conduct;
	for (size_t i = 0; i < in->place_count; i++) {
		m.count += completion_missing_in(&c->places[in->first_place + i], scope);
	}
	return m;
}
