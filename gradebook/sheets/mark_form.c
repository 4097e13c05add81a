#include "gradebook/sheets/mark_form.h"

#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/doc/xlsx_write.h"
#include "gradebook/sheets/mark_table.h"
#include "gradebook/sheets/mark_value.h"

enum {
	COLUMN_ID,
	COLUMN_NUMBER,
	COLUMN_CODE,
	COLUMN_NAME,
	COLUMN_BIRTH,
	FIXED_COLUMNS,
	COLUMNS_MAX = FIXED_COLUMNS + MARK_COLUMNS_MAX + 2,
	TEXT_BYTES = 200,
	LINE_BYTES_MAX = 1024,
	MARK_WIDTH = 9,
	MOMENT_WIDTH = 16,
	CARRIED_WIDTH = 36,
};

/* What may stand in a cell, in Excel's words ('@' is the cell), and what is said of anything else. */
static const struct xlsx_held held[] = {
	[MARK_SCALE_TENTHS] = { "OR(AND(ISNUMBER(@),@>=0,@<=10,ROUND(@,1)=@),UPPER(@)=\"V\")", NULL,
			"Điểm từ 0 đến 10, nhiều nhất một chữ số thập phân; hoặc V." },
	[MARK_SCALE_WHOLE] = { "OR(AND(ISNUMBER(@),@>=0,@<=10,ROUND(@,0)=@),UPPER(@)=\"V\")", NULL,
			"Điểm là số nguyên từ 0 đến 10; hoặc V." },
	[MARK_SCALE_PASSED] = { NULL, "Đ,CĐ,V", "Chỉ ghi Đ, CĐ hoặc V." },
	[MARK_SCALE_LEVEL] = { NULL, "T,H,C", "Chỉ ghi T, H hoặc C." },
};

static const struct {
	const char *title;
	double width_chars;
} fixed[FIXED_COLUMNS] = {
	[COLUMN_ID] = { "", 1 },
	[COLUMN_NUMBER] = { "STT", 5 },
	[COLUMN_CODE] = { "Mã học sinh", 14 },
	[COLUMN_NAME] = { "Họ và tên", 28 },
	[COLUMN_BIRTH] = { "Ngày sinh", 12 },
};

/* What the form is made of; texts live as long as it. */
struct form {
	const struct mark_known *known;
	struct xlsx_column columns[COLUMNS_MAX];
	enum xlsx_look looks[COLUMNS_MAX];
	struct xlsx_held held[COLUMNS_MAX];
	char titles[MARK_COLUMNS_MAX][TEXT_BYTES];
	char keys[MARK_COLUMNS_MAX + 1][TEXT_BYTES];
	struct str key_texts[COLUMNS_MAX];
	bool has_carried; /* a column, of no id: it is shown and never read */
	size_t count;
};

static const char *kind_title(enum mark_kind kind) {
	switch (kind) {
	case MARK_TX:
		return "ĐĐGtx";
	case MARK_GK:
		return "ĐĐGgk";
	case MARK_CK:
		return "ĐĐGck";
	}
	return "";
}

/* "ĐĐGtx 2", "ĐĐGgk"; of primary school "Giữa HKI – Mức đạt được", "Cuối HKII – Điểm KTĐK". */
static void add_place(struct buf *out, const struct mark_known *k, enum mark_kind kind,
		unsigned position) {
	if (k->is_primary) {
		buf_addf(out, "%s HK%s – %s", kind == MARK_GK ? "Giữa" : "Cuối",
				k->term_number == 1 ? "I" : "II",
				position == MARK_LEVEL_POSITION ? "Mức đạt được" : "Điểm KTĐK");
		return;
	}
	buf_add_str(out, kind_title(kind));
	if (kind == MARK_TX) {
		buf_addf(out, " %u", position);
	}
}

/* What some bring along from a former class stands beside the columns to be filled in. */
static void make_carried_column(struct form *f) {
	for (size_t i = 0; i < f->known->student_count; i++) {
		f->has_carried = f->has_carried || f->known->students[i].carried_count > 0;
	}
	if (f->has_carried) {
		f->looks[f->count] = XLSX_LOOK_SHADED;
		f->columns[f->count++] =
				(struct xlsx_column){ .title = str_from("Mang theo từ lớp cũ"),
					.width_chars = CARRIED_WIDTH };
	}
}

/* A column of marks: its id is hidden over it. ERR_LIMIT. */
static enum err make_mark_column(struct form *f, size_t i) {
	const struct mark_known_column *c = &f->known->columns[i];
	_cleanup_(buf_finish) struct buf title = buf_make(TEXT_BYTES - 1);
	bool is_open = c->lock == LOCK_OPEN;
	(void)snprintf(f->keys[i], TEXT_BYTES, MARK_FORM_COLUMN " %llu",
			(unsigned long long)c->id); /* a number fits */
	add_place(&title, f->known, c->kind, c->position);
	buf_add_str(&title, is_open ? "" : " (đã khóa)");
	if (buf_err(&title)) {
		return buf_err(&title);
	}
	memcpy(f->titles[i], buf_str(&title), title.len + 1);
	f->key_texts[f->count] = str_from(f->keys[i]);
	f->looks[f->count] = is_open ? XLSX_LOOK_ENTRY : XLSX_LOOK_SHADED;
	f->held[f->count] = held[c->scale];
	f->columns[f->count++] = (struct xlsx_column){ .title = str_from(f->titles[i]),
		.width_chars = f->known->is_primary ? MOMENT_WIDTH : MARK_WIDTH };
	return ERR_OK;
}

