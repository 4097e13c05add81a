#include "tests/bench/province.h"

#define DAY_MS (INT64_C(86400) * 1000)
/* Monday, 8 September 2025, 7:00 in Viet Nam. */
#define FIRST_DAY_MS INT64_C(1757289600000)

enum {
	DAYS_A_WEEK = 5,
	WEEKS_A_TERM = 18,
	WEEKS_A_COLUMN = 2,
	MS_A_CELL = 2000,
	CHANGED_PERCENT = 3,
	PERSONS_A_SCHOOL = 100, /* ids kept for the staff of one */
};

/* A hundred columns a class and year: 3 x 12 + 4 x 10 + 3 x 8. */
const struct province_subject province_subjects[PROVINCE_SUBJECTS] = {
	{ "toan", "Toán", 1, 105, 4 },
	{ "van", "Ngữ văn", 1, 105, 4 },
	{ "anh", "Ngoại ngữ 1 (Tiếng Anh)", 1, 105, 4 },
	{ "su", "Lịch sử", 1, 52, 3 },
	{ "li", "Vật lí", 1, 70, 3 },
	{ "hoa", "Hóa học", 1, 70, 3 },
	{ "sinh", "Sinh học", 1, 70, 3 },
	{ "qpan", "Giáo dục quốc phòng và an ninh", 1, 35, 2 },
	{ "gdtc", "Giáo dục thể chất", 2, 70, 2 },
	{ "hdtn", "Hoạt động trải nghiệm, hướng nghiệp", 2, 105, 2 },
};

