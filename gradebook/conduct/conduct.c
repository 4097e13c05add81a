#include "gradebook/conduct/conduct.h"

#include <assert.h>

enum { PLACE_SUMMER = 3, PLACE_STEP = 10 };

enum err conduct_stage_parse(struct str name, enum conduct_stage *out) {
	if (str_eq_z(name, "term")) {
		*out = CONDUCT_TERM;
	} else if (str_eq_z(name, "summer")) {
		*out = CONDUCT_SUMMER;
	} else {
		return ERR_INVAL;
	}
	return ERR_OK;
}

unsigned conduct_level_to_db(enum pack_level level) {
	return level == PACK_LEVEL_NONE ? 0 : (unsigned)(PACK_LEVELS - level);
}

enum err conduct_level_from_db(uint64_t v, enum pack_level *out) {
	if (v > PACK_LEVELS) {
		return ERR_CORRUPT;
	}
	*out = v == 0 ? PACK_LEVEL_NONE : (enum pack_level)(PACK_LEVELS - (int)v);
	return ERR_OK;
}

int conduct_ledger_code(unsigned term_number, enum conduct_stage stage, enum pack_level level) {
	assert(term_number >= 1 && term_number <= PACK_TERMS);
	unsigned place = stage == CONDUCT_SUMMER ? PLACE_SUMMER : term_number;
	return (int)(place * PLACE_STEP + conduct_level_to_db(level));
}

enum err conduct_from_ledger(unsigned code, unsigned *out_term_number,
		enum conduct_stage *out_stage, enum pack_level *out_level) {
	unsigned place = code / PLACE_STEP;
	enum pack_level level = PACK_LEVEL_NONE;
	enum err e = conduct_level_from_db(code % PLACE_STEP, &level);
	if (e || place < 1 || place > PLACE_SUMMER) {
		return ERR_CORRUPT;
	}
	*out_term_number = place == PLACE_SUMMER ? PACK_TERMS : place;
	*out_stage = place == PLACE_SUMMER ? CONDUCT_SUMMER : CONDUCT_TERM;
	*out_level = level;
	return ERR_OK;
}

/* A student of whom only the conduct is known. */
static enum err work_out(const struct rule_pack *pack, const struct conduct_year *year,
		struct tt22_student *student, struct tt22_outcome *out) {
	tt22_student_init(student);
	for (unsigned i = 0; i < PACK_TERMS; i++) {
		student->conduct[i] = year->terms[i];
	}
	student->has_summer = year->again != PACK_LEVEL_NONE;
	student->conduct_again = year->again;
	return tt22_work_out(pack, student, out);
}

enum err conduct_work_out(const struct rule_pack *pack, const struct conduct_year *year,
		struct conduct_outcome *out) {
	struct tt22_student student;
	struct tt22_outcome o;
	enum err e = work_out(pack, year, &student, &o);
	if (e) {
		return e;
	}
	bool is_again = o.summer == PACK_YES && year->again != PACK_LEVEL_NONE;
	*out = (struct conduct_outcome){
		.year = o.conduct, .summer = o.summer, .after = is_again ? year->again : o.conduct
	};
	return ERR_OK;
}

static enum err take_own(const struct tt22_why *why, void *ctx) {
	const struct tt22_why_sink *sink = ctx;
	bool is_own = why->what == TT22_WHAT_CONDUCT || why->what == TT22_WHAT_SUMMER;
	return is_own ? sink->take(why, sink->ctx) : ERR_OK;
}

enum err conduct_why(const struct rule_pack *pack, const struct conduct_year *year,
		const struct tt22_why_sink *sink) {
	struct tt22_student student;
	struct tt22_outcome o;
	enum err e = work_out(pack, year, &student, &o);
	struct tt22_why_sink own = { .take = take_own, .ctx = (void *)sink };
	return e ? e : tt22_why_all(pack, &student, &o, false, &own);
}
