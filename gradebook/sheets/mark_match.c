#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/grow.h"
#include "core/school/roster_inner.h"
#include "gradebook/sheets/mark_file_inner.h"

enum { TEXT_BYTES_MAX = 2048, NUMBER_BYTES = 16 };

/* What a line says of its student. */
struct said {
	uint64_t id; /* of our own form; 0: nothing */
	struct buf name;
	struct buf code;
	bool has_birth;
	struct date birth;
};

static void said_finish(struct said *s) {
	buf_finish(&s->name);
	buf_finish(&s->code);
}

static struct str of(const struct buf *b) {
	return (struct str){ buf_str(b), b->len };
}

/* A cell's clean text; nothing for one that is no text a person would write there. */
static enum err take_text(const struct grid_row *row, unsigned column, struct buf *out) {
	const struct grid_cell *cell = column ? grid_row_cell(row, column) : NULL;
	bool is_text = cell && !cell->is_uncomputed && cell->kind != GRID_ERROR;
	enum err e = is_text ? roster_clean(cell->text, out) : ERR_OK;
	if (e && e != ERR_NOMEM) {
		buf_clear(out);
		return ERR_OK;
	}
	return e;
}

static enum err take_birth(const struct grid_row *row, unsigned column, struct said *out) {
	const struct grid_cell *cell = column ? grid_row_cell(row, column) : NULL;
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES_MAX);
	enum err e = take_text(row, column, &text);
	if (!e && cell && text.len > 0) {
		out->has_birth = roster_birth_parse(cell, of(&text), &out->birth) == ERR_OK;
	}
	return e;
}

/* Three cells: day, month, year. */
static enum err take_birth_parts(
		const struct grid_row *row, const unsigned *columns, struct said *out) {
	static const struct grid_cell joined = { .kind = GRID_TEXT };
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES_MAX);
	for (size_t i = 0; i < MARK_TABLE_BIRTH_PARTS; i++) {
		_cleanup_(buf_finish) struct buf part = buf_make(TEXT_BYTES_MAX);
		enum err e = take_text(row, columns[i], &part);
		if (e) {
			return e;
		}
		buf_add_str(&text, i ? "/" : "");
		buf_add(&text, part.data, part.len);
	}
	out->has_birth = !buf_err(&text) &&
			roster_birth_parse(&joined, of(&text), &out->birth) == ERR_OK;
	return ERR_OK;
}

static enum err read_line(
		const struct grid_row *row, const struct mark_table *table, struct said *out) {
	const struct grid_cell *id = table->id ? grid_row_cell(row, table->id) : NULL;
	enum err e = take_text(row, table->name, &out->name);
	if (!e && table->given && out->name.len > 0) {
		_cleanup_(buf_finish) struct buf given = buf_make(TEXT_BYTES_MAX);
		e = take_text(row, table->given, &given);
		buf_add_str(&out->name, given.len ? " " : "");
		buf_add(&out->name, given.data, given.len);
	}
	e = e ? e : take_text(row, table->code, &out->code);
	if (!e && table->birth_parts[0]) {
		e = take_birth_parts(row, table->birth_parts, out);
	} else {
		e = e ? e : take_birth(row, table->birth, out);
	}
	if (!e && id && str_parse_u64(str_trim(id->text), &out->id)) {
		out->id = 0;
	}
	return e ? e : buf_err(&out->name);
}

/* ---- whom a line is about ---- */

static bool is_birth(const struct mark_known_student *s, const struct said *said) {
	return said->has_birth && date_is_valid(s->birth) &&
			date_compare(s->birth, said->birth) == 0;
}

static bool is_other_birth(const struct mark_known_student *s, const struct said *said) {
	return said->has_birth && date_is_valid(s->birth) &&
			date_compare(s->birth, said->birth) != 0;
}

static bool is_code(const struct mark_known_student *s, const struct said *said) {
	return said->code.len > 0 && s->code.n == said->code.len &&
			str_eq_nocase(s->code, buf_str(&said->code));
}

/* By the id of our form, or by the code; the name must be the same. SIZE_MAX: neither. */
static enum err match_code(const struct mark_known *known, const struct said *said,
		struct arena *arena, struct mark_line *line, bool *out_is_decided) {
	size_t found = SIZE_MAX;
	for (size_t i = 0; i < known->student_count && found == SIZE_MAX; i++) {
		bool is_it = said->id ? known->students[i].id == said->id
				      : is_code(&known->students[i], said);
		found = is_it ? i : SIZE_MAX;
	}
	*out_is_decided = found != SIZE_MAX;
	if (found == SIZE_MAX) {
		return ERR_OK;
	}
	if (said->name.len > 0 &&
			!roster_same_name(of(&said->name), known->students[found].full_name)) {
		_cleanup_(buf_finish) struct buf name = buf_make(TEXT_BYTES_MAX);
		enum err e = roster_clean(known->students[found].full_name, &name);
		return e ? e
			 : sheet_note(arena, &line->notes, true, 0, "sheet.row_code_other", "value",
					   buf_str(&said->code), "name", buf_str(&name), NULL);
	}
	line->student = found;
	return ERR_OK;
}

/* How many students of the class have that name, and of them that birth date. */
struct named {
	size_t count;
	size_t first;
	size_t born_count;
	size_t born;
	size_t marked_count; /* written with the same marks on the letters */
	size_t marked;
};

