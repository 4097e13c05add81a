#include "ws/service/record_kinds.h"

#include "core/outbox/owe_store.h"
#include "core/outbox/school_records_store.h"

const struct record_kinds record_kinds = { school_record_kinds, SCHOOL_RECORD_KINDS };

void record_kinds_pay(struct db_settings *settings) {
	settings->last = (struct db_last){
		.ahead = outbox_ahead, .pay = outbox_pay, .ctx = &record_kinds
	};
}
