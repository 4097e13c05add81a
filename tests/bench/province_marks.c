/* Of province.h: the tables of marks with their history, of conduct, remarks and roll calls. */
#include "core/base/str.h"
#include "gradebook/marks/cell.h"
#include "gradebook/marks/ledger.h"
#include "tests/bench/province_tables.h"
#include "tests/bench/row_out.h"

/* ---- marks and their history ---- */

static void column_row(const struct province *p, const struct province_class *c) {
	struct province_column columns[PROVINCE_CLASS_COLUMNS];
	(void)p;
	province_columns_of(c, columns);
	for (unsigned i = 0; i < PROVINCE_CLASS_COLUMNS; i++) {
		row_id(columns[i].id);
		row_id(c->school);
		row_id(c->id);
		row_id(province_subject_id(c->school, columns[i].subject));
		row_id(province_term_id(c->school, columns[i].term));
		row_int(columns[i].kind);
		row_int(columns[i].position);
		row_int(columns[i].published_ms);
		row_end();
	}
}

void province_print_mark_column(const struct province *p) {
	province_each_class(p, column_row);
}

static void mark_row(const struct province *p, const struct province_class *c) {
	struct province_column columns[PROVINCE_CLASS_COLUMNS];
	province_columns_of(c, columns);
	for (unsigned i = 0; i < PROVINCE_CLASS_COLUMNS; i++) {
		const uint64_t teacher = province_teacher(p, c, columns[i].subject);
		for (uint64_t k = 0; k < c->size; k++) {
			const uint64_t student = c->first_student + k;
			struct province_cell cell = province_cell_of(p, &columns[i], student);
			row_id(c->school);
			row_id(columns[i].id);
			row_id(student);
			row_int(cell.last);
			row_int(cell.is_changed ? 2 : 1);
			row_id(teacher);
			row_int(cell.last_ms);
			row_end();
		}
	}
}

void province_print_mark(const struct province *p) {
	province_each_class(p, mark_row);
}

/* Chains of one class: their rows, or only where they end. */
struct chain {
	struct ledger_head head;
	bool prints_rows;
};

static void chain_row(struct chain *chain, struct ledger_row *row) {
	row->number = chain->head.number + 1;
	row_must(ledger_next(&chain->head, row, &chain->head));
	if (!chain->prints_rows) {
		return;
	}
	row_id(row->class_id);
	row_id(row->subject_id);
	row_int(row->number);
	row_id(row->school_id);
	row_id(row->column_id);
	row_id(row->student_id);
	row_int((int64_t)row->act);
	row_code(row->old_code);
	row_code(row->new_code);
	row_bytes(row->why.p, row->why.n);
	row_id(row->person_id);
	row_int(row->at_ms);
	row_bytes(chain->head.hash.b, HASH_BYTES);
	row_int(0);
	if (row->has_ref) {
		row_bytes(row->ref, LEDGER_REF_BYTES);
	} else {
		row_null();
	}
	row_end();
}

static void chain_end(const struct chain *chain, const struct ledger_row *of) {
	if (!chain->prints_rows) {
		row_id(of->class_id);
		row_id(of->subject_id);
		row_id(of->school_id);
		row_int(chain->head.number);
		row_bytes(chain->head.hash.b, HASH_BYTES);
		row_end();
	}
}

static void conduct_chain(
		const struct province *p, const struct province_class *c, bool prints_rows) {
	struct chain chain = { .prints_rows = prints_rows };
	struct ledger_row row = { .school_id = c->school,
		.class_id = c->id,
		.act = LEDGER_CONDUCT,
		.person_id = province_homeroom(p, c),
		.why = str_from("") };
	for (unsigned t = 0; t < PROVINCE_TERMS; t++) {
		for (uint64_t k = 0; k < c->size; k++) {
			row.student_id = c->first_student + k;
			row.old_code = (uint8_t)(10 * (t + 1));
			row.new_code = (uint8_t)(row.old_code +
					province_conduct(p, row.student_id, t));
			row.at_ms = province_conduct_ms(t, k);
			chain_row(&chain, &row);
		}
	}
	chain_end(&chain, &row);
}

/* A column's marks, its publishing, and what was changed afterwards. */
static void column_chain(const struct province *p, const struct province_class *c,
		const struct province_column *column, struct chain *chain, struct ledger_row *row) {
	row->column_id = column->id;
	for (unsigned turn = 0; turn < 2; turn++) {
		for (uint64_t k = 0; k < c->size; k++) {
			row->student_id = c->first_student + k;
			struct province_cell cell = province_cell_of(p, column, row->student_id);
			if (turn == 1 && !cell.is_changed) {
				continue;
			}
			row->act = LEDGER_SET;
			row->has_ref = false;
			row->old_code = turn ? cell.first : CELL_NONE;
			row->new_code = turn ? cell.last : cell.first;
			row->at_ms = turn ? cell.last_ms : cell.first_ms;
			row->why = str_from(turn ? "chấm lại bài" : "");
			chain_row(chain, row);
		}
		if (turn == 0) {
			row->student_id = 0;
			row->act = LEDGER_PUBLISHED;
			row->at_ms = column->published_ms;
			ledger_of_column(row, column->kind, column->position,
					province_term_id(c->school, column->term));
			chain_row(chain, row);
		}
	}
}

