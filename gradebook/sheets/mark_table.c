#include "gradebook/sheets/mark_table.h"

#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/school/roster_inner.h"

enum { TEXT_BYTES_MAX = 4096, NUMBER_BYTES = 24 };

static struct str of(const struct buf *b) {
	return (struct str){ buf_str(b), b->len };
}

static const struct grid_cell *cell_at(const struct grid *grid, unsigned row, unsigned column) {
	const struct grid_row *found = grid_find_row(grid, row);
	return found ? grid_row_cell(found, column) : NULL;
}

/* The text at a place: that of the merged cell that covers it, if one does. */
static struct str text_at(const struct grid *grid, unsigned row, unsigned column) {
	const struct grid_merge *merge = grid_find_merge(grid, row, column);
	const struct grid_cell *cell = merge ? cell_at(grid, merge->row_first, merge->column_first)
					     : cell_at(grid, row, column);
	return cell ? cell->text : (struct str){ "", 0 };
}

/* ---- our own form ---- */

static enum err parse_ids(struct str text, uint64_t *ids, size_t count) {
	for (size_t i = 0; i < count; i++) {
		text = str_trim(text);
		const char *blank = text.n ? memchr(text.p, ' ', text.n) : NULL;
		size_t n = blank ? (size_t)(blank - text.p) : text.n;
		enum err e = str_parse_u64((struct str){ text.p, n }, &ids[i]);
		if (e) {
			return e;
		}
		text = (struct str){ text.p + n, text.n - n };
	}
	return text.n ? ERR_INVAL : ERR_OK;
}

static size_t known_by_id(const struct mark_known *known, uint64_t id) {
	for (size_t i = 0; i < known->column_count; i++) {
		if (known->columns[i].id == id) {
			return i;
		}
	}
	return SIZE_MAX;
}

/* A column of the form, by its hidden word. */
static enum err take_own_column(const struct grid *grid, const struct grid_cell *cell,
		const struct mark_known *known, struct arena *arena, struct mark_table *out) {
	struct str s = str_trim(cell->text);
	size_t n = strlen(MARK_FORM_COLUMN);
	uint64_t id = 0;
	if (str_eq_z(s, MARK_FORM_BASIS)) {
		out->basis = cell->column;
		return ERR_OK;
	}
	if (!str_starts(s, MARK_FORM_COLUMN " ") ||
			parse_ids((struct str){ s.p + n, s.n - n }, &id, 1) ||
			out->column_count == MARK_TABLE_COLUMNS_MAX) {
		return ERR_OK;
	}
	struct mark_table_column *c = &out->columns[out->column_count++];
	*c = (struct mark_table_column){ .column = cell->column, .known = known_by_id(known, id) };
	if (c->known != SIZE_MAX) {
		c->kind = known->columns[c->known].kind;
		c->position = known->columns[c->known].position;
		out->used_count++;
	}
	return arena_copy(arena, text_at(grid, out->head_row, cell->column), &c->title);
}

/* The fixed columns of the form, by their headings. */
static enum err take_person_columns(const struct grid *grid, unsigned row, struct mark_table *out) {
	for (unsigned column = 1; column <= MARK_TABLE_WIDTH_MAX; column++) {
		_cleanup_(buf_finish) struct buf plain = buf_make(TEXT_BYTES_MAX);
		enum err e = roster_plain(text_at(grid, row, column), &plain);
		if (e == ERR_LIMIT) {
			continue;
		}
		if (e) {
			return e;
		}
		enum roster_field field = roster_heading(of(&plain));
		bool is_name = field == ROSTER_NAME || field == ROSTER_NAME_REST;
		if (is_name && !out->name) {
			out->name = column;
		} else if (field == ROSTER_NAME_GIVEN && !out->given) {
			out->given = column;
		} else if (field == ROSTER_BIRTH && !out->birth) {
			out->birth = column;
		} else if (field == ROSTER_CODE || (field == ROSTER_CODE_OR_ID && !out->code)) {
			out->code = column;
		}
	}
	return ERR_OK;
}