static enum err make_columns(struct form *f) {
	const struct mark_known *k = f->known;
	enum err e = ERR_OK;
	for (size_t i = 0; i < FIXED_COLUMNS; i++) {
		f->columns[i] = (struct xlsx_column){ .title = str_from(fixed[i].title),
			.width_chars = fixed[i].width_chars };
		f->looks[i] = i == COLUMN_ID ? XLSX_LOOK_HIDDEN : XLSX_LOOK_PLAIN;
	}
	(void)snprintf(f->keys[MARK_COLUMNS_MAX], TEXT_BYTES, MARK_FORM_MARK " %llu %llu %llu",
			(unsigned long long)k->class_id, (unsigned long long)k->subject_id,
			(unsigned long long)k->term_id); /* numbers fit */
	f->key_texts[COLUMN_ID] = str_from(f->keys[MARK_COLUMNS_MAX]);
	f->count = FIXED_COLUMNS;
	for (size_t i = 0; i < k->column_count && !e; i++) {
		e = make_mark_column(f, i);
	}
	make_carried_column(f);
	f->key_texts[f->count] = str_from(MARK_FORM_BASIS);
	f->looks[f->count] = XLSX_LOOK_HIDDEN;
	f->columns[f->count++] = (struct xlsx_column){ .title = str_from(MARK_FORM_BASIS),
		.width_chars = 1 };
	return e;
}

/* What the person who fills it in is told. */
static const char *advice(const struct mark_known *k) {
	if (k->is_primary) {
		return "Mức đạt được: ghi T (Hoàn thành tốt), H (Hoàn thành) hoặc C (Chưa hoàn thành). Điểm KTĐK: số nguyên từ 0 đến 10, V nếu học sinh vắng. Ô để trống là chưa có.";
	}
	return k->subject == MARK_SUBJECT_COMMENT
			? "Ghi Đ (Đạt) hoặc CĐ (Chưa đạt); V nếu học sinh vắng. Ô để trống là chưa có."
			: "Ghi điểm từ 0 đến 10, nhiều nhất một chữ số thập phân; V nếu học sinh vắng. Ô để trống là chưa có.";
}

static enum err begin_sheet(struct xlsx_write *w, const struct form *f) {
	const struct mark_known *k = f->known;
	_cleanup_(buf_finish) struct buf title = buf_make(LINE_BYTES_MAX);
	_cleanup_(buf_finish) struct buf place = buf_make(LINE_BYTES_MAX);
	_cleanup_(buf_finish) struct buf name = buf_make(LINE_BYTES_MAX);
	buf_add_str(&title, k->is_primary ? "BẢNG ĐÁNH GIÁ MÔN: " : "BẢNG ĐIỂM MÔN: ");
	buf_add(&title, k->subject_name.p, k->subject_name.n);
	buf_add_str(&place, "Lớp: ");
	buf_add(&place, k->class_name.p, k->class_name.n);
	buf_addf(&place, " · Học kì %u · Năm học %d–%d", k->term_number, k->year, k->year + 1);
	buf_add(&name, k->class_name.p, k->class_name.n);
	buf_addf(&name, " HK%u", k->term_number);
	const struct str lines[] = { { buf_str(&title), title.len }, { buf_str(&place), place.len },
		str_from(advice(k)) };
	const struct xlsx_form form = {
		.lines = lines,
		.line_count = sizeof(lines) / sizeof(lines[0]),
		.looks = f->looks,
		.keys = f->key_texts,
		.held = f->held,
		.fault_title = "Không đúng",
		.frozen_columns = COLUMN_BIRTH,
		.row_count = k->student_count,
	};
	enum err e = buf_err(&title) ? buf_err(&title) : buf_err(&place);
	return e ? e
		 : xlsx_write_form(w, (struct str){ buf_str(&name), name.len }, f->columns,
				   f->count, &form);
}

static struct xlsx_value text(struct str s) {
	return (struct xlsx_value){ .kind = s.n ? XLSX_TEXT : XLSX_BLANK, .text = s };
}

