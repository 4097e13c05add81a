#ifndef TESTS_WS_SERVICE_RECORDS_BOTH_H
#define TESTS_WS_SERVICE_RECORDS_BOTH_H

/*
 * What each record of a kind says: by the school's tables, and by the lines that a province holds.
 * Statements that know nothing of record kinds; marks and levels as the records write them.
 */

#define J(member) "COALESCE(JSON_VALUE(CONVERT(line USING utf8mb4), '$.dulieu." member "'), '-')"
#define OR_NONE(x) "COALESCE(" x ", '-')"
#define OF_CLASS(table)                                                            \
	" FROM " table " x JOIN class cl ON cl.id = x.class_id JOIN school_year y" \
	" ON y.id = cl.school_year_id"
#define OF_STUDENT " JOIN student s ON s.id = x.student_id"
#define OF_TERM " JOIN term t ON t.id = x.term_id"
#define LOGIN(person)                                                   \
	"(SELECT MIN(l.login) FROM membership l WHERE l.role IN (1, 2)" \
	" AND l.school_id = x.school_id AND l.person_id = " person ")"
#define KEPT                                                                \
	OF_CLASS("student_result")                                          \
	OF_STUDENT " JOIN class_closing z ON z.class_id = x.class_id"       \
		   " AND z.term_number = x.term_number AND z.is_closed = 1" \
		   " AND z.changed_at_ms = x.closed_at_ms"

