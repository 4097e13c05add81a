#include "ws/service/demo_people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/school/account.h"

enum {
	SEED = 20260905,
	A_CLASS = DEMO_STUDENTS / DEMO_CLASSES,
	BULK_ROWS = 512,
	ROLE_OF_OFFICE = 1,
	ROLE_OF_TEACHER = 2,
	ROLE_OF_STUDENT = 3,
	ROLE_OF_PARENT = 4,
	INVITED = 1,
	ACTIVE = 2,
	SIBLINGS_EVERY = 12, /* each so many students the next one is a brother or sister */
};

static const char *const family_names[] = { "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh",
	"Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý" };
static const char *const girl_middles[] = { "Thị", "Ngọc", "Thu", "Minh", "Khánh", "Phương",
	"Thị Thanh", "Hoài" };
static const char *const boy_middles[] = { "Văn", "Đức", "Quang", "Minh", "Gia", "Hữu", "Tuấn",
	"Xuân" };
static const char *const girl_names[] = { "An", "Anh", "Bình", "Chi", "Dung", "Giang", "Hà", "Hạnh",
	"Hoa", "Hương", "Lan", "Linh", "Mai", "My", "Nga", "Ngân", "Nhi", "Oanh", "Quyên", "Thảo",
	"Thủy", "Trang", "Uyên", "Vân", "Yến" };
static const char *const boy_names[] = { "An", "Bảo", "Cường", "Dũng", "Đạt", "Hải", "Hiếu", "Hoà",
	"Huy", "Khang", "Khoa", "Long", "Minh", "Nam", "Phong", "Phúc", "Quân", "Sơn", "Thành",
	"Thịnh", "Tiến", "Toàn", "Trung", "Tùng", "Việt" };

#define PICK(rng, list) ((list)[rng_below((rng), sizeof(list) / sizeof((list)[0]))])

struct subject_row {
	const char *code;
	const char *name;
	unsigned kind; /* 1 marks, 2 comments */
	unsigned lessons;
};
static const struct subject_row subjects[DEMO_SUBJECTS] = {
	{ "toan", "Toán", 1, 105 },
	{ "van", "Ngữ văn", 1, 105 },
	{ "anh", "Tiếng Anh", 1, 105 },
	{ "ly", "Vật lí", 1, 70 },
	{ "hoa", "Hóa học", 1, 70 },
	{ "sinh", "Sinh học", 1, 70 },
	{ "su", "Lịch sử", 1, 52 },
	{ "dia", "Địa lí", 1, 70 },
	{ "ktpl", "Giáo dục kinh tế và pháp luật", 1, 70 },
	{ "tin", "Tin học", 1, 70 },
	{ "cn", "Công nghệ", 1, 70 },
	{ "gdtc", "Giáo dục thể chất", 2, 70 },
	{ "hdtn", "Hoạt động trải nghiệm, hướng nghiệp", 2, 105 },
};

struct loader {
	struct db *db;
	struct db_bulk *persons;
	struct db_bulk *accounts;
	struct db_bulk *members;
	struct db_bulk *students;
	struct db_bulk *enrolments;
	struct db_bulk *guardians;
	struct rng rng;
	struct date today;
	const char *password_hash;
	int64_t now_ms;
	char from_on[DATE_ISO_BYTES]; /* the first day of the year */
	/* Bulk rows point at text until they are sent. */
	struct account_name names[BULK_ROWS];
	char texts[BULK_ROWS][3][64];
	size_t used;
};

unsigned demo_first_student(unsigned class_id) {
	return (class_id - 1) * A_CLASS;
}

static enum err exec_text(struct db *db, const char *sql) {
	return db_run(db, str_from(sql));
}

