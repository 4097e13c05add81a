#include "tests/exam/world.h"

#include <stdio.h>

#include "tests/db/testdb.h"

static const char *const rows[] = {
	"INSERT INTO province (id, code, name, valid_from) VALUES (1, '01', 'Hà Nội', '2025-07-01')",
	"INSERT INTO commune (id, province_id, code, name, valid_from)"
	" VALUES (1, 1, '00004', 'Ba Đình', '2025-07-01')",
	"INSERT INTO school (id, commune_id, code, name, level, created_at_ms) VALUES"
	" (1, 1, 'c3a', 'THPT A', 'thpt', 0), (2, 1, 'c3b', 'THPT B', 'thpt', 0)",
	"INSERT INTO subject (id, school_id, code, name, kind) VALUES (11, 1, 'toan', 'Toán', 1),"
	" (12, 1, 'su', 'Lịch sử', 1), (21, 2, 'toan', 'Toán', 1)",
	"INSERT INTO school_year (id, school_id, code, starts_on, ends_on) VALUES"
	" (31, 1, '2026-2027', '2026-09-05', '2027-05-31'),"
	" (32, 2, '2026-2027', '2026-09-05', '2027-05-31')",
	"INSERT INTO term (id, school_id, school_year_id, number, starts_on, ends_on) VALUES"
	" (41, 1, 31, 1, '2026-09-05', '2027-01-15'), (42, 2, 32, 1, '2026-09-05', '2027-01-15')",
	"INSERT INTO person (id, full_name, sort_given, sort_rest, search_name, created_at_ms)"
	" VALUES (101, 'Lê Thị Lan', 'Lan', 'Lê Thị', 'le thi lan', 0),"
	" (102, 'Trần Văn Minh', 'Minh', 'Trần Văn', 'tran van minh', 0),"
	" (103, 'Phạm Văn Phòng', 'Phòng', 'Phạm Văn', 'pham van phong', 0),"
	" (104, 'Ngô Thị Khác', 'Khác', 'Ngô Thị', 'ngo thi khac', 0),"
	" (105, 'Nguyễn Văn Phụ', 'Phụ', 'Nguyễn Văn', 'nguyen van phu', 0),"
	" (1401, 'Học Sinh Khác', 'Khác', 'Học Sinh', 'hoc sinh khac', 0)",
	"INSERT INTO membership (school_id, person_id, role, login) VALUES (1, 101, 2, 'co.lan'),"
	" (1, 102, 2, 'thay.minh'), (1, 103, 1, 'vanphong'), (2, 104, 2, 'co.khac'),"
	" (1, 105, 4, NULL)",
	"INSERT INTO class (id, school_id, school_year_id, grade, name, homeroom_person_id) VALUES"
	" (51, 1, 31, 10, '10A1', 101), (52, 1, 31, 10, '10A2', NULL),"
	" (53, 2, 32, 10, '10B1', NULL)",
	"INSERT INTO teaching (school_id, class_id, subject_id, person_id) VALUES"
	" (1, 51, 11, 101), (1, 52, 11, 101), (1, 51, 12, 102)",
	"INSERT INTO student (id, school_id, person_id, code) VALUES (401, 2, 1401, 'HS1401')",
	"INSERT INTO enrolment (school_id, class_id, student_id, position, from_on)"
	" VALUES (2, 53, 401, 1, '2026-09-05')",
};

static void add_student(struct db *db, unsigned student, unsigned class_id, unsigned position) {
	char sql[400];
	snprintf(sql, sizeof(sql),
			"INSERT INTO person (id, full_name, sort_given, sort_rest, search_name,"
			" created_at_ms) VALUES (%u, 'Học Sinh %u', '%u', 'Học Sinh', 'hoc sinh', 0)",
			student + 1000, student, student);
	testdb_run(db, sql);
	snprintf(sql, sizeof(sql),
			"INSERT INTO student (id, school_id, person_id, code)"
			" VALUES (%u, 1, %u, 'HS%u')",
			student, student + 1000, student);
	testdb_run(db, sql);
	snprintf(sql, sizeof(sql),
			"INSERT INTO membership (school_id, person_id, role, login)"
			" VALUES (1, %u, 3, 'hs%u')",
			student + 1000, student);
	testdb_run(db, sql);
	snprintf(sql, sizeof(sql),
			"INSERT INTO enrolment (school_id, class_id, student_id, position, from_on)"
			" VALUES (1, %u, %u, %u, '2026-09-05')",
			class_id, student, position);
	testdb_run(db, sql);
}

void world_make(struct db *db) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		testdb_run(db, rows[i]);
	}
	for (unsigned i = 0; i < WORLD_STUDENT_COUNT; i++) {
		add_student(db, WORLD_STUDENT + i, WORLD_CLASS, i + 1);
	}
	for (unsigned i = 0; i < WORLD_STUDENT_2_COUNT; i++) {
		add_student(db, WORLD_STUDENT_2 + i, WORLD_CLASS_2, i + 1);
	}
	testdb_run(db,
			"INSERT INTO guardian (school_id, student_id, person_id, relation)"
			" VALUES (1, 201, 105, 1)");
}
