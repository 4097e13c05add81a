#include "gradebook/rules/tt22_why.h"

#include <assert.h>

/* What every step needs. */
struct round {
	const struct rule_pack *pack;
	const struct tt22_student *student;
	const struct tt22_outcome *o;
	bool only_notable;
	const struct tt22_why_sink *sink;
	enum err err;        /* the first one ends the round */
	struct tt22_why why; /* the one that is being written */
};

const char *tt22_what_name(enum tt22_what what) {
	switch (what) {
	case TT22_WHAT_MEAN:
		return "mean";
	case TT22_WHAT_LEARNING:
		return "learning";
	case TT22_WHAT_CONDUCT:
		return "conduct";
	case TT22_WHAT_PROMOTION:
		return "promotion";
	case TT22_WHAT_RETEST:
		return "retest";
	case TT22_WHAT_SUMMER:
		return "summer";
	case TT22_WHAT_AWARD:
		return "award";
	}
	return "";
}

const char *tt22_scope_name(enum tt22_scope scope) {
	switch (scope) {
	case TT22_SCOPE_TERM_1:
		return "term_1";
	case TT22_SCOPE_TERM_2:
		return "term_2";
	case TT22_SCOPE_YEAR:
		return "year";
	case TT22_SCOPE_SUMMER:
		return "after";
	}
	return "";
}

static const char *scope_word(enum tt22_scope scope) {
	switch (scope) {
	case TT22_SCOPE_TERM_1:
		return "rule.word_term_1";
	case TT22_SCOPE_TERM_2:
		return "rule.word_term_2";
	case TT22_SCOPE_YEAR:
		return "rule.word_year";
	case TT22_SCOPE_SUMMER:
		return "rule.word_after";
	}
	return "";
}

static const char *level_word(enum pack_level level) {
	static const char *const words[PACK_LEVELS] = { "rule.word_chua_dat", "rule.word_dat",
		"rule.word_kha", "rule.word_tot" };
	assert(level > PACK_LEVEL_NONE && level < PACK_LEVELS);
	return words[level];
}

/* ---- one explanation: begin, add parameters, send ---- */

static struct explain *begin(
		struct round *r, enum tt22_what what, enum tt22_scope scope, const char *code) {
	r->why.what = what;
	r->why.scope = scope;
	r->why.has_subject = false;
	r->why.is_notable = false;
	explain_begin(&r->why.x, code);
	return &r->why.x;
}

static struct explain *begin_subject(struct round *r, enum tt22_scope scope, size_t subject) {
	struct explain *x = begin(r, TT22_WHAT_MEAN, scope, NULL);
	r->why.has_subject = true;
	r->why.subject = subject;
	return x;
}

static void cite(struct round *r, struct pack_article article) {
	explain_text(&r->why.x, "circular", str_from(r->pack->circular));
	explain_article(&r->why.x, "article", article);
}

static void send(struct round *r) {
	if (!r->err && (r->why.is_notable || !r->only_notable)) {
		r->err = r->sink->take(&r->why, r->sink->ctx);
	}
}

static void send_notable(struct round *r) {
	r->why.is_notable = true;
	send(r);
}

/* A result of a subject: a mean, or a word. */
static void add_value(struct explain *x, const char *name, bool is_comment, int value) {
	if (is_comment) {
		explain_word(x, name,
				value == TT22_PASSED ? "rule.word_dat" : "rule.word_chua_dat");
	} else {
		explain_tenths(x, name, value);
	}
}

/* ---- subjects ---- */