static enum err find_own(const struct grid *grid, const struct mark_known *known,
		struct arena *arena, struct mark_table *out) {
	for (size_t i = 0; i < grid->row_count && i < MARK_TABLE_SEARCH_ROWS_MAX; i++) {
		const struct grid_row *row = &grid->rows[i];
		struct str first = row->count ? str_trim(row->cells[0].text) : str_from("");
		size_t n = strlen(MARK_FORM_MARK);
		uint64_t ids[3];
		if (!str_starts(first, MARK_FORM_MARK " ") ||
				parse_ids((struct str){ first.p + n, first.n - n }, ids, 3)) {
			continue;
		}
		out->is_own = true;
		out->id = row->cells[0].column;
		out->head_row = row->number + 1;
		out->agrees = 3;
		out->is_refused = ids[0] != known->class_id || ids[1] != known->subject_id ||
				ids[2] != known->term_id;
		enum err e = take_person_columns(grid, out->head_row, out);
		for (size_t k = 1; k < row->count && !e; k++) {
			e = take_own_column(grid, &row->cells[k], known, arena, out);
		}
		if (!e && out->is_refused) {
			e = sheet_note(arena, &out->notes, true, 0, "sheet.other_place", NULL);
		}
		return e;
	}
	return ERR_OK;
}

/* ---- by headings ---- */

/* The rows of a head. */
struct span {
	unsigned first;
	unsigned last;
};

static bool is_name_heading(struct str text) {
	_cleanup_(buf_finish) struct buf plain = buf_make(TEXT_BYTES_MAX);
	if (text.n == 0 || roster_plain(text, &plain)) {
		return false;
	}
	enum roster_field field = roster_heading(of(&plain));
	return field == ROSTER_NAME || field == ROSTER_NAME_REST;
}

/* Takes one more text over a column. */
static enum err read_heading(
		const struct mark_known *known, struct str text, struct mark_heading *io) {
	return known->is_primary ? mark_words_read_primary(text, known->subject_name, io)
				 : mark_words_read(text, io);
}

/* Whether a row holds a word for marks; a primary school's title does, too, so there it stands to the
 * right of the name. */
static bool has_marks(const struct mark_known *known, const struct grid_row *row, unsigned name) {
	for (size_t i = 0; i < row->count; i++) {
		struct mark_heading h = { .kind = MARK_HEADING_NONE };
		bool is_text = row->cells[i].kind == GRID_TEXT;
		is_text = is_text && (!known->is_primary || row->cells[i].column > name);
		bool is_one = is_text && !read_heading(known, row->cells[i].text, &h);
		if (is_one && (h.kind || (known->is_primary && h.position))) {
			return true;
		}
	}
	return false;
}

/* Takes rows below that belong to the head: no name stands in them. */
static void reach_down(const struct grid *grid, unsigned name, struct span *head) {
	for (;;) {
		unsigned next = head->last + 1;
		const struct grid_row *row = grid_find_row(grid, next);
		const struct grid_merge *merge = grid_find_merge(grid, next, name);
		bool is_joined = merge && merge->row_first < next;
		const struct grid_cell *cell = row ? grid_row_cell(row, name) : NULL;
		bool is_more = is_joined || (row && (!cell || str_trim(cell->text).n == 0));
		if (!is_more || next - head->first >= MARK_TABLE_HEAD_ROWS_MAX) {
			return;
		}
		head->last = next;
	}
}

/* Takes rows above with words for marks over them: the name may stand in the lowest row. */
static void reach_up(const struct grid *grid, const struct mark_known *known, unsigned name,
		struct span *head) {
	for (unsigned k = 0; k < 2 && head->first > 1; k++) {
		const struct grid_row *row = grid_find_row(grid, head->first - 1);
		bool is_table = row && row->count > 1 && has_marks(known, row, name);
		if (!is_table || head->last - head->first + 1 >= MARK_TABLE_HEAD_ROWS_MAX) {
			return;
		}
		head->first--;
	}
}

/* The first row with a heading of names; false when there is none. */
static bool find_span(const struct grid *grid, const struct mark_known *known,
		struct mark_table *out, struct span *head) {
	for (size_t i = 0; i < grid->row_count && i < MARK_TABLE_SEARCH_ROWS_MAX; i++) {
		const struct grid_row *row = &grid->rows[i];
		for (size_t k = 0; k < row->count; k++) {
			if (row->cells[k].column > MARK_TABLE_WIDTH_MAX ||
					!is_name_heading(row->cells[k].text)) {
				continue;
			}
			const struct grid_merge *merge =
					grid_find_merge(grid, row->number, row->cells[k].column);
			out->name = row->cells[k].column;
			bool is_pair = merge && merge->column_last == merge->column_first + 1;
			out->given = is_pair ? out->name + 1 : 0;
			*head = (struct span){ row->number, row->number };
			reach_down(grid, out->name, head);
			reach_up(grid, known, out->name, head);
			return true;
		}
	}
	return false;
}

