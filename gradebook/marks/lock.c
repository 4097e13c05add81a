#include "gradebook/marks/lock.h"

static bool is_of_kind(unsigned of, enum mark_kind kind) {
	return of == 0 || of == kind;
}

/* The earliest lock that holds for the class; 0 for none. */
static int64_t first_lock_ms(const struct lock_facts *facts, enum mark_kind kind) {
	int64_t first_ms = 0;
	for (size_t i = 0; i < facts->rule_count; i++) {
		const struct lock_rule *rule = &facts->rules[i];
		bool holds = is_of_kind(rule->kind, kind) &&
				(rule->grade == 0 || rule->grade == facts->grade);
		if (holds && (first_ms == 0 || rule->locks_at_ms < first_ms)) {
			first_ms = rule->locks_at_ms;
		}
	}
	return first_ms;
}

/* When the last reopening ends that is in force; 0 for none. */
static int64_t open_until_ms(const struct lock_facts *facts, enum mark_kind kind, int64_t now_ms) {
	int64_t until_ms = 0;
	for (size_t i = 0; i < facts->reopening_count; i++) {
		const struct lock_reopening *r = &facts->reopenings[i];
		if (is_of_kind(r->kind, kind) && r->until_ms > now_ms && r->until_ms > until_ms) {
			until_ms = r->until_ms;
		}
	}
	return until_ms;
}

enum lock_state lock_state_of(const struct lock_facts *facts, enum mark_kind kind, int64_t now_ms) {
	if (facts->is_closed) {
		return LOCK_CLOSED;
	}
	int64_t at_ms = first_lock_ms(facts, kind);
	bool is_locked = at_ms > 0 && at_ms <= now_ms && open_until_ms(facts, kind, now_ms) == 0;
	return is_locked ? LOCK_LOCKED : LOCK_OPEN;
}

int64_t lock_at_ms(const struct lock_facts *facts, enum mark_kind kind, int64_t now_ms) {
	int64_t at_ms = first_lock_ms(facts, kind);
	int64_t until_ms = open_until_ms(facts, kind, now_ms);
	return at_ms > 0 && at_ms <= now_ms && until_ms > 0 ? until_ms : at_ms;
}
