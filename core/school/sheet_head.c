#include "core/school/sheet_head.h"

#include <assert.h>
#include <string.h>

#include "core/school/roster_inner.h"

enum {
	HEAD_ROWS_MAX = 40,   /* rows with content in which a list must begin */
	SAMPLE_ROWS_MAX = 60, /* rows of a list that are looked at to tell columns apart */
	PLAIN_BYTES = 2048,
};

/* A possible head: one row or two, and what each column would be. */
struct guess {
	unsigned row_first;
	unsigned row_last;
	unsigned fields[SHEET_COLUMNS_MAX + 1];
	bool is_repeat[SHEET_COLUMNS_MAX + 1]; /* the same merged cell as the column before */
	size_t known_count;                    /* different fields */
	bool is_head;
};

static struct str cell_text(const struct grid *grid, unsigned row, unsigned column) {
	const struct grid_row *found = grid_find_row(grid, row);
	const struct grid_cell *cell = found ? grid_row_cell(found, column) : NULL;
	return cell && cell->kind == GRID_TEXT ? cell->text : (struct str){ "", 0 };
}

/* The heading seen at a place: that of the merged cell which covers it, if one does. */
static struct str title_at(const struct grid *grid, unsigned row, unsigned column) {
	const struct grid_merge *merge = grid_find_merge(grid, row, column);
	return merge ? cell_text(grid, merge->row_first, merge->column_first)
		     : cell_text(grid, row, column);
}

static bool is_same_merge(const struct grid *grid, unsigned row_a, unsigned column_a,
		unsigned row_b, unsigned column_b) {
	const struct grid_merge *merge = grid_find_merge(grid, row_a, column_a);
	return merge && merge == grid_find_merge(grid, row_b, column_b);
}

static enum err field_at(const struct grid *grid, const struct sheet_words *words,
		const struct guess *guess, unsigned column, unsigned *out) {
	_cleanup_(buf_finish) struct buf above = buf_make(PLAIN_BYTES);
	_cleanup_(buf_finish) struct buf below = buf_make(PLAIN_BYTES);
	enum err e = roster_plain(title_at(grid, guess->row_first, column), &above);
	if (e) {
		return e;
	}
	bool has_below = guess->row_last > guess->row_first &&
			!is_same_merge(grid, guess->row_first, column, guess->row_last, column);
	if (has_below) {
		e = roster_plain(title_at(grid, guess->row_last, column), &below);
		if (e) {
			return e;
		}
	}
	*out = words->heading((struct str){ buf_str(&above), above.len },
			(struct str){ buf_str(&below), below.len });
	return ERR_OK;
}

/* Understands rows row_first to row_last as a head. */
static enum err make_guess(const struct grid *grid, const struct sheet_words *words,
		unsigned row_first, unsigned row_last, struct guess *out) {
	*out = (struct guess){ .row_first = row_first, .row_last = row_last };
	bool is_seen[SHEET_FIELDS_MAX] = { false };
	for (unsigned column = 1; column <= SHEET_COLUMNS_MAX; column++) {
		enum err e = field_at(grid, words, out, column, &out->fields[column]);
		if (e) {
			return e;
		}
		bool is_known = out->fields[column] != words->none;
		out->is_repeat[column] = column > 1 && is_known &&
				is_same_merge(grid, row_last, column - 1, row_last, column);
		if (is_known && !is_seen[out->fields[column]]) {
			is_seen[out->fields[column]] = true;
			out->known_count++;
		}
	}
	out->is_head = words->is_head(is_seen, out->known_count);
	return ERR_OK;
}

static bool reaches_below(const struct grid *grid, unsigned row) {
	for (size_t i = 0; i < grid->merge_count; i++) {
		if (grid->merges[i].row_first == row && grid->merges[i].row_last == row + 1) {
			return true;
		}
	}
	return false;
}

/* The better of one row and two; known_count 0 when neither is a head. A row without any heading
 * of ours, such as a title, begins none. */
static enum err guess_at(const struct grid *grid, const struct sheet_words *words, unsigned row,
		struct guess *out) {
	struct guess two;
	enum err e = make_guess(grid, words, row, row, out);
	if (e || out->known_count == 0) {
		return e;
	}
	e = make_guess(grid, words, row, row + 1, &two);
	if (e) {
		return e;
	}
	bool is_two = two.known_count > out->known_count ||
			(two.known_count == out->known_count && reaches_below(grid, row));
	if (is_two) {
		*out = two;
	}
	if (!out->is_head) {
		out->known_count = 0;
	}
	return ERR_OK;
}

/* Gives each field to its first column; a merged name over two columns is name and given name. */
static void settle_repeats(const struct sheet_words *words, struct guess *guess) {
	bool is_taken[SHEET_FIELDS_MAX] = { false };
	for (unsigned column = 1; column <= SHEET_COLUMNS_MAX; column++) {
		unsigned field = guess->fields[column];
		if (field == words->none) {
			continue;
		}
		if (field == words->name && guess->is_repeat[column] &&
				words->given != words->none && !is_taken[words->given]) {
			field = words->given;
		}
		guess->fields[column] = is_taken[field] ? words->none : field;
		is_taken[field] = true;
	}
}

static unsigned column_of(const struct guess *guess, unsigned field) {
	for (unsigned column = 1; column <= SHEET_COLUMNS_MAX; column++) {
		if (guess->fields[column] == field) {
			return column;
		}
	}
	return 0;
}

