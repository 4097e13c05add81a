#include "ws/service/record_kinds.h"

#include "core/outbox/owe_store.h"
#include "core/outbox/school_records_store.h"
#include "exam/hall/sitting_records_store.h"
#include "gradebook/records/gradebook_records_store.h"

/* What others refer to comes first. */
static const struct record_kind *const kinds[] = { &record_kind_school, &record_kind_year,
	&record_kind_subject, &record_kind_teacher, &record_kind_class, &record_kind_teaching,
	&record_kind_student, &record_kind_enrolment, &record_kind_column, &record_kind_mark,
	&record_kind_conduct, &record_kind_judgement, &record_kind_reassessment,
	&record_kind_remark, &record_kind_exemption, &record_kind_absence, &record_kind_closing,
	&record_kind_result, &record_kind_subject_result, &record_kind_sitting };

const struct record_kinds record_kinds = { kinds, sizeof(kinds) / sizeof(kinds[0]) };

void record_kinds_pay(struct db_settings *settings) {
	settings->last = (struct db_last){
		.ahead = outbox_ahead, .pay = outbox_pay, .ctx = &record_kinds
	};
}