/* What a column's texts say from the top of the head down, and how they read together. */
static enum err read_column(const struct grid *grid, const struct mark_known *known,
		const struct span *head, unsigned column, struct buf *title,
		struct mark_heading *out) {
	struct str before = { "", 0 };
	for (unsigned row = head->first; row <= head->last; row++) {
		struct str text = text_at(grid, row, column);
		bool is_same = before.n > 0 && text.p == before.p;
		if (str_trim(text).n == 0 || is_same) {
			continue;
		}
		before = text;
		enum err e = read_heading(known, text, out);
		if (!e && title->len > 0) {
			buf_add_str(title, " – ");
		}
		e = e ? e : roster_clean(text, title);
		if (e == ERR_LIMIT) {
			buf_clear(title);
		} else if (e) {
			return e;
		}
	}
	return ERR_OK;
}

/* Whether that heading is of the part (0 day, 1 month, 2 year) of a date of birth. */
static enum err is_birth_part(
		const struct grid *grid, unsigned row, unsigned column, size_t part, bool *out) {
	static const char *const words[MARK_TABLE_BIRTH_PARTS][2] = { { "ngay", "ngay sinh" },
		{ "thang", "thang sinh" }, { "nam", "nam sinh" } };
	_cleanup_(buf_finish) struct buf plain = buf_make(TEXT_BYTES_MAX);
	enum err e = roster_plain(text_at(grid, row, column), &plain);
	*out = !e && (str_eq_z(of(&plain), words[part][0]) || str_eq_z(of(&plain), words[part][1]));
	return e == ERR_NOMEM ? e : ERR_OK;
}

/* A date of birth spread over three columns, side by side in one row of the head: "Ngày", "Tháng",
 * "Năm", whatever stands over them. It takes the place of one that stands over all three. */
static enum err take_birth_parts(
		const struct grid *grid, const struct span *head, struct mark_table *out) {
	enum { LAST = MARK_TABLE_WIDTH_MAX - MARK_TABLE_BIRTH_PARTS + 1 };
	for (unsigned row = head->first; row <= head->last; row++) {
		for (unsigned column = 1; column <= LAST; column++) {
			bool is_it = true;
			for (unsigned i = 0; i < MARK_TABLE_BIRTH_PARTS && is_it; i++) {
				enum err e = is_birth_part(grid, row, column + i, i, &is_it);
				if (e) {
					return e;
				}
			}
			for (unsigned i = 0; i < MARK_TABLE_BIRTH_PARTS && is_it; i++) {
				out->birth_parts[i] = column + i;
			}
			if (is_it) {
				return ERR_OK;
			}
		}
	}
	return ERR_OK;
}

static enum mark_kind kind_of(enum mark_heading_kind kind) {
	switch (kind) {
	case MARK_HEADING_NONE:
	case MARK_HEADING_RESULT:
	case MARK_HEADING_TX:
		break;
	case MARK_HEADING_GK:
	case MARK_HEADING_PERIOD:
		return MARK_GK;
	case MARK_HEADING_CK:
		return MARK_CK;
	}
	return MARK_TX;
}

static size_t known_by_place(
		const struct mark_known *known, enum mark_kind kind, unsigned position) {
	for (size_t i = 0; i < known->column_count; i++) {
		if (known->columns[i].kind == kind && known->columns[i].position == position) {
			return i;
		}
	}
	return SIZE_MAX;
}

static bool is_taken(const struct mark_table *t, size_t known) {
	for (size_t i = 0; i < t->column_count; i++) {
		if (t->columns[i].known == known) {
			return true;
		}
	}
	return false;
}

/* Columns of a kind are numbered as they stand, unless each says its own number. */
static unsigned position_of(const struct mark_table *t, const struct mark_heading *h) {
	unsigned count = 1;
	for (size_t i = 0; i < t->column_count; i++) {
		count += t->columns[i].kind == kind_of(h->kind);
	}
	bool has_one = h->kind == MARK_HEADING_GK || h->kind == MARK_HEADING_CK;
	bool is_said = h->position > 0 && !h->is_old && (!has_one || h->position == 1);
	return is_said ? h->position : count;
}

