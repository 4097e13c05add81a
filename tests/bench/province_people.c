/* Of province.h: the tables of places, years, people and classes. */
#include <stdio.h>

#include "core/base/str.h"
#include "core/school/account.h"
#include "tests/bench/province_tables.h"
#include "tests/bench/row_out.h"

#define AT_MS INT64_C(1756684800000) /* 1 September 2025: when everything else was made */

enum {
	ROLE_OFFICE = 1,
	ROLE_TEACHER = 2,
	ROLE_STUDENT = 3,
	ROLE_PARENT = 4,
	STAFF = 1 + PROVINCE_SUBJECTS * PROVINCE_TEACHERS_A_SUBJECT, /* the office is the first */
	TEXT_BYTES = 200,
};

/* ---- places, years, subjects ---- */

void province_print_province(const struct province *p) {
	(void)p;
	row_int(1);
	row_text("T1");
	row_text("Tỉnh Một");
	row_text("2025-07-01");
	row_end();
}

void province_print_commune(const struct province *p) {
	(void)p;
	row_int(1);
	row_int(1);
	row_text("X1");
	row_text("Xã Một");
	row_text("2025-07-01");
	row_end();
}

void province_print_school(const struct province *p) {
	for (uint64_t s = 1; s <= p->schools; s++) {
		char text[TEXT_BYTES];
		row_id(s);
		row_int(1);
		(void)snprintf(text, sizeof(text), "thpt%llu", (unsigned long long)s); /* fits */
		row_text(text);
		(void)snprintf(text, sizeof(text), "Trường THPT số %llu",
				(unsigned long long)s); /* fits */
		row_text(text);
		row_text("thpt");
		row_int(AT_MS);
		row_id(s);
		row_end();
	}
}

void province_print_school_year(const struct province *p) {
	for (uint64_t s = 1; s <= p->schools; s++) {
		row_id(s);
		row_id(s);
		row_text("2025-2026");
		row_text("2025-09-05");
		row_text("2026-05-31");
		row_end();
	}
}

void province_print_term(const struct province *p) {
	static const char *const days[PROVINCE_TERMS][2] = { { "2025-09-05", "2026-01-16" },
		{ "2026-01-17", "2026-05-31" } };
	for (uint64_t s = 1; s <= p->schools; s++) {
		for (unsigned t = 0; t < PROVINCE_TERMS; t++) {
			row_id(province_term_id(s, t));
			row_id(s);
			row_id(s);
			row_int(t + 1);
			row_text(days[t][0]);
			row_text(days[t][1]);
			row_end();
		}
	}
}

void province_print_subject(const struct province *p) {
	for (uint64_t s = 1; s <= p->schools; s++) {
		for (unsigned k = 0; k < PROVINCE_SUBJECTS; k++) {
			row_id(province_subject_id(s, k));
			row_id(s);
			row_text(province_subjects[k].code);
			row_text(province_subjects[k].name);
			row_int(province_subjects[k].kind);
			row_int(k + 1);
			row_end();
		}
	}
}

void province_print_subject_load(const struct province *p) {
	for (uint64_t s = 1; s <= p->schools; s++) {
		for (unsigned k = 0; k < PROVINCE_SUBJECTS; k++) {
			for (unsigned g = 0; g < PROVINCE_GRADES; g++) {
				row_id(s);
				row_id(s);
				row_id(province_subject_id(s, k));
				row_int(PROVINCE_FIRST_GRADE + g);
				row_int(province_subjects[k].lessons_a_year);
				row_end();
			}
		}
	}
}

/* ---- people ---- */

/* Whoever the person is: a family name, a middle and a given name. */
static void print_name(const struct province *p, uint64_t person) {
	static const char *const family[] = { "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh",
		"Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý" };
	static const char *const middle[] = { "Thị", "Văn", "Hữu", "Đức", "Ngọc", "Minh", "Thị Thu",
		"Hoài", "Quốc", "Thanh", "Gia", "Bảo", "Thị Ngọc", "Anh", "Xuân", "Kim" };
	static const char *const given[] = { "An", "Ánh", "Bình", "Châu", "Dũng", "Đạt", "Giang",
		"Hà", "Hạnh", "Hiếu", "Hoa", "Hùng", "Hương", "Khánh", "Lan", "Linh", "Long", "Mai",
		"Nam", "Nga", "Nhung", "Phương", "Quân", "Quỳnh", "Sơn", "Thảo", "Trang", "Tú",
		"Uyên", "Vân", "Việt", "Yến" };
	char text[TEXT_BYTES];
	struct account_name name;
	(void)snprintf(text, sizeof(text), "%s %s %s", family[province_draw(p, person, 1, 16)],
			middle[province_draw(p, person, 2, 16)],
			given[province_draw(p, person, 3, 32)]); /* short words */
	row_must(account_name_parse(str_from(text), &name));
	row_text(name.full);
	row_text(name.given);
	row_text(name.rest);
	row_text(name.search);
}

