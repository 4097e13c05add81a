#include "core/school/teaching_export.h"

#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/doc/xlsx_write.h"

enum { CELL_BYTES_MAX = 32000 };

static struct str of(const struct buf *b) {
	return (struct str){ buf_str(b), b->len };
}

static struct xlsx_value text(struct str s) {
	return (struct xlsx_value){ .kind = s.n ? XLSX_TEXT : XLSX_BLANK, .text = s };
}

static bool has(const struct staff_known *known, size_t class_index, size_t subject_index,
		size_t teacher_index) {
	return staff_teaches(known, known->classes[class_index].id,
			known->subjects[subject_index].id,
			known->teachers[teacher_index].person_id);
}

/* ---- the list ---- */

enum { COLUMN_NUMBER, COLUMN_LOGIN, COLUMN_NAME, COLUMN_SUBJECT, COLUMN_CLASSES, LIST_COLUMNS_ };

static const struct {
	const char *title;
	double width_chars;
} list_columns[LIST_COLUMNS_] = {
	[COLUMN_NUMBER] = { "STT", 5 },
	[COLUMN_LOGIN] = { "Tên đăng nhập", 18 },
	[COLUMN_NAME] = { "Giáo viên", 28 },
	[COLUMN_SUBJECT] = { "Môn", 20 },
	[COLUMN_CLASSES] = { "Lớp", 40 },
};

static enum err write_line(struct xlsx_write *w, const struct staff_known *known,
		size_t teacher_index, size_t subject_index, int64_t *number) {
	_cleanup_(buf_finish) struct buf classes = buf_make(CELL_BYTES_MAX);
	for (size_t c = 0; c < known->class_count; c++) {
		if (has(known, c, subject_index, teacher_index)) {
			buf_add_str(&classes, classes.len ? ", " : "");
			buf_add(&classes, known->classes[c].name.p, known->classes[c].name.n);
		}
	}
	if (buf_err(&classes) || classes.len == 0) {
		return buf_err(&classes);
	}
	const struct staff_teacher *t = &known->teachers[teacher_index];
	struct xlsx_value values[LIST_COLUMNS_] = {
		[COLUMN_NUMBER] = { .kind = XLSX_NUMBER, .number = ++*number },
		[COLUMN_LOGIN] = text(t->login),
		[COLUMN_NAME] = text(t->full_name),
		[COLUMN_SUBJECT] = text(known->subjects[subject_index].name),
		[COLUMN_CLASSES] = text(of(&classes)),
	};
	return xlsx_write_row(w, values);
}

static enum err write_list(struct xlsx_write *w, const struct staff_known *known) {
	struct xlsx_column heads[LIST_COLUMNS_];
	int64_t number = 0;
	for (size_t i = 0; i < LIST_COLUMNS_; i++) {
		heads[i] = (struct xlsx_column){ str_from(list_columns[i].title),
			list_columns[i].width_chars };
	}
	enum err e = xlsx_write_sheet(w, str_from("Phân công"), heads, LIST_COLUMNS_);
	for (size_t t = 0; t < known->teacher_count && !e; t++) {
		for (size_t s = 0; s < known->subject_count && !e; s++) {
			e = write_line(w, known, t, s, &number);
		}
	}
	return e;
}

/* ---- the matrix ---- */

static enum err put_cell(const struct staff_known *known, size_t class_index, size_t subject_index,
		struct arena *arena, struct xlsx_value *out) {
	_cleanup_(buf_finish) struct buf names = buf_make(CELL_BYTES_MAX);
	struct str copy;
	for (size_t t = 0; t < known->teacher_count; t++) {
		if (has(known, class_index, subject_index, t)) {
			buf_add_str(&names, names.len ? "; " : "");
			staff_print_teacher(&known->teachers[t], &names);
		}
	}
	enum err e = buf_err(&names);
	e = e ? e : arena_copy(arena, of(&names), &copy);
	if (!e) {
		*out = text(copy);
	}
	return e;
}

static enum err write_matrix(struct xlsx_write *w, const struct staff_known *known) {
	size_t columns = known->class_count + 1;
	_cleanup_(mem_freep) struct xlsx_column *heads = calloc(columns, sizeof(*heads));
	_cleanup_(mem_freep) struct xlsx_value *values = calloc(columns, sizeof(*values));
	if (!heads || !values) {
		return ERR_NOMEM;
	}
	heads[0] = (struct xlsx_column){ str_from("Môn"), 24 };
	for (size_t c = 0; c < known->class_count; c++) {
		heads[c + 1] = (struct xlsx_column){ known->classes[c].name, 22 };
	}
	enum err e = xlsx_write_sheet(w, str_from("Môn và lớp"), heads, columns);
	for (size_t s = 0; s < known->subject_count && !e; s++) {
		_cleanup_(arena_finish) struct arena arena = arena_make(STAFF_BYTES_MAX);
		values[0] = text(known->subjects[s].name);
		for (size_t c = 0; c < known->class_count && !e; c++) {
			e = put_cell(known, c, s, &arena, &values[c + 1]);
		}
		e = e ? e : xlsx_write_row(w, values);
	}
	return e;
}

enum err teaching_export(const struct staff_known *known, enum teaching_form form,
		int64_t created_ms, struct buf *out) {
	_cleanup_(xlsx_write_freep) struct xlsx_write *w = NULL;
	enum err e = xlsx_write_new(created_ms, &w);
	if (!e) {
		e = form == TEACHING_LIST ? write_list(w, known) : write_matrix(w, known);
	}
	return e ? e : xlsx_write_finish(w, out);
}