static void why_term(struct round *r, size_t i, unsigned k) {
	const struct tt22_subject *s = &r->student->subjects[i];
	const struct tt22_term *term = &s->terms[k];
	int value = r->o->terms[i][k];
	struct explain *x = begin_subject(r, k ? TT22_SCOPE_TERM_2 : TT22_SCOPE_TERM_1, i);
	if (s->is_term_exempt[k]) {
		explain_begin(x, "rule.exempt_term");
		explain_int(x, "term", k + 1);
		send_notable(r);
		return;
	}
	if (value == TT22_MARK_NONE) {
		tt22_explain_missing(term, s->is_comment, tt22_regular_needed(r->pack, s, term), x);
		send_notable(r);
		return;
	}
	if (s->given[k] != TT22_MARK_NONE) {
		explain_begin(x, "rule.given");
		add_value(x, "result", s->is_comment, value);
	} else if (s->is_comment) {
		tt22_explain_comment(r->pack, (enum tt22_comment)value, x);
	} else {
		tt22_explain_term(r->pack, term, value, x);
	}
	send(r);
}

static void why_year(struct round *r, size_t i) {
	const struct tt22_subject *s = &r->student->subjects[i];
	const int *terms = r->o->terms[i];
	struct explain *x = begin_subject(r, TT22_SCOPE_YEAR, i);
	if (r->o->years[i] == TT22_MARK_NONE) {
		bool is_first = !s->is_term_exempt[0] && terms[0] == TT22_MARK_NONE &&
				(!s->is_comment || s->is_term_exempt[1]);
		explain_begin(x, "mark.year_missing");
		explain_int(x, "term", is_first ? 1 : 2);
		send_notable(r);
		return;
	}
	if (s->is_term_exempt[0] || s->is_term_exempt[1]) {
		explain_begin(x, "rule.exempt_year");
		explain_int(x, "term", s->is_term_exempt[0] ? 2 : 1);
	} else if (s->is_comment) {
		tt22_explain_comment_year(r->pack, x);
	} else {
		tt22_explain_year(r->pack, terms[0], terms[1], r->o->years[i], x);
	}
	send(r);
}

static void why_subject(struct round *r, size_t i) {
	if (r->student->subjects[i].is_exempt) {
		explain_begin(begin_subject(r, TT22_SCOPE_YEAR, i), "rule.exempt");
		send_notable(r);
		return;
	}
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		why_term(r, i, k);
	}
	why_year(r, i);
}

/* ---- learning ---- */

/* The subjects of a level, and names picked from them. */
struct picked {
	struct tt22_result results[TT22_SUBJECTS_MAX];
	struct str names[TT22_SUBJECTS_MAX];
	size_t count;
};

static void pick(struct round *r, struct picked *p, bool (*wants)(const struct tt22_result *)) {
	p->count = 0;
	for (size_t i = 0; i < r->student->subject_count; i++) {
		if (!p->results[i].is_exempt && wants(&p->results[i])) {
			p->names[p->count++] = r->student->subjects[i].code;
		}
	}
}

static bool is_missing(const struct tt22_result *result) {
	return result->value == TT22_MARK_NONE;
}

static bool is_failed_comment(const struct tt22_result *result) {
	return result->is_comment && result->value == TT22_NOT_PASSED;
}

static void why_no_learning(struct round *r, enum tt22_scope scope, struct picked *p) {
	pick(r, p, is_missing);
	struct explain *x = begin(r, TT22_WHAT_LEARNING, scope,
			p->count ? "rule.learning_missing" : "rule.learning_nothing");
	explain_word(x, "scope", scope_word(scope));
	if (p->count) {
		explain_int(x, "count", (int64_t)p->count);
		explain_list(x, "subjects", p->names, p->count);
	}
	send_notable(r);
}

/* The marked subject with the lowest mean; the subject count when there is none. */
static size_t lowest(const struct round *r, const struct picked *p) {
	size_t found = r->student->subject_count;
	for (size_t i = 0; i < r->student->subject_count; i++) {
		const struct tt22_result *one = &p->results[i];
		bool is_less = found == r->student->subject_count ||
				one->value < p->results[found].value;
		if (!one->is_exempt && !one->is_comment && is_less) {
			found = i;
		}
	}
	return found;
}