/* What a primary school's heading leaves open follows from the subject when it has one of the two at
 * that moment. 0: it could be either. */
static unsigned primary_position_of(const struct mark_known *known, const struct mark_heading *h) {
	bool has_test = known_by_place(known, kind_of(h->kind), 1) != SIZE_MAX;
	return h->position ? h->position : has_test ? 0 : MARK_LEVEL_POSITION;
}

static enum err add_column(const struct mark_known *known, unsigned column,
		const struct mark_heading *h, const struct buf *title, struct arena *arena,
		struct mark_table *out) {
	if (out->column_count == MARK_TABLE_COLUMNS_MAX) {
		return ERR_OK;
	}
	bool has_moment = h->kind != MARK_HEADING_NONE;
	struct mark_table_column c = { .column = column,
		.kind = kind_of(h->kind),
		.position = known->is_primary ? primary_position_of(known, h)
					      : position_of(out, h) };
	enum err e = arena_copy(arena, of(title), &c.title);
	c.known = has_moment ? known_by_place(known, c.kind, c.position) : SIZE_MAX;
	const char *fault = !has_moment          ? "sheet.column_moment"
			: c.position == 0        ? "sheet.column_either"
			: c.known == SIZE_MAX    ? "sheet.column_missing"
			: is_taken(out, c.known) ? "sheet.column_twice"
						 : NULL;
	if (!e && fault) {
		c.known = SIZE_MAX;
		e = sheet_note(arena, &c.notes, false, column, fault, "value", buf_str(title),
				NULL);
	} else if (!e && h->is_old) {
		e = sheet_note(arena, &c.notes, false, column, "sheet.column_old", "value",
				buf_str(title), NULL);
	}
	out->used_count += c.known != SIZE_MAX;
	out->columns[out->column_count++] = c;
	return e;
}

/* Whether a column is one of marks of this place. A primary school's may leave its moment to the
 * titles, but says that it is a level or a test. */
static bool is_ours(const struct mark_known *known, const struct mark_heading *titles,
		struct mark_heading *io) {
	bool is_mark = io->kind != MARK_HEADING_NONE;
	if (known->is_primary && io->kind != MARK_HEADING_RESULT) {
		is_mark = !io->is_other && (is_mark || io->position);
		io->kind = io->kind ? io->kind : titles->kind;
	}
	bool is_other_term = io->term != 0 && io->term != known->term_number;
	return is_mark && io->kind != MARK_HEADING_RESULT && !is_other_term;
}

/* The moment that the sheet is of, by its name and what stands above the table. */
static enum err read_titles(
		const struct grid *grid, unsigned head_first, struct mark_heading *out) {
	*out = (struct mark_heading){ .kind = MARK_HEADING_NONE };
	enum err e = mark_words_moment(str_from(grid->name), out);
	for (size_t i = 0; i < grid->row_count && grid->rows[i].number < head_first; i++) {
		for (size_t k = 0; k < grid->rows[i].count && e != ERR_NOMEM; k++) {
			e = mark_words_moment(grid->rows[i].cells[k].text, out);
		}
	}
	return e == ERR_NOMEM ? e : ERR_OK; /* what is no text says nothing */
}

static enum err take_columns(const struct grid *grid, const struct span *head,
		const struct mark_known *known, struct arena *arena, struct mark_table *out) {
	struct mark_heading titles;
	enum err e = read_titles(grid, head->first, &titles);
	for (unsigned column = out->name + 1; column <= MARK_TABLE_WIDTH_MAX && !e; column++) {
		_cleanup_(buf_finish) struct buf title = buf_make(TEXT_BYTES_MAX);
		struct mark_heading h = { .kind = MARK_HEADING_NONE };
		e = read_column(grid, known, head, column, &title, &h);
		if (!e && is_ours(known, &titles, &h)) {
			e = add_column(known, column, &h, &title, arena, out);
		}
	}
	return e;
}

/* ---- what the sheet says it is of ---- */

