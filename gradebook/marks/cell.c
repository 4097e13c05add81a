#include "gradebook/marks/cell.h"

bool cell_is_code(unsigned code) {
	return code <= MARK_MAX_X10 ||
			(code >= CELL_MAKEUP && code <= CELL_MAKEUP + MARK_MAX_X10) ||
			code == CELL_MISSING || code == CELL_NONE;
}

uint8_t cell_code(const struct cell *cell) {
	if (cell->is_missing) {
		return CELL_MISSING;
	}
	if (cell->value_x10 == MARK_NONE) {
		return CELL_NONE;
	}
	return (uint8_t)(cell->value_x10 + (cell->is_makeup ? CELL_MAKEUP : 0));
}

enum err cell_from_code(unsigned code, struct cell *out) {
	if (!cell_is_code(code)) {
		return ERR_CORRUPT;
	}
	struct cell cell = CELL_EMPTY;
	if (code == CELL_MISSING) {
		cell.is_missing = true;
	} else if (code != CELL_NONE) {
		cell.is_makeup = code >= CELL_MAKEUP;
		cell.value_x10 = (int)code - (cell.is_makeup ? CELL_MAKEUP : 0);
	}
	*out = cell;
	return ERR_OK;
}

bool cell_is_same(const struct cell *a, const struct cell *b) {
	return cell_code(a) == cell_code(b);
}

bool cell_is_empty(const struct cell *cell) {
	return cell_code(cell) == CELL_NONE;
}

enum err cell_check(enum mark_scale scale, const struct cell *cell) {
	bool has_value = cell->value_x10 != MARK_NONE;
	if ((cell->is_missing && has_value) || (cell->is_makeup && !has_value)) {
		return ERR_INVAL;
	}
	return mark_check_value(scale, cell->value_x10);
}

const char *cell_state_name(const struct cell *cell) {
	return cell->is_missing ? "missing" : "value";
}

enum err cell_parse_state(struct str name, bool *out_is_missing) {
	bool is_missing = str_eq_z(name, "missing");
	if (!is_missing && !str_eq_z(name, "value")) {
		return ERR_INVAL;
	}
	*out_is_missing = is_missing;
	return ERR_OK;
}
