#ifndef GRADEBOOK_RECORDS_GRADEBOOK_RECORDS_STORE_H
#define GRADEBOOK_RECORDS_GRADEBOOK_RECORDS_STORE_H

/*
 * The kinds of records of the gradebook: cotdiem, diem, renluyen, nhanxet, vang, ketqua, ketquamon.
 * What they leave out, and why: docs/exchange.md.
 */

#include "core/outbox/record_kind.h"

/* mark_records_store.c: what is entered. */
extern const struct record_kind record_kind_column;
extern const struct record_kind record_kind_mark;
extern const struct record_kind record_kind_conduct;
extern const struct record_kind record_kind_remark;
extern const struct record_kind record_kind_absence;
/* result_records_store.c: what was kept when a class was closed. */
extern const struct record_kind record_kind_result;
extern const struct record_kind record_kind_subject_result;

#endif