static enum err load_place(struct db *db, int64_t now_ms) {
	char sql[256];
	enum err e = exec_text(db,
			"INSERT INTO province (id, code, name, valid_from) VALUES"
			" (1, '01', 'Thành phố Hà Nội', '2025-07-01')"
			" ON DUPLICATE KEY UPDATE name = name");
	e = e ? e
	      : exec_text(db,
				"INSERT INTO commune (id, province_id, code, name, valid_from)"
				" SELECT 1, p.id, '00001', 'Phường Văn Miếu', '2025-07-01'"
				" FROM province p WHERE p.code = '01'"
				" ON DUPLICATE KEY UPDATE commune.name = commune.name");
	(void)snprintf(sql, sizeof(sql),
			"INSERT INTO school (id, commune_id, code, name, level, created_at_ms) SELECT"
			" 1, MIN(c.id), '" DEMO_SCHOOL_CODE "', 'THPT Trường Thi (trường mẫu)',"
			" 'thpt', %lld FROM commune c",
			(long long)now_ms); /* fits by its size */
	return e ? e : exec_text(db, sql);
}

/* The year in which the school year began. */
static int first_year(struct date today) {
	return today.month >= 7 ? today.year : today.year - 1;
}

static enum err load_calendar(struct db *db, struct date today) {
	int y = first_year(today);
	char sql[400];
	(void)snprintf(sql, sizeof(sql),
			"INSERT INTO school_year (id, school_id, code, starts_on, ends_on)"
			" VALUES (1, 1, '%d-%d', '%d-07-01', '%d-06-30')",
			y, y + 1, y, y + 1); /* fits by its size */
	enum err e = exec_text(db, sql);
	(void)snprintf(sql, sizeof(sql),
			"INSERT INTO term (id, school_id, school_year_id, number, starts_on, ends_on)"
			" VALUES (1, 1, 1, 1, '%d-07-01', '%d-01-15'),"
			" (2, 1, 1, 2, '%d-01-16', '%d-06-30')",
			y, y + 1, y + 1, y + 1); /* fits by its size */
	e = e ? e : exec_text(db, sql);
	for (unsigned i = 0; i < DEMO_SUBJECTS && !e; i++) {
		(void)snprintf(sql, sizeof(sql),
				"INSERT INTO subject (id, school_id, code, name, kind, position)"
				" VALUES (%u, 1, '%s', '%s', %u, %u)",
				i + 1, subjects[i].code, subjects[i].name, subjects[i].kind,
				i + 1); /* fits: names are ours */
		e = exec_text(db, sql);
		for (unsigned grade = 10; grade <= 12 && !e; grade++) {
			(void)snprintf(sql, sizeof(sql),
					"INSERT INTO subject_load (school_id, school_year_id,"
					" subject_id, grade, lessons_a_year) VALUES (1, 1, %u, %u, %u)",
					i + 1, grade, subjects[i].lessons); /* fits */
			e = exec_text(db, sql);
		}
	}
	return e;
}

static enum err load_classes(struct db *db) {
	enum err e = ERR_OK;
	for (unsigned c = 1; c <= DEMO_CLASSES && !e; c++) {
		unsigned grade = 10 + (c - 1) / 10;
		/* Cô Lan has 12A1; the others go round. */
		unsigned homeroom = c == DEMO_FIRST_CLASS_12
				? DEMO_TEACHER
				: DEMO_TEACHER + 1 + c % (DEMO_TEACHERS - 1);
		char sql[256];
		(void)snprintf(sql, sizeof(sql),
				"INSERT INTO class (id, school_id, school_year_id, grade, name,"
				" homeroom_person_id) VALUES (%u, 1, 1, %u, '%uA%u', %u)",
				c, grade, grade, (c - 1) % 10 + 1, homeroom); /* fits */
		e = exec_text(db, sql);
	}
	return e;
}

