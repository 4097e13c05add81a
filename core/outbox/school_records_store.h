#ifndef CORE_OUTBOX_SCHOOL_RECORDS_STORE_H
#define CORE_OUTBOX_SCHOOL_RECORDS_STORE_H

/*
 * The kinds of records whose tables every module shares (core/school): truong, namhoc, monhoc,
 * lophoc, giaovien, hocsinh, xeplop, phancong. What they leave out, and why: docs/exchange.md.
 */

#include "core/outbox/record_kind.h"

extern const struct record_kind record_kind_school;
extern const struct record_kind record_kind_year;
extern const struct record_kind record_kind_subject;
extern const struct record_kind record_kind_teacher;
extern const struct record_kind record_kind_class;
extern const struct record_kind record_kind_teaching;
extern const struct record_kind record_kind_student;
extern const struct record_kind record_kind_enrolment;

#endif
