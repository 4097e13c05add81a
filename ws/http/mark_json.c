#include "ws/http/mark_json.h"

void mark_put_value(struct json_out *w, const char *name, int value_x10) {
	if (value_x10 == MARK_NONE) {
		jo_knull(w, name);
	} else {
		jo_ki64(w, name, value_x10);
	}
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
	if (!plan || mark_term_result(plan, cells, count, &result)) {
		result.value_x10 = MARK_NONE;
		explain_begin(&result.why, "mark.mean_unknown");
	}
	return result;
}