static bool is_written(struct str a, struct str b) {
	_cleanup_(buf_finish) struct buf one = buf_make(TEXT_BYTES_MAX);
	_cleanup_(buf_finish) struct buf two = buf_make(TEXT_BYTES_MAX);
	return str_fold_case(a, &one) == ERR_OK && str_fold_case(b, &two) == ERR_OK &&
			strcmp(buf_str(&one), buf_str(&two)) == 0;
}

static struct named find_named(const struct mark_known *known, const struct said *said) {
	struct named n = { .count = 0 };
	for (size_t i = 0; i < known->student_count; i++) {
		const struct mark_known_student *s = &known->students[i];
		if (!roster_same_name(of(&said->name), s->full_name)) {
			continue;
		}
		n.first = n.count++ ? n.first : i;
		if (is_birth(s, said)) {
			n.born = n.born_count++ ? n.born : i;
		}
		if (is_written(of(&said->name), s->full_name)) {
			n.marked = n.marked_count++ ? n.marked : i;
		}
	}
	return n;
}

/* By name and birth date; by the name alone where only one in the class has it. */
static enum err match_name(const struct mark_known *known, const struct said *said,
		struct arena *arena, struct mark_line *line) {
	struct named n = find_named(known, said);
	if (n.born_count == 1) {
		line->student = n.born;
		return ERR_OK;
	}
	if (n.count == 0) {
		return sheet_note(arena, &line->notes, true, 0, "sheet.row_unknown", NULL);
	}
	bool is_one = n.count == 1 || (n.marked_count == 1 && !said->has_birth);
	size_t one = n.count == 1 ? n.first : n.marked;
	if (!is_one) {
		return sheet_note(arena, &line->notes, true, 0, "sheet.row_same_name", NULL);
	}
	if (is_other_birth(&known->students[one], said)) {
		char ours[DATE_VI_BYTES];
		date_print_vi(known->students[one].birth, ours);
		return sheet_note(arena, &line->notes, true, 0, "sheet.row_birth_other", "value",
				ours, NULL);
	}
	line->student = one;
	return sheet_note(arena, &line->notes, false, 0, "sheet.row_by_name", NULL);
}

/* A line that is no student's: a total, a signature, a row of numbers under the head. */
static bool is_no_line(const struct said *said, const struct grid_row *row) {
	_cleanup_(buf_finish) struct buf plain = buf_make(TEXT_BYTES_MAX);
	if (said->name.len == 0 && said->id == 0) {
		return true;
	}
	if (roster_plain(of(&said->name), &plain)) {
		return true;
	}
	struct str p = of(&plain);
	size_t letters = 0;
	for (size_t i = 0; i < p.n; i++) {
		letters += p.p[i] >= 'a' && p.p[i] <= 'z';
	}
	bool is_number = said->id == 0 && letters < 2;
	return is_number || row->count == 0 || roster_line_of(p) != ROSTER_LINE_DATA;
}

static enum err add_line(const struct grid_row *row, const struct mark_table *table,
		const struct mark_known *known, struct arena *arena, struct mark_lines *out) {
	_cleanup_(said_finish) struct said said = { .name = buf_make(TEXT_BYTES_MAX),
		.code = buf_make(TEXT_BYTES_MAX) };
	enum err e = read_line(row, table, &said);
	if (e || is_no_line(&said, row)) {
		return e;
	}
	e = GROW(out, MARK_FILE_ROWS_MAX);
	if (e) {
		return e;
	}
	struct mark_line *line = &out->items[out->count++];
	bool is_decided = false;
	*line = (struct mark_line){ .row = row, .student = SIZE_MAX };
	e = arena_copy(arena, of(&said.name), &line->name);
	e = e ? e : match_code(known, &said, arena, line, &is_decided);
	return e || is_decided ? e : match_name(known, &said, arena, line);
}

/* Two lines of one student: nobody knows which one is right. */
static enum err part_twins(struct mark_lines *lines, struct arena *arena) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < lines->count && !e; i++) {
		size_t student = lines->items[i].student;
		bool is_twin = false;
		for (size_t k = i + 1; k < lines->count && student != SIZE_MAX && !e; k++) {
			struct mark_line *other = &lines->items[k];
			if (other->student != student) {
				continue;
			}
			char row[NUMBER_BYTES];
			(void)snprintf(row, sizeof(row), "%u", lines->items[i].row->number);
			other->student = SIZE_MAX;
			is_twin = true;
			e = sheet_note(arena, &other->notes, true, 0, "sheet.row_twice", "row", row,
					NULL);
			(void)snprintf(row, sizeof(row), "%u", other->row->number);
			e = e ? e
			      : sheet_note(arena, &lines->items[i].notes, true, 0,
						"sheet.row_twice", "row", row, NULL);
		}
		if (is_twin) {
			lines->items[i].student = SIZE_MAX;
		}
	}
	return e;
}

enum err mark_match_lines(const struct grid *grid, const struct mark_table *table,
		const struct mark_known *known, struct arena *arena, struct mark_lines *out) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < grid->row_count && !e; i++) {
		if (grid->rows[i].number > table->head_row) {
			e = add_line(&grid->rows[i], table, known, arena, out);
		}
	}
	return e ? e : part_twins(out, arena);
}