/* SplitMix64's last step, over the three numbers in turn. */
static uint64_t mix(uint64_t x) {
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

uint64_t province_draw(const struct province *p, uint64_t a, uint64_t b, uint64_t bound) {
	return mix(mix(mix(p->seed) ^ a) ^ b) % bound;
}

struct province_class province_class_of(const struct province *p, uint64_t school, uint64_t index) {
	uint64_t least = p->students / p->classes;
	uint64_t larger = p->students % p->classes; /* so many classes have one more */
	uint64_t before = index * least + (index < larger ? index : larger);
	return (struct province_class){
		.id = (school - 1) * p->classes + index + 1,
		.school = school,
		.index = index,
		.grade = PROVINCE_FIRST_GRADE + (unsigned)(index % PROVINCE_GRADES),
		.first_student = (school - 1) * p->students + before + 1,
		.size = least + (index < larger),
	};
}

/* The n-th column of a subject in a term. */
static struct province_column column_of(
		const struct province_class *c, unsigned subject, unsigned term, unsigned n) {
	const unsigned regular = province_subjects[subject].regular;
	const int64_t week = (int64_t)term * WEEKS_A_TERM + (int64_t)n * WEEKS_A_COLUMN +
			subject % WEEKS_A_COLUMN;
	struct province_column out = { .subject = subject,
		.term = term,
		.kind = n < regular            ? 1
				: n == regular ? 2
					       : 3,
		.position = n < regular ? n + 1 : 1,
		.at_ms = FIRST_DAY_MS + week * 7 * DAY_MS + (int64_t)(c->id % 8) * 3600000 };
	out.published_ms = out.at_ms + DAY_MS;
	return out;
}

void province_columns_of(const struct province_class *c,
		struct province_column out[PROVINCE_CLASS_COLUMNS]) {
	unsigned count = 0;
	for (unsigned subject = 0; subject < PROVINCE_SUBJECTS; subject++) {
		for (unsigned term = 0; term < PROVINCE_TERMS; term++) {
			for (unsigned n = 0; n < province_subjects[subject].regular + 2; n++) {
				out[count] = column_of(c, subject, term, n);
				out[count].id = (c->id - 1) * PROVINCE_CLASS_COLUMNS + count + 1;
				count++;
			}
		}
	}
}

/* A student is good or not so good, and has better and worse days. */
static uint8_t value_of(
		const struct province *p, const struct province_column *column, uint64_t student) {
	const bool is_comment = province_subjects[column->subject].kind == 2;
	if (is_comment) {
		return province_draw(p, column->id, student, 100) < 98;
	}
	int64_t value = 50 + (int64_t)province_draw(p, 0, student, 41) +
			(int64_t)province_draw(p, column->id, student, 41) - 20;
	return (uint8_t)(value > 100 ? 100 : value);
}

struct province_cell province_cell_of(
		const struct province *p, const struct province_column *column, uint64_t student) {
	struct province_cell cell = { .first = value_of(p, column, student),
		.first_ms = column->at_ms + (int64_t)(student % 64) * MS_A_CELL };
	bool is_mark = province_subjects[column->subject].kind == 1;
	cell.last = cell.first;
	cell.last_ms = cell.first_ms;
	cell.is_changed = is_mark && province_draw(p, ~column->id, student, 100) < CHANGED_PERCENT;
	if (cell.is_changed) {
		cell.last = cell.first < 100 ? cell.first + 1 : 99;
		cell.last_ms = column->published_ms + (int64_t)(student % 64) * MS_A_CELL;
	}
	return cell;
}

uint64_t province_subject_id(uint64_t school, unsigned subject) {
	return (school - 1) * PROVINCE_SUBJECTS + subject + 1;
}

uint64_t province_term_id(uint64_t school, unsigned term) {
	return (school - 1) * PROVINCE_TERMS + term + 1;
}

uint64_t province_guardian(const struct province *p, uint64_t student) {
	return p->schools * p->students + student;
}

uint64_t province_office(const struct province *p, uint64_t school) {
	return 2 * p->schools * p->students + (school - 1) * PERSONS_A_SCHOOL + 1;
}

uint64_t province_teacher(
		const struct province *p, const struct province_class *c, unsigned subject) {
	return province_office(p, c->school) + 1 + subject * PROVINCE_TEACHERS_A_SUBJECT +
			c->index % PROVINCE_TEACHERS_A_SUBJECT;
}

uint64_t province_homeroom(const struct province *p, const struct province_class *c) {
	return province_teacher(p, c, (unsigned)(c->index % PROVINCE_SUBJECTS));
}

unsigned province_conduct(const struct province *p, uint64_t student, unsigned term) {
	uint64_t n = province_draw(p, UINT64_C(1) << 60 | term, student, 100);
	return n < 70 ? 1 : n < 92 ? 2 : n < 99 ? 3 : 4;
}

int64_t province_conduct_ms(unsigned term, uint64_t place_in_class) {
	return FIRST_DAY_MS + ((int64_t)term + 1) * WEEKS_A_TERM * 7 * DAY_MS - DAY_MS +
			(int64_t)place_in_class * MS_A_CELL;
}

unsigned province_absence(const struct province *p, uint64_t student, unsigned day) {
	uint64_t n = province_draw(p, UINT64_C(1) << 61 | day, student, 1000);
	return n < 9 ? 1 : n < 12 ? 2 : n < 15 ? 3 : 0;
}

int64_t province_day_ms(unsigned day) {
	return FIRST_DAY_MS + (int64_t)(day / DAYS_A_WEEK * 7 + day % DAYS_A_WEEK) * DAY_MS;
}

enum err province_day(unsigned day, char out[DATE_ISO_BYTES]) {
	struct date d;
	enum err e = date_in_vietnam(province_day_ms(day), &d);
	if (!e) {
		date_print_iso(d, out);
	}
	return e;
}

void province_each_class(const struct province *p,
		void (*row)(const struct province *p, const struct province_class *c)) {
	for (uint64_t school = 1; school <= p->schools; school++) {
		for (uint64_t i = 0; i < p->classes; i++) {
			struct province_class c = province_class_of(p, school, i);
			row(p, &c);
		}
	}
}
