/* Who teaches what, held against what is so: of staff_plan.h. */
#include <stdio.h>

#include "core/base/cleanup.h"
#include "core/school/staff_plan_inner.h"

enum { NAMES_BYTES = 16 * 1024 };

static struct str of(const struct buf *b) {
	return (struct str){ buf_str(b), b->len };
}

static bool is_same_pair(const struct staff_row *a, const struct staff_row *b) {
	return a->class_id && a->subject_id && a->class_id == b->class_id &&
			a->subject_id == b->subject_id;
}

/* New, the same, or named above. */
static enum err judge(struct staff_plan *plan, const struct staff_known *known, size_t index) {
	struct staff_row *row = &plan->rows[index];
	for (size_t i = 0; i < index; i++) {
		const struct staff_row *other = &plan->rows[i];
		if (other->action != ROSTER_ERROR && is_same_pair(other, row) &&
				other->person_id == row->person_id) {
			char number[16];
			(void)snprintf(number, sizeof(number), "%u",
					other->number); /* any unsigned fits */
			row->action = ROSTER_DUPLICATE;
			return staff_note(plan, row, false, 0, "import.teaching_twice", "sheet",
					plan->sheets[other->sheet].name.p, "row", number, NULL);
		}
	}
	bool is_so = staff_teaches(known, row->class_id, row->subject_id, row->person_id);
	row->action = is_so ? ROSTER_SAME : ROSTER_NEW;
	return ERR_OK;
}

/* Whether the file names that person for the row's class and subject; or cannot say. */
static bool is_named(const struct staff_plan *plan, const struct staff_row *row, uint64_t person) {
	for (size_t i = 0; i < plan->row_count; i++) {
		const struct staff_row *other = &plan->rows[i];
		bool may_be = other->action == ROSTER_ERROR || other->person_id == person;
		if (is_same_pair(other, row) && may_be) {
			return true;
		}
	}
	return false;
}

/* Whoever taught there and is not named any more stops: said at the pair's first row. */
static enum err mark_removed(
		struct staff_plan *plan, const struct staff_known *known, struct staff_row *row) {
	_cleanup_(buf_finish) struct buf names = buf_make(NAMES_BYTES);
	void *memory = NULL;
	size_t count = 0;
	for (size_t i = 0; i < known->teaching_count; i++) {
		const struct staff_teaching *t = &known->teaching[i];
		count += t->class_id == row->class_id && t->subject_id == row->subject_id;
	}
	if (count == 0) {
		return ERR_OK;
	}
	enum err e = arena_take(&plan->arena, count * sizeof(*row->removes), &memory);
	row->removes = memory;
	for (size_t i = 0; i < known->teaching_count && !e; i++) {
		const struct staff_teaching *t = &known->teaching[i];
		if (t->class_id != row->class_id || t->subject_id != row->subject_id ||
				is_named(plan, row, t->person_id)) {
			continue;
		}
		row->removes[row->remove_count++] = t->person_id;
		const struct staff_teacher *teacher = staff_teacher_by_id(known, t->person_id);
		buf_add_str(&names, names.len ? ", " : "");
		if (teacher) {
			staff_print_teacher(teacher, &names);
		}
	}
	if (e || row->remove_count == 0) {
		return e;
	}
	row->action = ROSTER_CHANGE;
	return buf_err(&names) ? buf_err(&names)
			       : arena_copy(&plan->arena, of(&names), &row->remove_names);
}

static bool is_first_of_pair(const struct staff_plan *plan, size_t index) {
	for (size_t i = 0; i < index; i++) {
		const struct staff_row *other = &plan->rows[i];
		bool counts = other->action != ROSTER_ERROR && other->action != ROSTER_DUPLICATE;
		if (counts && is_same_pair(other, &plan->rows[index])) {
			return false;
		}
	}
	return true;
}

enum err staff_pairs_judge(struct staff_plan *plan, const struct staff_known *known) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < plan->row_count && !e; i++) {
		e = plan->rows[i].action == ROSTER_ERROR ? ERR_OK : judge(plan, known, i);
	}
	for (size_t i = 0; i < plan->row_count && !e; i++) {
		enum roster_action action = plan->rows[i].action;
		bool counts = action == ROSTER_NEW || action == ROSTER_SAME;
		if (counts && is_first_of_pair(plan, i)) {
			e = mark_removed(plan, known, &plan->rows[i]);
		}
	}
	return e;
}