static enum err refuse(struct mark_table *t, struct arena *arena, const char *code, struct str said,
		struct str ours) {
	_cleanup_(buf_finish) struct buf value = buf_make(TEXT_BYTES_MAX);
	_cleanup_(buf_finish) struct buf name = buf_make(TEXT_BYTES_MAX);
	enum err e = roster_clean(said, &value);
	e = e ? e : roster_clean(ours, &name);
	t->is_refused = true;
	return e == ERR_NOMEM ? e
			      : sheet_note(arena, &t->notes, true, 0, code, "value",
						buf_str(&value), "name", buf_str(&name), NULL);
}

/* One title, or the sheet's name: the class, the subject and the term it names. */
static enum err judge_title(struct str text, bool is_name, const struct mark_known *known,
		struct arena *arena, struct mark_table *out) {
	_cleanup_(buf_finish) struct buf class_name = buf_make(TEXT_BYTES_MAX);
	bool is_it = false;
	enum err e = roster_class_find(text, is_name, &class_name);
	if (e == ERR_OK && roster_class_same(of(&class_name), known->class_name)) {
		out->agrees++;
	} else if (e == ERR_OK) {
		return refuse(out, arena, "sheet.other_class", of(&class_name), known->class_name);
	}
	e = mark_words_subject(text, known->subject_name, &is_it);
	if (e == ERR_OK && !is_it) {
		return refuse(out, arena, "sheet.other_subject", text, known->subject_name);
	}
	out->agrees += e == ERR_OK;
	struct mark_heading said = { .kind = MARK_HEADING_NONE };
	enum err found = known->is_primary ? mark_words_moment(text, &said) : ERR_OK;
	unsigned term = said.term ? said.term : mark_words_term(text);
	e = found == ERR_NOMEM ? found : e;
	if (term != 0 && term != known->term_number) {
		char ours[NUMBER_BYTES];
		(void)snprintf(ours, sizeof(ours), "%u", known->term_number); /* a digit */
		return refuse(out, arena, "sheet.other_term", text, str_from(ours));
	}
	out->agrees += term != 0;
	return e == ERR_NOMEM ? e : ERR_OK;
}

/* A workbook may have a sheet for each subject, by its name. */
static bool is_named(struct str name, struct str subject) {
	_cleanup_(buf_finish) struct buf a = buf_make(TEXT_BYTES_MAX);
	_cleanup_(buf_finish) struct buf b = buf_make(TEXT_BYTES_MAX);
	return !str_fold(str_trim(name), &a) && !str_fold(subject, &b) &&
			strcmp(buf_str(&a), buf_str(&b)) == 0;
}

static enum err judge_titles(const struct grid *grid, unsigned head_first,
		const struct mark_known *known, struct arena *arena, struct mark_table *out) {
	enum err e = judge_title(str_from(grid->name), true, known, arena, out);
	out->agrees += is_named(str_from(grid->name), known->subject_name);
	for (size_t i = 0; i < grid->row_count && !e && !out->is_refused; i++) {
		const struct grid_row *row = &grid->rows[i];
		if (row->number >= head_first) {
			break;
		}
		/* "Lớp:" and "10A1" may stand in two cells. */
		_cleanup_(buf_finish) struct buf line = buf_make(TEXT_BYTES_MAX);
		for (size_t k = 0; k < row->count; k++) {
			buf_add(&line, row->cells[k].text.p, row->cells[k].text.n);
			buf_add_char(&line, ' ');
		}
		if (!buf_err(&line)) {
			e = judge_title(of(&line), false, known, arena, out);
		}
	}
	return e;
}

enum err mark_table_find(const struct grid *grid, const struct mark_known *known,
		struct arena *arena, struct mark_table *out) {
	struct span head = { 0, 0 };
	*out = (struct mark_table){ .head_row = 0 };
	enum err e = find_own(grid, known, arena, out);
	if (e || out->is_own || !find_span(grid, known, out, &head)) {
		return e;
	}
	for (unsigned row = head.first; row <= head.last && !e; row++) {
		unsigned name = out->name;
		unsigned given = out->given;
		e = take_person_columns(grid, row, out);
		out->name = name;
		out->given = given ? given : out->given;
	}
	e = e ? e : take_birth_parts(grid, &head, out);
	e = e ? e : take_columns(grid, &head, known, arena, out);
	if (!e && out->column_count > 0) {
		out->head_row = head.last;
		e = judge_titles(grid, head.first, known, arena, out);
	}
	return e;
}
