/* Columns and marks of a bundle. */

#include "gradebook/oneroster/bundle_inner.h"

#include <stdlib.h>

#include "core/base/grow.h"
#include "gradebook/marks/mark.h"
#include "gradebook/oneroster/words.h"

enum {
	ITEM_CLASS = 7,
	ITEM_SESSION = 9,
	ITEM_KIND = 13,
	ITEM_POSITION,
	ITEM_PUBLISHED = 16,
};

/* Another maker's: nobody knows which of our columns it would be. */
static enum err pass_item(struct bundle_reading *r, const struct bundle_row *row) {
	r->b->other_columns++;
	return bundle_keep_id(r, &r->items, row, BUNDLE_NONE, row->line, BUNDLE_COLUMNS_MAX);
}

/* Ours say by metadata what they are. */
static enum err take_item(void *ctx, struct bundle_row *row) {
	struct bundle_reading *r = ctx;
	if (!bundle_cell(row, ITEM_KIND).n) {
		return pass_item(r, row);
	}
	const struct bundle_id *class = bundle_refer(row, ITEM_CLASS, &r->classes);
	const struct bundle_id *session = bundle_refer(row, ITEM_SESSION, &r->sessions);
	struct str published = bundle_cell(row, ITEM_PUBLISHED);
	struct bundle_column c = { .position = bundle_count(
						   row, ITEM_POSITION, MARK_POSITION_MAX) };
	if (oneroster_kind_parse(bundle_cell(row, ITEM_KIND), &c.kind)) {
		bundle_fault(row, ITEM_KIND, "oneroster.value");
	} else if (c.kind != ONEROSTER_MEAN && c.position == 0) {
		bundle_fault(row, ITEM_POSITION, "oneroster.value");
	}
	if (published.n && oneroster_parse_time(published, &c.published_at_ms)) {
		bundle_fault(row, ITEM_PUBLISHED, "oneroster.value");
	}
	if (class && class->b == BUNDLE_NONE) {
		bundle_fault(row, ITEM_CLASS, "oneroster.no_subject");
	}
	if (session && session->a == 0 && c.kind != ONEROSTER_MEAN) {
		bundle_fault(row, ITEM_SESSION, "oneroster.no_term");
	}
	if (row->is_bad || !class || !session) {
		return ERR_OK; /* noted, whichever it is */
	}
	c.class = class->a;
	c.subject = class->b;
	c.term = session->a;
	enum err e = GROW(&r->b->columns, BUNDLE_COLUMNS_MAX);
	if (e) {
		return e;
	}
	uint32_t at = (uint32_t)r->b->columns.count;
	r->b->columns.items[r->b->columns.count++] = c;
	return bundle_keep_id(r, &r->items, row, at, row->line, BUNDLE_COLUMNS_MAX);
}

static int order(uint64_t a, uint64_t b) {
	return (a > b) - (a < b);
}

static int compare_columns(const struct bundle_column *x, const struct bundle_column *y) {
	int o = order(x->class, y->class);
	o = o ? o : order(x->subject, y->subject);
	o = o ? o : order(x->term, y->term);
	o = o ? o : order(x->kind, y->kind);
	return o ? o : order(x->position, y->position);
}

/* Where each column stood before they were sorted. */
struct placed {
	struct bundle_column column;
	uint32_t was;
};

static int compare_placed(const void *a, const void *b) {
	const struct placed *x = a;
	const struct placed *y = b;
	return compare_columns(&x->column, &y->column);
}

static enum err sort_columns(struct bundle_reading *r) {
	struct bundle *b = r->b;
	size_t count = b->columns.count;
	struct placed *all = calloc(count + 1, sizeof(*all));
	uint32_t *now = calloc(count + 1, sizeof(*now));
	if (!all || !now) {
		free(all);
		free(now);
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < count; i++) {
		all[i] = (struct placed){ b->columns.items[i], (uint32_t)i };
	}
	if (count) {
		qsort(all, count, sizeof(*all), compare_placed);
	}
	for (size_t i = 0; i < count; i++) {
		b->columns.items[i] = all[i].column;
		now[all[i].was] = (uint32_t)i;
		if (i > 0 && compare_columns(&all[i - 1].column, &all[i].column) == 0) {
			diag_add(r->why, DIAG_ERROR, oneroster_csv_name(ONEROSTER_LINE_ITEMS), 0, 0,
					"oneroster.column_twice", NULL);
		}
	}
	for (size_t i = 0; i < r->items.count; i++) {
		uint32_t *at = &r->items.items[i].a;
		*at = *at == BUNDLE_NONE ? *at : now[*at];
	}
	free(all);
	free(now);
	return ERR_OK;
}

enum {
	RESULT_ITEM = 3,
	RESULT_STUDENT,
	RESULT_STATUS,
	RESULT_SCORE,
	RESULT_DATE,
	RESULT_TEXT = 9,
	RESULT_MAKEUP = 15,
};