/* Everybody with role and login, by school: students, guardians, staff. */
static void each_person(const struct province *p,
		void (*row)(const struct province *p, uint64_t school, uint64_t person,
				unsigned role)) {
	const unsigned of_families[] = { ROLE_STUDENT, ROLE_PARENT };
	for (unsigned i = 0; i < 2; i++) {
		for (uint64_t k = 0; k < p->schools * p->students; k++) {
			row(p, k / p->students + 1, i ? province_guardian(p, k + 1) : k + 1,
					of_families[i]);
		}
	}
	for (uint64_t s = 1; s <= p->schools; s++) {
		for (uint64_t k = 0; k < STAFF; k++) {
			row(p, s, province_office(p, s) + k, k ? ROLE_TEACHER : ROLE_OFFICE);
		}
	}
}

static void person_row(const struct province *p, uint64_t school, uint64_t person, unsigned role) {
	char birth[TEXT_BYTES];
	(void)school;
	row_id(person);
	print_name(p, person);
	if (role == ROLE_STUDENT) {
		(void)snprintf(birth, sizeof(birth), "2009-%02u-%02u",
				(unsigned)province_draw(p, person, 4, 12) + 1,
				(unsigned)province_draw(p, person, 5, 28) + 1); /* fits */
		row_text(birth);
	} else {
		row_null();
	}
	row_int(1 + (int64_t)province_draw(p, person, 6, 2));
	row_int(AT_MS);
	row_end();
}

void province_print_person(const struct province *p) {
	each_person(p, person_row);
}

static void account_row(const struct province *p, uint64_t school, uint64_t person, unsigned role) {
	char phone[TEXT_BYTES];
	(void)p;
	(void)school;
	row_id(person);
	if (role == ROLE_PARENT) {
		(void)snprintf(phone, sizeof(phone), "+849%08llu", (unsigned long long)person);
		row_text(phone);
	} else {
		row_null();
	}
	row_int(2); /* active */
	row_int(AT_MS);
	row_end();
}

void province_print_account(const struct province *p) {
	each_person(p, account_row);
}

static void membership_row(
		const struct province *p, uint64_t school, uint64_t person, unsigned role) {
	char login[TEXT_BYTES];
	(void)p;
	row_id(school);
	row_id(person);
	row_int(role);
	if (role == ROLE_PARENT) {
		row_null();
	} else {
		(void)snprintf(login, sizeof(login), "p%llu", (unsigned long long)person);
		row_text(login);
	}
	row_end();
}

void province_print_membership(const struct province *p) {
	each_person(p, membership_row);
}

void province_print_student(const struct province *p) {
	for (uint64_t i = 1; i <= p->schools * p->students; i++) {
		char code[TEXT_BYTES];
		row_id(i);
		row_id((i - 1) / p->students + 1);
		row_id(i);
		(void)snprintf(code, sizeof(code), "HS%06llu", (unsigned long long)i); /* fits */
		row_text(code);
		row_end();
	}
}

void province_print_guardian(const struct province *p) {
	for (uint64_t i = 1; i <= p->schools * p->students; i++) {
		row_id((i - 1) / p->students + 1);
		row_id(i);
		row_id(province_guardian(p, i));
		row_int(1 + (int64_t)province_draw(p, i, 7, 2));
		row_end();
	}
}

/* ---- classes ---- */

static void class_row(const struct province *p, const struct province_class *c) {
	char name[TEXT_BYTES];
	row_id(c->id);
	row_id(c->school);
	row_id(c->school);
	row_int(c->grade);
	(void)snprintf(name, sizeof(name), "%uA%llu", c->grade,
			(unsigned long long)(c->index / PROVINCE_GRADES + 1)); /* fits */
	row_text(name);
	row_id(province_homeroom(p, c));
	row_end();
}

void province_print_class(const struct province *p) {
	province_each_class(p, class_row);
}

static void enrolment_row(const struct province *p, const struct province_class *c) {
	(void)p;
	for (uint64_t i = 0; i < c->size; i++) {
		row_id(c->school);
		row_id(c->id);
		row_id(c->first_student + i);
		row_id(i + 1);
		row_text("2025-09-05");
		row_end();
	}
}

void province_print_enrolment(const struct province *p) {
	province_each_class(p, enrolment_row);
}

static void teaching_row(const struct province *p, const struct province_class *c) {
	for (unsigned k = 0; k < PROVINCE_SUBJECTS; k++) {
		row_id(c->school);
		row_id(c->id);
		row_id(province_subject_id(c->school, k));
		row_id(province_teacher(p, c, k));
		row_end();
	}
}

void province_print_teaching(const struct province *p) {
	province_each_class(p, teaching_row);
}