/* A mark is a number, so that formulas of the teacher's own work. */
static struct xlsx_value value_of(
		const struct mark_known *k, const struct mark_known_student *s, size_t column) {
	const struct cell *cell = &s->cells[column].cell;
	if (s->is_exempt) {
		return text(str_from("Miễn"));
	}
	if (cell->is_missing) {
		return text(str_from("V"));
	}
	if (cell->value_x10 == MARK_NONE) {
		return text(str_from(""));
	}
	if (k->columns[column].scale == MARK_SCALE_PASSED) {
		return text(str_from(cell->value_x10 ? "Đ" : "CĐ"));
	}
	if (k->columns[column].scale == MARK_SCALE_LEVEL) {
		static const char *const letters[PACK_PRIMARY_LEVELS] = { "C", "H", "T" };
		bool is_level = cell->value_x10 < PACK_PRIMARY_LEVELS;
		return text(str_from(is_level ? letters[cell->value_x10] : ""));
	}
	bool is_whole = cell->value_x10 % 10 == 0;
	return (struct xlsx_value){ .kind = XLSX_NUMBER,
		.number = is_whole ? cell->value_x10 / 10 : cell->value_x10,
		.places = is_whole ? 0 : 1 };
}

/* "ĐĐGtx 1: 8,5 (12C1); ĐĐGgk: 7 (12C1)" */
static void add_carried(
		const struct mark_known *k, const struct mark_known_student *s, struct buf *out) {
	for (size_t i = 0; i < s->carried_count; i++) {
		const struct mark_known_carried *c = &s->carried[i];
		const struct cell cell = { .value_x10 = c->mark.value_x10 };
		buf_add_str(out, i ? "; " : "");
		add_place(out, k, c->mark.kind, c->mark.position);
		buf_add_str(out, ": ");
		mark_value_print(c->scale, &cell, LANG_VI, out);
		buf_add_str(out, " (");
		buf_add(out, c->class_name.p, c->class_name.n);
		buf_add_char(out, ')');
	}
}

static enum err write_student(struct xlsx_write *w, const struct form *f,
		const struct mark_known_student *s, size_t n) {
	const struct mark_known *k = f->known;
	char id[TEXT_BYTES];
	_cleanup_(buf_finish) struct buf basis = buf_make((size_t)MARK_COLUMNS_MAX * TEXT_BYTES);
	_cleanup_(buf_finish) struct buf carried =
			buf_make((size_t)MARK_COLUMNS_MAX * LINE_BYTES_MAX);
	(void)snprintf(id, sizeof(id), "%llu", (unsigned long long)s->id); /* any id fits */
	struct xlsx_value values[COLUMNS_MAX] = {
		[COLUMN_ID] = text(str_from(id)),
		[COLUMN_NUMBER] = { .kind = XLSX_NUMBER, .number = (int64_t)n },
		[COLUMN_CODE] = text(s->code),
		[COLUMN_NAME] = text(s->full_name),
	};
	if (date_is_valid(s->birth)) {
		values[COLUMN_BIRTH] = (struct xlsx_value){ .kind = XLSX_DATE, .date = s->birth };
	}
	for (size_t i = 0; i < k->column_count; i++) {
		values[FIXED_COLUMNS + i] = value_of(k, s, i);
		buf_addf(&basis, "%s%llu=%u=%u", i ? " " : "", (unsigned long long)k->columns[i].id,
				s->cells[i].version, cell_code(&s->cells[i].cell));
	}
	values[f->count - 1] = text((struct str){ buf_str(&basis), basis.len });
	if (f->has_carried) {
		add_carried(k, s, &carried);
		values[f->count - 2] = text((struct str){ buf_str(&carried), carried.len });
	}
	enum err e = buf_err(&basis) ? buf_err(&basis) : buf_err(&carried);
	return e ? e : xlsx_write_row(w, values);
}

enum err mark_form_write(const struct mark_known *known, int64_t created_ms, struct buf *out) {
	_cleanup_(xlsx_write_freep) struct xlsx_write *w = NULL;
	_cleanup_(mem_freep) struct form *f = calloc(1, sizeof(*f));
	if (!f) {
		return ERR_NOMEM;
	}
	f->known = known;
	enum err e = make_columns(f);
	e = e ? e : xlsx_write_new(created_ms, &w);
	e = e ? e : begin_sheet(w, f);
	for (size_t i = 0; i < known->student_count && !e; i++) {
		e = write_student(w, f, &known->students[i], i + 1);
	}
	return e ? e : xlsx_write_finish(w, out);
}

enum err mark_form_name(const struct mark_known *known, const char *prefix, struct buf *out) {
	_cleanup_(buf_finish) struct buf plain = buf_make(LINE_BYTES_MAX);
	enum err e = str_fold(known->subject_name, &plain);
	buf_add_char(&plain, ' ');
	e = e ? e : str_fold(known->class_name, &plain);
	buf_addf(&plain, " hk%u", known->term_number);
	e = e ? e : buf_err(&plain);
	buf_add_str(out, prefix);
	char last = 0;
	buf_add_char(out, '-');
	for (size_t i = 0; i < plain.len && !e; i++) {
		char c = plain.data[i];
		bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		char next = is_plain ? c : '-';
		if (next != '-' || last != '-') {
			buf_add_char(out, next);
		}
		last = next;
	}
	buf_add_str(out, ".xlsx");
	return e ? e : buf_err(out);
}