static void chains_of(const struct province *p, const struct province_class *c, bool prints_rows) {
	struct province_column columns[PROVINCE_CLASS_COLUMNS];
	province_columns_of(c, columns);
	conduct_chain(p, c, prints_rows);
	for (unsigned i = 0; i < PROVINCE_CLASS_COLUMNS;) {
		const unsigned subject = columns[i].subject;
		struct chain chain = { .prints_rows = prints_rows };
		struct ledger_row row = { .school_id = c->school,
			.class_id = c->id,
			.subject_id = province_subject_id(c->school, subject),
			.person_id = province_teacher(p, c, subject) };
		while (i < PROVINCE_CLASS_COLUMNS && columns[i].subject == subject) {
			column_chain(p, c, &columns[i++], &chain, &row);
		}
		chain_end(&chain, &row);
	}
}

static void ledger_rows(const struct province *p, const struct province_class *c) {
	chains_of(p, c, true);
}

void province_print_mark_ledger(const struct province *p) {
	province_each_class(p, ledger_rows);
}

static void ledger_heads(const struct province *p, const struct province_class *c) {
	chains_of(p, c, false);
}

void province_print_mark_ledger_head(const struct province *p) {
	province_each_class(p, ledger_heads);
}

/* ---- conduct, remarks, roll calls ---- */

static void conduct_rows(const struct province *p, const struct province_class *c) {
	for (uint64_t k = 0; k < c->size; k++) {
		for (unsigned t = 0; t < PROVINCE_TERMS; t++) {
			row_id(c->school);
			row_id(c->id);
			row_id(c->first_student + k);
			row_id(province_term_id(c->school, t));
			row_int(1);
			row_int(province_conduct(p, c->first_student + k, t));
			row_int(1);
			row_id(province_homeroom(p, c));
			row_int(province_conduct_ms(t, k));
			row_end();
		}
	}
}

void province_print_conduct(const struct province *p) {
	province_each_class(p, conduct_rows);
}

static void remark_rows(const struct province *p, const struct province_class *c) {
	static const char *const texts[] = {
		"Chăm ngoan, hòa đồng với bạn bè; cần mạnh dạn phát biểu hơn.",
		"Có ý thức học tập tốt, hoàn thành đầy đủ nhiệm vụ được giao.",
		"Tiến bộ rõ so với đầu năm; cần cố gắng thêm ở các môn tự nhiên.",
		"Cần đi học đúng giờ và chuẩn bị bài đầy đủ hơn.",
	};
	for (uint64_t k = 0; k < c->size; k++) {
		for (unsigned t = 0; t < PROVINCE_TERMS; t++) {
			const uint64_t student = c->first_student + k;
			row_id(c->school);
			row_id(c->id);
			row_id(student);
			row_id(province_term_id(c->school, t));
			row_int(0);
			row_text(texts[province_draw(p, student, 10 + t, 4)]);
			row_int(1);
			row_id(province_homeroom(p, c));
			row_int(province_conduct_ms(t, k));
			row_end();
		}
	}
}

void province_print_remark(const struct province *p) {
	province_each_class(p, remark_rows);
}

static void put_session(const struct province_class *c, unsigned day) {
	char text[DATE_ISO_BYTES];
	row_must(province_day(day, text));
	row_id(c->school);
	row_id(c->id);
	row_text(text);
	row_int(1); /* morning */
}

static void roll_call_rows(const struct province *p, const struct province_class *c) {
	for (unsigned day = 0; day < PROVINCE_DAYS; day++) {
		put_session(c, day);
		row_int(1);
		row_id(province_homeroom(p, c));
		row_int(province_day_ms(day));
		row_end();
	}
}

void province_print_roll_call(const struct province *p) {
	province_each_class(p, roll_call_rows);
}

static void change_rows(const struct province *p, const struct province_class *c) {
	for (unsigned day = 0; day < PROVINCE_DAYS; day++) {
		for (uint64_t k = 0; k < c->size; k++) {
			const unsigned kind = province_absence(p, c->first_student + k, day);
			if (kind) {
				put_session(c, day);
				row_int(1);
				row_id(c->first_student + k);
				row_int(0);
				row_int(kind);
				row_end();
			}
		}
	}
}

void province_print_roll_call_change(const struct province *p) {
	province_each_class(p, change_rows);
}

static void absence_rows(const struct province *p, const struct province_class *c) {
	for (uint64_t k = 0; k < c->size; k++) {
		for (unsigned day = 0; day < PROVINCE_DAYS; day++) {
			const unsigned kind = province_absence(p, c->first_student + k, day);
			if (kind) {
				put_session(c, day);
				row_id(c->first_student + k);
				row_int(kind);
				row_id(province_homeroom(p, c));
				row_int(province_day_ms(day));
				row_end();
			}
		}
	}
}

void province_print_absence(const struct province *p) {
	province_each_class(p, absence_rows);
}