/* What the level's own row asks, and how it is met. */
static void why_reached(struct round *r, enum tt22_scope scope, const struct picked *p,
		const struct pack_learning *row) {
	struct tt22_tally t = tt22_tally(row, p->results, r->student->subject_count);
	size_t low = lowest(r, p);
	struct explain *x = begin(r, TT22_WHAT_LEARNING, scope, "rule.learning");
	explain_word(x, "scope", scope_word(scope));
	explain_word(x, "level", level_word(row->level));
	explain_tenths(x, "every", row->every_least_x10);
	/* Without a marked subject no row with a count of them could be met. */
	assert(low < r->student->subject_count);
	explain_text(x, "subject", r->student->subjects[low].code);
	explain_tenths(x, "lowest", p->results[low].value);
	explain_int(x, "many", (int64_t)t.many);
	explain_tenths(x, "least", row->many_least_x10);
	explain_int(x, "need", (int64_t)row->many_count);
	explain_int(x, "fails", (int64_t)t.fails);
	explain_int(x, "fails_most", (int64_t)row->comment_fails_most);
	cite(r, row->article);
	send(r);
}

/* Which conditions of the next higher row are not met. */
static void why_stopped(struct round *r, enum tt22_scope scope, struct picked *p,
		const struct pack_learning *row) {
	struct tt22_tally t = tt22_tally(row, p->results, r->student->subject_count);
	if (t.below) {
		size_t low = lowest(r, p);
		struct explain *x = begin(r, TT22_WHAT_LEARNING, scope, "rule.stop_every");
		explain_word(x, "level", level_word(row->level));
		explain_int(x, "count", (int64_t)t.below);
		explain_tenths(x, "least", row->every_least_x10);
		explain_text(x, "subject", r->student->subjects[low].code);
		explain_tenths(x, "lowest", p->results[low].value);
		cite(r, row->article);
		send(r);
	}
	if (t.many < row->many_count) {
		struct explain *x = begin(r, TT22_WHAT_LEARNING, scope, "rule.stop_many");
		explain_word(x, "level", level_word(row->level));
		explain_int(x, "many", (int64_t)t.many);
		explain_tenths(x, "least", row->many_least_x10);
		explain_int(x, "need", (int64_t)row->many_count);
		cite(r, row->article);
		send(r);
	}
	if (t.fails > row->comment_fails_most) {
		pick(r, p, is_failed_comment);
		struct explain *x = begin(r, TT22_WHAT_LEARNING, scope, "rule.stop_comment");
		explain_word(x, "level", level_word(row->level));
		explain_list(x, "subjects", p->names, p->count);
		explain_int(x, "fails_most", (int64_t)row->comment_fails_most);
		cite(r, row->article);
		send(r);
	}
}

static void why_raised(struct round *r, enum tt22_scope scope, const struct picked *p,
		const struct tt22_learning *l) {
	const struct tt22_result *one = &p->results[l->one];
	struct explain *x = begin(r, TT22_WHAT_LEARNING, scope, "rule.learning_raised");
	explain_word(x, "scope", scope_word(scope));
	explain_word(x, "from", level_word(l->table_level));
	explain_word(x, "to", level_word(l->level));
	explain_text(x, "subject", r->student->subjects[l->one].code);
	add_value(x, "result", one->is_comment, one->value);
	explain_int(x, "lowered", r->pack->exception.lowered_least);
	explain_word(x, "without", level_word(l->without));
	cite(r, r->pack->exception.article);
	send_notable(r);
}

static void why_learning(struct round *r, enum tt22_scope scope, const struct tt22_learning *l) {
	struct picked p;
	tt22_results(r->student, r->o, (unsigned)scope, p.results);
	if (l->level == PACK_LEVEL_NONE) {
		why_no_learning(r, scope, &p);
		return;
	}
	/* Rows stand from the highest level down; the rest comes after the last. */
	size_t k = 0;
	while (k < PACK_LEARNING_ROWS && r->pack->learning[k].level != l->table_level) {
		k++;
	}
	if (k < PACK_LEARNING_ROWS) {
		why_reached(r, scope, &p, &r->pack->learning[k]);
	} else {
		struct explain *x = begin(r, TT22_WHAT_LEARNING, scope, "rule.learning_rest");
		explain_word(x, "scope", scope_word(scope));
		explain_word(x, "level", level_word(l->table_level));
		cite(r, r->pack->learning_rest);
		send(r);
	}
	if (k > 0) {
		why_stopped(r, scope, &p, &r->pack->learning[k - 1]);
	}
	if (l->is_raised) {
		why_raised(r, scope, &p, l);
	}
}