/* Who teaches what where: teachers belong to a subject and go round its classes. */
static enum err load_teaching(struct db *db) {
	static const char sql[] =
			"INSERT INTO teaching (school_id, class_id, subject_id, person_id)"
			" VALUES (?, ?, ?, ?)";
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum err e = db_bulk_open(db, sql, DEMO_CLASSES * DEMO_SUBJECTS, &bulk);
	if (e) {
		return e;
	}
	for (unsigned c = 1; c <= DEMO_CLASSES; c++) {
		for (unsigned s = 1; s <= DEMO_SUBJECTS; s++) {
			/* Teachers t with t % DEMO_SUBJECTS == s - 1, from 0. */
			unsigned turn = (c - 1) / 8;
			unsigned t = (s - 1) + DEMO_SUBJECTS * turn;
			bool is_lans = s == DEMO_MATHS && c >= DEMO_FIRST_CLASS_12 &&
					c < DEMO_FIRST_CLASS_12 + 3;
			db_bulk_u64(bulk, 0, DEMO_SCHOOL);
			db_bulk_u64(bulk, 1, c);
			db_bulk_u64(bulk, 2, s);
			db_bulk_u64(bulk, 3,
					is_lans ? DEMO_TEACHER
						: DEMO_TEACHER +
									(t ? t % DEMO_TEACHERS
									   : DEMO_SUBJECTS));
			db_bulk_row(bulk);
		}
	}
	return db_bulk_run(bulk);
}

static enum err flush(struct loader *l) {
	struct db_bulk *all[] = { l->persons, l->accounts, l->members, l->students, l->enrolments,
		l->guardians };
	enum err e = ERR_OK;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && !e; i++) {
		e = db_bulk_run(all[i]);
	}
	l->used = 0;
	return e;
}

struct person {
	uint64_t id;
	char name[120];
	bool is_girl;
	struct date birth; /* year 0: not known */
	unsigned role;
	const char *login; /* NULL: by phone */
	const char *phone; /* NULL: none */
	bool is_ready;     /* has the demo's password */
};

static void add_account(struct loader *l, const struct person *p, char (*texts)[64]) {
	db_bulk_u64(l->accounts, 0, p->id);
	if (p->phone) {
		(void)snprintf(texts[1], 64, "%s", p->phone); /* fits */
		db_bulk_str(l->accounts, 1, str_from(texts[1]));
	} else {
		db_bulk_null(l->accounts, 1);
	}
	if (p->is_ready) {
		db_bulk_str(l->accounts, 2, str_from(l->password_hash));
	} else {
		db_bulk_null(l->accounts, 2);
	}
	db_bulk_u64(l->accounts, 3, p->is_ready ? ACTIVE : INVITED);
	db_bulk_i64(l->accounts, 4, l->now_ms);
	db_bulk_row(l->accounts);
	db_bulk_u64(l->members, 0, DEMO_SCHOOL);
	db_bulk_u64(l->members, 1, p->id);
	db_bulk_u64(l->members, 2, p->role);
	if (p->login) {
		(void)snprintf(texts[2], 64, "%s", p->login); /* fits */
		db_bulk_str(l->members, 3, str_from(texts[2]));
	} else {
		db_bulk_null(l->members, 3);
	}
	db_bulk_row(l->members);
}

static enum err add_person(struct loader *l, const struct person *p) {
	if (l->used == BULK_ROWS) {
		enum err e = flush(l);
		if (e) {
			return e;
		}
	}
	struct account_name *name = &l->names[l->used];
	char(*texts)[64] = l->texts[l->used];
	l->used++;
	enum err e = account_name_parse(str_from(p->name), name);
	if (e) {
		return e;
	}
	db_bulk_u64(l->persons, 0, p->id);
	db_bulk_str(l->persons, 1, str_from(name->full));
	db_bulk_str(l->persons, 2, str_from(name->given));
	db_bulk_str(l->persons, 3, str_from(name->rest));
	db_bulk_str(l->persons, 4, str_from(name->search));
	if (p->birth.year > 0) {
		(void)snprintf(texts[0], 64, "%04d-%02d-%02d", p->birth.year, p->birth.month,
				p->birth.day); /* fits */
		db_bulk_str(l->persons, 5, str_from(texts[0]));
	} else {
		db_bulk_null(l->persons, 5);
	}
	db_bulk_u64(l->persons, 6, p->is_girl ? 2 : 1);
	db_bulk_i64(l->persons, 7, l->now_ms);
	db_bulk_row(l->persons);
	add_account(l, p, texts);
	return ERR_OK;
}

