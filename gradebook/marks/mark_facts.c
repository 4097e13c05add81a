#include "gradebook/marks/mark_facts.h"

void mark_facts_find_rules(struct mark_facts *facts) {
	facts->pack = NULL;
	facts->primary = NULL;
	if (pack_find(facts->grade, facts->year, &facts->pack) &&
			pack_find_primary(facts->grade, facts->year, &facts->primary)) {
		return; /* neither: both stay as they are */
	}
}

bool mark_facts_has_rules(const struct mark_facts *facts) {
	return facts->pack || facts->primary;
}

static struct mark_primary primary_of(const struct mark_facts *facts) {
	return (struct mark_primary){ facts->primary, facts->grade, facts->subject,
		str_from(facts->subject_code) };
}

enum mark_scale mark_facts_scale(
		const struct mark_facts *facts, enum mark_kind kind, unsigned position) {
	if (!facts->primary) {
		return mark_scale_of_subject(facts->subject);
	}
	enum mark_scale scale = mark_scale_of(facts->subject, kind, position);
	return scale == MARK_SCALE_TENTHS ? MARK_SCALE_WHOLE : scale;
}

enum err mark_facts_check_column(
		const struct mark_facts *facts, enum mark_kind kind, unsigned position) {
	if (facts->primary) {
		const struct mark_primary of = primary_of(facts);
		return mark_check_primary_column(&of, kind, position);
	}
	return facts->pack ? mark_check_column(facts->pack, facts->subject, facts->lessons_a_year,
					     kind, position)
			   : ERR_UNSUPPORTED;
}

struct mark_plan mark_facts_plan(const struct mark_facts *facts, size_t regular_columns) {
	if (facts->primary) {
		const struct mark_primary of = primary_of(facts);
		return mark_plan_primary(&of);
	}
	return facts->pack ? mark_plan_of(facts->pack, facts->subject, facts->lessons_a_year,
					     regular_columns)
			   : (struct mark_plan){ .subject = facts->subject };
}