static const struct {
	const char *bang;
	const char *school;
	const char *province;
} both[] = {
	{ "namhoc", "SELECT CONCAT_WS('|', x.code, x.starts_on, x.ends_on) said FROM school_year x",
			J("namhoc") "," J("ngaybatdau") "," J("ngayketthuc") },
	{ "monhoc", "SELECT CONCAT_WS('|', x.code, x.name) said FROM subject x",
			J("mamon") "," J("tenmon") },
	{ "lophoc",
			"SELECT CONCAT_WS('|', y.code, x.name, x.grade, " OR_NONE(LOGIN(
					"x.homeroom_person_id")) ") said FROM class x"
								 " JOIN school_year y ON y.id = x.school_year_id",
			J("namhoc") "," J("malop") "," J("khoi") "," J("magvcn") },
	{ "giaovien",
			"SELECT CONCAT_WS('|', x.login, q.full_name,"
			" IF(x.state = 1, 'danglam', 'danghi')) said FROM membership x"
			" JOIN person q ON q.id = x.person_id WHERE x.role = 2",
			J("magiaovien") "," J("hoten") "," J("trangthai") },
	{ "hocsinh",
			"SELECT CONCAT_WS('|', x.code, q.full_name, q.birth_date, CASE q.sex WHEN 1"
			" THEN 'nam' WHEN 2 THEN 'nu' ELSE '-' END, IF(x.state = 1, 'danghoc', 'dathoi'))"
			" said FROM student x JOIN person q ON q.id = x.person_id",
			J("mahocsinh") "," J("hoten") "," J("ngaysinh") "," J("gioitinh") "," J(
					"trangthai") },
	{ "xeplop",
			"SELECT CONCAT_WS('|', y.code, cl.name, s.code, " OR_NONE("NULLIF(x.position, 0)") ", x.from_on, " OR_NONE(
					"x.to_on") ") said" OF_CLASS("enrolment") OF_STUDENT,
			J("namhoc") "," J("malop") "," J("mahocsinh") "," J("sott") "," J(
					"tungay") "," J("denngay") },
	{ "phancong",
			"SELECT CONCAT_WS('|', y.code, cl.name, sb.code, " LOGIN("x.person_id") ") said" OF_CLASS(
					"teaching") " JOIN subject sb ON sb.id = x.subject_id",
			J("namhoc") "," J("malop") "," J("mamon") "," J("magiaovien") },
	{ "cotdiem",
			"SELECT CONCAT_WS('|', y.code, cl.name, sb.code, t.number, x.kind, x.position,"
			" " OR_NONE("x.published_at_ms") ") said" OF_CLASS("mark_column") OF_TERM
			" JOIN subject sb ON sb.id = x.subject_id",
			J("namhoc") "," J("malop") "," J("mamon") "," J("hocky") "," J(
					"heso") "," J("lan") "," J("congbo") },
	{ "diem",
			"SELECT CONCAT_WS('|', y.code, cl.name, sb.code, t.number, x.kind, x.position,"
			" s.code, CASE WHEN x.kind > 1 AND x.position = 2 AND m.value_x10 < 3 THEN"
			" SUBSTRING('CHT', m.value_x10 + 1, 1) WHEN sb.kind = 2 AND m.value_x10 < 2"
			" THEN SUBSTRING('CD', m.value_x10 + 1, 1) ELSE m.value_x10 END) said" OF_CLASS(
					"mark_column") OF_TERM
			" JOIN subject sb ON sb.id = x.subject_id JOIN mark m ON m.column_id = x.id"
			" JOIN student s ON s.id = m.student_id WHERE m.value_x10 IS NOT NULL",
			J("namhoc") "," J("malop") "," J("mamon") "," J(
					"hocky") ","
						 "CASE " J("loai") " WHEN 'tx' THEN 1 WHEN 'gk' THEN 2 ELSE 3 END," J("lan") "," J(
								 "mahocsinh") ","
									      "IF(" J("diemx10") " = '-', " J("nhanxet") ", " J(
											      "diemx10") ")" },
	{ "renluyen",
			"SELECT CONCAT_WS('|', y.code, cl.name, IF(x.stage = 2, 3, t.number), s.code,"
			" x.level) said" OF_CLASS("conduct") OF_TERM OF_STUDENT
			" WHERE x.level IS NOT NULL",
			J("namhoc") "," J("malop") "," J("hocky") "," J("mahocsinh") "," J("muc") },
	{ "danhgia",
			"SELECT CONCAT_WS('|', y.code, cl.name, x.moment, CASE x.item WHEN 1 THEN"
			" 'yeu_nuoc' WHEN 12 THEN 'cong_nghe' ELSE 'recognised' END, s.code, IF(x.item = 102,"
			" IF(x.level, 'co', 'khong'), SUBSTRING('CDT', x.level + 1, 1))) said" OF_CLASS(
					"judgement") OF_STUDENT
			" WHERE x.level IS NOT NULL AND cl.grade < 6 AND (x.item <> 12 OR cl.grade > 2)"
			" AND (x.item <> 102 OR x.moment = 4)",
			J("namhoc") "," J("malop") "," J("thoidiem") "," J("matieuchi") "," J(
					"mahocsinh") "," J("muc") },
	{ "danhgialai",
			"SELECT CONCAT_WS('|', y.code, cl.name, CASE x.item WHEN 0 THEN IF(sb.kind = 1, 'diem',"
			" 'muc') WHEN 1 THEN 'muc' WHEN 2 THEN 'diem' WHEN 200 THEN 'quyetdinh' ELSE"
			" 'tieuchi' END, CASE x.item WHEN 11 THEN 'yeu_nuoc' WHEN 200 THEN '-' ELSE sb.code"
			" END, s.code, IF(x.item = 2 OR (x.item = 0 AND sb.kind = 1), x.value_x10, '-'),"
			" CASE WHEN x.item = 2 OR (x.item = 0 AND sb.kind = 1) THEN '-' WHEN x.item = 200"
			" THEN IF(x.value_x10, 'co', 'khong') WHEN x.item = 1 THEN SUBSTRING('CHT',"
			" x.value_x10 + 1, 1) ELSE SUBSTRING('CDT', x.value_x10 + 1, 1) END) said" OF_CLASS(
					"reassessment") OF_STUDENT
			" LEFT JOIN subject sb ON sb.id = x.subject_id"
			" WHERE x.value_x10 IS NOT NULL AND (x.item <> 11 OR cl.grade < 6)",
			J("namhoc") "," J("malop") "," J("loai") "," J("ma") "," J(
					"mahocsinh") "," J("diemx10") "," J("muc") },
	{ "nhanxet",
			"SELECT CONCAT_WS('|', y.code, cl.name, t.number, " OR_NONE(
					"sb.code") ", s.code,"
						   " x.text) said" OF_CLASS("remark")
								   OF_TERM OF_STUDENT
			" LEFT JOIN subject sb ON sb.id = x.subject_id WHERE x.text <> ''",
			J("namhoc") "," J("malop") "," J("hocky") "," J("mamon") "," J(
					"mahocsinh") "," J("noidung") },
	{ "miengiam",
			"SELECT CONCAT_WS('|', y.code, t.number, sb.code, s.code) said FROM exemption x" OF_TERM
			" JOIN school_year y ON y.id = t.school_year_id" OF_STUDENT
			" JOIN subject sb ON sb.id = x.subject_id",
			J("namhoc") "," J("hocky") "," J("mamon") "," J("mahocsinh") },
	{ "vang",
			"SELECT CONCAT_WS('|', s.code, x.on_date, x.session, y.code, cl.name, x.kind) said" OF_CLASS(
					"absence") OF_STUDENT " WHERE x.kind < 3",
			J("mahocsinh") "," J("ngay") ",IF(" J("buoi") " = 'sang', 1, 2)," J(
					"namhoc") "," J("malop") ",IF(" J("loai") " = 'phep', 1, 2)" },
	{ "khoaso",
			"SELECT CONCAT_WS('|', y.code, cl.name, x.term_number, x.changed_at_ms) said" OF_CLASS(
					"class_closing") " WHERE x.is_closed = 1",
			J("namhoc") "," J("malop") "," J("hocky") "," J("khoaluc") },
	{ "ketqua",
			"SELECT CONCAT_WS('|', y.code, cl.name, x.term_number, s.code, cl.grade,"
			" x.learning, x.absences, x.pack) said" KEPT,
			J("namhoc") "," J("malop") "," J("hocky") "," J("mahocsinh") "," J("khoi") "," J(
					"mahocluc") "," J("songaynghi") "," J("goiluat") },
	{ "ketquamon",
			"SELECT CONCAT_WS('|', y.code, cl.name, x.term_number, s.code, cl.grade,"
			" IF(x.pack = 'tt27', ELT(x.term_number + 1, 'H', 'T', 'H'),"
			" ELT(x.term_number + 1, 78, 71, 82))) said" KEPT,
			J("namhoc") "," J("malop") "," J("hocky") "," J("mahocsinh") "," J(
					"khoi") ","
						"IF(" J("diemx10") " = '-', " J("nhanxet") ", " J(
								"diemx10") ")" },
};

#endif