static void draw_name(struct loader *l, struct person *p, const char *family) {
	p->is_girl = rng_below(&l->rng, 2) == 0;
	(void)snprintf(p->name, sizeof(p->name), "%s %s %s", family,
			p->is_girl ? PICK(&l->rng, girl_middles) : PICK(&l->rng, boy_middles),
			p->is_girl ? PICK(&l->rng, girl_names)
				   : PICK(&l->rng, boy_names)); /* fits by the lists */
}

static enum err load_staff(struct loader *l) {
	struct person office = { .id = DEMO_OFFICE,
		.name = "Đỗ Minh Hạnh",
		.is_girl = true,
		.role = ROLE_OF_OFFICE,
		.login = "vanphong",
		.is_ready = true };
	enum err e = add_person(l, &office);
	for (unsigned t = 0; t < DEMO_TEACHERS && !e; t++) {
		char login[16];
		(void)snprintf(login, sizeof(login), "gv%02u", t + 1); /* fits */
		struct person p = {
			.id = DEMO_TEACHER + t, .role = ROLE_OF_TEACHER, .login = login
		};
		draw_name(l, &p, PICK(&l->rng, family_names));
		if (t == 0) {
			(void)snprintf(p.name, sizeof(p.name), "Nguyễn Thị Lan"); /* fits */
			p.is_girl = true;
			p.login = "co.lan";
			p.is_ready = true;
		}
		e = add_person(l, &p);
	}
	return e;
}

static void add_student_rows(struct loader *l, unsigned index, const char *code) {
	uint64_t id = index + 1;
	db_bulk_u64(l->students, 0, id);
	db_bulk_u64(l->students, 1, DEMO_SCHOOL);
	db_bulk_u64(l->students, 2, DEMO_STUDENT_PERSON + index);
	db_bulk_str(l->students, 3, str_from(code));
	db_bulk_row(l->students);
	db_bulk_u64(l->enrolments, 0, DEMO_SCHOOL);
	db_bulk_u64(l->enrolments, 1, index / A_CLASS + 1);
	db_bulk_u64(l->enrolments, 2, id);
	db_bulk_u64(l->enrolments, 3, index % A_CLASS + 1);
	db_bulk_str(l->enrolments, 4, str_from(l->from_on));
	db_bulk_row(l->enrolments);
}

static void add_guardian_row(struct loader *l, unsigned student, unsigned guardian) {
	db_bulk_u64(l->guardians, 0, DEMO_SCHOOL);
	db_bulk_u64(l->guardians, 1, student + 1);
	db_bulk_u64(l->guardians, 2, DEMO_GUARDIAN_PERSON + guardian);
	db_bulk_u64(l->guardians, 3, 1 + guardian % 2);
	db_bulk_row(l->guardians);
}

/* The first of 12A1 and the first of 10A1 are of one family: one guardian, two children. */
static unsigned guardian_of(unsigned student) {
	if (student == 0) {
		return demo_first_student(DEMO_FIRST_CLASS_12);
	}
	return student > 1 && student % SIBLINGS_EVERY == 1 ? student - 1 : student;
}

/* Brothers and sisters bear one name, their guardian's. */
static const char *family_of(unsigned student) {
	unsigned first = guardian_of(student);
	return family_names[(first * 7 + first / A_CLASS + 1) %
			(sizeof(family_names) / sizeof(family_names[0]))];
}

static enum err add_student(struct loader *l, unsigned index) {
	unsigned class_id = index / A_CLASS + 1;
	unsigned first = demo_first_student(DEMO_FIRST_CLASS_12);
	unsigned age = 15 + (class_id - 1) / 10;
	char code[16];
	char phone[20];
	(void)snprintf(code, sizeof(code), "hs%04u", index + 1); /* fits */
	const char *family = family_of(index);
	struct person p = { .id = DEMO_STUDENT_PERSON + index,
		.role = ROLE_OF_STUDENT,
		.login = code,
		.is_ready = index >= first && index < first + DEMO_READY_STUDENTS };
	draw_name(l, &p, family);
	p.birth = (struct date){ .year = first_year(l->today) - (int)age,
		.month = 1 + (int)rng_below(&l->rng, 12),
		.day = 1 + (int)rng_below(&l->rng, 28) };
	enum err e = add_person(l, &p);
	if (e) {
		return e;
	}
	add_student_rows(l, index, l->texts[l->used - 1][2]);
	if (guardian_of(index) != index) {
		return ERR_OK;
	}
	(void)snprintf(phone, sizeof(phone), "+849%08u", index == first ? 1 : 10000000 + index);
	struct person g = { .id = DEMO_GUARDIAN_PERSON + index,
		.role = ROLE_OF_PARENT,
		.phone = phone,
		.is_ready = index == first };
	draw_name(l, &g, family);
	return add_person(l, &g);
}

