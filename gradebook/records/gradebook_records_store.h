#ifndef GRADEBOOK_RECORDS_GRADEBOOK_RECORDS_STORE_H
#define GRADEBOOK_RECORDS_GRADEBOOK_RECORDS_STORE_H

/*
 * The kinds of records of the gradebook: cotdiem, diem, renluyen, danhgia, danhgialai, nhanxet, miengiam,
 * vang, khoaso, ketqua, ketquamon. What they leave out, and why: docs/records.md.
 */

#include "core/outbox/record_kind.h"

/* mark_records_store.c: what is entered. */
extern const struct record_kind record_kind_column;
extern const struct record_kind record_kind_mark;
extern const struct record_kind record_kind_conduct;
extern const struct record_kind record_kind_remark;
extern const struct record_kind record_kind_exemption;
extern const struct record_kind record_kind_absence;
/* judgement_records_store.c: what is said of a primary pupil beside the subjects, and what was
 * assessed again after the year. */
extern const struct record_kind record_kind_judgement;
extern const struct record_kind record_kind_reassessment;
/* result_records_store.c: that a class was closed, and what was kept then. */
extern const struct record_kind record_kind_closing;
extern const struct record_kind record_kind_result;
extern const struct record_kind record_kind_subject_result;

#endif