/* ---- the year ---- */

static void why_conduct(struct round *r) {
	const enum pack_level *terms = r->student->conduct;
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		if (terms[k] == PACK_LEVEL_NONE) {
			struct explain *x = begin(r, TT22_WHAT_CONDUCT, TT22_SCOPE_YEAR,
					"rule.conduct_missing");
			explain_word(x, "scope",
					scope_word(k ? TT22_SCOPE_TERM_2 : TT22_SCOPE_TERM_1));
			send_notable(r);
		}
	}
	if (r->o->conduct != PACK_LEVEL_NONE) {
		struct explain *x =
				begin(r, TT22_WHAT_CONDUCT, TT22_SCOPE_YEAR, "rule.conduct_year");
		explain_word(x, "level", level_word(r->o->conduct));
		explain_word(x, "term1", level_word(terms[0]));
		explain_word(x, "term2", level_word(terms[1]));
		cite(r, r->pack->conduct_article);
		send(r);
	}
}

/* One explanation for each thing that is not there yet. */
static void why_open(struct round *r, enum tt22_what what, const char *code, bool takes_absences) {
	const struct {
		bool is_missing;
		const char *word;
	} parts[] = {
		{ r->o->learning.level == PACK_LEVEL_NONE, "rule.word_learning" },
		{ r->o->conduct == PACK_LEVEL_NONE, "rule.word_conduct" },
		{ takes_absences && r->student->absences == TT22_ABSENCES_NONE,
				"rule.word_absences" },
	};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].is_missing) {
			struct explain *x = begin(r, what, TT22_SCOPE_YEAR, code);
			explain_word(x, "what", parts[i].word);
			send_notable(r);
		}
	}
}

static void why_promotion(struct round *r, enum tt22_scope scope, enum pack_promotion promotion,
		enum pack_level conduct, enum pack_level learning) {
	const char *code = "rule.promoted";
	if (promotion == PACK_CONDITIONAL) {
		code = "rule.conditional";
	} else if (promotion == PACK_HELD) {
		code = r->student->absences > r->pack->absences_most ? "rule.held_absences"
								     : "rule.held";
	}
	struct explain *x = begin(r, TT22_WHAT_PROMOTION, scope, code);
	explain_word(x, "scope", scope_word(scope));
	explain_word(x, "conduct", level_word(conduct));
	explain_word(x, "learning", level_word(learning));
	explain_int(x, "absences", r->student->absences);
	explain_int(x, "most", r->pack->absences_most);
	cite(r, r->pack->promotion_article);
	send(r);
}

static void why_retest(struct round *r) {
	struct str names[TT22_SUBJECTS_MAX];
	size_t count = 0;
	for (size_t i = 0; i < r->student->subject_count; i++) {
		if (r->o->is_retest[i]) {
			names[count++] = r->student->subjects[i].code;
		}
	}
	if (r->o->retest == PACK_YES) {
		const char *code = r->o->conduct < r->pack->retest_conduct ? "rule.retest_after"
									   : "rule.retest";
		struct explain *x = begin(r, TT22_WHAT_RETEST, TT22_SCOPE_YEAR,
				count ? code : "rule.retest_none");
		explain_tenths(x, "below", r->pack->retest_below_x10);
		explain_list(x, "subjects", names, count);
		explain_word(x, "least", level_word(r->pack->retest_conduct));
		cite(r, r->pack->retest_article);
		send(r);
	} else if (r->o->retest == PACK_NO && r->o->learning.level < r->pack->retest_below) {
		struct explain *x =
				begin(r, TT22_WHAT_RETEST, TT22_SCOPE_YEAR, "rule.retest_closed");
		explain_word(x, "conduct", level_word(r->o->conduct));
		explain_word(x, "least", level_word(r->pack->retest_conduct));
		cite(r, r->pack->retest_article);
		send(r);
	}
}

