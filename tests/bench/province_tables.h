#ifndef TESTS_BENCH_PROVINCE_TABLES_H
#define TESTS_BENCH_PROVINCE_TABLES_H

/* Each prints one table of a province, whole, in the order of its key (row_out.h). */

#include "tests/bench/province.h"

void province_print_province(const struct province *p);
void province_print_commune(const struct province *p);
void province_print_school(const struct province *p);
void province_print_school_year(const struct province *p);
void province_print_term(const struct province *p);
void province_print_subject(const struct province *p);
void province_print_subject_load(const struct province *p);
void province_print_person(const struct province *p);
void province_print_account(const struct province *p);
void province_print_membership(const struct province *p);
void province_print_class(const struct province *p);
void province_print_student(const struct province *p);
void province_print_enrolment(const struct province *p);
void province_print_guardian(const struct province *p);
void province_print_teaching(const struct province *p);
void province_print_mark_column(const struct province *p);
void province_print_mark(const struct province *p);
void province_print_mark_ledger(const struct province *p);
void province_print_mark_ledger_head(const struct province *p);
void province_print_conduct(const struct province *p);
void province_print_remark(const struct province *p);
void province_print_roll_call(const struct province *p);
void province_print_roll_call_change(const struct province *p);
void province_print_absence(const struct province *p);

#endif