/* What a sample of the rows below the head says about two columns. */
struct sample {
	size_t rows;       /* with text in the first column */
	size_t one_word;   /* of these, with a single word in the second */
	size_t ends_alike; /* of these, where that word is the last of the first column */
};

static struct str last_word(struct str s) {
	size_t at = s.n;
	while (at > 0 && s.p[at - 1] != ' ') {
		at--;
	}
	return (struct str){ s.p + at, s.n - at };
}

static struct sample take_sample(
		const struct grid *grid, unsigned below, unsigned first, unsigned second) {
	struct sample sample = { 0 };
	for (size_t i = 0; i < grid->row_count && sample.rows < SAMPLE_ROWS_MAX; i++) {
		const struct grid_row *row = &grid->rows[i];
		const struct grid_cell *a = grid_row_cell(row, first);
		const struct grid_cell *b = grid_row_cell(row, second);
		if (row->number <= below || !a || a->text.n == 0) {
			continue;
		}
		sample.rows++;
		struct str one = str_trim(a->text);
		struct str two = b ? str_trim(b->text) : (struct str){ "", 0 };
		bool is_word = b && b->kind == GRID_TEXT && two.n > 0 && !memchr(two.p, ' ', two.n);
		sample.one_word += is_word;
		sample.ends_alike += is_word && str_eq(last_word(one), two);
	}
	return sample;
}

/* Name columns that only the rows below explain. */
static void settle_by_rows(
		const struct grid *grid, const struct sheet_words *words, struct guess *guess) {
	if (words->given == words->none) {
		return;
	}
	unsigned name = column_of(guess, words->name);
	unsigned given = column_of(guess, words->given);
	if (name && given) {
		struct sample s = take_sample(grid, guess->row_last, name, given);
		if (s.ends_alike * 2 > s.rows) {
			guess->fields[given] = words->none; /* repeats the whole name's end */
		}
	} else if (name && name < SHEET_COLUMNS_MAX && guess->fields[name + 1] == words->none &&
			title_at(grid, guess->row_last, name + 1).n == 0) {
		struct sample s = take_sample(grid, guess->row_last, name, name + 1);
		if (s.one_word * 2 > s.rows && s.ends_alike * 2 <= s.rows) {
			guess->fields[name + 1] = words->given;
		}
	}
}

/* The words of a heading as a person reads them: "Cha – Họ tên". */
static enum err copy_title(const struct grid *grid, const struct guess *guess, unsigned column,
		struct arena *arena, struct str *out) {
	_cleanup_(buf_finish) struct buf text = buf_make((size_t)2 * PLAIN_BYTES);
	struct str above = title_at(grid, guess->row_first, column);
	struct str below = guess->row_last > guess->row_first &&
					!is_same_merge(grid, guess->row_first, column,
							guess->row_last, column)
			? title_at(grid, guess->row_last, column)
			: (struct str){ "", 0 };
	enum err e = roster_clean(above, &text);
	if (!e && above.n > 0 && below.n > 0) {
		buf_add_str(&text, " – ");
	}
	if (!e) {
		e = roster_clean(below, &text);
	}
	if (e == ERR_LIMIT) {
		buf_clear(&text); /* a heading longer than a page has no short form */
	} else if (e) {
		return e;
	}
	return arena_copy(arena, (struct str){ buf_str(&text), text.len }, out);
}

static enum err put_columns(const struct grid *grid, const struct sheet_words *words,
		const struct guess *guess, struct arena *arena, struct sheet_head *out) {
	for (unsigned column = 1; column <= SHEET_COLUMNS_MAX; column++) {
		struct sheet_column *c = &out->columns[out->column_count];
		enum err e = copy_title(grid, guess, column, arena, &c->title);
		if (e) {
			return e;
		}
		if (c->title.n == 0 && guess->fields[column] == words->none) {
			continue;
		}
		c->column = column;
		c->field = guess->fields[column];
		out->column_count++;
	}
	return ERR_OK;
}

/* The first head of the sheet; known_count 0 when there is none. */
static enum err find_guess(
		const struct grid *grid, const struct sheet_words *words, struct guess *out) {
	for (size_t i = 0; i < grid->row_count && i < HEAD_ROWS_MAX; i++) {
		unsigned row = grid->rows[i].number;
		enum err e = guess_at(grid, words, row, out);
		if (e) {
			return e;
		}
		if (out->known_count == 0) {
			continue;
		}
		/* "Lớp | 10A1" above the head looks like the first of two rows of it. */
		struct guess later;
		e = guess_at(grid, words, row + 1, &later);
		if (!e && out->row_last > row && later.known_count >= out->known_count) {
			*out = later;
		}
		return e;
	}
	*out = (struct guess){ 0 };
	return ERR_OK;
}

enum err sheet_head_find(const struct grid *grid, const struct sheet_words *words,
		struct arena *arena, struct sheet_head *out) {
	assert(words->none <= SHEET_FIELDS_MAX);
	*out = (struct sheet_head){ 0 };
	struct guess guess;
	enum err e = find_guess(grid, words, &guess);
	if (e || guess.known_count == 0) {
		return e;
	}
	settle_repeats(words, &guess);
	settle_by_rows(grid, words, &guess);
	e = put_columns(grid, words, &guess, arena, out);
	if (e) {
		return e;
	}
	out->row_first = guess.row_first;
	out->row_last = guess.row_last;
	return ERR_OK;
}

size_t sheet_head_index(const struct sheet_head *head, unsigned field) {
	size_t i = 0;
	while (i < head->column_count && head->columns[i].field != field) {
		i++;
	}
	return i;
}