static void why_summer(struct round *r) {
	if (r->o->summer == PACK_YES) {
		struct explain *x = begin(r, TT22_WHAT_SUMMER, TT22_SCOPE_YEAR, "rule.summer");
		explain_word(x, "conduct", level_word(r->o->conduct));
		cite(r, r->pack->summer_article);
		send(r);
	}
}

/* The names of the awards of all packs. */
static const char *award_word(const struct pack_award *award) {
	return str_eq_z(str_from(award->code), "xuat_sac") ? "rule.word_xuat_sac"
							   : "rule.word_gioi";
}

static void why_award_row(struct round *r, const struct pack_award *a, bool is_given) {
	const char *code = is_given ? "rule.award_many" : "rule.award_stop";
	if (is_given && a->many_count == 0) {
		code = "rule.award";
	}
	struct explain *x = begin(r, TT22_WHAT_AWARD, TT22_SCOPE_YEAR, code);
	explain_word(x, "award", award_word(a));
	explain_word(x, "conduct", level_word(r->o->conduct));
	explain_word(x, "learning", level_word(r->o->learning.level));
	explain_int(x, "many", (int64_t)tt22_count_years(r->student, r->o, a->many_least_x10));
	explain_tenths(x, "least", a->many_least_x10);
	explain_int(x, "need", (int64_t)a->many_count);
	cite(r, r->pack->award_article);
	send(r);
}

static void why_award(struct round *r) {
	int given = r->o->award;
	if (given == TT22_AWARD_NONE) {
		struct explain *x = begin(r, TT22_WHAT_AWARD, TT22_SCOPE_YEAR, "rule.award_none");
		explain_word(x, "conduct", level_word(r->o->conduct));
		explain_word(x, "learning", level_word(r->o->learning.level));
		cite(r, r->pack->award_article);
		send(r);
		return;
	}
	/* The one above was missed for its count alone: both levels are the same. */
	if (given > 0) {
		why_award_row(r, &r->pack->awards[given - 1], false);
	}
	why_award_row(r, &r->pack->awards[given], true);
}

static void why_after_summer(struct round *r) {
	if (r->student->has_summer && r->o->promotion != PACK_PROMOTION_OPEN) {
		why_learning(r, TT22_SCOPE_SUMMER, &r->o->learning_again);
		why_promotion(r, TT22_SCOPE_SUMMER, r->o->promotion_again, r->o->conduct_again,
				r->o->learning_again.level);
	}
}

enum err tt22_why_all(const struct rule_pack *pack, const struct tt22_student *student,
		const struct tt22_outcome *outcome, bool only_notable,
		const struct tt22_why_sink *sink) {
	struct round r = { .pack = pack,
		.student = student,
		.o = outcome,
		.only_notable = only_notable,
		.sink = sink };
	for (size_t i = 0; i < student->subject_count; i++) {
		why_subject(&r, i);
	}
	why_learning(&r, TT22_SCOPE_TERM_1, &outcome->term_learning[0]);
	why_learning(&r, TT22_SCOPE_TERM_2, &outcome->term_learning[1]);
	why_learning(&r, TT22_SCOPE_YEAR, &outcome->learning);
	why_conduct(&r);
	if (outcome->promotion == PACK_PROMOTION_OPEN) {
		why_open(&r, TT22_WHAT_PROMOTION, "rule.promotion_missing", true);
	} else {
		why_promotion(&r, TT22_SCOPE_YEAR, outcome->promotion, outcome->conduct,
				outcome->learning.level);
	}
	why_retest(&r);
	why_summer(&r);
	if (outcome->award == TT22_AWARD_OPEN) {
		why_open(&r, TT22_WHAT_AWARD, "rule.award_missing", false);
	} else {
		why_award(&r);
	}
	why_after_summer(&r);
	return r.err;
}
