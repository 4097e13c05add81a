#include "ws/http/mark_json.h"

void mark_put_value(struct json_out *w, const char *name, int value_x10) {
	if (value_x10 == MARK_NONE) {
		jo_knull(w, name);
	} else {
		jo_ki64(w, name, value_x10);
	}
}

void mark_put_cell(struct json_out *w, const struct cell *cell) {
	mark_put_value(w, "valueX10", cell->value_x10);
	jo_kstrz(w, "state", cell_state_name(cell));
	jo_kbool(w, "isMakeup", cell->is_makeup);
}

enum err mark_get_cell(const struct json *node, struct cell *out) {
	struct cell cell = CELL_EMPTY;
	struct str state;
	int64_t value = MARK_NONE;
	enum err e = json_opt_i64(node, "valueX10", MARK_NONE, &value);
	e = e ? e : json_opt_str(node, "state", str_from("value"), &state);
	e = e ? e : cell_parse_state(state, &cell.is_missing);
	e = e ? e : json_opt_bool(node, "isMakeup", false, &cell.is_makeup);
	if (e || value < MARK_NONE || value > MARK_MAX_X10) {
		return ERR_INVAL;
	}
	cell.value_x10 = (int)value;
	cell.is_makeup = cell.is_makeup && value != MARK_NONE;
	*out = cell;
	return ERR_OK;
}

enum err mark_put_result(struct json_out *w, const struct mark_result *r, enum lang lang) {
	jo_obj(w);
	mark_put_value(w, "valueX10", r->value_x10);
	jo_key(w, "why");
	enum err e = explain_json(&r->why, lang, w);
	if (e) {
		jo_null(w);
	}
	jo_end_obj(w);
	return e;
}

struct mark_result mark_result_of(
		const struct mark_plan *plan, const struct mark_cell *cells, size_t count) {
	struct mark_result result = { .value_x10 = MARK_NONE };
	if (plan && !plan->pack) {
		explain_begin(&result.why, "mark.mean_none");
		return result;
	}
	if (!plan || mark_term_result(plan, cells, count, &result)) {
		result.value_x10 = MARK_NONE;
		explain_begin(&result.why, "mark.mean_unknown");
	}
	return result;
}
