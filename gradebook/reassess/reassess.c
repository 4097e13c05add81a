#include "gradebook/reassess/reassess.h"

enum { SUBJECT_STEP = 1000 };

enum err reassess_check(const struct reassess_item *item, int value) {
	if (item->item == REASSESS_DECISION) {
		return value >= REASSESS_NONE && value <= 1 ? ERR_OK : ERR_INVAL;
	}
	return mark_check_value(item->scale, value);
}

uint64_t reassess_column(uint64_t subject_id, unsigned item) {
	return subject_id * SUBJECT_STEP + item;
}
