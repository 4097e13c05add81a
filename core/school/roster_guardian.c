#include <string.h>

#include "core/school/roster_inner.h"

enum {
	TEXT_BYTES = 4 * 1024,
	PHONES_MAX = 4,    /* of one cell that are looked at */
	PHONE_DIGITS = 10, /* as people write them, with the 0 in front */
};

/* The numbers of one cell. */
struct phones {
	char numbers[PHONES_MAX][ACCOUNT_PHONE_BYTES];
	size_t count;
	bool has_bad; /* something in the cell is no number */
};

static void take_number(struct str s, struct phones *out) {
	if (out->count == PHONES_MAX || account_phone_parse(s, out->numbers[out->count])) {
		out->has_bad = true;
		return;
	}
	for (size_t i = 0; i < out->count; i++) {
		if (strcmp(out->numbers[i], out->numbers[out->count]) == 0) {
			return; /* written twice */
		}
	}
	out->count++;
}

/* One part of a cell: a number, or two written behind one another ("0912345678 - 0987654321"). */
static void take_part(struct str part, struct phones *out) {
	char digits[TEXT_BYTES];
	size_t n = 0;
	for (size_t i = 0; i < part.n && n < sizeof(digits); i++) {
		if ((part.p[i] >= '0' && part.p[i] <= '9') || part.p[i] == '+') {
			digits[n++] = part.p[i];
		}
	}
	if (n == 0) {
		return; /* a word beside the number: "mẹ" */
	}
	bool are_several = n > PHONE_DIGITS && n % PHONE_DIGITS == 0;
	for (size_t i = 0; i < n; i += PHONE_DIGITS) {
		are_several = are_several && digits[i] == '0';
	}
	if (!are_several) {
		take_number((struct str){ digits, n }, out);
		return;
	}
	for (size_t i = 0; i < n; i += PHONE_DIGITS) {
		take_number((struct str){ digits + i, PHONE_DIGITS }, out);
	}
}

static void split_phones(struct str s, struct phones *out) {
	size_t start = 0;
	for (size_t at = 0; at <= s.n; at++) {
		if (at == s.n || memchr("/;,|\n\r", s.p[at], 6)) {
			take_part((struct str){ s.p + start, at - start }, out);
			start = at + 1;
		}
	}
}

/* A guardian's two columns. */
struct columns {
	enum roster_relation relation;
	enum roster_field name;
	enum roster_field phone;
};

static enum err take_name(struct roster_plan *plan, const struct roster_raw *raw,
		struct roster_row *row, enum roster_field field, struct str *out) {
	const struct grid_cell *cell = raw->cells[field];
	if (!cell || cell->kind == GRID_ERROR || cell->is_uncomputed) {
		return ERR_OK;
	}
	struct account_name name;
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES);
	enum err e = roster_clean(cell->text, &text);
	if (!e) {
		e = account_name_parse((struct str){ buf_str(&text), text.len }, &name);
	}
	if (e == ERR_LIMIT || e == ERR_FORMAT) {
		return roster_note(plan, row, false, cell->column, "import.guardian_name", NULL);
	}
	if (e || strlen(name.search) < 2) {
		return e == ERR_MISSING ? ERR_OK : e; /* "-" or "x": nobody */
	}
	return arena_copy(&plan->arena, str_from(name.full), out);
}

/* Whether somebody in this row has the number already: one number is one person's sign-in. */
static bool is_taken(const struct roster_row *row, const char *phone) {
	for (size_t i = 0; i < row->guardian_count; i++) {
		if (str_eq_z(row->guardians[i].phone, phone)) {
			return true;
		}
	}
	return false;
}

static enum err note_phones(struct roster_plan *plan, struct roster_row *row,
		const struct grid_cell *cell, const struct phones *phones) {
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES);
	enum err e = roster_clean(cell->text, &text);
	if (e && e != ERR_LIMIT) {
		return e;
	}
	if (phones->count == 0) {
		return roster_note(plan, row, false, cell->column, "import.phone", "value",
				buf_str(&text), NULL);
	}
	if (phones->count > 1 || phones->has_bad) {
		return roster_note(plan, row, false, cell->column, "import.phone_extra", "value",
				buf_str(&text), "kept", phones->numbers[0], NULL);
	}
	return ERR_OK;
}

static enum err take_phone(struct roster_plan *plan, const struct roster_raw *raw,
		struct roster_row *row, enum roster_field field, struct str *out) {
	const struct grid_cell *cell = raw->cells[field];
	if (!cell) {
		return ERR_OK;
	}
	if (cell->kind == GRID_ERROR || cell->is_uncomputed) {
		return roster_note(
				plan, row, false, cell->column, "import.phone", "value", "", NULL);
	}
	struct phones phones = { .count = 0 };
	split_phones(cell->text, &phones);
	enum err e = note_phones(plan, row, cell, &phones);
	if (e || phones.count == 0) {
		return e;
	}
	if (is_taken(row, phones.numbers[0])) {
		if (field == ROSTER_OTHER_PHONE && !raw->cells[ROSTER_OTHER_NAME]) {
			return ERR_OK; /* "SĐT liên hệ" that is the father's or the mother's */
		}
		return roster_note(plan, row, false, cell->column, "import.phone_shared", "value",
				phones.numbers[0], NULL);
	}
	return arena_copy(&plan->arena, str_from(phones.numbers[0]), out);
}

/* A number without a name still is somebody: "Phụ huynh em …". */
static enum err make_name(struct roster_plan *plan, const struct roster_row *row, struct str *out) {
	_cleanup_(buf_finish) struct buf text = buf_make(ACCOUNT_NAME_BYTES + 32);
	buf_add_str(&text, "Phụ huynh em ");
	buf_add(&text, row->full_name.p, row->full_name.n);
	struct str name = { buf_str(&text), text.len };
	if (str_utf8_count(name) > ACCOUNT_NAME_CHARS_MAX) {
		name = row->full_name;
	}
	return arena_copy(&plan->arena, name, out);
}

enum err roster_check_guardians(
		struct roster_plan *plan, const struct roster_raw *raw, struct roster_row *row) {
	static const struct columns all[ROSTER_GUARDIANS_MAX] = {
		{ ROSTER_FATHER, ROSTER_FATHER_NAME, ROSTER_FATHER_PHONE },
		{ ROSTER_MOTHER, ROSTER_MOTHER_NAME, ROSTER_MOTHER_PHONE },
		{ ROSTER_OTHER, ROSTER_OTHER_NAME, ROSTER_OTHER_PHONE },
	};
	for (size_t i = 0; i < ROSTER_GUARDIANS_MAX; i++) {
		struct roster_guardian g = { .relation = all[i].relation };
		enum err e = take_name(plan, raw, row, all[i].name, &g.full_name);
		if (!e) {
			e = take_phone(plan, raw, row, all[i].phone, &g.phone);
		}
		if (!e && g.full_name.n == 0 && g.phone.n > 0) {
			g.is_made_name = true;
			e = make_name(plan, row, &g.full_name);
		}
		if (e) {
			return e;
		}
		if (g.full_name.n > 0) {
			row->guardians[row->guardian_count++] = g;
		}
	}
	return ERR_OK;
}