static enum err load_students(struct loader *l) {
	enum err e = ERR_OK;
	for (unsigned i = 0; i < DEMO_STUDENTS && !e; i++) {
		/* A student and his guardian are sent together. */
		if (l->used + 2 > BULK_ROWS) {
			e = flush(l);
		}
		e = e ? e : add_student(l, i);
	}
	e = e ? e : flush(l);
	/* Once every guardian is there. */
	for (unsigned i = 0; i < DEMO_STUDENTS && !e; i++) {
		add_guardian_row(l, i, guardian_of(i));
	}
	return e ? e : flush(l);
}

static enum err open_bulks(struct loader *l) {
	static const char persons[] =
			"INSERT INTO person (id, full_name, sort_given, sort_rest, search_name,"
			" birth_date, sex, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
	static const char accounts[] =
			"INSERT INTO account (person_id, phone, password_hash, state, created_at_ms)"
			" VALUES (?, ?, ?, ?, ?)";
	static const char members[] =
			"INSERT INTO membership (school_id, person_id, role, login) VALUES (?, ?, ?, ?)";
	static const char students[] =
			"INSERT INTO student (id, school_id, person_id, code) VALUES (?, ?, ?, ?)";
	static const char enrolments[] =
			"INSERT INTO enrolment (school_id, class_id, student_id, position, from_on)"
			" VALUES (?, ?, ?, ?, ?)";
	static const char guardians[] =
			"INSERT INTO guardian (school_id, student_id, person_id, relation)"
			" VALUES (?, ?, ?, ?)";
	enum err e = db_bulk_open(l->db, persons, 2 * BULK_ROWS, &l->persons);
	e = e ? e : db_bulk_open(l->db, accounts, 2 * BULK_ROWS, &l->accounts);
	e = e ? e : db_bulk_open(l->db, members, 2 * BULK_ROWS, &l->members);
	e = e ? e : db_bulk_open(l->db, students, BULK_ROWS, &l->students);
	e = e ? e : db_bulk_open(l->db, enrolments, BULK_ROWS, &l->enrolments);
	return e ? e : db_bulk_open(l->db, guardians, DEMO_STUDENTS, &l->guardians);
}

static void loader_free(struct loader *l) {
	db_bulk_free(l->persons);
	db_bulk_free(l->accounts);
	db_bulk_free(l->members);
	db_bulk_free(l->students);
	db_bulk_free(l->enrolments);
	db_bulk_free(l->guardians);
	free(l);
}

enum err demo_people_load(
		struct db *db, struct date today, const char *password_hash, int64_t now_ms) {
	struct loader *l = calloc(1, sizeof(*l));
	if (!l) {
		return ERR_NOMEM;
	}
	l->db = db;
	l->today = today;
	l->password_hash = password_hash;
	l->now_ms = now_ms;
	date_print_iso((struct date){ .year = first_year(today), .month = 7, .day = 1 },
			l->from_on);
	rng_init(&l->rng, SEED, 0);
	enum err e = load_place(db, now_ms);
	e = e ? e : load_calendar(db, today);
	e = e ? e : open_bulks(l);
	e = e ? e : load_staff(l);
	e = e ? e : flush(l);
	e = e ? e : load_classes(db);
	e = e ? e : load_teaching(db);
	e = e ? e : load_students(l);
	loader_free(l);
	return e;
}
