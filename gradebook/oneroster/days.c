#include "gradebook/oneroster/days.h"

static struct date shifted(struct date d, int days) {
	struct date other;
	if (!date_is_valid(d) || date_from_days(date_to_days(d) + days, &other)) {
		return d;
	}
	return other;
}

struct date oneroster_day_after(struct date d) {
	return shifted(d, 1);
}

struct date oneroster_day_before(struct date d) {
	return shifted(d, -1);
}

static struct date within(struct date d, struct date first, struct date last) {
	if (!d.year) {
		return d;
	}
	if (date_compare(d, first) < 0) {
		return first;
	}
	return date_compare(d, last) > 0 ? last : d;
}

void oneroster_enrolment_within(
		struct oneroster_enrolment_fact *n, const struct oneroster_session_fact *year) {
	n->from_on = within(n->from_on, year->starts_on, year->ends_on);
	n->to_on = within(n->to_on, n->from_on.year ? n->from_on : year->starts_on,
			oneroster_day_after(year->ends_on));
}
