#include "gradebook/sheets/mark_value.h"

#include "core/base/cleanup.h"

enum { WORD_BYTES_MAX = 64 };

static struct mark_value wrong(const char *fault) {
	return (struct mark_value){ MARK_VALUE_WRONG, CELL_EMPTY, fault };
}

static struct mark_value of(int value_x10, bool is_makeup) {
	return (struct mark_value){ MARK_VALUE_MARK,
		{ .value_x10 = value_x10, .is_makeup = is_makeup }, NULL };
}

static struct mark_value comment_of(struct str word, bool is_makeup) {
	int value = MARK_NONE;
	if (str_eq_z(word, "c")) {
		return of(0, is_makeup);
	}
	return mark_parse(MARK_SCALE_PASSED, word, &value) ? wrong("sheet.value_comment")
							   : of(value, is_makeup);
}

/* A level by its letter, or by the circular's words for it. It is a judgement: nobody is away from it,
 * and none is made up later. */
static struct mark_value level_of(struct str word) {
	static const char *const words[PACK_PRIMARY_LEVELS][2] = {
		[PACK_PRIMARY_C] = { "cht", "chua hoan thanh" },
		[PACK_PRIMARY_MIDDLE] = { "ht", "hoan thanh" },
		[PACK_PRIMARY_T] = { "htt", "hoan thanh tot" },
	};
	int value = MARK_NONE;
	if (mark_parse(MARK_SCALE_LEVEL, word, &value) == ERR_OK) {
		return of(value, false);
	}
	for (int i = 0; i < PACK_PRIMARY_LEVELS; i++) {
		if (str_eq_z(word, words[i][0]) || str_eq_z(word, words[i][1])) {
			return of(i, false);
		}
	}
	return wrong("sheet.value_level");
}

/* 75 is 7,5 on a keypad; in a file it may be anything, so it is asked. */
static struct mark_value mark_of(enum mark_scale scale, struct str word, bool is_makeup) {
	int value = MARK_NONE;
	uint64_t whole = 0;
	int64_t hundredths = 0;
	if (mark_parse(scale, word, &value) == ERR_OK) {
		return of(value, is_makeup);
	}
	if (str_parse_u64(word, &whole) == ERR_OK && whole > MARK_MAX_X10 / 10 &&
			whole <= MARK_MAX_X10 && !mark_check_value(scale, (int)whole)) {
		struct mark_value asked = of((int)whole, is_makeup);
		asked.kind = MARK_VALUE_ASK;
		return asked;
	}
	bool is_longer = str_parse_decimal(word, 2, &hundredths) == ERR_OK && hundredths >= 0 &&
			hundredths <= MARK_MAX_X10 * 10 && hundredths % 100 != 0;
	if (is_longer && scale == MARK_SCALE_WHOLE) {
		return wrong("sheet.value_whole");
	}
	return wrong(is_longer ? "sheet.value_decimals" : "sheet.value_wrong");
}

static struct mark_value value_of(enum mark_scale scale, struct str word, bool is_makeup) {
	switch (scale) {
	case MARK_SCALE_TENTHS:
	case MARK_SCALE_WHOLE:
		break;
	case MARK_SCALE_PASSED:
		return comment_of(word, is_makeup);
	case MARK_SCALE_LEVEL:
		return level_of(word);
	}
	return mark_of(scale, word, is_makeup);
}

static struct mark_value word_of(enum mark_scale scale, struct str word) {
	if (word.n == 0 || str_eq_z(word, "-")) {
		return (struct mark_value){ MARK_VALUE_EMPTY, CELL_EMPTY, NULL };
	}
	if (scale != MARK_SCALE_LEVEL && (str_eq_z(word, "v") || str_eq_z(word, "vang"))) {
		struct mark_value missing = { MARK_VALUE_MARK, CELL_EMPTY, NULL };
		missing.cell.is_missing = true;
		return missing;
	}
	if (str_eq_z(word, "m") || str_eq_z(word, "mg") || str_starts(word, "mien")) {
		return (struct mark_value){ MARK_VALUE_EXEMPT, CELL_EMPTY, NULL };
	}
	bool is_makeup = scale != MARK_SCALE_LEVEL && word.n > 1 && word.p[word.n - 1] == 'b';
	if (is_makeup) {
		word = str_trim((struct str){ word.p, word.n - 1 });
	}
	return value_of(scale, word, is_makeup);
}

enum err mark_value_read(
		enum mark_scale scale, const struct grid_cell *cell, struct mark_value *out) {
	*out = (struct mark_value){ MARK_VALUE_EMPTY, CELL_EMPTY, NULL };
	if (!cell) {
		return ERR_OK;
	}
	if (cell->is_uncomputed) {
		*out = wrong("import.formula");
		return ERR_OK;
	}
	if (cell->kind == GRID_ERROR || cell->kind == GRID_BOOL) {
		*out = wrong("import.cell_error");
		return ERR_OK;
	}
	if (cell->kind == GRID_DATE) {
		*out = wrong("sheet.value_date"); /* Excel took "8.5" for the 8th of May */
		return ERR_OK;
	}
	_cleanup_(buf_finish) struct buf word = buf_make(WORD_BYTES_MAX);
	enum err e = str_fold(cell->text, &word);
	if (e && e != ERR_NOMEM) {
		*out = wrong("sheet.value_wrong"); /* longer than any mark */
		return ERR_OK;
	}
	if (!e) {
		*out = word_of(scale, (struct str){ buf_str(&word), word.len });
	}
	return e;
}

void mark_value_print(
		enum mark_scale scale, const struct cell *cell, enum lang lang, struct buf *out) {
	if (cell->is_missing) {
		buf_add_char(out, 'V');
	} else {
		mark_print(scale, cell->value_x10, lang, out);
	}
}
