#include "gradebook/presence/presence.h"

#include <stddef.h>

const char *presence_kind_name(enum presence_kind kind) {
	switch (kind) {
	case PRESENCE_PRESENT:
		return NULL;
	case PRESENCE_EXCUSED:
		return "excused";
	case PRESENCE_UNEXCUSED:
		return "unexcused";
	case PRESENCE_LATE:
		return "late";
	}
	return NULL;
}

enum err presence_kind_parse(struct str name, enum presence_kind *out) {
	for (enum presence_kind k = PRESENCE_EXCUSED; k <= PRESENCE_LATE; k++) {
		if (str_eq(name, str_from(presence_kind_name(k)))) {
			*out = k;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

enum err presence_kind_from_db(uint64_t v, enum presence_kind *out) {
	if (v > PRESENCE_LATE) {
		return ERR_CORRUPT;
	}
	*out = (enum presence_kind)v;
	return ERR_OK;
}

enum err presence_check_day(const struct school_year *year, struct date today, struct date on,
		int64_t session) {
	if (session < 1 || session > PRESENCE_SESSIONS || !date_is_valid(on) ||
			date_compare(on, year->starts_on) < 0 ||
			date_compare(on, year->ends_on) > 0) {
		return ERR_INVAL;
	}
	return date_compare(on, today) > 0 ? ERR_EARLY : ERR_OK;
}

enum err presence_check_take(const struct school_year *year, struct date today, struct date on,
		int64_t session, bool is_office) {
	enum err e = presence_check_day(year, today, on, session);
	if (e) {
		return e;
	}
	bool is_old = date_to_days(today) - date_to_days(on) > PRESENCE_DAYS_BACK_MAX;
	return is_old && !is_office ? ERR_LATE : ERR_OK;
}

unsigned presence_term_of(const struct school_year *year, struct date on) {
	unsigned number = 1;
	for (unsigned i = 0; i < year->term_count; i++) {
		if (date_compare(year->terms[i].starts_on, on) <= 0) {
			number = year->terms[i].number;
		}
	}
	return number;
}

void presence_count_add(struct presence_count *count, enum presence_kind kind) {
	switch (kind) {
	case PRESENCE_PRESENT:
		break;
	case PRESENCE_EXCUSED:
		count->excused++;
		break;
	case PRESENCE_UNEXCUSED:
		count->unexcused++;
		break;
	case PRESENCE_LATE:
		count->late++;
		break;
	}
}

unsigned presence_absent(const struct presence_count *count) {
	return count->excused + count->unexcused;
}
