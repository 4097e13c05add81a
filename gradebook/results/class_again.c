#include "gradebook/results/class_again.h"

#include "gradebook/results/class_primary.h"

enum { END = TT27_MOMENTS - 1 };

struct list {
	const struct class_year *year;
	struct class_again *items;
	size_t count;
};

static void add(struct list *to, struct reassess_item item, struct str name, int before) {
	if (to->count < CLASS_AGAIN_MAX) {
		to->items[to->count++] = (struct class_again){ item, name, before };
	}
}

static const struct class_subject *subject_of(const struct class_year *year, struct str code) {
	for (size_t i = 0; i < year->subject_count; i++) {
		if (str_eq(year->subjects[i].code, code)) {
			return &year->subjects[i];
		}
	}
	return NULL;
}

/* ---- secondary school ---- */

static void list_retests(struct list *to, const struct class_student *st) {
	for (size_t i = 0; i < st->input.subject_count; i++) {
		const struct class_subject *s = subject_of(to->year, st->input.subjects[i].code);
		if (s && st->outcome.is_retest[i]) {
			const struct reassess_item item = { s->id, REASSESS_RESULT,
				s->is_comment ? MARK_SCALE_PASSED : MARK_SCALE_TENTHS };
			add(to, item, s->name, st->outcome.years[i]);
		}
	}
}

/* ---- primary school ---- */

static bool has(const struct str *codes, size_t count, struct str code) {
	for (size_t i = 0; i < count; i++) {
		if (str_eq(codes[i], code)) {
			return true;
		}
	}
	return false;
}

static void list_subjects(
		struct list *to, const struct tt27_pupil *in, const struct tt27_short *left) {
	for (size_t i = 0; i < in->subject_count; i++) {
		const struct tt27_subject *s = &in->subjects[i];
		const struct class_subject *known = subject_of(to->year, s->code);
		if (known && has(left->subjects, left->subject_count, s->code)) {
			add(to,
					(struct reassess_item){ known->id, REASSESS_LEVEL,
							MARK_SCALE_LEVEL },
					known->name, (int)s->moments[END]);
		}
		if (known && has(left->tests, left->test_count, s->code)) {
			add(to,
					(struct reassess_item){ known->id, REASSESS_TEST,
							MARK_SCALE_WHOLE },
					known->name, s->tests_x10[END]);
		}
	}
}

static void list_traits(
		struct list *to, const struct tt27_traits *traits, const struct tt27_short *left) {
	const struct primary_pack *pack = to->year->primary;
	for (size_t i = 0; i < traits->count; i++) {
		const struct tt27_trait *t = &traits->items[i];
		for (size_t k = 0; k < pack->trait_count; k++) {
			const struct pack_trait *known = &pack->traits[k];
			if (str_eq_z(t->code, known->code) &&
					has(left->traits, left->trait_count, t->code)) {
				add(to,
						(struct reassess_item){ 0,
								REASSESS_TRAITS + known->number,
								MARK_SCALE_LEVEL },
						str_from(known->name), (int)t->moments[END]);
			}
		}
	}
}

static void list_primary(struct list *to, const struct class_student *st) {
	const struct class_primary *p = st->primary;
	struct tt27_short left;
	tt27_find_again(to->year->primary, &p->input, &p->outcome, &left);
	list_subjects(to, &p->input, &left);
	list_traits(to, &p->input.qualities, &left);
	list_traits(to, &p->input.competences, &left);
	if (p->outcome.row == PACK_PRIMARY_ROWS) {
		add(to, (struct reassess_item){ 0, REASSESS_DECISION, MARK_SCALE_PASSED },
				str_from(""), MARK_NONE);
	}
}

size_t class_again_list(const struct class_year *year, const struct class_student *student,
		struct class_again out[CLASS_AGAIN_MAX]) {
	struct list to = { year, out, 0 };
	if (student->primary) {
		list_primary(&to, student);
	} else if (year->pack) {
		list_retests(&to, student);
	}
	return to.count;
}

const struct class_again *class_again_find(
		const struct class_again *list, size_t count, uint64_t subject_id, unsigned item) {
	for (size_t i = 0; i < count; i++) {
		if (list[i].item.subject_id == subject_id && list[i].item.item == item) {
			return &list[i];
		}
	}
	return NULL;
}