static void take_value(struct bundle_row *row, enum oneroster_scale scale, struct bundle_mark *m) {
	int64_t value = 0;
	if (scale != ONEROSTER_MARKS) {
		if (oneroster_scale_parse(scale, bundle_cell(row, RESULT_TEXT), &m->value_x10)) {
			bundle_fault(row, RESULT_TEXT, "oneroster.value");
		}
		return;
	}
	struct str text = bundle_cell(row, RESULT_SCORE);
	if (!text.n || str_parse_decimal(text, 1, &value) || value < 0 || value > MARK_MAX_X10) {
		bundle_fault(row, RESULT_SCORE, "oneroster.value");
		return;
	}
	m->value_x10 = (int)value;
}

static enum oneroster_scale scale_of(const struct bundle *b, const struct bundle_column *c) {
	const struct oneroster_column_fact fact = {
		.class = { .grade = b->classes.items[c->class].grade,
				.subject = { .is_comment = b->subjects.items[c->subject]
									   .is_comment } },
		.kind = c->kind,
		.position = c->position
	};
	return oneroster_scale_of(&fact);
}

/* A mark, that one is missing, or (of a term's mean) that the student is exempt. */
static enum err take_result(void *ctx, struct bundle_row *row) {
	struct bundle_reading *r = ctx;
	const struct bundle_id *item = bundle_refer(row, RESULT_ITEM, &r->items);
	const struct bundle_id *student = bundle_refer(row, RESULT_STUDENT, &r->people);
	struct str status = bundle_cell(row, RESULT_STATUS);
	bool is_exempt = str_eq_z(status, "exempt");
	if (!item || !student) {
		return ERR_OK;
	}
	if (item->a == BUNDLE_NONE) {
		r->b->other_marks++;
		return ERR_OK;
	}
	const struct bundle_column *column = &r->b->columns.items[item->a];
	if (column->kind == ONEROSTER_MEAN && (!is_exempt || column->term == 0)) {
		return ERR_OK; /* worked out anew */
	}
	struct bundle_mark m = { .column = item->a,
		.person = student->a,
		.state = is_exempt ? ONEROSTER_EXEMPT : ONEROSTER_VALUE,
		.is_makeup = bundle_bool(row, RESULT_MAKEUP),
		.on = bundle_date(row, RESULT_DATE) };
	const struct bundle_person *person = &r->b->people.items[student->a];
	if (!person->has_role || person->role != ONEROSTER_STUDENT) {
		bundle_fault(row, RESULT_STUDENT, "oneroster.other_role");
	}
	if (str_eq_z(status, "not submitted")) {
		m.state = ONEROSTER_MISSING;
	} else if (str_eq_z(status, "fully graded")) {
		take_value(row, scale_of(r->b, column), &m);
	} else if (!is_exempt || column->kind != ONEROSTER_MEAN) {
		bundle_fault(row, RESULT_STATUS, "oneroster.value");
	}
	enum err e = row->is_bad ? ERR_OK : GROW(&r->b->marks, BUNDLE_MARKS_MAX);
	if (!e && !row->is_bad) {
		r->b->marks.items[r->b->marks.count++] = m;
	}
	return e;
}

static int compare_marks(const void *a, const void *b) {
	const struct bundle_mark *x = a;
	const struct bundle_mark *y = b;
	int o = order(x->column, y->column);
	return o ? o : order(x->person, y->person);
}

static void sort_marks(struct bundle_reading *r) {
	struct bundle *b = r->b;
	if (b->marks.count) {
		qsort(b->marks.items, b->marks.count, sizeof(*b->marks.items), compare_marks);
	}
	for (size_t i = 1; i < b->marks.count; i++) {
		if (compare_marks(&b->marks.items[i - 1], &b->marks.items[i]) == 0) {
			struct str code = b->people.items[b->marks.items[i].person].key;
			char text[DIAG_TEXT_BYTES];
			(void)snprintf(text, sizeof(text), "%.*s", (int)code.n, code.p); /* cut */
			diag_add(r->why, DIAG_ERROR, oneroster_csv_name(ONEROSTER_RESULTS), 0, 0,
					"oneroster.mark_twice", "value", text, NULL);
		}
	}
}

enum err bundle_read_marks(struct bundle_reading *r) {
	enum err e = bundle_read_file(r, ONEROSTER_LINE_ITEMS, false, take_item);
	bundle_ids_sort(&r->items, ONEROSTER_LINE_ITEMS, r->why);
	e = e ? e : sort_columns(r);
	e = e ? e : bundle_read_file(r, ONEROSTER_RESULTS, false, take_result);
	if (!e) {
		sort_marks(r);
	}
	if (!e && r->b->other_columns) {
		char text[24];
		(void)snprintf(text, sizeof(text), "%zu", r->b->other_columns); /* fits */
		diag_add(r->why, DIAG_WARNING, oneroster_csv_name(ONEROSTER_LINE_ITEMS), 0, 0,
				"oneroster.other_columns", "count", text, NULL);
	}
	return e;
}
